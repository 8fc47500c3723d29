"""Where committees write guides, attach files to them, and publish them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db.models import QuerySet, Sum
from django.db.models.functions import Coalesce
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from signups.admin.scoped import CommitteeAdmin, CommitteeInline
from spotlights.admin.moving import Moves
from spotlights.attachments import N_MOST, AttachmentError, kind_of, name_to_save
from spotlights.markdown import EXAMPLES, render_markdown
from spotlights.models import Guide, GuideFile, GuideStatus


class GuideForm(forms.ModelForm):
    class Meta:
        widgets = {
            name + language: AdminTextareaWidget(attrs={"rows": rows})
            for name, rows in (("summary", 3), ("body", 30))
            for language in ("", "_es")
        }


class GuideFileForm(forms.ModelForm):
    """What a file is called, and the file itself: chosen once, replaced by choosing another."""

    upload = forms.FileField(
        label="file",
        required=False,
        help_text="PDF, DOCX, XLSX, ODT or ODS, without macros.",
        widget=forms.FileInput(attrs={"accept": ".pdf,.docx,.xlsx,.odt,.ods"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        file = cleaned.get("upload")
        if file:
            try:
                self.kind = kind_of(file)
            except AttachmentError as error:
                self.add_error("upload", str(error))
        elif not self.instance.name and "upload" not in self.errors:
            self.add_error("upload", "Choose the file.")
        return cleaned

    def save(self, commit: bool = True) -> GuideFile:
        file = self.cleaned_data.get("upload")
        if file:
            if self.instance.name:
                self.instance.forget_file()
            self.instance.put(
                file, kind=self.kind, shown_name=name_to_save(file.name, kind=self.kind)
            )
        return super().save(commit)


class GuideFileFormSet(BaseInlineFormSet):
    def delete_existing(self, obj: GuideFile, commit: bool = True) -> None:
        if commit:
            obj.forget_file()
        super().delete_existing(obj, commit)


class GuideFileInline(CommitteeInline):
    model = GuideFile
    form, formset = GuideFileForm, GuideFileFormSet
    fields = ["label", "language", "upload", "kept", "n_downloads", "position"]
    readonly_fields = ["kept", "n_downloads"]
    max_num = N_MOST
    verbose_name_plural = "Files to take away"

    @admin.display(description="now")
    def kept(self, file: GuideFile) -> str:
        if not file.pk:
            return "–"
        return format_html('<a href="{}">{}</a>', file.get_absolute_url(), file.shown_name)


@admin.register(Guide)
class GuideAdmin(Moves, CommitteeAdmin):
    """Guides are edited here; their status changes by button or action only."""

    list_display = ["title", "phase", "audience", "program", "status", "downloads", "page"]
    list_select_related = ["program"]
    list_filter = ["status", "phase", "audience", ("program", admin.RelatedOnlyFieldListFilter)]
    search_fields = ["title", "summary"]
    form = GuideForm
    inlines = [GuideFileInline]
    prepopulated_fields = {"slug": ["title"]}
    readonly_fields = ["status"]
    actions = ["publish_selected", "take_back_selected"]
    fieldsets = [
        (
            "In lists",
            {
                "fields": [
                    "program",
                    "title",
                    "slug",
                    "summary",
                    ("audience", "phase", "position"),
                    "status",
                ],
                "description": "A draft is seen by committees only: save it and choose Preview to "
                "read it as the public will.",
            },
        ),
        ("What it says", {"fields": ["body"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Guide]:
        n_downloads = Coalesce(Sum("files__n_downloads"), 0)
        return super().get_queryset(request).annotate(n_downloads=n_downloads)

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("spotlights.publish_guide")

    def has_delete_permission(self, request: HttpRequest, obj: Guide | None = None) -> bool:
        # One that people may be reading is taken back first.
        is_public = obj is not None and obj.status == GuideStatus.PUBLISHED
        return super().has_delete_permission(request, obj) and not is_public

    def get_prepopulated_fields(
        self, request: HttpRequest, obj: Guide | None = None
    ) -> dict[str, list[str]]:
        return {} if obj else super().get_prepopulated_fields(request, obj)

    def save_model(
        self, request: HttpRequest, obj: Guide, form: forms.ModelForm, change: bool
    ) -> None:
        # Only what was edited: a status that someone else changed meanwhile stays.
        fields = {"i18n" if name.endswith("_es") else name for name in form.changed_data}
        obj.save(update_fields=[*fields, "updated_at"] if change else None)
        if change and "slug" in form.changed_data:
            obj.keep_address(form.initial["slug"])

    def delete_model(self, request: HttpRequest, obj: Guide) -> None:
        for file in obj.files.all():
            file.forget_file()
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Guide]) -> None:
        for file in GuideFile.objects.filter(guide__in=queryset):
            file.forget_file()
        super().delete_queryset(request, queryset)

    def get_deleted_objects(
        self, objs: QuerySet[Guide], request: HttpRequest
    ) -> tuple[list, dict, set, list]:
        shown, counts, missing, protected = super().get_deleted_objects(objs, request)
        public = [str(one) for one in objs if one.status == GuideStatus.PUBLISHED]
        return shown, counts, missing, protected + public

    def view_on_site(self, obj: Guide) -> str:
        return obj.get_absolute_url()

    @admin.display(description="downloads", ordering="n_downloads")
    def downloads(self, guide: Guide) -> int:
        return guide.n_downloads

    @admin.display(description="page")
    def page(self, guide: Guide) -> SafeString:
        label = "View" if guide.is_published() else "Preview"
        return format_html(
            '<a href="{}" aria-label="{} {}">{}</a>', guide.get_absolute_url(), label, guide, label
        )

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], **kwargs: Any
    ) -> HttpResponse:
        guide: Guide | None = kwargs.get("obj")
        may_publish = self.has_publish_permission(request) and not context["is_popup"]
        is_public = guide is not None and guide.status == GuideStatus.PUBLISHED
        context |= {
            "show_publish": may_publish and not is_public,
            "show_take_back": may_publish and is_public,
            "show_view": guide is not None and guide.is_published(),
            "markdown_examples": [(source, render_markdown(source)) for source in EXAMPLES],
        }
        return super().render_change_form(request, context, **kwargs)

    def response_post_save_add(self, request: HttpRequest, obj: Guide) -> HttpResponse:
        self._obey_button(request, obj)
        return super().response_post_save_add(request, obj)

    def response_post_save_change(self, request: HttpRequest, obj: Guide) -> HttpResponse:
        self._obey_button(request, obj)
        return super().response_post_save_change(request, obj)

    def _obey_button(self, request: HttpRequest, guide: Guide) -> None:
        """Do what the button pressed below the form asks beyond saving."""
        if not self.has_publish_permission(request):
            return
        if "_publish" in request.POST:
            self.move_each(request, [guide], Guide.publish, "published")
        elif "_take_back" in request.POST:
            self.move_each(request, [guide], Guide.take_back, "taken back")

    @admin.action(description="Publish selected guides", permissions=["publish"])
    def publish_selected(self, request: HttpRequest, queryset: QuerySet[Guide]) -> None:
        self.move_each(request, queryset, Guide.publish, "published")

    @admin.action(description="Take selected guides back", permissions=["publish"])
    def take_back_selected(self, request: HttpRequest, queryset: QuerySet[Guide]) -> None:
        self.move_each(request, queryset, Guide.take_back, "taken back")
