"""Links instead of accounts: random, single-purpose, stored as hashes, expiring, revocable."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from signups.models.applications import Application
from signups.models.drafts import Draft
from signups.models.inquiries import Inquiry

# How long a link to an application works. Who needs one later asks for a new one.
LIFETIME = timedelta(days=400)


def hash_of(token: str) -> str:
    # A token has 256 random bits: a plain hash is as good as a slow one, and can be looked up.
    return hashlib.sha256(token.encode()).hexdigest()


class AccessLinkQuerySet(models.QuerySet["AccessLink"]):
    def working(self) -> Self:
        return self.filter(revoked_at=None, expires_at__gt=timezone.now())

    def for_token(self, token: str) -> Self:
        return self.working().filter(token_hash=hash_of(token))


class AccessLink(models.Model):
    """A link that a letter brought, to one application, one draft or one question."""

    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, null=True, related_name="links"
    )
    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, null=True, related_name="links")
    inquiry = models.ForeignKey(Inquiry, on_delete=models.CASCADE, null=True, related_name="links")
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    objects = AccessLinkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(application__isnull=False, draft=None, inquiry=None)
                | Q(application=None, draft__isnull=False, inquiry=None)
                | Q(application=None, draft=None, inquiry__isnull=False),
                name="accesslink_to_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"Link made {self.made_at:%Y-%m-%d %H:%M}"

    @classmethod
    def new_address(
        cls,
        *,
        application: Application | None = None,
        draft: Draft | None = None,
        inquiry: Inquiry | None = None,
        expires_at: datetime | None = None,
    ) -> str:
        """Make a link and return its address. The token in it is kept nowhere."""
        token = secrets.token_urlsafe(32)
        cls.objects.create(
            token_hash=hash_of(token),
            application=application,
            draft=draft,
            inquiry=inquiry,
            expires_at=expires_at or timezone.now() + LIFETIME,
        )
        # In the language of its letter, whoever has it sent.
        with override((application or draft or inquiry).language):
            return settings.SITE_URL + reverse("signups:open_link", args=[token])
