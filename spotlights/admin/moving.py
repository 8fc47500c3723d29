"""The buttons below the form of a spotlight and the actions on the list: how one moves."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from mig_site.dates import moment_in_words
from spotlights import portrayed
from spotlights.models import Guide, PublishingError, Spotlight

Row = TypeVar("Row", Spotlight, Guide)

# By the button's name: what it does, how that is said, and whether it needs the right to publish.
BUTTONS: dict[str, tuple[Callable[[Spotlight], None], str, bool]] = {
    "_submit": (Spotlight.submit, "sent to review", False),
    "_send_back": (Spotlight.send_back, "made a draft again", False),
    "_publish": (Spotlight.publish, "published", True),
    "_unschedule": (Spotlight.unschedule, "taken off the schedule", True),
    "_withdraw": (Spotlight.withdraw, "withdrawn", True),
}


def _scheduled(spotlight: Spotlight) -> str:
    moment = moment_in_words(spotlight.published_at, spotlight.program.time_zone)
    return f"“{spotlight}” is shown from {moment} on, by itself."


def number_in(text: str) -> int:
    """The key that an address or a button names; 0, which no row has, where it names none."""
    return int(text) if text.isdecimal() and len(text) < 19 else 0


class Moves:
    """What moves rows of the series one by one, notes it, and says which could not be moved."""

    def move_each(
        self, request: HttpRequest, rows: Iterable[Row], move: Callable[[Row], None], done: str
    ) -> None:
        count = 0
        for row in rows:
            try:
                move(row)
            except PublishingError as error:
                self.message_user(request, str(error), messages.WARNING)
            else:
                self.log_change(request, row, f"{done.capitalize()}.")
                count += 1
                self.say_of(request, row, move)
        if count:
            self.message_user(request, f"{count} {done}.", messages.SUCCESS)

    def say_of(self, request: HttpRequest, row: Row, move: Callable[[Row], None]) -> None:
        """What is to be said of one row that was moved, besides that it was."""


class SpotlightMoves(Moves):
    """The ways of a spotlight."""

    def response_post_save_add(self, request: HttpRequest, obj: Spotlight) -> HttpResponse:
        next_page = self._obey_button(request, obj)
        return next_page or super().response_post_save_add(request, obj)

    def response_post_save_change(self, request: HttpRequest, obj: Spotlight) -> HttpResponse:
        next_page = self._obey_button(request, obj)
        return next_page or super().response_post_save_change(request, obj)

    def _obey_button(self, request: HttpRequest, spotlight: Spotlight) -> HttpResponse | None:
        """Do what the button pressed below the form asks beyond saving."""
        pressed = {name for name in request.POST if name.startswith("_")}
        if pressed & {"_read"}:
            return redirect("admin:spotlights_spotlight_send", spotlight.pk)
        if pressed & {"_settle"}:
            self._settle(request, spotlight)
            return redirect("admin:spotlights_spotlight_change", spotlight.pk)
        for name, (move, done, needs_right) in BUTTONS.items():
            if name in pressed and (not needs_right or self.has_publish_permission(request)):
                self.move_each(request, [spotlight], move, done)
        return None

    def _settle(self, request: HttpRequest, spotlight: Spotlight) -> None:
        reply = spotlight.replies.filter(pk=number_in(request.POST["_settle"])).first()
        if reply and portrayed.settle(reply, by=request.user):
            self.log_change(request, spotlight, "A change they asked for is done.")
            message = f"Noted. Send the text to {spotlight.person_name} to read once more."
            self.message_user(request, message, messages.SUCCESS)

    @admin.action(description="Publish selected spotlights", permissions=["publish"])
    def publish_selected(self, request: HttpRequest, queryset: QuerySet[Spotlight]) -> None:
        self.move_each(request, queryset, Spotlight.publish, "published")

    @admin.action(description="Withdraw selected spotlights", permissions=["publish"])
    def withdraw_selected(self, request: HttpRequest, queryset: QuerySet[Spotlight]) -> None:
        self.move_each(request, queryset, Spotlight.withdraw, "withdrawn")

    @admin.action(description="Feature the selected spotlight", permissions=["publish"])
    def feature_selected(self, request: HttpRequest, queryset: QuerySet[Spotlight]) -> None:
        if len(queryset) == 1:
            self.move_each(request, queryset, Spotlight.feature, "featured")
        else:
            message = "One spotlight is featured at a time: select the one that it shall be."
            self.message_user(request, message, messages.WARNING)

    def say_of(
        self, request: HttpRequest, row: Spotlight, move: Callable[[Spotlight], None]
    ) -> None:
        if move is Spotlight.publish and row.is_scheduled():
            self.message_user(request, _scheduled(row), messages.SUCCESS)
