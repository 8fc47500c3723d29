"""The actions that hand a committee its applications as a spreadsheet."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from signups.access import no_trace
from signups.exports import table_of
from signups.models.considering import ApplicationQuerySet


@admin.action(description="Export selected applications as CSV", permissions=["view"])
def export_csv(
    model_admin: admin.ModelAdmin, request: HttpRequest, applications: ApplicationQuerySet
) -> HttpResponse:
    text = table_of(applications, for_user=request.user).export("csv")
    # With the mark at the start, Excel reads it as UTF-8.
    return _file(text.encode("utf-8-sig"), "csv", "text/csv; charset=utf-8")


@admin.action(description="Export selected applications as XLSX", permissions=["view"])
def export_xlsx(
    model_admin: admin.ModelAdmin, request: HttpRequest, applications: ApplicationQuerySet
) -> HttpResponse:
    table = table_of(applications, for_user=request.user)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _file(table.export("xlsx"), "xlsx", kind)


def _file(content: bytes, suffix: str, content_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    name = f"applications-{timezone.now():%Y-%m-%d}.{suffix}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return no_trace(response)
