"""The subjects of the series."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from spotlights.models import SearchEntry, SpotlightTopic


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
