"""Whom people would like to be paired with, and who is meant where it is not clear."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Field, QuerySet
from django.forms import ModelChoiceField
from django.http import HttpRequest

from signups.admin.scoped import CommitteeAdmin, ReviewAdmin
from signups.models import Application, Wish
from signups.wishes import meant_by


class MeaningFilter(admin.SimpleListFilter):
    title = "who is meant"
    parameter_name = "meaning"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("clear", "Clear"), ("unclear", "Not clear")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Wish]) -> QuerySet[Wish]:
        if self.value() not in ("clear", "unclear"):
            return queryset
        meant = meant_by(queryset.select_related("application"))
        if self.value() == "clear":
            return queryset.filter(pk__in=meant)
        return queryset.exclude(pk__in=meant)


class WishList(ChangeList):
    """A page of wishes, each with the name of whom it means."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = list(self.result_list)
        meant = meant_by(self.result_list)
        names = dict(Application.objects.filter(pk__in=meant.values()).values_list("pk", "name"))
        for wish in self.result_list:
            wish.means = names[meant[wish.pk]] if wish.pk in meant else ""


@admin.register(Wish)
class WishAdmin(ReviewAdmin):
    """What applicants wrote stays as it is; the committee may say who is meant."""

    list_display = ["wanted_name_or_email", "application", "role", "cohort", "means", "wanted"]
    list_filter = [
        MeaningFilter,
        ("application__cohort", admin.RelatedOnlyFieldListFilter),
        "application__role",
    ]
    search_fields = ["wanted_name_or_email", "application__name"]
    fields = ["application", "wanted_name_or_email", "wanted"]
    readonly_fields = ["application", "wanted_name_or_email"]

    has_change_permission = CommitteeAdmin.has_change_permission

    def get_queryset(self, request: HttpRequest) -> QuerySet[Wish]:
        wishes = super().get_queryset(request)
        return wishes.select_related("application__cohort__program", "wanted")

    def get_changelist(self, request: HttpRequest, **kwargs: object) -> type[ChangeList]:
        return WishList

    def formfield_for_foreignkey(
        self, db_field: Field, request: HttpRequest, **kwargs: object
    ) -> ModelChoiceField:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        wish = self.get_object(request, request.resolver_match.kwargs.get("object_id", ""))
        if wish is None:
            field.queryset = field.queryset.none()
        else:
            field.queryset = field.queryset.not_erased().filter(
                cohort=wish.application.cohort_id, role=wish.application.role_enum.other
            )
        return field

    @admin.display(description="role", ordering="application__role")
    def role(self, wish: Wish) -> str:
        return wish.application.get_role_display()

    @admin.display(description="cohort", ordering="application__cohort")
    def cohort(self, wish: Wish) -> str:
        return str(wish.application.cohort)

    @admin.display(description="means", empty_value="not clear")
    def means(self, wish: Wish) -> str | None:
        return wish.means or None
