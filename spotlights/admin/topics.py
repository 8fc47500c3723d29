"""The subjects of the series."""

from __future__ import annotations

from django.contrib import admin

from spotlights.models import SpotlightTopic


@admin.register(SpotlightTopic)
class SpotlightTopicAdmin(admin.ModelAdmin):
    """The subjects of the series, shared by all programs."""

    list_display = ["name", "name_es", "slug"]
    fields = ["name", "name_es", "slug"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}
