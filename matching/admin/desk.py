"""The desk: the admin's page of a cohort, and of all cohorts that a committee has in hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self
from urllib.parse import urlencode

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from matching.desk import Tally, due_days, gate_counts, tallies, topic_demands
from matching.models import MatchRun, OfferOutcome, PairingStatus
from signups.admin.programs import CohortAdmin
from signups.models import ApplicationStatus, Cohort, InquiryState, LetterStatus, Role

N_RUNS = 5


@dataclass(frozen=True, slots=True)
class Figure:
    """A number on the desk, with the list behind it."""

    n: int
    what: str
    url: str

    @classmethod
    def of(cls, n: int, one: str, many: str, url: str) -> Self:
        return cls(n, one if n == 1 else many, url)


@dataclass(frozen=True, slots=True)
class CohortDesk:
    """One cohort on the chair's home: what needs somebody now."""

    cohort: Cohort
    url: str
    needs: list[Figure]


def desks_of(cohorts: list[Cohort]) -> list[CohortDesk]:
    """What each cohort needs, in as many queries for many as for one."""
    tally_of = tallies(cohorts)
    return [
        CohortDesk(
            cohort,
            reverse("admin:signups_cohort_change", args=[cohort.pk]),
            needs_of(cohort, tally_of[cohort.pk]),
        )
        for cohort in cohorts
    ]


def needs_of(cohort: Cohort, tally: Tally) -> list[Figure]:
    """What waits for the committee, in the order in which it comes up; nothing that is nil."""
    received = [
        Figure.of(
            tally.applications[role, ApplicationStatus.RECEIVED],
            f"{role.label.lower()} application to read",
            f"{role.label.lower()} applications to read",
            _applications(cohort, role, status__exact=ApplicationStatus.RECEIVED),
        )
        for role in Role
    ]
    to_tell = [
        Figure.of(
            tally.to_tell[role],
            f"{role.label.lower()} to be told what was decided",
            f"{role.label.lower()}s to be told what was decided",
            _applications(cohort, role, telling="to_tell"),
        )
        for role in Role
    ]
    figures = [
        inquiries_to_answer(tally.n_inquiries, program__id__exact=cohort.program_id),
        *received,
        *to_tell,
        Figure.of(
            tally.pairings[PairingStatus.PROPOSED],
            "pair to decide",
            "pairs to decide",
            _pairings(cohort, status__exact=PairingStatus.PROPOSED),
        ),
        Figure.of(
            tally.n_to_offer,
            "approved pair to offer",
            "approved pairs to offer",
            _pairings(cohort, status__exact=PairingStatus.APPROVED, offered="no"),
        ),
        Figure.of(
            tally.n_offers_back,
            "offer that came back",
            "offers that came back",
            _offers(cohort, state="came_back"),
        ),
        Figure.of(
            tally.n_letters_refused,
            "letter that could not be delivered",
            "letters that could not be delivered",
            _letters(cohort, status__exact=LetterStatus.REFUSED),
        ),
    ]
    return [figure for figure in figures if figure.n]


def _url(name: str, **query: object) -> str:
    return f"{reverse(f'admin:{name}_changelist')}?{urlencode(query)}"


def inquiries_to_answer(n: int, **query: object) -> Figure:
    return Figure.of(
        n,
        "question from the public to answer",
        "questions from the public to answer",
        _url("signups_inquiry", state__exact=InquiryState.OPEN, **query),
    )


def _applications(cohort: Cohort, role: Role, **query: object) -> str:
    return _url(f"signups_{role}application", cohort__id__exact=cohort.pk, **query)


def _pairings(cohort: Cohort, **query: object) -> str:
    return _url("matching_pairing", mentee__cohort__id__exact=cohort.pk, **query)


def _offers(cohort: Cohort, **query: object) -> str:
    return _url("matching_offer", pairing__mentee__cohort__id__exact=cohort.pk, **query)


def _letters(cohort: Cohort, **query: object) -> str:
    return _url("signups_letter", application__cohort__id__exact=cohort.pk, **query)


admin.site.unregister(Cohort)


@admin.register(Cohort)
class DeskAdmin(CohortAdmin):
    """A cohort opens as a desk; its dates and questions are a page behind it."""

    def get_urls(self) -> list[URLPattern]:
        edit = self.admin_site.admin_view(self.edit_view)
        return [
            path("<path:object_id>/edit/", edit, name="signups_cohort_edit"),
            *super().get_urls(),
        ]

    def edit_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The cohort's dates, gates and questions, to be changed."""
        return super().change_view(request, object_id)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict | None = None,
    ) -> HttpResponse:
        """Where the cohort stands, with the list behind every number."""
        cohort = self.get_object(request, object_id)
        if cohort is None:
            raise Http404
        if not self.has_view_permission(request, cohort):
            raise PermissionDenied
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        tally = tallies([cohort])[cohort.pk]
        demands = topic_demands(cohort)
        context = self.admin_site.each_context(request) | {
            "title": str(cohort),
            "opts": self.opts,
            "cohort": cohort,
            "needs": needs_of(cohort, tally),
            "due_days": due_days(cohort),
            "states": _by_state(cohort, tally),
            "figures": _figures(cohort, tally),
            "topics": [
                ("Scarce", [one for one in demands if one.lacks]),
                ("Enough places", [one for one in demands if not one.lacks]),
            ],
            "most": max((max(one.n_asking, one.n_places) for one in demands), default=0),
            "gates": gate_counts(cohort),
            "runs": MatchRun.objects.filter(cohort=cohort).select_related("asked_by")[:N_RUNS],
            "can_start": request.user.has_perm("matching.start_matchrun"),
            "can_change": self.has_change_permission(request, cohort),
        }
        return TemplateResponse(request, "admin/signups/cohort/desk.html", context)


def _by_state(cohort: Cohort, tally: Tally) -> list[tuple[str, list[Figure]]]:
    """Applications by state, a row for each with a number for each role."""
    return [
        (
            status.label,
            [
                Figure.of(
                    tally.applications[role, status],
                    f"{role.label.lower()}: {status.label.lower()}",
                    f"{role.label.lower()}s: {status.label.lower()}",
                    _applications(cohort, role, status__exact=status),
                )
                for role in Role
            ],
        )
        for status in ApplicationStatus
    ]


def _figures(cohort: Cohort, tally: Tally) -> list[Figure]:
    runs = _url("matching_matchrun", cohort__id__exact=cohort.pk)
    return [
        Figure.of(
            cohort.n_open_drafts,
            "draft open",
            "drafts open",
            reverse("admin:signups_cohort_changelist"),
        ),
        Figure.of(tally.n_runs, "match run so far", "match runs so far", runs),
        Figure.of(
            tally.pairings[PairingStatus.PROPOSED],
            "pair undecided",
            "pairs undecided",
            _pairings(cohort, status__exact=PairingStatus.PROPOSED),
        ),
        Figure.of(
            tally.n_offers_waiting,
            "offer unanswered",
            "offers unanswered",
            _offers(cohort, state="unanswered"),
        ),
        Figure.of(
            tally.n_agreed,
            "mentorship agreed",
            "mentorships agreed",
            _offers(cohort, state=OfferOutcome.AGREED),
        ),
        Figure.of(
            tally.n_unanswered,
            "accepted mentee without pair and without answer",
            "accepted mentees without pair and without answer",
            reverse("admin:matching_unmatched_cohort", args=[cohort.pk]),
        ),
        Figure.of(
            tally.n_letters_waiting,
            "letter waiting to leave",
            "letters waiting to leave",
            _letters(cohort, status__exact=LetterStatus.WAITING),
        ),
    ]
