"""News of spotlights: who asked for it, and how that ends."""

from __future__ import annotations

from signups.models import Application, NewsSubscription, Program


def wants_news(application: Application) -> bool:
    """Whether the writer of an application has asked its program for news."""
    return NewsSubscription.objects.of_writer(application).exists()


def subscribe(application: Application) -> None:
    """Write to this person about new spotlights from now on."""
    NewsSubscription.objects.get_or_create(application=application)


def unsubscribe(application: Application) -> None:
    """Write no more news to this person, whichever of their applications asked for it.

    Letters that wait in the queue see it when they are about to leave.
    """
    NewsSubscription.objects.of_writer(application).delete()


def readers_of_news(program: Program) -> list[Application]:
    """Whom a program writes to about a new spotlight: each address once, by its last application.

    The program comes along with each of them.
    """
    subscriptions = NewsSubscription.objects.standing(program).order_by("application_id")
    by_address = {
        one.application.email.casefold(): one.application
        for one in subscriptions.select_related("application__cohort__program")
    }
    return list(by_address.values())
