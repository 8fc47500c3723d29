"""Where readers of a spotlight can read on."""

from __future__ import annotations

from django.core.validators import URLValidator
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from signups.models import CommitteeQuerySet

SCHEMES = ["https", "http"]


class LinkQuerySet(CommitteeQuerySet):
    program_path = "spotlight__program__"


class SpotlightLink(models.Model):
    """One address that goes with a spotlight, such as the person's library or a talk of theirs."""

    spotlight = models.ForeignKey(
        "spotlights.Spotlight", on_delete=models.CASCADE, related_name="links"
    )
    position = models.PositiveSmallIntegerField(default=0)
    label = models.CharField(max_length=120, help_text="What readers see and choose.")
    # No URLField: its form would have to be told which scheme to take for addresses without one.
    url = models.CharField(
        "address",
        max_length=500,
        validators=[URLValidator(schemes=SCHEMES)],
        help_text="Beginning with https://",
    )

    objects = LinkQuerySet.as_manager()
    history = HistoricalRecords(cascade_delete_history=True)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = "link"
        constraints = [
            models.CheckConstraint(
                condition=Q(url__startswith="https://") | Q(url__startswith="http://"),
                name="spotlightlink_leads_to_the_web",
                violation_error_message="The address of a link begins with https://",
            ),
            models.CheckConstraint(condition=~Q(label=""), name="spotlightlink_has_a_label"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def href(self) -> str:
        """The address, or none where it does not lead to the web: a preview shows that too."""
        leads_to_the_web = self.url.startswith(("https://", "http://"))
        return self.url if leads_to_the_web else ""
