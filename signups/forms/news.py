"""Whether someone would like to hear of new spotlights."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from signups.forms.parts import Part
from signups.models import Application
from signups.news import subscribe, unsubscribe, wants_news


class NewsPart(Part):
    """One box, off by default, which is asked for the first application and kept for the next."""

    legend = gettext_lazy("News from us")

    def ask(self) -> None:
        self.fields["wants"] = forms.BooleanField(
            required=False,
            label=_("Write to me when there is a new Let’s Connect spotlight"),
            help_text=_(
                "I agree that %(program)s writes to me at the address above, one letter for each "
                "new spotlight and about nothing else. A link in every letter ends it."
            )
            % {"program": self.cohort.program},
            initial=bool(self.application and wants_news(self.application)),
        )

    def save(self, application: Application) -> None:
        if self.cleaned_data["wants"]:
            subscribe(application)
        elif self.application:
            # Only who holds the link to an application can end what it asked for: anyone could
            # write somebody else's address into a new one.
            unsubscribe(application)
