"""Orientation sessions: made, moved and dropped by the committee."""

from __future__ import annotations

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import pluralize
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from signups.admin.scoped import CommitteeAdmin, ReviewAdmin
from signups.models import GateKind, OrientationSession
from signups.orientation import drop_session, keep_session


@admin.register(OrientationSession)
class OrientationSessionAdmin(ReviewAdmin):
    """Who has a place is written when a session moves or is dropped."""

    list_display = ["when", "cohort", "minutes", "taken", "is_dropped", "attendance"]
    list_display_links = ["when"]
    list_filter = [("cohort", admin.RelatedOnlyFieldListFilter)]
    fields = ["cohort", "starts_at", "minutes", "how_to_join", "places"]
    actions = ["drop_selected"]

    # Unlike what is only decided on, sessions are typed in.
    has_add_permission = CommitteeAdmin.has_add_permission
    has_change_permission = CommitteeAdmin.has_change_permission
    has_delete_permission = CommitteeAdmin.has_delete_permission

    def get_queryset(self, request: HttpRequest) -> QuerySet[OrientationSession]:
        sessions = super().get_queryset(request).with_n_taken()
        return sessions.select_related("cohort__program").prefetch_related("cohort__gates")

    def get_readonly_fields(
        self, request: HttpRequest, obj: OrientationSession | None = None
    ) -> list[str]:
        # Its participants are of that cohort.
        return ["cohort"] if obj else []

    def save_model(
        self, request: HttpRequest, obj: OrientationSession, form: forms.ModelForm, change: bool
    ) -> None:
        n_letters = keep_session(obj)
        if n_letters:
            who = "1 person has" if n_letters == 1 else f"{n_letters} people have"
            verb = "is" if n_letters == 1 else "are"
            message = f"{who} a place in it and {verb} written of the change."
            self.message_user(request, message, messages.INFO)

    @admin.action(description="Drop selected sessions…", permissions=["change"])
    def drop_selected(
        self, request: HttpRequest, queryset: QuerySet[OrientationSession]
    ) -> HttpResponse | None:
        if "confirmed" not in request.POST:
            n_letters = queryset.aggregate(n=Sum("n_taken"))["n"] or 0
            consequence = (
                f"{n_letters} letter{pluralize(n_letters)} will be sent, one to each person who "
                "has a place: to choose another session. This cannot be undone."
            )
            return self.confirmation_page(request, queryset, verb="drop", consequence=consequence)
        return self.decide_each(
            request,
            queryset,
            lambda session, *, by: drop_session(session),
            verb="drop",
            done="dropped",
        )

    @admin.display(description="places taken")
    def taken(self, session: OrientationSession) -> str:
        return f"{session.n_taken} of {session.places}"

    @admin.display(description="dropped", boolean=True)
    def is_dropped(self, session: OrientationSession) -> bool:
        return session.dropped_at is not None

    @admin.display(description="attendance")
    def attendance(self, session: OrientationSession) -> SafeString | str:
        for gate in session.cohort.gates.all():
            if gate.kind == GateKind.ORIENTATION:
                address = reverse("admin:signups_gate_change", args=[gate.pk])
                return format_html('<a href="{}?session={}">Tick who came</a>', address, session.pk)
        return "not asked for"
