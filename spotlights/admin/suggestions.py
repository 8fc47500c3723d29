"""Where a committee reads suggestions and stories, and makes drafts of them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from tablib import Dataset

from signups.access import no_trace
from signups.admin.scoped import CommitteeAdmin, ReviewAdmin
from signups.exports import harmless
from signups.letters import write
from signups.models import Letter, ReviewError
from spotlights import suggestion_emails as emails
from spotlights.models import Suggestion
from spotlights.models.suggestions import SuggestionQuerySet
from spotlights.suggesting import make_draft
from spotlights.suggestion_erasing import erase_suggestions

COLUMNS = {
    "Kind": "get_kind_display",
    "State": "get_status_display",
    "Program": "program",
    "Arrived (UTC)": "arrived_at",
    "Who": "shown_name",
    "Position": "position_title",
    "Library": "library",
    "Town": "town",
    "How to reach them": "reach",
    "Why": "why",
    "Suggested by": "from_name",
    "Their address": "from_email",
    "May be told who suggested them": "may_be_named",
    "Would like to hear from us": "may_be_written_to",
    "Hoped": "hoped",
    "Happened": "happened",
    "Would tell": "would_tell",
    "Notes": "note",
}


@admin.register(Suggestion)
class SuggestionAdmin(ReviewAdmin):
    """What people wrote is read here and never edited; only the committee's notes are."""

    list_display = ["who", "kind", "program", "status", "arrived_at", "thanked", "draft"]
    list_select_related = ["program", "spotlight"]
    list_filter = ["status", "kind", ("program", admin.RelatedOnlyFieldListFilter)]
    search_fields = ["person_name", "library", "town"]
    actions = [
        "make_drafts",
        "talk_selected",
        "decline_selected",
        "take_up_selected",
        "thank_selected",
        "export_csv",
    ]

    def get_fieldsets(self, request: HttpRequest, obj: Suggestion | None = None) -> list:
        state = ["status", "moved_at", "moved_by", "draft", "thanked", "note"]
        about = ["kind", "program", "arrived_at", "language"]
        if obj is not None and obj.is_story:
            return [
                ("Their story", {"fields": ["hoped", "happened", "would_tell"]}),
                (
                    "How they would like to be named",
                    {
                        "fields": ["naming", "who", "consented_at", "withdrawn_at"],
                        "description": "They agreed that the committee keeps the story and makes a "
                        "draft from it. That is not yet consent to publish: they read the draft "
                        "first, and agree to that by the link you send them.",
                    },
                ),
                ("Where it stands", {"fields": [*about, *state]}),
            ]
        who = ["person_name", "position_title", "library", "town", "reach"]
        you = ["from_name", "from_email", "may_be_named", "may_be_written_to"]
        return [
            ("Who", {"fields": who}),
            ("Why", {"fields": ["why"]}),
            ("Suggested by", {"fields": you}),
            ("Where it stands", {"fields": [*about, *state]}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Suggestion | None = None) -> list[str]:
        fields = [name for _, part in self.get_fieldsets(request, obj) for name in part["fields"]]
        return [name for name in fields if name != "note"]

    def has_change_permission(self, request: HttpRequest, obj: Suggestion | None = None) -> bool:
        return CommitteeAdmin.has_change_permission(self, request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Suggestion | None = None) -> bool:
        return CommitteeAdmin.has_delete_permission(self, request, obj)

    def has_draft_permission(self, request: HttpRequest) -> bool:
        """Whether somebody may make drafts: whoever may write spotlights."""
        may_write = request.user.has_perm("spotlights.add_spotlight")
        return may_write and self.has_change_permission(request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Suggestion]:
        return super().get_queryset(request).with_thanks()

    def save_model(
        self, request: HttpRequest, obj: Suggestion, form: forms.ModelForm, change: bool
    ) -> None:
        obj.save(update_fields=["note"])

    def delete_model(self, request: HttpRequest, obj: Suggestion) -> None:
        erase_suggestions(Suggestion.objects.filter(pk=obj.pk))

    def delete_queryset(self, request: HttpRequest, queryset: SuggestionQuerySet) -> None:
        erase_suggestions(queryset)

    @admin.display(description="who", ordering="person_name")
    def who(self, suggestion: Suggestion) -> str:
        return suggestion.shown_name or "–"

    @admin.display(description="thanked", boolean=True)
    def thanked(self, suggestion: Suggestion) -> bool:
        return suggestion.is_thanked

    @admin.display(description="draft")
    def draft(self, suggestion: Suggestion) -> str:
        if suggestion.spotlight is None:
            return "–"
        url = reverse("admin:spotlights_spotlight_change", args=[suggestion.spotlight_id])
        return format_html('<a href="{}">{}</a>', url, suggestion.spotlight)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], **kwargs: Any
    ) -> HttpResponse:
        suggestion: Suggestion | None = kwargs.get("obj")
        context["show_draft"] = (
            suggestion is not None
            and suggestion.is_undecided
            and self.has_draft_permission(request)
        )
        return super().render_change_form(request, context, **kwargs)

    def response_post_save_change(self, request: HttpRequest, obj: Suggestion) -> HttpResponse:
        """Lead on to the draft, where the button below the form asks for one."""
        if "_draft" not in request.POST or not self.has_draft_permission(request):
            return super().response_post_save_change(request, obj)
        try:
            spotlight = make_draft(obj, by=request.user)
        except ReviewError as error:
            self.message_user(request, str(error), messages.WARNING)
            return super().response_post_save_change(request, obj)
        self.log_change(request, obj, "Made into a draft.")
        self.message_user(request, "Here is the draft. Nobody has agreed to it yet.")
        return redirect("admin:spotlights_spotlight_change", spotlight.pk)

    @admin.action(description="Make drafts of selected suggestions…", permissions=["draft"])
    def make_drafts(
        self, request: HttpRequest, queryset: SuggestionQuerySet
    ) -> HttpResponse | None:
        return self.decide_each(
            request, queryset, make_draft, verb="make a draft of", done="made into drafts"
        )

    @admin.action(description="Note that you are in conversation…", permissions=["change"])
    def talk_selected(
        self, request: HttpRequest, queryset: SuggestionQuerySet
    ) -> HttpResponse | None:
        return self.decide_each(
            request, queryset, Suggestion.talk, verb="note that you talk about", done="noted"
        )

    @admin.action(description="Decline selected suggestions…", permissions=["change"])
    def decline_selected(
        self, request: HttpRequest, queryset: SuggestionQuerySet
    ) -> HttpResponse | None:
        return self.decide_each(
            request, queryset, Suggestion.decline, verb="decline", done="declined"
        )

    @admin.action(description="Take declined suggestions up again…", permissions=["change"])
    def take_up_selected(
        self, request: HttpRequest, queryset: SuggestionQuerySet
    ) -> HttpResponse | None:
        return self.decide_each(
            request, queryset, Suggestion.take_up_again, verb="take up again", done="taken up again"
        )

    @admin.action(description="Thank the people who wrote…", permissions=["change"])
    def thank_selected(
        self, request: HttpRequest, queryset: SuggestionQuerySet
    ) -> HttpResponse | None:
        """Write the letter of thanks, once to each who would like to hear from the committee."""
        letters = letters_of_thanks(queryset)
        if "confirmed" not in request.POST:
            return self.confirmation_page(
                request, queryset, verb="thank for", consequence=_who_hears(letters, queryset)
            )
        n_written = write(letters)
        self.message_user(request, f"Letters of thanks on their way: {n_written}.")
        return None

    @admin.action(description="Export selected suggestions as CSV", permissions=["view"])
    def export_csv(self, request: HttpRequest, queryset: SuggestionQuerySet) -> HttpResponse:
        # With the mark at the start, Excel reads it as UTF-8.
        content = table_of(queryset).export("csv").encode("utf-8-sig")
        response = HttpResponse(content, content_type="text/csv; charset=utf-8")
        name = f"suggestions-{timezone.now():%Y-%m-%d}.csv"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return no_trace(response)


def letters_of_thanks(suggestions: SuggestionQuerySet) -> list[Letter]:
    """The letters to those who would like one, got none yet, and did not take it back."""
    rows = suggestions.with_thanks().select_related("program", "application__cohort__program")
    return [emails.thank_you(row) for row in rows if row.may_be_thanked and not row.is_thanked]


def _who_hears(letters: list[Letter], suggestions: SuggestionQuerySet) -> str:
    n_others = len(suggestions) - len(letters)
    sentence = f"Letters that leave: {len(letters)}."
    if n_others:
        sentence += f" None for {n_others}: thanked before, taken back, or not wanted."
    if letters:
        sentence += f" The first begins: “{letters[0].subject}”."
    return sentence


def table_of(suggestions: SuggestionQuerySet) -> Dataset:
    """One row for each suggestion, with nothing that a spreadsheet would run."""
    table = Dataset(headers=[*COLUMNS])
    for suggestion in suggestions:
        table.append([harmless(_cell(suggestion, name)) for name in COLUMNS.values()])
    return table


def _cell(suggestion: Suggestion, name: str) -> str:
    value = getattr(suggestion, name)
    if name == "arrived_at":
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value() if callable(value) else value)
