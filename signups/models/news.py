"""Who wants to hear of new spotlights, and the links with which they end that."""

from __future__ import annotations

import secrets
from typing import Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from signups.models.applications import Application
from signups.models.links import LIFETIME, hash_of
from signups.models.programs import Program
from signups.models.statuses import ApplicationStatus


class NewsSubscriptionQuerySet(models.QuerySet["NewsSubscription"]):
    def of_writer(self, application: Application) -> Self:
        """What the writer of an application asked of its program, in any of their applications."""
        return self.filter(
            application__cohort__program=application.cohort.program_id,
            application__email__iexact=application.email,
        )

    def standing(self, program: Program) -> Self:
        """Those that a program's letters go to: who withdrew or had themselves erased gets none."""
        return self.filter(
            application__cohort__program=program, application__erased_at=None
        ).exclude(application__status=ApplicationStatus.WITHDRAWN)


class NewsSubscription(models.Model):
    """That the writer of an application asked to hear of new spotlights; gone with the wish."""

    application = models.OneToOneField(
        Application, on_delete=models.CASCADE, related_name="news_subscription"
    )
    asked_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = NewsSubscriptionQuerySet.as_manager()

    def __str__(self) -> str:
        return f"News for {self.application}"


class UnsubscribeLink(models.Model):
    """A link in one letter that does one thing: end the letters of its kind."""

    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="unsubscribe_links"
    )
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Link made {self.made_at:%Y-%m-%d %H:%M}"

    @classmethod
    def new_address(cls, application: Application) -> str:
        """Make a link and return its address. The token in it is kept nowhere."""
        token = secrets.token_urlsafe(32)
        cls.objects.create(
            token_hash=hash_of(token),
            application=application,
            expires_at=timezone.now() + LIFETIME,
        )
        # In the language of its letter, whoever has it sent.
        with override(application.language):
            return settings.SITE_URL + reverse("signups:unsubscribe", args=[token])

    @classmethod
    def application_for(cls, token: str) -> Application | None:
        """Whose letter the link came in, as long as it works."""
        found = cls.objects.filter(token_hash=hash_of(token), expires_at__gt=timezone.now())
        link = found.select_related("application__cohort__program").first()
        return link and link.application
