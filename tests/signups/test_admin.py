"""The admin of programs and applications: decisions, and what other committees cannot reach."""

from __future__ import annotations

import html5lib
import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.urls import reverse

from signups.models import Application, ApplicationStatus, Cohort, CommitteeSeat, Program
from tests.factories import make_chair, make_cohort, make_mentee, make_program, make_user

pytestmark = pytest.mark.django_db

MENTEES = "admin:signups_menteeapplication_changelist"


def received(cohort, **fields):
    return make_mentee(cohort, status="received", decided_at=None, **fields)


def act(client, action, *applications, confirmed=True):
    data = {"action": action, "_selected_action": [a.pk for a in applications]}
    return client.post(reverse(MENTEES), data | ({"confirmed": "yes"} if confirmed else {}))


def status_of(application):
    return Application.objects.get(pk=application.pk).status


@pytest.mark.parametrize(
    ("action", "status"),
    [
        ("accept_selected", ApplicationStatus.ACCEPTED),
        ("waitlist_selected", ApplicationStatus.WAITLISTED),
        ("decline_selected", ApplicationStatus.DECLINED),
    ],
)
def test_chair_decides_after_a_page_with_the_count(client, action, status):
    cohort = make_cohort()
    first, second = received(cohort), received(cohort)
    chair = make_chair(cohort.program)
    client.force_login(chair)

    asked = act(client, action, first, second, confirmed=False)
    assert asked.context["title"].endswith("2 mentee applications?")
    assert [status_of(first), status_of(second)] == ["received", "received"]

    act(client, action, first, second)

    assert [status_of(first), status_of(second)] == [status, status]
    assert Application.objects.get(pk=first.pk).decided_by == chair


def test_a_decision_taken_meanwhile_is_not_overwritten(client):
    cohort = make_cohort()
    application = received(cohort)
    chair = make_chair(cohort.program)
    stale = Application.objects.get(pk=application.pk)
    application.waitlist(by=chair)

    with pytest.raises(Exception, match="already decided"):
        stale.decline(by=chair)

    assert status_of(application) == ApplicationStatus.WAITLISTED


def test_chair_sees_own_applications_only(client):
    cohort, other = make_cohort(), make_cohort()
    own, foreign = make_mentee(cohort), make_mentee(other)
    client.force_login(make_chair(cohort.program))

    listed = client.get(reverse(MENTEES))
    opened = client.get(reverse("admin:signups_menteeapplication_change", args=[foreign.pk]))

    assert [row.pk for row in listed.context["cl"].result_list] == [own.pk]
    assert (opened.status_code, foreign.name in opened.content.decode()) == (404, False)
    # The side bar filters name cohorts too.
    assert str(other) not in listed.content.decode()


def test_chair_of_another_program_decides_nothing(client):
    application = received(make_cohort())
    client.force_login(make_chair(make_cohort().program))

    act(client, "accept_selected", application)

    assert status_of(application) == ApplicationStatus.RECEIVED


def test_seat_without_permission_decides_nothing(client):
    cohort = make_cohort()
    application = received(cohort)
    chair = make_chair(cohort.program)
    chair.groups.clear()
    client.force_login(chair)

    act(client, "accept_selected", application)

    assert status_of(application) == ApplicationStatus.RECEIVED


def test_chair_cannot_make_a_cohort_for_another_program(client):
    own, _foreign = make_program(), make_program()
    client.force_login(make_chair(own))

    page = client.get(reverse("admin:signups_cohort_add"))

    programs = page.context["adminform"].form.fields["program"].queryset
    assert list(programs) == [own]


def test_chair_who_makes_a_program_chairs_it(client):
    chair = make_chair(make_program())
    client.force_login(chair)
    formsets = [
        "objectives",
        "formats",
        "topics",
        "librarytypes",
        "careerstages",
        "regions",
        "meetingways",
        "availabilitytimes",
        "languages",
        "seats",
        "frequent_questions",
    ]
    data = {f"{name}-TOTAL_FORMS": 0 for name in formsets}
    data |= {f"{name}-INITIAL_FORMS": 0 for name in formsets}
    data |= {
        "name": "Third",
        "slug": "third",
        "organisation": "An association",
        "tagline": "A third program.",
        "purpose": "To try.",
        "audience": "Everyone.",
        "commitment": "One hour.",
        "rules": "Be kind.",
        "time_zone": "America/Denver",
        "position": 3,
        "topics-TOTAL_FORMS": 1,
        "topics-0-name": "Cataloging",
        "topics-0-is_offered": "on",
        "topics-0-position": 0,
    }

    client.post(reverse("admin:signups_program_add"), data)

    third = Program.objects.get(slug="third")
    assert [topic.name for topic in third.topics.all()] == ["Cataloging"]
    assert [(seat.user, seat.role) for seat in third.seats.all()] == [(chair, "chair")]


@pytest.mark.parametrize("n_applications", [1, 3])
def test_list_of_applications_takes_the_same_number_of_queries(
    client, django_assert_num_queries, n_applications
):
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    for _ in range(n_applications):
        # Decided ones fill every column, so each could cost a query of its own.
        received(cohort).accept(by=chair)
    client.force_login(chair)

    with django_assert_num_queries(10):
        response = client.get(reverse(MENTEES))

    assert response.context["cl"].result_count == n_applications


@pytest.mark.parametrize(
    "name",
    [
        "signups_program",
        "signups_cohort",
        "signups_menteeapplication",
        "signups_mentorapplication",
        "signups_employer",
        "signups_employerspelling",
        "signups_wish",
        "signups_letter",
        "matching_matchrun",
        "matching_pairing",
        "spotlights_spotlight",
    ],
)
def test_every_list_opens_for_a_chair_and_for_nobody_else(client, name):
    cohort = make_cohort()
    make_mentee(cohort)
    url = reverse(f"admin:{name}_changelist")

    client.force_login(make_chair(cohort.program))
    assert client.get(url).context["cl"].model._meta.label_lower == name.replace("_", ".")
    client.force_login(make_user())
    assert client.get(url).status_code == 403
    client.force_login(User.objects.create(username="reader"))
    assert client.get(url).url == f"{reverse('admin:login')}?next={url}"


def test_cohort_page_says_windows_in_words(client):
    cohort = make_cohort()
    client.force_login(make_chair(cohort.program))

    page = client.get(reverse("admin:signups_cohort_changelist"))

    assert list(page.context["cl"].result_list) == [Cohort.objects.get()]
    assert cohort.window("mentee").sentence in page.content.decode()


def test_nobody_in_particular_sees_nothing():
    cohort = make_cohort()
    CommitteeSeat.objects.create(program=cohort.program, name="A seat without a login")

    assert list(Cohort.objects.visible_to(AnonymousUser())) == []
    assert list(Program.objects.visible_to(AnonymousUser())) == []


def unnamed_controls(html: str) -> list[str]:
    """What can be filled in but has no name for those who hear the page."""
    page = html5lib.parse(html, namespaceHTMLElements=False)
    labelled = {label.get("for") for label in page.iter("label")}
    # A row to be copied by script stands in the page once more, with __prefix__ for its number.
    controls = [one for tag in ("input", "select", "textarea") for one in page.iter(tag)]
    return [
        one.get("name", "")
        for one in controls
        if one.get("type") not in ("hidden", "submit")
        and one.get("id") not in labelled
        and not one.get("aria-label")
    ]


def test_fields_in_tables_are_named_by_their_columns(client):
    program = make_program()
    cohort = make_cohort(program)
    client.force_login(make_user(is_superuser=True))

    for row in (program, cohort):
        name = f"admin:signups_{row._meta.model_name}_change"
        found = unnamed_controls(client.get(reverse(name, args=[row.pk])).text)
        assert found == []
