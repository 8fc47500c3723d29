"""What to do for mentees without a mentor: shown first, done once it is confirmed."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from hashlib import sha256

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from matching import answering, emails
from matching.answering import Answered
from matching.models import FormatOffer
from matching.other_formats import OtherFormats
from matching.without_mentor import without_mentor
from signups.forms.fields import LineField, PassageField
from signups.letters import LINK_PLACEHOLDER
from signups.models import Cohort, Letter, MenteeApplication, Role
from signups.telling import LINK_IN_PREVIEW

Choose = Callable[[HttpRequest, Cohort, list[MenteeApplication]], HttpResponse]


class WordsForm(forms.Form):
    """What the committee writes in its own words."""

    subject = LineField(
        max_length=200,
        error_messages={"required": "Give the letter a subject."},
        widget=forms.TextInput(attrs={"size": 60}),
    )
    words = PassageField(
        label="Text",
        max_length=5000,
        help_text="Stands between “Dear …” and the committee’s regards. Name nobody else in it.",
        error_messages={"required": "Write what they should know."},
        widget=forms.Textarea(attrs={"rows": 10}),
    )
    page = forms.UUIDField(widget=forms.HiddenInput)


class AnswerPages:
    """The steps that a committee takes for the people it ticked."""

    def _answer(self, request: HttpRequest, cohort: Cohort) -> HttpResponse:
        """Show what an action would do for whom; once confirmed, do it."""
        # Beside one person, a button says for whom and which format.
        action, _, one = request.POST.get("action", "").partition(":")
        steps: dict[str, tuple[Choose, bool]] = {
            "offer_format": (self._offer_format, self.has_review_permission(request)),
            "waitlist": (self._waitlist, self.has_status_permission(request)),
            "keep_for_next": (self._keep_for_next, self.has_status_permission(request)),
            "write": (self._write, self.has_review_permission(request)),
        }
        if action not in steps:
            self.message_user(request, "Choose what to do.", messages.WARNING)
            return self._back(cohort)
        step, is_allowed = steps[action]
        if not is_allowed:
            raise PermissionDenied
        ids = _numbers([one] if one else request.POST.getlist(ACTION_CHECKBOX_NAME))
        left = without_mentor([cohort.pk]).filter(pk__in=ids).order_by("name", "pk")
        mentees = list(left.select_related("cohort__program"))
        if not mentees:
            sentence = "Tick somebody first; who has a pair meanwhile is no longer on this page."
            self.message_user(request, sentence, messages.WARNING)
            return self._back(cohort)
        return step(request, cohort, mentees)

    def _offer_format(
        self, request: HttpRequest, cohort: Cohort, mentees: list[MenteeApplication]
    ) -> HttpResponse:
        [pk] = _numbers([request.POST.get("format", "")]) or [0]
        one = cohort.program.formats.offered().filter(pk=pk).first()
        if one is None:
            self.message_user(request, "Choose which format to offer.", messages.WARNING)
            return self._back(cohort)
        ids = [mentee.pk for mentee in mentees]
        if "confirmed" in request.POST:
            outcome = answering.offer_format(cohort, one, ids, by=request.user)
            return self._said(request, cohort, outcome, f"asked whether they would like {one}")
        others, asked = OtherFormats(cohort, ids), answering.asked_about(one, ids)
        fitting = [
            mentee
            for mentee in mentees
            if mentee.pk not in asked and one in others.serving(mentee.pk)
        ]
        left_out = [str(mentee) for mentee in mentees if mentee not in fitting]
        if not fitting:
            sentence = f"{one} would serve none of them now, or they were asked already."
            self.message_user(request, sentence, messages.WARNING)
            return self._back(cohort)
        place = next(entry for entry in others.all() if entry.format == one)
        letter = emails.format_offered(
            FormatOffer(application=_shown(request, fitting), format=one)
        )
        return self._confirm(
            request,
            cohort,
            fitting,
            title=f"Offer {one} to {_people(fitting)}?",
            button=f"Yes, send {_letters(len(fitting))}",
            format=one,
            place=place,
            has_too_few=len(fitting) > place.n_places,
            left_out=left_out,
            letter=_preview(letter),
        )

    def _waitlist(
        self, request: HttpRequest, cohort: Cohort, mentees: list[MenteeApplication]
    ) -> HttpResponse:
        if "confirmed" in request.POST:
            outcome = answering.waitlist(cohort, _ids(mentees), by=request.user)
            return self._decided(request, cohort, outcome, "put on the waitlist")
        return self._confirm(
            request,
            cohort,
            mentees,
            title=f"Put {_people(mentees)} on the waitlist?",
            button="Yes, put on the waitlist",
            consequence="Later runs leave them out. Nobody is told by this: their letters are "
            "read and sent in a step of their own, from the list that comes next.",
        )

    def _keep_for_next(
        self, request: HttpRequest, cohort: Cohort, mentees: list[MenteeApplication]
    ) -> HttpResponse:
        if "confirmed" in request.POST:
            outcome = answering.keep_for_next(cohort, _ids(mentees), by=request.user)
            return self._decided(request, cohort, outcome, "kept for the next cohort")
        return self._confirm(
            request,
            cohort,
            mentees,
            title=f"Keep {_people(mentees)} for the next cohort?",
            button="Yes, keep for the next cohort",
            consequence="They are declined for lack of places in this cohort, and are among the "
            "first in line when they apply to the next. Nobody is told by this: their letters are "
            "read and sent in a step of their own, from the list that comes next.",
        )

    def _write(
        self, request: HttpRequest, cohort: Cohort, mentees: list[MenteeApplication]
    ) -> HttpResponse:
        is_typed = "subject" in request.POST
        form = WordsForm(request.POST if is_typed else None, initial={"page": uuid.uuid4()})
        letter, shown = None, ""
        if is_typed and form.is_valid():
            words = form.cleaned_data | {"page": str(form.cleaned_data["page"])}
            shown = _seal(words)
            # Only as the preview showed it.
            if "confirmed" in request.POST and request.POST.get("shown") == shown:
                outcome = answering.write_words(cohort, _ids(mentees), **words)
                return self._said(request, cohort, outcome, "written to")
            letter = _preview(emails.committee_words(_shown(request, mentees), **words))
        return self._confirm(
            request,
            cohort,
            mentees,
            title=f"Write to {_people(mentees)}",
            button=f"Yes, send {_letters(len(mentees))}" if letter else "",
            form=form,
            letter=letter,
            shown=shown,
        )

    def _confirm(
        self,
        request: HttpRequest,
        cohort: Cohort,
        mentees: list[MenteeApplication],
        **context: object,
    ) -> HttpResponse:
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "cohort": cohort,
            "mentees": mentees,
            "action": request.POST["action"].partition(":")[0],
            "action_checkbox_name": ACTION_CHECKBOX_NAME,
            **context,
        }
        return TemplateResponse(request, "admin/matching/unmatched/answer.html", context)

    def _said(
        self, request: HttpRequest, cohort: Cohort, outcome: Answered, done: str
    ) -> HttpResponse:
        for mentee in outcome.done:
            self.log_change(request, mentee, f"{done.capitalize()}.")
        for sentence in outcome.refusals:
            self.message_user(request, sentence, messages.WARNING)
        if outcome.done:
            self.message_user(request, f"{len(outcome.done)} {done}.", messages.SUCCESS)
        return self._back(cohort)

    def _decided(
        self, request: HttpRequest, cohort: Cohort, outcome: Answered, done: str
    ) -> HttpResponse:
        """Go on to the list from which they are told."""
        back = self._said(request, cohort, outcome, done)
        if not outcome.done or not request.user.has_perm("signups.tell_application"):
            return back
        mentees = reverse(f"admin:signups_{Role.MENTEE}application_changelist")
        return redirect(f"{mentees}?cohort__id__exact={cohort.pk}&telling=to_tell")

    def _back(self, cohort: Cohort) -> HttpResponse:
        return redirect("admin:matching_unmatched_cohort", cohort.pk)


def _numbers(texts: list[str]) -> list[int]:
    """Keys of rows; whatever else is sent names nobody."""
    return [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 19]


def _ids(mentees: list[MenteeApplication]) -> list[int]:
    return [mentee.pk for mentee in mentees]


def _people(mentees: list[MenteeApplication]) -> str:
    return str(mentees[0]) if len(mentees) == 1 else f"{len(mentees)} people"


def _letters(n: int) -> str:
    return "1 letter" if n == 1 else f"{n} letters"


def _seal(words: dict[str, str]) -> str:
    """What a preview showed, to know whether it was changed since."""
    return sha256(f"{words['subject']}\n{words['words']}".encode()).hexdigest()


def _shown(request: HttpRequest, mentees: list[MenteeApplication]) -> MenteeApplication:
    """Whose letter a page shows: the one asked for, else the first."""
    wanted = request.POST.get("preview")
    return next((one for one in mentees if str(one.pk) == wanted), mentees[0])


def _preview(letter: Letter) -> Letter:
    letter.body = letter.body.replace(LINK_PLACEHOLDER, LINK_IN_PREVIEW)
    return letter
