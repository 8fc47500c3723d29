"""Where a committee writes spotlights, publishes and withdraws them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from signups.admin.scoped import CommitteeAdmin, CommitteeInline
from spotlights.forms import SpotlightForm
from spotlights.markdown import EXAMPLES, render_markdown
from spotlights.models import (
    PORTRAIT_FIELDS,
    InterviewQuestion,
    PublishingError,
    SearchEntry,
    Spotlight,
    SpotlightLink,
    SpotlightStatus,
    SpotlightTopic,
)


class QuestionInline(CommitteeInline, admin.StackedInline):
    model = InterviewQuestion
    fields = ["position", "question", "answer"]
    template = "admin/edit_inline/stacked.html"


class LinkInline(CommitteeInline):
    model = SpotlightLink
    fields = ["position", "label", "url"]


@admin.register(SpotlightTopic)
class SpotlightTopicAdmin(admin.ModelAdmin):
    """The subjects of the series, shared by all programs."""

    list_display = ["name", "name_es", "slug"]
    fields = ["name", "name_es", "slug"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}

    def save_model(
        self, request: HttpRequest, obj: SpotlightTopic, form: forms.ModelForm, change: bool
    ) -> None:
        super().save_model(request, obj, form, change)
        # Spotlights are found by the names of their topics too.
        SearchEntry.objects.write_for(obj.spotlights.all())


@admin.register(Spotlight)
class SpotlightAdmin(CommitteeAdmin):
    """Spotlights are edited here; their status changes by button or action only."""

    list_display = ["title", "person_name", "program", "state", "published_at", "page"]
    list_select_related = ["program"]
    list_filter = ["status", ("program", admin.RelatedOnlyFieldListFilter)]
    search_fields = ["title", "person_name", "library", "town"]
    form = SpotlightForm
    prepopulated_fields = {"slug": ["title"]}
    filter_horizontal = ["topics"]
    inlines = [QuestionInline, LinkInline]
    actions = ["publish_selected", "withdraw_selected"]
    fieldsets = [
        (
            "Who",
            {
                "fields": [
                    ("person_name", "pronouns"),
                    "position_title",
                    ("library", "town"),
                    "library_type",
                ]
            },
        ),
        (
            "Portrait",
            {"fields": ["current_portrait", "portrait_file", "portrait_alt", "remove_portrait"]},
        ),
        (
            "Consent",
            {
                "fields": ["contact_email", "consent_given_on", "consent_note"],
                "description": "Nothing of this is shown in public. A spotlight is published only "
                "once the person portrayed has agreed.",
            },
        ),
        (
            "In lists and feeds",
            {"fields": ["program", "title", "slug", "language", "summary", "topics"]},
        ),
        (
            "When",
            {
                "fields": ["status", "published_at"],
                "description": "A draft is seen by its committee only: save it and choose Preview "
                "to read it as the public will. A withdrawn spotlight leaves lists and feed at "
                "once, and its address says kindly that it is gone.",
            },
        ),
        (
            "What they say",
            {"fields": ["pull_quote", "body"]},
        ),
    ]

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("spotlights.publish_spotlight")

    def has_delete_permission(self, request: HttpRequest, obj: Spotlight | None = None) -> bool:
        # Readers of a published page are owed the answer that it was withdrawn.
        is_public = obj is not None and obj.status == SpotlightStatus.PUBLISHED
        return super().has_delete_permission(request, obj) and not is_public

    def get_readonly_fields(self, request: HttpRequest, obj: Spotlight | None = None) -> list[str]:
        if obj is None or obj.status != SpotlightStatus.PUBLISHED:
            return ["status", "current_portrait"]
        # Form validation leaves a rule about ``status`` out, as it is not in the form: emptying
        # one of these would only be noticed by the database.
        return ["status", "current_portrait", "published_at", "consent_given_on"]

    def get_prepopulated_fields(
        self, request: HttpRequest, obj: Spotlight | None = None
    ) -> dict[str, list[str]]:
        # Whoever has kept a link shall not be led on for each slip of a title.
        was_public = obj is not None and obj.published_at is not None
        return {} if was_public else super().get_prepopulated_fields(request, obj)

    def save_model(
        self, request: HttpRequest, obj: Spotlight, form: forms.ModelForm, change: bool
    ) -> None:
        portrait = PORTRAIT_FIELDS if form.place_portrait(obj) else []
        # Only what was edited: a status that someone else changed meanwhile stays.
        edited = {field.name for field in obj._meta.concrete_fields} & {*form.changed_data}
        edited |= {*portrait}
        obj.save(update_fields=[*edited, "updated_at"] if change else None)
        if change and "slug" in edited:
            obj.note_slug_change(form.initial["slug"])

    def save_related(
        self, request: HttpRequest, form: forms.ModelForm, formsets: list[Any], change: bool
    ) -> None:
        super().save_related(request, form, formsets, change)
        SearchEntry.objects.write_for([form.instance])

    def view_on_site(self, obj: Spotlight) -> str:
        return obj.get_absolute_url()

    @admin.display(description="portrait now")
    def current_portrait(self, spotlight: Spotlight) -> SafeString | str:
        picture = spotlight.picture
        if picture is None:
            return "None: initials stand in its place."
        return format_html(
            '<img src="{}" width="160" alt="{}">', picture.src, spotlight.portrait_alt
        )

    @admin.display(description="status", ordering="status")
    def state(self, spotlight: Spotlight) -> str:
        return "Scheduled" if spotlight.is_scheduled() else spotlight.get_status_display()

    @admin.display(description="page")
    def page(self, spotlight: Spotlight) -> SafeString:
        return format_html(
            '<a href="{}" aria-label="{} {}">{}</a>',
            spotlight.get_absolute_url(),
            label := "View" if spotlight.is_published() else "Preview",
            spotlight,
            label,
        )

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], **kwargs: Any
    ) -> HttpResponse:
        spotlight: Spotlight | None = kwargs.get("obj")
        may_publish = self.has_publish_permission(request) and not context["is_popup"]
        is_public = spotlight is not None and spotlight.status == SpotlightStatus.PUBLISHED
        context |= {
            "show_publish": may_publish and not is_public,
            "show_withdraw": may_publish and is_public,
            "show_view": spotlight is not None and spotlight.is_published(),
            "markdown_examples": [(source, render_markdown(source)) for source in EXAMPLES],
        }
        return super().render_change_form(request, context, **kwargs)

    def response_post_save_add(self, request: HttpRequest, obj: Spotlight) -> HttpResponse:
        self._obey_button(request, obj)
        return super().response_post_save_add(request, obj)

    def response_post_save_change(self, request: HttpRequest, obj: Spotlight) -> HttpResponse:
        self._obey_button(request, obj)
        return super().response_post_save_change(request, obj)

    def _obey_button(self, request: HttpRequest, spotlight: Spotlight) -> None:
        """Do what the button pressed below the form asks beyond saving."""
        if not self.has_publish_permission(request):
            return
        if "_publish" in request.POST:
            self._move_each(request, [spotlight], Spotlight.publish, "published")
        elif "_withdraw" in request.POST:
            self._move_each(request, [spotlight], Spotlight.withdraw, "withdrawn")

    @admin.action(description="Publish selected spotlights", permissions=["publish"])
    def publish_selected(self, request: HttpRequest, queryset: QuerySet[Spotlight]) -> None:
        self._move_each(request, queryset, Spotlight.publish, "published")

    @admin.action(description="Withdraw selected spotlights", permissions=["publish"])
    def withdraw_selected(self, request: HttpRequest, queryset: QuerySet[Spotlight]) -> None:
        self._move_each(request, queryset, Spotlight.withdraw, "withdrawn")

    def _move_each(
        self,
        request: HttpRequest,
        spotlights: QuerySet[Spotlight] | list[Spotlight],
        move: Callable[[Spotlight], None],
        done: str,
    ) -> None:
        count = 0
        for spotlight in spotlights:
            try:
                move(spotlight)
            except PublishingError as error:
                self.message_user(request, str(error), messages.WARNING)
            else:
                self.log_change(request, spotlight, f"{done.capitalize()}.")
                count += 1
        if count:
            self.message_user(request, f"{count} {done}.", messages.SUCCESS)
