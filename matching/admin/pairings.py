"""Pairings: where the committee approves, rejects, and has the letters written."""

from __future__ import annotations

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern

from matching.introductions import introduce
from matching.models import Pairing, PairingStatus
from signups.admin.comments import CommentPages
from signups.admin.scoped import ReviewAdmin
from signups.models import Application, Cohort, MentorApplication


@admin.register(Pairing)
class PairingAdmin(CommentPages, ReviewAdmin):
    """The committee decides by action and edits nothing by hand."""

    list_display = [
        "__str__",
        "points",
        "status",
        "decided_by",
        "decided_at",
        "introduced_at",
        "ended_at",
    ]
    list_filter = [
        "status",
        ("introduced_at", admin.EmptyFieldListFilter),
        ("ended_at", admin.EmptyFieldListFilter),
        ("run__cohort", admin.RelatedOnlyFieldListFilter),
    ]
    search_fields = ["mentee__name", "mentor__name"]
    actions = ["approve_selected", "reject_selected", "introduce_selected"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Pairing]:
        # A pairing is named by its people, in the list, the messages and the pages of actions.
        people = ["mentee", "mentor", "decided_by", "run"]
        return super().get_queryset(request).select_related(*people)

    def get_urls(self) -> list[URLPattern]:
        return [self.comment_address(), *super().get_urls()]

    def has_review_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("matching.review_pairing")

    def has_introduce_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("matching.introduce_pairing")

    @admin.action(description="Approve selected pairings…", permissions=["review"])
    def approve_selected(
        self, request: HttpRequest, queryset: QuerySet[Pairing]
    ) -> HttpResponse | None:
        return self.decide_each(
            request, queryset, Pairing.approve, verb="approve", done="approved"
        ) or self._back_to_run(request)

    @admin.action(description="Reject selected pairings…", permissions=["review"])
    def reject_selected(
        self, request: HttpRequest, queryset: QuerySet[Pairing]
    ) -> HttpResponse | None:
        return self.decide_each(
            request, queryset, Pairing.reject, verb="reject", done="rejected"
        ) or self._back_to_run(request)

    @admin.action(description="Send letters to selected pairings…", permissions=["introduce"])
    def introduce_selected(
        self, request: HttpRequest, queryset: QuerySet[Pairing]
    ) -> HttpResponse | None:
        """Write both letters of each approved pairing that has none yet."""
        to_introduce = queryset.to_introduce()
        if "confirmed" not in request.POST:
            return self._confirm_letters(request, queryset, to_introduce)
        n_letters = 0
        for cohort in Cohort.objects.filter(runs__pairings__in=to_introduce).distinct():
            pairing_ids = list(to_introduce.values_list("pk", flat=True))
            n_letters += introduce(cohort, pairing_ids)
        if n_letters:
            message = f"{n_letters} letters written; they leave in the next minutes."
            self.message_user(request, message, messages.SUCCESS)
        else:
            message = "No letter was written: these people have theirs already."
            self.message_user(request, message, messages.WARNING)
        return self._back_to_run(request)

    def _confirm_letters(
        self, request: HttpRequest, queryset: QuerySet[Pairing], to_introduce: QuerySet[Pairing]
    ) -> HttpResponse:
        n_pairs, n_left_out = len(to_introduce), len(queryset) - len(to_introduce)
        if not n_pairs:
            message = "Nothing to send: letters go to approved pairs that have none yet."
            self.message_user(request, message, messages.WARNING)
            return self._back_to_run(request)
        consequence = (
            f"{2 * n_pairs} letters will be sent, two for each pair. They cannot be undone."
        )
        if n_left_out:
            consequence += (
                f" {n_left_out} of the selected pairings get none: they are not approved, or have "
                "their letters already."
            )
        return self.confirmation_page(
            request, to_introduce, verb="send letters to", consequence=consequence
        )

    def _back_to_run(self, request: HttpRequest) -> HttpResponse | None:
        """Return to the run's page when that is where the decision was taken."""
        run_id = request.POST.get("from_run")
        return redirect("admin:matching_matchrun_change", run_id) if run_id else None

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict | None = None,
    ) -> HttpResponse:
        """Both applications side by side, and what each criterion gave."""
        pairing = self.visible_or_404(request, object_id)
        people = Application.objects.filter(pk__in=[pairing.mentee_id, pairing.mentor_id])
        # "mentee" sorts before "mentor", so that rows and columns stand as everywhere.
        mentee, mentor = _with_answers(people).order_by("role")
        context = (
            self.admin_site.each_context(request)
            | {
                "title": str(pairing),
                "opts": self.opts,
                "pairing": pairing,
                "answers": _side_by_side(mentee, mentor),
                "alternatives": _next_best(pairing),
                "can_decide": self.has_review_permission(request)
                and pairing.status == PairingStatus.PROPOSED,
                "action_checkbox_name": ACTION_CHECKBOX_NAME,
            }
            | self.comment_context(request, pairing)
        )
        return TemplateResponse(request, "admin/matching/pairing/pairing.html", context)


def _with_answers(applications: QuerySet[Application]) -> QuerySet[Application]:
    return applications.select_related("career_stage", "library_type", "region").prefetch_related(
        "topic_choices__topic", "other_library_types", "formats", "meeting_ways", "languages"
    )


def _next_best(pairing: Pairing) -> list[tuple[MentorApplication, int, str]]:
    """The mentee's next best mentors when the run was saved: mentor, points, cost to the whole."""
    mentors = (
        MentorApplication.objects.not_erased()
        .filter(cohort=pairing.run.cohort_id)
        .in_bulk([one["mentor_id"] for one in pairing.alternatives])
    )
    return [
        (mentors[one["mentor_id"]], one["points"], one["sentence"])
        for one in pairing.alternatives
        if one["mentor_id"] in mentors
    ]


def _side_by_side(mentee: Application, mentor: Application) -> list[tuple[str, str, str]]:
    """What each of the two answered, question by question: label, mentee, mentor."""
    return [
        (label, mentee_answer, mentor_answer)
        for (label, mentee_answer), (_, mentor_answer) in zip(
            _answers(mentee), _answers(mentor), strict=True
        )
    ]


def _answers(application: Application) -> list[tuple[str, str]]:
    def listed(options: QuerySet) -> str:
        return ", ".join(str(option) for option in options.all())

    return [
        ("Topics", listed(application.topic_choices)),
        ("Formats", listed(application.formats)),
        ("Places", str(application.capacity or "")),
        ("Position", application.position_title),
        ("Employer", application.employer),
        ("Career stage", str(application.career_stage)),
        ("Library type", str(application.library_type)),
        ("Other library types", listed(application.other_library_types)),
        ("Region", str(application.region)),
        ("Time zone", str(application.time_zone)),
        ("Ways of meeting", listed(application.meeting_ways)),
        ("Languages", listed(application.languages)),
        ("In their own words", application.statement),
    ]
