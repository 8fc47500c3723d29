"""Pages of the whole site: home, health, robots, and the answer to a bad request."""

from __future__ import annotations

from django import db
from django.conf import settings
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db.migrations.executor import MigrationExecutor
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseServerError,
    JsonResponse,
)
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import get_language_from_path, override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mig_site.caching import public_page
from mig_site.queue import QueueState
from signups.calls import calls_of
from signups.models import Program
from spotlights.choosing import lead_spotlight
from spotlights.models import Guide, GuideAudience, Spotlight

N_SPOTLIGHTS = 3
N_GUIDES = 3


@require_safe
@public_page
def home(request: HttpRequest) -> HttpResponse:
    """The programs with their calls, spotlights with the featured one first, and guides."""
    programs = Program.objects.published().prefetch_related("cohorts")
    lead = lead_spotlight()
    others = Spotlight.objects.published().exclude(pk=lead.pk)[: N_SPOTLIGHTS - 1] if lead else []
    context = {
        "programs": [(program, calls_of(program)) for program in programs],
        "spotlights": [lead, *others] if lead else [],
        "guides": Guide.objects.published().meant_for(GuideAudience.MENTEES).in_order()[:N_GUIDES],
    }
    return TemplateResponse(request, "home.html", context)


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The state of database, migrations and queue; 503 when one of them is not well."""
    try:
        executor = MigrationExecutor(db.connection)
        n_missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        # Without its migrations the queue may have no table yet.
        queue = None if n_missing else QueueState.now()
    except db.Error as error:
        reason = f"The database does not answer: {type(error).__name__}."
        return JsonResponse({"database": "fault", "reason": reason}, status=503)
    state: dict[str, object] = {"database": "ok"}
    if queue is None:
        state["migrations"] = f"{n_missing} not applied"
        reasons = ["Migrations are not applied: run `python manage.py migrate`."]
    else:
        state |= {"migrations": "ok", "queue": queue.as_dict()}
        reasons = queue.faults()
    if reasons:
        state["reason"] = " ".join(reasons)
    return JsonResponse(state, status=503 if reasons else 200)


@require_safe
def view_on_site(request: HttpRequest, content_type_id: int, object_id: str) -> HttpResponse:
    """Lead to the public page of a row that the person may see in the admin."""
    model = get_object_or_404(ContentType, pk=content_type_id).model_class()
    room = admin.site._registry.get(model)
    row = room and room.get_object(request, object_id)
    may_view = row is not None and room.has_view_permission(request, row)
    if not may_view or not hasattr(row, "get_absolute_url"):
        raise Http404
    return redirect(row.get_absolute_url())


@require_safe
@public_page(max_age=3600)
def robots(request: HttpRequest) -> HttpResponse:
    sitemap = settings.SITE_URL + reverse("sitemap_index")
    text = f"User-agent: *\nDisallow: /admin/\n\nSitemap: {sitemap}\n"
    return HttpResponse(text, content_type="text/plain")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 400 without reading the request again: what it holds may be what is bad."""
    return HttpResponseBadRequest(_page_without_context(request, "400.html"))


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500 without asking anything of what may be broken."""
    return HttpResponseServerError(_page_without_context(request, "500.html"))


def _page_without_context(request: HttpRequest, template: str) -> str:
    """A page in the language of its address, however far the request has come."""
    with override(get_language_from_path(request.path_info) or settings.LANGUAGE_CODE):
        return render_to_string(template)
