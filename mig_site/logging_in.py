"""How the committee logs in: who is let try, from where, and how often."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_network

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from mig_site.second_factor import with_second_factor
from signups.limits import client_address


class CommitteeBackend(ModelBackend):
    """Logins by name and password; the user of a request comes with what the second factor asks."""

    def get_user(self, user_id: int) -> User | None:
        user = with_second_factor(User.objects.all()).filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None


def place_of(request: HttpRequest) -> str | None:
    """From where someone tries to log in: the address, or the network that has one IPv6 line."""
    address = client_address(request)
    if address is None or address.version == 4:
        return address and str(address)
    # One line has 2**64 addresses, each of which would have tries of its own.
    return str(ip_network(f"{str(address).partition('%')[0]}/64", strict=False).network_address)


def locked_out(
    request: HttpRequest, response: HttpResponse | None, credentials: dict[str, str]
) -> HttpResponse:
    """Say that a name was tried too often from one place, and when to try again.

    The same for names that there are and names that there are not.
    """
    last = (
        AccessAttempt.objects.filter(
            username=credentials["username"], ip_address=request.axes_ip_address
        )
        .order_by("-attempt_time")
        .first()
    )
    again_at = (last.attempt_time if last else timezone.now()) + settings.AXES_COOLOFF_TIME
    wait = again_at - timezone.now()
    context = admin.site.each_context(request) | {
        "title": "Please wait before you try again",
        "n_minutes": max(1, -(-wait // timedelta(minutes=1))),
        "contact_address": settings.DEFAULT_FROM_EMAIL,
    }
    answer = TemplateResponse(request, "admin/locked_out.html", context, status=429)
    answer["Retry-After"] = str(max(1, int(wait.total_seconds()) + 1))
    return answer.render()


def failures_to_forget() -> QuerySet[AccessAttempt]:
    """Failed logins that hold up nobody any more."""
    return AccessAttempt.objects.filter(
        attempt_time__lt=timezone.now() - settings.AXES_COOLOFF_TIME
    )
