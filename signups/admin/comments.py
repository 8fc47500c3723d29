"""Comments on the page of what they are about: shown there, and written there."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse

from signups.forms.reading import CommentForm


class CommentPages:
    """For the admin of rows that have ``comments``."""

    def comment_address(self) -> URLPattern:
        view = self.admin_site.admin_view(self.comment_view)
        return path("<int:object_id>/comment/", view, name=self._address("comment"))

    def comment_context(self, request: HttpRequest, row: Model) -> dict[str, object]:
        """What templates/admin/comments.html shows; nothing before a blind first reading."""
        is_blind = getattr(row, "is_blind", False)
        may_write = self.may_comment(request) and not is_blind
        comments = row.comments.none() if is_blind else row.comments.select_related("written_by")
        return {
            "comments": comments,
            "comments_wait": is_blind,
            "comment_form": CommentForm() if may_write else None,
            "comment_url": reverse(f"admin:{self._address('comment')}", args=[row.pk]),
        }

    def may_comment(self, request: HttpRequest) -> bool:
        model = self.model._meta.get_field("comments").related_model._meta
        return request.user.has_perm(f"{model.app_label}.add_{model.model_name}")

    def comment_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Keep a comment, and go back to the page it was written on."""
        if not self.may_comment(request) or not self.has_view_permission(request):
            raise PermissionDenied
        row = get_object_or_404(self.get_queryset(request), pk=object_id)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        form = CommentForm(request.POST)
        if getattr(row, "is_blind", False):
            message = "Rate this application first: it is read blind, and so are its comments."
            self.message_user(request, message, messages.WARNING)
        elif form.is_valid():
            row.comments.create(words=form.cleaned_data["words"], written_by=request.user)
            self.message_user(request, "Your comment is kept.", messages.SUCCESS)
        else:
            message = " ".join(form.errors["words"])
            self.message_user(request, f"Not kept. {message}", messages.ERROR)
        return redirect(f"admin:{self._address('change')}", object_id)

    def _address(self, name: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{name}"
