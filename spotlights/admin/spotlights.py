"""The list of spotlights and the page on which one is written."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from mig_site.dates import day_in_words, moment_in_words
from signups.admin.scoped import CommitteeAdmin, histories_of
from signups.history import changes_of
from spotlights import portrayed
from spotlights.admin.forms import LinkInline, QuestionInline, SpotlightForm
from spotlights.admin.moving import SpotlightMoves, number_in
from spotlights.admin.pages import SpotlightPages
from spotlights.erasing import erase
from spotlights.markdown import EXAMPLES, render_markdown
from spotlights.models import (
    PORTRAIT_FIELDS,
    Announcement,
    Reply,
    SearchEntry,
    Spotlight,
    SpotlightStatus,
)

# Saving writes the date of the row before that of its history.
ONE_SAVING = timedelta(seconds=2)


@admin.register(Spotlight)
class SpotlightAdmin(SpotlightMoves, SpotlightPages, CommitteeAdmin):
    """Spotlights are edited here; their status changes by button or action only."""

    list_display = ["title", "person_name", "program", "state", "shown_from", "consent", "page"]
    list_select_related = ["program"]
    list_filter = ["status", "is_featured", ("program", admin.RelatedOnlyFieldListFilter)]
    search_fields = ["title", "person_name", "library", "town"]
    form = SpotlightForm
    change_form_template = "admin/spotlights/spotlight/change_form.html"
    prepopulated_fields = {"slug": ["title"]}
    inlines = [QuestionInline, LinkInline]
    actions = ["publish_selected", "withdraw_selected", "feature_selected"]

    def get_urls(self) -> list[URLPattern]:
        return [*self.own_urls(), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Spotlight]:
        spotlights = super().get_queryset(request)
        if request.resolver_match.url_name == "spotlights_spotlight_changelist":
            changes = Reply.objects.open().filter(spotlight=OuterRef("pk"))
            return spotlights.prefetch_related("questions").annotate(
                asks_for_change=Exists(changes), last_sent_at=Max("readings__sent_at")
            )
        if request.method == "POST" and request.resolver_match.url_name.endswith("_change"):
            # Two who save at once do it one after the other, and the second one is told.
            return spotlights.select_for_update(no_key=True, of=["self"])
        return spotlights

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("spotlights.publish_spotlight")

    def has_delete_permission(self, request: HttpRequest, obj: Spotlight | None = None) -> bool:
        # Readers of a published page are owed the answer that it was withdrawn.
        is_public = obj is not None and obj.status == SpotlightStatus.PUBLISHED
        return super().has_delete_permission(request, obj) and not is_public

    def delete_model(self, request: HttpRequest, obj: Spotlight) -> None:
        erase(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Spotlight]) -> None:
        for spotlight in queryset:
            erase(spotlight)

    def get_fieldsets(
        self, request: HttpRequest, obj: Spotlight | None = None
    ) -> list[tuple[str, dict[str, object]]]:
        consent = ["contact_email", "consent_given_on", "consent_note"]
        if obj and obj.is_consent_outdated():
            consent.append("agrees_to_changes")
        when = ["status"]
        if obj:
            is_public = obj.status == SpotlightStatus.PUBLISHED
            when.append("shown_from" if is_public else "published_at")
        return [
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
                "In lists and feeds",
                {"fields": ["program", "title", "slug", "language", "summary", "topics"]},
            ),
            (
                "Portrait",
                {
                    "fields": [
                        "current_portrait",
                        "portrait_file",
                        "portrait_alt",
                        "remove_portrait",
                    ]
                },
            ),
            ("What they say", {"fields": ["pull_quote", "body"]}),
            (
                "Consent",
                {
                    "fields": consent,
                    "description": "Nothing of this is shown in public. A spotlight is published "
                    "only once the person portrayed has agreed: by the link that “Save and send "
                    "to read” brings them, or by your noting the day here.",
                },
            ),
            (
                "When",
                {
                    "fields": when,
                    "description": "A draft is written on; in review, others read it; published, "
                    "everybody does, from the moment given here on. The buttons at the foot of "
                    "the page take it from one to the next. A withdrawn spotlight leaves lists and "
                    "feeds at once, and its address says kindly that it is gone.",
                },
            ),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Spotlight | None = None) -> list[str]:
        if obj is None or obj.status != SpotlightStatus.PUBLISHED:
            return ["status", "current_portrait"]
        # Form validation leaves a rule about ``status`` out, as it is not in the form: emptying
        # one of these would only be noticed by the database.
        return ["status", "current_portrait", "shown_from", "consent_given_on"]

    def get_prepopulated_fields(
        self, request: HttpRequest, obj: Spotlight | None = None
    ) -> dict[str, list[str]]:
        # Whoever has kept a link shall not be led on for each slip of a title.
        was_public = obj is not None and obj.published_at is not None
        return {} if was_public else super().get_prepopulated_fields(request, obj)

    def get_form(
        self, request: HttpRequest, obj: Spotlight | None = None, **kwargs: Any
    ) -> type[forms.ModelForm]:
        form = super().get_form(request, obj, **kwargs)
        if "published_at" in form.base_fields:
            form.base_fields["published_at"].help_text = (
                f"In the time of {obj.program.time_zone.key}. Empty: from the moment it is "
                "published. A later moment: published, but shown only from then on."
            )
        return form

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """The form, with moments in the zone of the spotlight's program."""
        spotlight = object_id and self.model.objects.filter(pk=number_in(object_id)).first()
        zone = spotlight.program.time_zone if spotlight else timezone.get_current_timezone()
        with timezone.override(zone):
            response = super().changeform_view(request, object_id, *args, **kwargs)
            if hasattr(response, "render"):
                response.render()
        return response

    def save_model(
        self, request: HttpRequest, obj: Spotlight, form: forms.ModelForm, change: bool
    ) -> None:
        form.wording_before = Spotlight.objects.get(pk=obj.pk).wording() if change else ""
        portrait = PORTRAIT_FIELDS if form.place_portrait(obj) else []
        # Only what was edited: a status that someone else changed meanwhile stays.
        edited = {field.name for field in obj._meta.concrete_fields} & {*form.changed_data}
        edited |= {*portrait}
        obj.save(update_fields=[*edited, "updated_at"] if change else None)
        if change and "slug" in edited:
            obj.note_slug_change(form.initial["slug"])
        if change and "contact_email" in edited:
            # Whoever reads letters to the old address has no say any more.
            obj.portrayed_links.working().update(revoked_at=timezone.now())

    def save_related(
        self, request: HttpRequest, form: forms.ModelForm, formsets: list, change: bool
    ) -> None:
        super().save_related(request, form, formsets, change)
        SearchEntry.objects.write_for([form.instance])
        agreed = {"consent_given_on", "agrees_to_changes"} & {*form.changed_data}
        for sentence in portrayed.note_edit(
            form.instance, before=form.wording_before, is_agreed=bool(agreed)
        ):
            self.message_user(request, sentence, messages.WARNING)

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

    @admin.display(description="shown from", ordering="published_at", empty_value="")
    def shown_from(self, spotlight: Spotlight) -> str | None:
        moment = spotlight.published_at
        return moment and moment_in_words(moment, spotlight.program.time_zone)

    @admin.display(description="consent", ordering="consent_given_on")
    def consent(self, spotlight: Spotlight) -> str:
        if spotlight.asks_for_change:
            return "Asks for a change"
        if spotlight.is_consent_outdated():
            return "To an earlier text"
        if spotlight.consent_given_on:
            return f"Agreed, {day_in_words(spotlight.consent_given_on)}"
        if spotlight.last_sent_at:
            return f"Asked, {day_in_words(_day(spotlight, spotlight.last_sent_at))}"
        return "Not asked"

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
        is_saved = spotlight is not None and spotlight.pk is not None
        status = spotlight.status if is_saved else SpotlightStatus.DRAFT
        may_publish = self.has_publish_permission(request) and not context["is_popup"]
        is_public = status == SpotlightStatus.PUBLISHED
        context |= {
            "show_submit": status == SpotlightStatus.DRAFT,
            "show_send_back": status == SpotlightStatus.IN_REVIEW,
            "show_publish": may_publish and not is_public,
            "show_unschedule": may_publish and is_saved and spotlight.is_scheduled(),
            "show_withdraw": may_publish and is_public,
            "show_view": is_saved and spotlight.is_published(),
            "show_announce": may_publish
            and is_saved
            and spotlight.is_published()
            and not Announcement.objects.filter(spotlight=spotlight).exists(),
            "markdown_examples": [(source, render_markdown(source)) for source in EXAMPLES],
            "seen": spotlight.updated_at.isoformat() if is_saved else "",
            "preview_url": reverse("admin:spotlights_spotlight_preview", args=[spotlight.pk])
            if is_saved
            else reverse("admin:spotlights_spotlight_preview_new"),
        }
        if is_saved:
            context |= self._what_was_said(spotlight)
            context["changed_meanwhile"] = self._changes_since(request, context, spotlight)
        return super().render_change_form(request, context, **kwargs)

    def _what_was_said(self, spotlight: Spotlight) -> dict[str, object]:
        return {
            "readings": spotlight.readings.select_related("sent_by", "letter"),
            "replies": spotlight.replies.select_related("settled_by"),
            "announcement": Announcement.objects.filter(spotlight=spotlight)
            .select_related("announced_by")
            .first(),
        }

    def _changes_since(
        self, request: HttpRequest, context: dict[str, Any], spotlight: Spotlight
    ) -> list:
        """What others saved since the form was opened, if it was refused for that."""
        seen_at = getattr(context["adminform"].form, "seen_at", None)
        if seen_at is None:
            return []
        changes = changes_of(histories_of(self, request, spotlight))
        return [change for change in changes if change.at > seen_at + ONE_SAVING]


def _day(spotlight: Spotlight, moment: datetime) -> date:
    return timezone.localdate(moment, spotlight.program.time_zone)
