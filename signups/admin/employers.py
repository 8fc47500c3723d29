"""Employers and their spellings: which of them are the same, as the committee knows it."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import pluralize

from signups.admin.scoped import CommitteeAdmin, CommitteeInline, ReviewAdmin
from signups.forms.decisions import SameEmployerForm
from signups.models import Employer, EmployerSpelling, ReviewError


class EmployerSpellingInline(CommitteeInline):
    model = EmployerSpelling
    fields = ["spelling"]
    readonly_fields = ["spelling"]
    can_delete = False
    verbose_name_plural = "spellings; a wrong one is taken out in the list of employer spellings"

    def has_add_permission(self, request: HttpRequest, obj: Employer | None = None) -> bool:
        return False


@admin.register(Employer)
class EmployerAdmin(ReviewAdmin):
    """Employers come with applications and go with them; here they get a name and are merged."""

    list_display = ["name", "spelt", "program", "n_applications"]
    list_select_related = ["program"]
    list_filter = [("program", admin.RelatedOnlyFieldListFilter)]
    search_fields = ["name", "spellings__spelling"]
    fields = ["program", "name"]
    readonly_fields = ["program"]
    inlines = [EmployerSpellingInline]
    actions = ["merge_selected"]

    has_change_permission = CommitteeAdmin.has_change_permission

    def get_queryset(self, request: HttpRequest) -> QuerySet[Employer]:
        return super().get_queryset(request).with_counts().prefetch_related("spellings")

    def has_merge_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("signups.merge_employer")

    @admin.display(description="spelt")
    def spelt(self, employer: Employer) -> str:
        return "; ".join(str(spelling) for spelling in employer.spellings.all())

    @admin.display(description="applications", ordering="n_applications")
    def n_applications(self, employer: Employer) -> int:
        return employer.n_applications

    @admin.action(description="These are the same employer…", permissions=["merge"])
    def merge_selected(
        self, request: HttpRequest, queryset: QuerySet[Employer]
    ) -> HttpResponse | None:
        employers = list(queryset)
        if len(employers) < 2:
            self.message_user(request, "Select two employers at least.", messages.WARNING)
            return None
        if len({employer.program_id for employer in employers}) > 1:
            message = "These belong to different programs: select employers of one program."
            self.message_user(request, message, messages.WARNING)
            return None
        is_confirmed = "confirmed" in request.POST
        form = SameEmployerForm(request.POST if is_confirmed else None, employers=queryset)
        if not form.is_valid():
            n_applications = sum(employer.n_applications for employer in employers)
            consequence = (
                f"{n_applications} application{pluralize(n_applications)} then "
                f"{pluralize(n_applications, 'names,name')} one employer. Two people of it are not "
                "paired, unless the program allows it. A spelling can be taken out again."
            )
            return self.confirmation_page(
                request, queryset, verb="merge", consequence=consequence, form=form
            )
        keep = form.cleaned_data["keep"]
        try:
            keep.take_in(employers)
        except ReviewError as error:
            self.message_user(request, str(error), messages.WARNING)
            return None
        self.log_change(request, keep, f"Merged {len(employers)} employers.")
        message = f"{len(employers)} employers are now one: {keep}."
        self.message_user(request, message, messages.SUCCESS)
        return None


@admin.register(EmployerSpelling)
class EmployerSpellingAdmin(ReviewAdmin):
    """Spellings, to take one out that belongs to another employer."""

    list_display = ["spelling", "employer", "program"]
    list_select_related = ["employer", "program"]
    list_filter = [("program", admin.RelatedOnlyFieldListFilter)]
    search_fields = ["spelling", "employer__name"]
    actions = ["move_out_selected"]

    def has_merge_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("signups.merge_employer")

    @admin.action(description="This is another employer: take it out…", permissions=["merge"])
    def move_out_selected(
        self, request: HttpRequest, queryset: QuerySet[EmployerSpelling]
    ) -> HttpResponse | None:
        return self.decide_each(
            request,
            queryset,
            lambda spelling, *, by: spelling.move_out(),
            verb="take out",
            done="taken out, each an employer of its own",
        )
