"""The second step of a login: who needs one, the app that makes codes, and recovery codes."""

from __future__ import annotations

import secrets
from base64 import b32encode
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

import segno
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.crypto import salted_hmac
from django_otp import verify_token
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from mig_site.management.commands.load_roles import CHAIR_GROUP, STEWARD_GROUP
from signups.models import CommitteeSeat, SeatRole

N_RECOVERY_CODES = 10

# Without the characters that are taken for each other on paper.
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


def with_second_factor(users: QuerySet[User]) -> QuerySet[User]:
    """``users`` with whether they have a second factor, and whether they decide on people.

    In the query that finds the user of a request, so that asking costs no other.
    """
    decides = User.groups.through.objects.filter(
        user=OuterRef("pk"), group__name__in=[CHAIR_GROUP, STEWARD_GROUP]
    )
    chairs = CommitteeSeat.objects.filter(
        user=OuterRef("pk"), role__in=[SeatRole.CHAIR, SeatRole.CO_CHAIR]
    )
    return users.annotate(
        has_second_factor=Exists(TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)),
        decides_on_people=Exists(decides) | Exists(chairs) | Q(is_superuser=True),
    )


def step_before(user: User) -> str:
    """The page that someone logged in by password has to pass before any other, or nothing."""
    if user.has_second_factor:
        return "" if user.is_verified() else "second_factor_code"
    if is_required_of(user):
        return "second_factor_set_up"
    return ""


def is_required_of(user: User) -> bool:
    return settings.REQUIRE_SECOND_FACTOR and user.is_staff and user.decides_on_people


def app_of(user: User) -> TOTPDevice | None:
    """The app that makes this person's codes."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).first()


def app_to_confirm(user: User) -> TOTPDevice | None:
    """An app that was shown its key and has not proved yet that it makes codes."""
    return TOTPDevice.objects.filter(user=user, confirmed=False).first()


@transaction.atomic
def begin(user: User) -> None:
    """Make a new key for an app, if none is in use or under way."""
    User.objects.select_for_update(no_key=True, of=["self"]).get(pk=user.pk)
    if not TOTPDevice.objects.filter(user=user).exists():
        TOTPDevice.objects.create(user=user, name="App", confirmed=False)


@transaction.atomic
def confirm(user: User, code: str) -> Attempt:
    """Take a new app into use, once it has made a right code."""
    User.objects.select_for_update(no_key=True, of=["self"]).get(pk=user.pk)
    app = app_to_confirm(user)
    if app is None:
        return Attempt(device=None)
    attempt = _try(app, user, code)
    if attempt.device:
        TOTPDevice.objects.filter(pk=app.pk).update(confirmed=True)
    return attempt


@dataclass(frozen=True, slots=True)
class Attempt:
    """What became of a code: the device that took it, or until when none is looked at."""

    device: Device | None
    locked_until: datetime | None = None


def check(user: User, code: str) -> Attempt:
    """Look at a code of the app, or at a recovery code, which works once."""
    code = "".join(code.split()).replace("-", "").lower()
    app = app_of(user)
    if app and code.isascii() and code.isdecimal() and len(code) == app.digits:
        return _try(app, user, code)
    codes = StaticDevice.objects.filter(user=user, confirmed=True).first()
    return _try(codes, user, _hash_of(user, code)) if codes else Attempt(device=None)


def _try(device: Device, user: User, token: str) -> Attempt:
    is_allowed, why = device.verify_is_allowed()
    if not is_allowed:
        return Attempt(device=None, locked_until=why["locked_until"])
    return Attempt(device=verify_token(user, device.persistent_id, token))


@transaction.atomic
def new_recovery_codes(user: User) -> list[str]:
    """Codes for a day without the app, in place of all earlier ones; they are kept as hashes."""
    User.objects.select_for_update(no_key=True, of=["self"]).get(pk=user.pk)
    device, _ = StaticDevice.objects.get_or_create(user=user, defaults={"name": "Recovery codes"})
    device.token_set.all().delete()
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(10)) for _ in range(N_RECOVERY_CODES)]
    StaticToken.objects.bulk_create(
        StaticToken(device=device, token=_hash_of(user, code)) for code in codes
    )
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def n_recovery_codes(user: User) -> int:
    return StaticToken.objects.filter(device__user=user).count()


def _hash_of(user: User, code: str) -> str:
    # As long as the column; a code has 49 bits and is tried slower and slower.
    digest = salted_hmac("mig_site.second_factor", f"{user.pk}:{code}", algorithm="sha256")
    return digest.hexdigest()[:16]


@transaction.atomic
def switch_off(user: User) -> int:
    """Forget app and recovery codes; returns how many apps were in use."""
    User.objects.select_for_update(no_key=True, of=["self"]).get(pk=user.pk)
    n_apps = TOTPDevice.objects.filter(user=user, confirmed=True).count()
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()
    return n_apps


def key_in_words(app: TOTPDevice) -> str:
    """The key for typing it in, in groups of four."""
    key = b32encode(app.bin_key).decode().rstrip("=")
    return " ".join(key[start : start + 4] for start in range(0, len(key), 4))


def qr_code(app: TOTPDevice) -> bytes:
    """The key as a picture for the camera of an app, in SVG."""
    picture = BytesIO()
    segno.make(app.config_url, error="m").save(
        picture, kind="svg", scale=5, border=4, dark="#000", light="#fff"
    )
    return picture.getvalue()
