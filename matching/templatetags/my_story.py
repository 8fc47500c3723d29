"""The story of a mentorship that ended, on the page where a person sees how they stand."""

from __future__ import annotations

from django import template
from django.template import Context

from matching.standing import has_ended_mentorship
from signups.models import Application
from spotlights.models import Suggestion

register = template.Library()


@register.inclusion_tag("matching/my_story.html", takes_context=True)
def my_story(context: Context, application: Application) -> dict[str, object]:
    return {
        "story": Suggestion.objects.filter(application=application.pk).first(),
        "may_tell": has_ended_mentorship(application),
        "csrf_token": context["csrf_token"],
    }
