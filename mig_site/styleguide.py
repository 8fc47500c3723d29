"""The living page of the look: every part of the public pages in every state, for who builds on it.

Parts are included from where the site has them, with made-up rows that are never saved.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
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
from signups.models import Cohort, Format, Program, Role
from signups.timeline import timeline_of
from signups.windows import Window
from spotlights.choosing import Choice
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
    cohort = _cohort(program)
    page = Paginator(range(240), 12).page(4)
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
        "cohort": cohort,
        "moments": timeline_of(cohort),
        "menu": _menu(program),
        "mentee_cohort": cohort,
        "mentor_cohort": cohort,
        "spotlights": Spotlight.objects.published()[:N_CARDS],
        "spotlight": Spotlight(
            program=program, title="Ask for the meeting", person_name="Ada Example", slug="ada"
        ),
        "form": SampleForm(prefix="empty"),
        "faulty_form": SampleForm({}, prefix="faulty"),
        "choice": Choice(),
        "page": page,
        "page_links": {
            "newer": "?page=3",
            "older": "?page=5",
            "pages": [
                (number, f"?page={number}" if isinstance(number, int) else "")
                for number in page.paginator.get_elided_page_range(page.number)
            ],
        },
    }
    return TemplateResponse(request, "styleguide/page.html", context)


def _cohort(program: Program) -> Cohort:
    """A cohort whose call is open, with every date that one can have."""
    now = timezone.now()
    today = timezone.localdate()
    fields = {
        f"{role}_{end}_at": moment
        for role in Role
        for end, moment in [("opens", now - timedelta(days=9)), ("closes", now + timedelta(days=9))]
    }
    return Cohort(
        # No row has this key, so that nothing belongs to it.
        pk=0,
        program=program,
        slug="sample",
        answer_by=today + timedelta(days=30),
        starts_on=today + timedelta(days=60),
        ends_on=today + timedelta(days=240),
        orientation="A virtual orientation of one hour.",
        **fields,
    )


def _menu(program: Program) -> list[dict[str, object]]:
    """A format with everything that can be said of one, and one with the least."""
    whole = Format(
        pk=1,
        program=program,
        name="One-to-one pair",
        takes="an hour a month, six months",
        summary="A mentor and a mentee set goals together and talk regularly.",
        suits="People who want to go somewhere and know roughly where.",
        is_formal=True,
    )
    least = Format(pk=2, program=program, name="Coffee chat", summary="One relaxed conversation.")
    return [{"format": whole, "places": "3 places left."}, {"format": least, "places": ""}]


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
