"""How a spotlight moves: from draft to review to the public, and away again."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from signups.history import record
from signups.models import Letter
from spotlights.models.search import SearchEntry
from spotlights.models.statuses import PublishingError, SpotlightStatus
from spotlights.pictures import forget


class Moving:
    """The steps of a spotlight; each finds it as it was read, or changes nothing."""

    def submit(self) -> None:
        """Ask the committee to read this draft.

        Raises PublishingError when it is no draft or someone changed its status meanwhile.
        """
        if self.status != SpotlightStatus.DRAFT:
            raise PublishingError(f"“{self}” is no draft.")
        self._move(SpotlightStatus.IN_REVIEW)

    def send_back(self) -> None:
        """Make this a draft again, to be written on.

        Raises PublishingError when it is not in review or someone changed its status meanwhile.
        """
        if self.status != SpotlightStatus.IN_REVIEW:
            raise PublishingError(f"“{self}” is not in review.")
        self._move(SpotlightStatus.DRAFT)

    def unschedule(self) -> None:
        """Do not show this spotlight from its moment on after all; it is in review again.

        Raises PublishingError when it is not scheduled (any more).
        """
        if not self.is_scheduled():
            raise PublishingError(f"“{self}” is not scheduled.")
        self._move(SpotlightStatus.IN_REVIEW)

    def publish(self, *, at: datetime | None = None) -> None:
        """Show this spotlight from ``at`` on, or else from its own date, or else from now.

        Raises PublishingError when the person portrayed has not agreed to it, when it says
        nothing, when it is published already or someone changed its status meanwhile.
        """
        if self.status != SpotlightStatus.PUBLISHED:
            self._check_before_publishing()
        moment = at or self.published_at or timezone.now()
        self._move(SpotlightStatus.PUBLISHED, published_at=moment)

    @transaction.atomic
    def withdraw(self) -> None:
        """Take this spotlight from the public; its address says that it is gone.

        The portrait is deleted: whoever knows the address of a picture could see it otherwise.
        Raises PublishingError when it is not published or someone changed its status meanwhile.
        """
        if self.status in (SpotlightStatus.DRAFT, SpotlightStatus.IN_REVIEW):
            raise PublishingError(f"“{self}” is a draft: there is nothing to withdraw.")
        self._move(
            SpotlightStatus.WITHDRAWN,
            is_featured=False,
            portrait="",
            portrait_width=None,
            portrait_height=None,
        )
        announcing = Letter.objects.filter(key__startswith=self.announcement_key)
        announcing.hold_back("The spotlight was withdrawn.")

    @transaction.atomic
    def feature(self) -> None:
        """Show this one large at the head of the list, instead of the one that was there.

        Raises PublishingError when it is not published, or another one was featured at the same
        moment.
        """
        if not self.is_published():
            raise PublishingError(f"“{self}” is not published yet, so it cannot be featured.")
        try:
            with transaction.atomic():
                replaced = list(type(self).objects.filter(is_featured=True).exclude(pk=self.pk))
                type(self).objects.filter(pk__in=[one.pk for one in replaced]).update(
                    is_featured=False
                )
                # Withdrawn meanwhile, it fails the check that featured ones are published.
                type(self).objects.filter(pk=self.pk).update(is_featured=True)
        except IntegrityError as error:
            raise PublishingError(
                "Another spotlight was featured at the same moment; reload the list to see which."
            ) from error
        for one in replaced:
            one.is_featured = False
            record(one, by=None)
        if not self.is_featured:
            self.is_featured = True
            record(self, by=None)

    def _check_before_publishing(self) -> None:
        reasons = []
        if self.consent_given_on is None:
            reasons.append(
                f"{self.person_name} has not agreed to it. Note the day of their consent first."
            )
        if self.is_consent_outdated():
            reasons.append(
                f"its text was changed after {self.person_name} agreed to it. Send it to read once "
                "more, or note that they agree to the changes too."
            )
        if not self.has_text():
            reasons.append("it says nothing yet. Write a text, or a question with its answer.")
        if reasons:
            first, *others = reasons
            others = [reason[0].upper() + reason[1:] for reason in others]
            raise PublishingError(f"“{self}” is not published: {' '.join([first, *others])}")

    @transaction.atomic
    def _move(self, status: SpotlightStatus, **fields: object) -> None:
        change = {"status": status, "updated_at": timezone.now(), **fields}
        picture = self.picture
        unchanged = type(self).objects.filter(pk=self.pk, status=self.status)
        if self.status == status or not unchanged.update(**change):
            raise PublishingError(
                f"“{self}” was already published or withdrawn; reload the list to see which."
            )
        for name, value in change.items():
            setattr(self, name, value)
        record(self, by=None)
        SearchEntry.objects.write_for([self])
        if picture and not self.picture:
            transaction.on_commit(lambda: forget(picture), robust=True)
