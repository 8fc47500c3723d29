"""The public pages of the guides."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from mig_site.caching import public_page
from spotlights.attachments import CONTENT_TYPES
from spotlights.models import Guide, GuideAddress, GuideAudience, GuideFile, GuidePhase
from spotlights.models.guide_files import FOLDER
from spotlights.models.guides import MEANT_FOR

N_RELATED = 3


@public_page(max_age=60)
@require_safe
def list(request: HttpRequest) -> HttpResponse:
    """The guides phase by phase, all of them or those for one audience or phase."""
    audience = _chosen(request, "audience", GuideAudience)
    phase = _chosen(request, "phase", GuidePhase)
    guides = Guide.objects.published().in_order()
    if audience:
        guides = guides.meant_for(audience)
    by_phase = {one: [] for one in GuidePhase if phase in (None, one)}
    for guide in guides:
        by_phase.get(guide.phase_enum, []).append(guide)
    context = {
        "audience": audience,
        "phase": phase,
        "audiences": [*GuideAudience],
        "phases": [*GuidePhase],
        "by_phase": by_phase.items(),
        "n_guides": sum(len(guides) for guides in by_phase.values()),
    }
    return TemplateResponse(request, "guides/list.html", context)


def _chosen(
    request: HttpRequest, name: str, choices: type[GuideAudience] | type[GuidePhase]
) -> GuideAudience | GuidePhase | None:
    """What the address asks for; an address that asks for what there is not leads nowhere."""
    asked = request.GET.get(name, "")
    if asked and asked not in choices.values:
        raise Http404
    return choices(asked) if asked else None


@public_page(max_age=60)
@require_safe
def guide(request: HttpRequest, slug: str) -> HttpResponse:
    """One guide: in public, or as a preview for its committee."""
    guides = Guide.objects.select_related("program").prefetch_related("files")
    guide = guides.filter(slug=slug).first()
    if guide is None:
        former = get_object_or_404(GuideAddress.objects.select_related("guide"), slug=slug)
        return redirect(former.guide, permanent=True)
    if guide.is_published():
        return _page(request, guide)
    if guide.can_be_previewed_by(request.user):
        response = _page(request, guide)
        patch_cache_control(response, private=True, no_store=True)
        return response
    raise Http404


def _page(request: HttpRequest, guide: Guide) -> TemplateResponse:
    # A library of some dozens: one query for all that the page leads to.
    others = [*Guide.objects.published().in_order()]
    before, after = _neighbours(guide, others)
    shown = [file for file in guide.files.all() if file.language in ("", get_language())]
    context = {
        "guide": guide,
        "files": shown,
        "before": before,
        "after": after,
        "related": _related(guide, others, leaving_out=[guide, before, after]),
    }
    return TemplateResponse(request, "guides/guide.html", context)


def _neighbours(guide: Guide, others: list[Guide]) -> tuple[Guide | None, Guide | None]:
    """The guides before and after this one in its phase."""
    phase = [one for one in others if one.phase == guide.phase]
    if guide not in phase:
        return None, None
    place = phase.index(guide)
    return (phase[place - 1] if place else None), next(iter(phase[place + 1 :]), None)


def _related(guide: Guide, others: list[Guide], *, leaving_out: list[Guide | None]) -> list[Guide]:
    """Guides that its readers may want too: first those of its own audience."""
    readers = MEANT_FOR[guide.audience_enum]
    left = [one for one in others if one not in leaving_out]
    return [one for one in left if one.audience in readers][:N_RELATED]


@require_safe
def file(request: HttpRequest, name: str) -> HttpResponse:
    """A file of a guide, to be saved; counted for its committee."""
    files = GuideFile.objects.select_related("guide__program")
    file = get_object_or_404(files, name=f"{FOLDER}/{name}")
    is_public = file.guide.is_published()
    if not is_public and not file.guide.can_be_previewed_by(request.user):
        raise Http404
    try:
        content = file.open()
    except FileNotFoundError as error:
        raise Http404 from error
    kind = file.kind.lower()
    response = FileResponse(
        content, as_attachment=True, filename=file.shown_name, content_type=CONTENT_TYPES[kind]
    )
    response["X-Content-Type-Options"] = "nosniff"
    # Asked for each time, so that the count is true and a guide taken back has no file left.
    if is_public:
        patch_cache_control(response, public=True, no_cache=True)
    else:
        patch_cache_control(response, private=True, no_store=True)
    if request.method == "GET" and is_public:
        file.count_download()
    return response
