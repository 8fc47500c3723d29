"""What each role may do, and the side doors of the admin through which it may not."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.urls import reverse

from matching.models import Pairing, Unmatched
from mig_site.management.commands.load_roles import GROUPS, MEMBER_GROUP
from signups.admin.scoped import CommitteeAdmin
from signups.models import Application, CommitteeSeat, Program, Topic
from tests.factories import (
    make_chair,
    make_cohort,
    make_member,
    make_mentee,
    make_mentor,
    make_program,
    make_spotlight_editor,
    make_user,
)
from tests.matching.factories import make_pairing, make_run
from tests.spotlights.factories import make_draft, make_spotlight

pytestmark = pytest.mark.django_db

MENTEES = reverse("admin:signups_menteeapplication_changelist")
PAIRINGS = reverse("admin:matching_pairing_changelist")
SPOTLIGHTS = reverse("admin:spotlights_spotlight_changelist")

# Whose rows belong to no program: for superusers only.
OF_THE_WHOLE_SITE = {"DBTaskResult", "Group", "SpotlightTopic", "User"}


def rooms_of(client):
    """The lists that the admin's home offers."""
    apps = client.get(reverse("admin:index")).context["app_list"]
    return sorted(model["object_name"] for app in apps for model in app["models"])


def test_roles_are_made_again_as_they_were():
    call_command("load_roles", verbosity=0)
    member = Group.objects.get(name=MEMBER_GROUP)
    before = set(member.permissions.values_list("codename", flat=True))
    member.permissions.clear()

    call_command("load_roles", verbosity=0)

    assert set(member.permissions.values_list("codename", flat=True)) == before != set()
    assert Group.objects.count() == len(GROUPS)


def test_a_member_reads_what_the_committee_reads_and_decides_nothing(client):
    cohort = make_cohort()
    person = make_mentee(cohort, status="received", decided_at=None)
    make_mentee(cohort)
    make_mentor(cohort)
    pairing = make_run(cohort).pairings.get()
    client.force_login(make_member(cohort.program))

    assert rooms_of(client) == [
        "Cohort",
        "Inquiry",
        "MatchRun",
        "MatchSettings",
        "MenteeApplication",
        "MentorApplication",
        "Pairing",
        "Program",
        "Rating",
        "Unmatched",
    ]
    assert person.name in client.get(MENTEES).content.decode()
    for changelist, action, row in [
        (MENTEES, "accept_selected", person),
        (MENTEES, "tell_selected", person),
        (PAIRINGS, "approve_selected", pairing),
        (PAIRINGS, "introduce_selected", pairing),
    ]:
        data = {"action": action, "_selected_action": [row.pk], "confirmed": "yes"}
        client.post(changelist, data)
    start = client.post(reverse("admin:matching_matchrun_add"), {"cohort": cohort.pk})

    assert start.status_code == 403
    assert Application.objects.get(pk=person.pk).status == "received"
    assert Pairing.objects.get(pk=pairing.pk).status == "proposed"


def test_a_member_changes_no_program_no_cohort_and_no_seat(client):
    cohort = make_cohort()
    member = make_member(cohort.program)
    client.force_login(member)
    seat = member.seats.get()

    for name, page, row in [
        ("program", "change", cohort.program),
        ("cohort", "edit", cohort),
    ]:
        address = reverse(f"admin:signups_{name}_{page}", args=[row.pk])
        assert client.get(address).status_code == 200
        assert client.post(address, {"name": "Mine"}).status_code == 403
        delete = reverse(f"admin:signups_{name}_delete", args=[row.pk])
        assert client.post(delete, {"post": "yes"}).status_code == 403

    seat.refresh_from_db()
    assert (seat.role, Program.objects.get(pk=cohort.program_id).name) == (
        "member",
        cohort.program.name,
    )


def test_a_spotlight_editor_sees_what_is_published_and_nothing_else(client):
    spotlight, other = make_draft(), make_draft()
    client.force_login(make_spotlight_editor(spotlight.program))

    assert rooms_of(client) == ["Guide", "Spotlight", "SpotlightTopic", "Suggestion"]
    assert list(client.get(SPOTLIGHTS).context["cl"].result_list) == [spotlight]
    data = {"action": "publish_selected", "_selected_action": [spotlight.pk, other.pk]}
    client.post(SPOTLIGHTS, data)

    spotlight.refresh_from_db()
    other.refresh_from_db()
    # Who writes does not publish.
    assert (spotlight.status, other.status) == ("draft", "draft")


def test_a_group_without_a_seat_opens_empty_rooms(client):
    make_mentee(make_cohort())
    client.force_login(make_member())

    assert list(client.get(MENTEES).context["cl"].result_list) == []


def test_a_seat_without_a_group_opens_no_room(client):
    program = make_program()
    user = make_user()
    program.seats.create(name="Guest", user=user)
    client.force_login(user)

    assert rooms_of(client) == []


def test_every_room_knows_of_programs():
    rooms = {
        model._meta.object_name
        for model, room in admin.site._registry.items()
        if not isinstance(room, CommitteeAdmin)
    }

    assert rooms == OF_THE_WHOLE_SITE


def test_no_room_lets_through_a_condition_that_it_does_not_show(client, admin_user):
    client.force_login(admin_user)
    for model, room in admin.site._registry.items():
        # The list of those left out is a page of its own, which takes no condition at all.
        if isinstance(room, CommitteeAdmin) and model is not Unmatched:
            address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
            assert client.get(address, {"id__gt": "0"}).status_code == 400, address


def test_the_way_to_the_public_page_is_open_for_own_rows_only(client):
    own, other, draft = make_spotlight(), make_spotlight(), make_draft()
    client.force_login(make_chair(own.program))

    def way_to(row):
        kind = ContentType.objects.get_for_model(row)
        return f"/admin/r/{kind.pk}/{row.pk}/"

    answers = [client.get(way_to(row)) for row in (own, other, draft, draft.program)]

    assert [answer.status_code for answer in answers] == [302, 404, 404, 404]
    assert answers[0].url == own.get_absolute_url()
    client.force_login(make_user())
    assert client.get(way_to(own)).status_code == 404
    assert client.get(way_to(make_chair())).status_code == 404


def test_seats_name_no_login_of_other_committees(client):
    own, other = make_program(), make_program()
    chair, stranger = make_chair(own), make_chair(other)
    colleague, newcomer = make_member(own), make_user()
    root = make_user(is_superuser=True)
    client.force_login(chair)

    page = client.get(reverse("admin:signups_program_change", args=[own.pk]))

    [formset] = [
        one.formset
        for one in page.context["inline_admin_formsets"]
        if one.formset.model is CommitteeSeat
    ]
    offered = set(formset.empty_form.fields["user"].queryset)
    assert offered == {chair, colleague, newcomer}
    assert stranger.username not in page.content.decode()
    assert root.username not in page.content.decode()


def test_rows_of_another_program_cannot_be_smuggled_into_a_form(client):
    own, other = make_program(), make_program()
    client.force_login(make_chair(own))
    page = client.get(reverse("admin:signups_program_change", args=[own.pk]))
    data = {}
    for shown in page.context["inline_admin_formsets"]:
        for form in [shown.formset.management_form, *shown.formset.forms]:
            for field in form:
                value = field.value()
                if value not in (None, False):
                    data[field.html_name] = value
    form = page.context["adminform"].form
    data |= {field.html_name: field.value() for field in form if field.value() not in (None, False)}
    foreign = other.topics.first()
    data |= {"topics-0-id": foreign.pk, "topics-0-name": "Mine", "topics-0-program": other.pk}

    answer = client.post(reverse("admin:signups_program_change", args=[own.pk]), data)

    assert answer.status_code == 200  # the form again, with its fault
    assert Topic.objects.get(pk=foreign.pk).name == foreign.name


def test_recent_actions_are_ones_own(client):
    cohort = make_cohort()
    person = make_mentee(cohort, name="Quirina", status="received", decided_at=None)
    chair = make_chair(cohort.program)
    client.force_login(chair)
    data = {"action": "accept_selected", "_selected_action": [person.pk], "confirmed": "yes"}
    client.post(MENTEES, data)
    assert [entry.user for entry in LogEntry.objects.all()] == [chair]
    assert "Quirina" in client.get(reverse("admin:index")).content.decode()

    client.force_login(make_chair(make_program()))

    assert "Quirina" not in client.get(reverse("admin:index")).content.decode()


def test_a_page_of_an_app_without_rights_is_not_there(client):
    client.force_login(make_spotlight_editor(make_program()))

    apps = ["signups", "matching", "spotlights", "auth"]
    codes = [client.get(reverse("admin:app_list", args=[app])).status_code for app in apps]

    assert codes == [404, 404, 200, 404]


@pytest.mark.parametrize("name", ["change", "delete", "history"])
def test_rows_of_another_program_are_not_found(client, name):
    foreign = make_cohort()
    make_mentee(foreign)
    make_mentor(foreign)
    run = make_run(foreign)
    rows = [
        foreign,
        make_spotlight(program=foreign.program),
        foreign.program,
        run,
        run.pairings.get(),
    ]
    if name == "delete":
        rows = rows[:2]  # nobody but a superuser deletes the others
    client.force_login(make_chair(make_program()))

    def page(row, key):
        address = f"admin:{row._meta.app_label}_{row._meta.model_name}_{name}"
        return client.get(reverse(address, args=[key])).status_code

    assert [page(row, row.pk) for row in rows] == [404] * len(rows)
    # Exactly as for a row that there is not.
    assert [page(row, 99_999) for row in rows] == [404] * len(rows)


@pytest.mark.parametrize("extra", ["?_to_field=id", "?_popup=1", "?_to_field=program&_popup=1"])
def test_popups_show_no_more(client, extra):
    cohort, foreign = make_cohort(), make_cohort()
    client.force_login(make_chair(cohort.program))
    own = reverse("admin:signups_cohort_changelist")
    other = reverse("admin:signups_cohort_change", args=[foreign.pk])

    listed = client.get(f"{own}{extra}")

    assert str(foreign) not in listed.content.decode()
    assert client.get(f"{other}{extra}").status_code in (400, 404)


def test_completing_while_one_types_is_offered_nowhere_that_could_leak(client):
    cohort = make_cohort()
    pairing = make_pairing(make_mentee(cohort), make_mentor(cohort))
    client.force_login(make_chair(cohort.program))
    query = {"app_label": "matching", "model_name": "pairing", "field_name": "mentee", "term": "M"}

    found = client.get(reverse("admin:autocomplete"), query)
    client.force_login(make_chair(make_program()))
    as_stranger = client.get(reverse("admin:autocomplete"), query)

    assert [row["id"] for row in found.json()["results"]] == [str(pairing.mentee_id)]
    assert as_stranger.json()["results"] == []
