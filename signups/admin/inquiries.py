"""Questions from the public: read, answered and closed, with the thread in one place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from signups import inquiries
from signups.admin.scoped import ReviewAdmin
from signups.forms.contact import WordsForm
from signups.models import Inquiry, InquiryState, ReviewError


class AnswerForm(WordsForm):
    """The committee's answer; ``seen`` is the last message that it answers."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].label = "Your answer"
        self.fields["words"].help_text = (
            "It goes out as a letter, in your words, and is kept in the thread. The person writes "
            "again by a link in it."
        )


@admin.register(Inquiry)
class InquiryAdmin(ReviewAdmin):
    """Whoever asks is answered from here, so that the whole committee sees it."""

    list_display = ["subject", "name", "program", "state", "asked_at", "written_at"]
    list_select_related = ["program"]
    list_filter = ["state", ("program", admin.RelatedOnlyFieldListFilter)]
    search_fields = ["subject", "name", "email"]
    search_help_text = "By what it is about, name or e-mail address."
    date_hierarchy = "asked_at"
    ordering = ["-written_at", "-pk"]

    def get_urls(self) -> list[URLPattern]:
        pages = {
            "answer": self.answer_view,
            "close": self.close_view,
            "open-again": self.open_again_view,
        }
        own = [
            path(
                f"<int:object_id>/{name}/",
                self.admin_site.admin_view(view),
                name=f"signups_inquiry_{name.replace('-', '_')}",
            )
            for name, view in pages.items()
        ]
        return [*own, *super().get_urls()]

    def may_answer(self, request: HttpRequest) -> bool:
        return request.user.has_perm("signups.answer_inquiry")

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict | None = None,
    ) -> HttpResponse:
        """The thread, and what can be done with it."""
        inquiry = self.visible_or_404(request, object_id)
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        return self._page(request, inquiry, AnswerForm())

    def _page(
        self, request: HttpRequest, inquiry: Inquiry, form: AnswerForm, *, said: str = ""
    ) -> TemplateResponse:
        thread = inquiries.messages_of(inquiry)
        context = self.admin_site.each_context(request) | {
            "title": inquiry.subject,
            "opts": self.opts,
            "inquiry": inquiry,
            "thread": thread,
            "seen": thread[-1].pk,
            "form": form if self.may_answer(request) else None,
            "is_closed": inquiry.state == InquiryState.CLOSED,
            "is_open": inquiry.state == InquiryState.OPEN,
            "said": said,
        }
        return TemplateResponse(request, "admin/signups/inquiry/inquiry.html", context)

    def answer_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Keep an answer and have it sent; a fault shows the page again with all that was typed."""
        inquiry = self._posted_or_refused(request, object_id)
        if inquiry is None:
            return HttpResponseNotAllowed(["POST"])
        form = AnswerForm(request.POST)
        if not form.is_valid():
            return self._page(request, inquiry, form)
        seen = request.POST.get("seen", "")
        try:
            inquiries.answer(
                inquiry,
                form.cleaned_data["words"],
                by=request.user,
                seen=int(seen) if seen.isdecimal() and len(seen) < 19 else 0,
            )
        except ReviewError as error:
            return self._page(request, inquiry, form, said=str(error))
        self.log_change(request, inquiry, "Answered.")
        self.message_user(request, "Your answer is on its way.", messages.SUCCESS)
        return redirect("admin:signups_inquiry_change", inquiry.pk)

    def close_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Be done with a question, without a letter."""
        return self._decide(request, object_id, Inquiry.close, "Closed.")

    def open_again_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Put a question back on the desk."""
        return self._decide(request, object_id, Inquiry.open_again, "Open again.")

    def _decide(
        self, request: HttpRequest, object_id: int, decide: Callable[..., None], done: str
    ) -> HttpResponse:
        inquiry = self._posted_or_refused(request, object_id)
        if inquiry is None:
            return HttpResponseNotAllowed(["POST"])
        try:
            decide(inquiry, by=request.user)
        except ReviewError as error:
            self.message_user(request, str(error), messages.WARNING)
        else:
            self.log_change(request, inquiry, done)
            self.message_user(request, done, messages.SUCCESS)
        return redirect("admin:signups_inquiry_change", inquiry.pk)

    def _posted_or_refused(self, request: HttpRequest, object_id: int) -> Inquiry | None:
        """The question, for who may answer it; None when nothing was sent."""
        if not self.may_answer(request):
            raise PermissionDenied
        inquiry = get_object_or_404(self.get_queryset(request), pk=object_id)
        return inquiry if request.method == "POST" else None
