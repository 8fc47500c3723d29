"""The pages beside a spotlight's form: its preview, its letters, its announcement."""

from __future__ import annotations

from csp.constants import SELF
from csp.decorators import csp_replace
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.defaultfilters import pluralize
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.cache import patch_cache_control
from django.utils.decorators import method_decorator
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST

from mig_site.dates import day_in_words
from signups.models import Letter
from signups.news import readers_of_news
from spotlights import announcing, portrayed
from spotlights.admin.preview import preview_of
from spotlights.models import PublishingError, Spotlight
from spotlights.reading import page_of


class SpotlightPages:
    """For the admin of spotlights: addresses of its own, each asking who may open it."""

    def own_urls(self) -> list[URLPattern]:
        def own(address: str, view: object, name: str) -> URLPattern:
            return path(
                address, self.admin_site.admin_view(view), name=f"spotlights_spotlight_{name}"
            )

        return [
            own("preview/", self.preview_new_view, "preview_new"),
            own("<int:spotlight_id>/preview/", self.preview_view, "preview"),
            own("<int:spotlight_id>/send/", self.send_view, "send"),
            own("<int:spotlight_id>/announce/", self.announce_view, "announce"),
        ]

    def _own_or_404(self, request: HttpRequest, spotlight_id: int) -> Spotlight:
        """A spotlight of one's own programs that one may edit."""
        spotlight = self.get_object(request, str(spotlight_id))
        if spotlight is None:
            raise Http404
        if not self.has_change_permission(request, spotlight):
            raise PermissionDenied
        return spotlight

    # The one answer that may stand in a frame, and only in one of our own pages.
    @method_decorator(xframe_options_sameorigin)
    @method_decorator(csp_replace({"frame-ancestors": [SELF]}))
    @method_decorator(require_POST)
    def preview_view(self, request: HttpRequest, spotlight_id: int) -> HttpResponse:
        """The public page with what the form holds; nothing is kept."""
        return self._preview(request, self._own_or_404(request, spotlight_id))

    @method_decorator(xframe_options_sameorigin)
    @method_decorator(csp_replace({"frame-ancestors": [SELF]}))
    @method_decorator(require_POST)
    def preview_new_view(self, request: HttpRequest) -> HttpResponse:
        """The same for a spotlight that was never saved."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        return self._preview(request, None)

    def _preview(self, request: HttpRequest, spotlight: Spotlight | None) -> HttpResponse:
        change = spotlight is not None
        form_class = self.get_form(request, spotlight, change=change)
        form = form_class(request.POST, request.FILES, instance=spotlight)
        formsets, _inlines = self._create_formsets(request, form.instance, change=change)
        preview = preview_of(form, formsets, notes=self.preview_notes(request))
        context = page_of(preview.spotlight) | {"preview": preview}
        response = TemplateResponse(request, "admin/spotlights/spotlight/preview.html", context)
        patch_cache_control(response, private=True, no_store=True)
        return response

    def preview_notes(self, request: HttpRequest) -> list[str]:
        """What the preview cannot show as it will be."""
        # The script beside the form sends this in place of the picture.
        if "portrait_file" in request.FILES or "_portrait_chosen" in request.POST:
            return ["The picture you have chosen is not in it yet: it is shown once it is saved."]
        return []

    def send_view(self, request: HttpRequest, spotlight_id: int) -> HttpResponse:
        """Show the letter to the person portrayed; a second press sends it."""
        spotlight = self._own_or_404(request, spotlight_id)
        n_before = spotlight.readings.count()
        try:
            portrayed.check_sending(spotlight)
        except PublishingError as error:
            self.message_user(request, str(error), messages.WARNING)
            return redirect("admin:spotlights_spotlight_change", spotlight.pk)
        if request.method == "POST":
            self._send(request, spotlight)
            return redirect("admin:spotlights_spotlight_change", spotlight.pk)
        letter = portrayed.preview(spotlight, n_before=n_before)
        return self._letter_page(
            request,
            spotlight,
            title=f"Send “{spotlight}” to {spotlight.person_name} to read?",
            sentence=self._sentence_before_sending(spotlight),
            letter=letter,
            hidden={"n_before": n_before},
            button="Yes, send this letter",
        )

    def _sentence_before_sending(self, spotlight: Spotlight) -> str:
        last = spotlight.readings.first()
        sentence = "1 letter will be sent. It cannot be undone."
        if last is None:
            return sentence
        is_same = last.wording == spotlight.wording()
        text = "the text as it still is" if is_same else "an earlier text"
        return f"{sentence} They were sent {text} on {day_in_words(last.sent_at)}."

    def _send(self, request: HttpRequest, spotlight: Spotlight) -> None:
        n_before = request.POST.get("n_before", "")
        is_new = n_before.isdecimal() and portrayed.send_to_read(
            spotlight, by=request.user, n_before=int(n_before)
        )
        if is_new:
            self.log_change(request, spotlight, "Sent to read.")
            message = f"The letter to {spotlight.person_name} leaves in the next minutes."
            self.message_user(request, message, messages.SUCCESS)
        else:
            message = "Nothing was sent: a letter has been written since you opened that page."
            self.message_user(request, message, messages.WARNING)

    def announce_view(self, request: HttpRequest, spotlight_id: int) -> HttpResponse:
        """Show how many letters announce a spotlight, and one of them; a second press sends."""
        spotlight = self._own_or_404(request, spotlight_id)
        if not self.has_publish_permission(request):
            raise PermissionDenied
        try:
            announcing.check_announcing(spotlight)
            if request.method == "POST":
                n_letters = announcing.announce(spotlight, by=request.user)
                letters = f"{n_letters} letter{pluralize(n_letters)}"
                self.log_change(request, spotlight, f"Announced by {letters}.")
                leave = pluralize(n_letters, "it leaves,they leave")
                message = f"{letters} written; {leave} in the next minutes."
                self.message_user(request, message, messages.SUCCESS)
                return redirect("admin:spotlights_spotlight_change", spotlight.pk)
        except PublishingError as error:
            self.message_user(request, str(error), messages.WARNING)
            return redirect("admin:spotlights_spotlight_change", spotlight.pk)
        n_letters = len(readers_of_news(spotlight.program))
        letters = "1 letter" if n_letters == 1 else f"{n_letters} letters"
        return self._letter_page(
            request,
            spotlight,
            title=f"Announce “{spotlight}”?",
            sentence=f"{letters} will be sent: one to each address that asked "
            f"{spotlight.program} for news of spotlights. A spotlight is announced once, and it "
            "cannot be undone."
            if n_letters
            else f"Nobody has asked {spotlight.program} for news of spotlights yet. A spotlight is "
            "announced once: better wait until somebody has.",
            letter=announcing.preview(spotlight),
            hidden={},
            button=f"Yes, send {letters}" if n_letters else "",
        )

    def _letter_page(
        self,
        request: HttpRequest,
        spotlight: Spotlight,
        *,
        title: str,
        sentence: str,
        letter: Letter | None,
        hidden: dict[str, object],
        button: str,
    ) -> HttpResponse:
        context = self.admin_site.each_context(request) | {
            "title": title,
            "opts": self.opts,
            "original": spotlight,
            "sentence": sentence,
            "letter": letter,
            "hidden": hidden,
            "button": button,
        }
        return TemplateResponse(request, "admin/spotlights/spotlight/letter.html", context)
