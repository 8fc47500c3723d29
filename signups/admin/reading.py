"""Reading applications one after another, and what the readers thought of them."""

from __future__ import annotations

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from signups.admin.scoped import ReviewAdmin
from signups.forms.reading import RatingForm
from signups.models import Answer, Application, Cohort, Rating
from signups.models.ratings import as_read_by
from signups.reading import next_unread, progress_of, rate, to_read


@admin.register(Rating)
class RatingAdmin(ReviewAdmin):
    """Ratings are given on the page of the application, while it is read."""

    list_display = ["application", "cohort", "points", "words", "reader", "rated_at"]
    list_display_links = None
    list_select_related = ["application__cohort__program", "reader"]
    list_filter = ["points", ("application__cohort", admin.RelatedOnlyFieldListFilter)]
    actions = None
    change_list_template = "admin/signups/rating/list.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Rating]:
        return super().get_queryset(request).readable_by(request.user)

    @admin.display(ordering="application__cohort")
    def cohort(self, rating: Rating) -> str:
        return str(rating.application.cohort)

    def get_urls(self) -> list[URLPattern]:
        def own(address: str, view: object, name: str) -> URLPattern:
            return path(address, self.admin_site.admin_view(view), name=f"signups_rating_{name}")

        return [
            own("read/", self.cohorts_view, "cohorts"),
            own("read/<int:cohort_id>/", self.next_view, "next"),
            own("read/<int:cohort_id>/<int:application_id>/", self.read_view, "read"),
            *super().get_urls(),
        ]

    def cohorts_view(self, request: HttpRequest) -> HttpResponse:
        """The cohorts with something to read, and how far one is with each."""
        self._check_may_rate(request)
        cohorts = Cohort.objects.visible_to(request.user)
        progress = [progress_of(request.user, cohort) for cohort in cohorts]
        context = self._context(request, "Read applications") | {
            "progress": [one for one in progress if one.n_all]
        }
        return TemplateResponse(request, "admin/signups/rating/cohorts.html", context)

    def next_view(self, request: HttpRequest, cohort_id: int) -> HttpResponse:
        """Go to the next application that this reader has not rated."""
        cohort = self._cohort(request, cohort_id)
        after = request.GET.get("after", "")
        is_number = after.isascii() and after.isdecimal() and len(after) < 10
        application = next_unread(request.user, cohort, after=int(after) if is_number else 0)
        if application:
            return redirect("admin:signups_rating_read", cohort.pk, application.pk)
        self.message_user(request, f"You have read all of {cohort}.", messages.SUCCESS)
        return redirect("admin:signups_rating_cohorts")

    def read_view(self, request: HttpRequest, cohort_id: int, application_id: int) -> HttpResponse:
        """One application and the form to rate it; who wrote it only where that may be known."""
        cohort = self._cohort(request, cohort_id)
        applications = as_read_by(request.user, to_read(cohort)).select_related(
            "career_stage", "library_type", "region", "cohort__program"
        )
        application = get_object_or_404(applications, pk=application_id)
        own = application.ratings.filter(reader=request.user).first()
        if request.method == "POST":
            form = RatingForm(request.POST)
            if form.is_valid():
                rate(application, by=request.user, **form.cleaned_data)
                address = reverse("admin:signups_rating_next", args=[cohort.pk])
                return redirect(f"{address}?after={application.pk}")
        else:
            initial = {"points": own.points, "words": own.words} if own else None
            form = RatingForm(initial=initial)
        ratings = Rating.objects.readable_by(request.user).exclude(reader=request.user)
        context = self._context(request, str(application)) | {
            "cohort": cohort,
            "application": application,
            "answers": _answers(application, request),
            "form": form,
            "own": own,
            "ratings": ratings.filter(application=application.pk).select_related("reader"),
            "progress": progress_of(request.user, cohort),
        }
        return TemplateResponse(request, "admin/signups/rating/read.html", context)

    def _cohort(self, request: HttpRequest, cohort_id: int) -> Cohort:
        self._check_may_rate(request)
        return get_object_or_404(Cohort.objects.visible_to(request.user), pk=cohort_id)

    def _check_may_rate(self, request: HttpRequest) -> None:
        if not request.user.has_perm("signups.add_rating"):
            raise PermissionDenied

    def _context(self, request: HttpRequest, title: str) -> dict[str, object]:
        return self.admin_site.each_context(request) | {"title": title, "opts": self.opts}


def _answers(application: Application, request: HttpRequest) -> list[tuple[str, str]]:
    """What someone answered, question by question; who they are only where it may be known."""

    def listed(options: QuerySet) -> str:
        return ", ".join(str(option) for option in options.all())

    who = [
        ("Pronouns", application.pronouns),
        ("Position", application.position_title),
        ("Library or employer", application.employer),
    ]
    own = Answer.objects.readable_by(request.user).filter(application=application.pk)
    answers = [
        ("Role", application.get_role_display()),
        *([] if application.is_blind else who),
        ("Career stage", str(application.career_stage)),
        ("Library type now", str(application.library_type)),
        ("Region", str(application.region)),
        ("Topics", listed(application.topic_choices.select_related("topic"))),
        ("Topics in own words", application.topics_in_own_words),
        ("Formats", listed(application.formats)),
        ("Places", str(application.capacity or "")),
        ("In their own words", application.statement),
        *((answer.wording, answer.in_words) for answer in own.select_related("question")),
    ]
    return [(label, answer) for label, answer in answers if answer]
