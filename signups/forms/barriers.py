"""What has stood in people's way, and what would have helped."""

from __future__ import annotations

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from signups.forms.fields import OptionsToTick
from signups.forms.parts import Part
from signups.models import Application, BarrierAnswer, ProgramOption

MAX_WORDS = 1000


class BarriersPart(Part):
    """Two optional questions, told to nobody but in counts and, with consent, in quotations."""

    legend = _("What has stood in your way")
    note = "signups/intake/barriers_note.html"

    def ask(self) -> None:
        program = self.cohort.program
        before = _told_before(self.application)
        barriers = _options(program.barriers.all(), before.told["barriers"])
        supports = _options(program.supports.all(), before.told["supports"])
        if not barriers and not supports:
            return
        self._ask_which("barriers", _("What has stood in your way at work?"), barriers, before)
        self._ask_words("barriers_words", _("In your own words: what stood in your way?"), before)
        self._ask_which("supports", _("What would have helped you?"), supports, before)
        self._ask_words("supports_words", _("In your own words: what would have helped?"), before)
        self.fields["may_be_quoted"] = forms.BooleanField(
            required=False,
            label=_("You may quote my words without my name"),
            help_text=_(
                "Leave out whatever would tell who you are. Without this tick nobody reads them."
            ),
            initial=before.may_be_quoted,
        )

    def _ask_which(
        self, name: str, label: str, options: list[ProgramOption], before: BarrierAnswer
    ) -> None:
        if options:
            by_key = {str(option.pk): option for option in options}
            self.fields[name] = forms.TypedMultipleChoiceField(
                required=False,
                label=label,
                choices=[(key, str(option)) for key, option in by_key.items()],
                coerce=by_key.__getitem__,
                initial=[str(pk) for pk in before.told[name]],
                widget=OptionsToTick,
            )

    def _ask_words(self, name: str, label: str, before: BarrierAnswer) -> None:
        self.fields[name] = forms.CharField(
            required=False,
            label=label,
            max_length=MAX_WORDS,
            initial=before.told[name],
            widget=forms.Textarea(attrs={"rows": 3}),
        )

    def save(self, application: Application) -> None:
        answers = self.cleaned_data
        told = {
            "barriers": [option.pk for option in answers.get("barriers", [])],
            "barriers_words": answers["barriers_words"],
            "supports": [option.pk for option in answers.get("supports", [])],
            "supports_words": answers["supports_words"],
        }
        if not any(told.values()):
            BarrierAnswer.objects.filter(application=application).delete()
            return
        BarrierAnswer.objects.update_or_create(
            application=application,
            defaults={
                "told": told,
                "may_be_quoted": answers["may_be_quoted"],
                "answered_at": timezone.now(),
            },
        )


def _told_before(application: Application | None) -> BarrierAnswer:
    """The answer of an application that is being changed, or else an empty one."""
    nothing = {"barriers": [], "barriers_words": "", "supports": [], "supports_words": ""}
    found = None
    if application and application.pk:
        found = BarrierAnswer.objects.filter(application=application).first()
    return found or BarrierAnswer(told=nothing)


def _options(rows: object, chosen: list[int]) -> list[ProgramOption]:
    """What is offered now, and what was chosen before."""
    return [option for option in rows if option.is_offered or option.pk in chosen]
