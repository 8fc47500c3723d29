"""The living page of the look: every part of the public pages in every state, for who builds on it.

Parts are included from where the site has them, with made-up rows that are never saved.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django import forms
from django.contrib.admin.views.decorators import staff_member_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from mig_site.colours import SCHEMES, colours, contrasts, properties_of_tokens
from signups.calls import Call
from signups.models import Cohort, Program, Role
from signups.windows import Window
from spotlights.models import Spotlight

N_CARDS = 3
DENVER = ZoneInfo("America/Denver")


class SampleForm(forms.Form):
    """One field of each kind. Sent with nothing in it, it shows each with its fault."""

    use_required_attribute = False

    name = forms.CharField(label="A line of text")
    email = forms.EmailField(
        label="An e-mail address", help_text="Help stands above, where no keyboard covers it."
    )
    region = forms.ChoiceField(
        label="One of several", choices=[("", "Choose one"), ("a", "Front Range"), ("b", "Plains")]
    )
    words = forms.CharField(label="Several lines", widget=forms.Textarea)
    file = forms.FileField(label="A file", help_text="A PDF of five megabytes at most.")
    kind = forms.ChoiceField(
        label="One of a few",
        choices=[("formal", "Formal"), ("informal", "Informal")],
        widget=forms.RadioSelect,
    )
    ways = forms.MultipleChoiceField(
        label="As many as fit",
        choices=[("video", "Video call"), ("phone", "Phone"), ("person", "In person")],
        widget=forms.CheckboxSelectMultiple,
    )
    agreed = forms.BooleanField(label="I agree", help_text="What is agreed to stands above it.")
    number = forms.IntegerField(label="Not asked at the moment", disabled=True, required=False)


@staff_member_required
@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Everything that pages are made of, in the reader's colours or in those asked for."""
    program = Program(name="Lantern", slug="lantern", organisation="Association of Examples")
    scheme = request.GET.get("scheme")
    context = {
        "scheme": scheme if scheme in SCHEMES else "",
        "schemes": [
            {"name": name, "colours": colours(name), "contrasts": contrasts(name)}
            for name in SCHEMES
        ],
        "sizes": properties_of_tokens("size"),
        "spaces": properties_of_tokens("space"),
        "program": program,
        "calls": _calls(program),
        "cohort": Cohort(
            program=program,
            answer_by=date(2099, 1, 10),
            starts_on=date(2099, 2, 1),
            ends_on=date(2099, 6, 30),
            orientation="A virtual orientation of one hour.",
        ),
        "spotlights": Spotlight.objects.published()[:N_CARDS],
        "spotlight": Spotlight(
            program=program, title="Ask for the meeting", person_name="Ada Example", slug="ada"
        ),
        "form": SampleForm(prefix="empty"),
        "faulty_form": SampleForm({}, prefix="faulty"),
        "page": Paginator(range(120), 12).page(4),
    }
    return TemplateResponse(request, "styleguide/page.html", context)


def _calls(program: Program) -> list[Call]:
    """One call in each state of its window."""
    now, week = timezone.now(), timedelta(days=7)
    cohort = Cohort(program=program, slug="sample")
    long_ago = datetime(2022, 11, 1, 12, tzinfo=UTC)
    return [
        Call(cohort=cohort, role=role, window=Window(opens_at=start, closes_at=end, zone=DENVER))
        for role, start, end in [
            (Role.MENTEE, now - week, now + week),
            (Role.MENTOR, now - week, None),
            (Role.MENTEE, now + week, now + 2 * week),
            (Role.MENTOR, long_ago, long_ago + week),
        ]
    ]
