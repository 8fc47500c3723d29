"""The second step of a login: nothing opens before it, and nobody gets past it by guessing."""

from __future__ import annotations

import re
from base64 import b32decode
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.urls import reverse
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from mig_site import second_factor
from mig_site.management.commands.load_roles import CHAIR_GROUP, STEWARD_GROUP
from signups.models import Application
from spotlights.models import Spotlight
from tests.factories import (
    make_chair,
    make_cohort,
    make_mentee,
    make_program,
    make_question,
    make_user,
)
from tests.signups.test_files import hand_in
from tests.spotlights.factories import make_draft

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CODE, SET_UP = reverse("second_factor_code"), reverse("second_factor_set_up")
OVERVIEW, QR = reverse("second_factor"), reverse("second_factor_qr")
RENEW, OFF = reverse("second_factor_renew_codes"), reverse("second_factor_switch_off")
INDEX = reverse("admin:index")
MENTEES = reverse("admin:signups_menteeapplication_changelist")
PASSWORD = "correct horse battery staple"  # noqa: S105 - of a made-up login


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


def code_of(app):
    return f"{totp(app.bin_key):06d}"


def make_app(user, **fields):
    return TOTPDevice.objects.create(user=user, name="App", **fields)


def with_app(user):
    """``user`` with a confirmed app and recovery codes: the app and the codes."""
    return make_app(user), second_factor.new_recovery_codes(user)


def error_of(response):
    return response.context["form"].errors["code"][0]


def test_nothing_opens_before_the_code_and_the_page_asked_for_after_it(client):
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    app, _ = with_app(chair)
    client.force_login(chair)

    asked = client.get(f"{MENTEES}?status__exact=accepted")
    assert asked.url == f"{CODE}?next={MENTEES.replace('/', '%2F')}%3Fstatus__exact%3Daccepted"
    data = {"code": code_of(app), "next": f"{MENTEES}?status__exact=accepted"}
    passed = client.post(CODE, data)

    assert passed.url == f"{MENTEES}?status__exact=accepted"
    assert client.get(passed.url).status_code == 200


def test_a_login_before_its_code_is_nobody_everywhere(client):
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    with_app(chair)
    question = make_question(cohort, kind="file")
    person = make_mentee(cohort, status="received", decided_at=None)
    hand_in(person, question)
    draft = make_draft(program=cohort.program)
    client.force_login(chair)
    file_page = reverse("signups:committee_file", args=[person.answers.get().pk])
    pages = [
        INDEX,
        MENTEES,
        reverse("admin:password_change"),
        reverse("admin:login"),
        OVERVIEW,
        SET_UP,
        QR,
    ]

    assert {client.get(page).url.split("?")[0] for page in pages} == {CODE}
    assert client.get(file_page).url.startswith(reverse("admin:login"))
    assert client.get(draft.get_absolute_url()).status_code == 404
    client.post(
        MENTEES,
        {"action": "accept_selected", "_selected_action": [person.pk], "confirmed": "yes"},
    )
    for page in (RENEW, OFF):
        client.post(page, {"renew-password": PASSWORD, "off-password": PASSWORD})
    client.post(
        reverse("admin:spotlights_spotlight_changelist"),
        {"action": "publish_selected", "_selected_action": [draft.pk]},
    )
    assert Application.objects.get(pk=person.pk).status == "received"
    assert Spotlight.objects.get(pk=draft.pk).status == "draft"
    assert TOTPDevice.objects.filter(user=chair).count() == 1
    assert client.get("/").status_code == 200


def test_the_page_for_the_code_names_nothing_behind_it(client):
    chair = make_chair(make_program())
    with_app(chair)
    client.force_login(chair)

    page = client.get(CODE)

    assert MENTEES not in page.content.decode()
    assert page["Cache-Control"] == "no-store"


def test_a_code_works_once(client):
    chair = make_chair(make_program())
    app, _ = with_app(chair)
    client.force_login(chair)
    client.post(CODE, {"code": code_of(app)})
    client.post(reverse("admin:logout"))
    client.force_login(chair)

    again = client.post(CODE, {"code": code_of(app)})

    assert error_of(again).startswith("This code does not fit.")
    assert client.get(INDEX).url.startswith(CODE)


def test_a_code_of_somebody_else_opens_nothing(client):
    chair, other = make_chair(make_program()), make_chair(make_program())
    with_app(chair)
    app, codes = with_app(other)
    client.force_login(chair)

    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        wrong = client.post(CODE, {"code": code_of(app)})
    with time_machine.travel(NOW + timedelta(minutes=2), tick=False):
        wrong_too = client.post(CODE, {"code": codes[0]})

    assert [error_of(one)[:24] for one in (wrong, wrong_too)] == ["This code does not fit. "] * 2
    assert client.get(INDEX).url.startswith(CODE)


def test_a_recovery_code_works_once_however_it_is_typed(client):
    chair = make_chair(make_program())
    _, codes = with_app(chair)
    client.force_login(chair)

    client.post(CODE, {"code": f" {codes[0].upper().replace('-', ' ')}"})
    page = client.get(INDEX)
    said = [str(message) for message in page.context["messages"]]
    client.post(reverse("admin:logout"))
    client.force_login(chair)
    again = client.post(CODE, {"code": codes[0]})

    assert said == ["That recovery code is used up now; 9 are left."]
    assert error_of(again).startswith("This code does not fit.")


def test_recovery_codes_are_not_kept_as_they_are():
    chair = make_chair(make_program())
    _, codes = with_app(chair)

    kept = set(StaticToken.objects.values_list("token", flat=True))

    assert len(kept) == len(set(codes)) == 10
    assert kept.isdisjoint(code.replace("-", "") for code in codes)


def test_guessing_becomes_slower_and_says_how_long(client):
    chair = make_chair(make_program())
    app, _ = with_app(chair)
    client.force_login(chair)
    wrong = f"{(int(code_of(app)) + 1) % 1_000_000:06d}"
    with time_machine.travel(NOW, tick=False) as clock:
        for n_failed in range(4):
            client.post(CODE, {"code": wrong})
            clock.shift(2**n_failed)
        client.post(CODE, {"code": wrong})

        held_up = client.post(CODE, {"code": code_of(app)})
        still_out = client.get(INDEX)
        clock.shift(17)
        let_in = client.post(CODE, {"code": code_of(app)})

    assert error_of(held_up) == (
        "Several codes did not fit, so the next one is looked at in 17 seconds only."
    )
    assert still_out.url.startswith(CODE)
    assert let_in.url == INDEX


@pytest.mark.parametrize("goal", ["https://elsewhere.example/", "//elsewhere.example/", ""])
def test_a_code_leads_to_no_other_site(client, goal):
    chair = make_chair(make_program())
    app, _ = with_app(chair)
    client.force_login(chair)

    assert client.post(CODE, {"code": code_of(app), "next": goal}).url == INDEX


def test_an_app_is_taken_into_use_by_a_right_code_only(client):
    user = make_user()
    client.force_login(user)

    client.get(SET_UP)
    assert TOTPDevice.objects.count() == 0
    client.post(SET_UP, {"begin": "Begin"})
    page = client.get(SET_UP)
    app = TOTPDevice.objects.get()
    [key] = re.findall(r'key-in-words">([A-Z2-7 ]+)<', page.content.decode())
    assert b32decode(key.replace(" ", "")) == app.bin_key
    assert f'src="{QR}"' in page.content.decode()
    wrong = client.post(SET_UP, {"code": "000000"})
    assert error_of(wrong).startswith("This code does not fit.")
    assert TOTPDevice.objects.get().confirmed is False
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        done = client.post(SET_UP, {"code": code_of(app)})

    assert TOTPDevice.objects.get().confirmed is True
    assert len(done.context["codes"]) == 10
    # This session has shown a right code; any other has to.
    assert client.get(INDEX).status_code == 200
    client.post(reverse("admin:logout"))
    client.force_login(user)
    assert client.get(INDEX).url.startswith(CODE)


def test_other_sessions_need_a_code_from_the_moment_an_app_is_in_use(client, admin_client):
    user = make_user()
    client.force_login(user)
    assert client.get(INDEX).status_code == 200

    make_app(user)

    assert client.get(INDEX).url.startswith(CODE)
    assert admin_client.get(INDEX).status_code == 200


def test_the_key_is_shown_only_until_the_app_is_in_use(client):
    user = make_user()
    client.force_login(user)
    assert client.get(QR).status_code == 404
    app = make_app(user, confirmed=False)

    picture = client.get(QR)
    TOTPDevice.objects.update(confirmed=True)
    client.post(CODE, {"code": code_of(app)})

    assert (picture["Content-Type"], picture.content[:5]) == ("image/svg+xml", b"<?xml")
    assert picture["Cache-Control"] == "no-store"
    assert client.get(QR).status_code == 404
    assert client.get(SET_UP).url == OVERVIEW


@pytest.mark.parametrize("address", [CODE, OVERVIEW, SET_UP, QR])
def test_nobody_else_reaches_the_pages_of_the_second_step(client, address):
    assert client.get(address).url.startswith(reverse("admin:login"))
    client.force_login(make_user(is_staff=False))
    assert client.get(address).url.startswith(reverse("admin:login"))


def verified(client, user):
    user.set_password(PASSWORD)
    user.save()
    app, codes = with_app(user)
    client.force_login(user)
    client.post(CODE, {"code": code_of(app)})
    return app, codes


def test_new_recovery_codes_need_the_password_and_end_the_old_ones(client):
    user = make_user()
    _, codes = verified(client, user)
    before = set(StaticToken.objects.values_list("token", flat=True))

    refused = client.post(RENEW, {"renew-password": "wrong"})
    assert refused.context["renew_form"].errors == {
        "password": ["This is not the password of this login."]
    }
    assert set(StaticToken.objects.values_list("token", flat=True)) == before
    renewed = client.post(RENEW, {"renew-password": PASSWORD})

    assert set(renewed.context["codes"]).isdisjoint(codes)
    assert second_factor.check(user, codes[0]).device is None
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        assert second_factor.check(user, renewed.context["codes"][0]).device is not None
    assert codes[0] not in client.get(OVERVIEW).content.decode()


def test_switching_off_needs_the_password(client):
    user = make_user()
    verified(client, user)

    client.post(OFF, {"off-password": "wrong"})
    assert TOTPDevice.objects.count() == 1
    client.post(OFF, {"off-password": PASSWORD})

    assert (TOTPDevice.objects.count(), StaticToken.objects.count()) == (0, 0)
    assert client.get(INDEX).status_code == 200


def test_guessing_at_the_password_of_an_open_session_is_held_up_too(client):
    user = make_user()
    verified(client, user)
    for _ in range(8):
        client.post(OFF, {"off-password": "wrong"})

    assert client.post(OFF, {"off-password": PASSWORD}).status_code == 429
    assert TOTPDevice.objects.count() == 1


def required_people():
    program = make_program()
    chair = make_chair(program)
    co_chair, steward = make_user(), make_user()
    program.seats.create(name="Co", user=co_chair, role="co_chair")
    steward.groups.add(Group.objects.get(name=STEWARD_GROUP))
    program.seats.create(name="Steward", user=steward)
    without_seat = make_user()
    without_seat.groups.add(Group.objects.get(name=CHAIR_GROUP))
    return [chair, co_chair, steward, without_seat, make_user(is_superuser=True)]


def test_chairs_are_led_to_set_it_up_before_anything_else_where_that_is_required(client, settings):
    people = required_people()
    for user in people:
        client.force_login(user)
        assert client.get(INDEX).status_code == 200

    settings.REQUIRE_SECOND_FACTOR = True

    for user in people:
        client.force_login(user)
        assert client.get(INDEX).url == f"{SET_UP}?next=%2Fadmin%2F"
        assert client.get(MENTEES).url.startswith(SET_UP)
        assert MENTEES not in client.get(SET_UP).content.decode()


def test_members_may_do_without_where_it_is_required_of_chairs(client, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    member = make_user()
    make_program().seats.create(name="Member", user=member)
    client.force_login(member)

    assert client.get(INDEX).status_code == 200


def test_what_is_required_cannot_be_switched_off(client, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    chair = make_chair(make_program())
    verified(client, chair)

    client.post(OFF, {"off-password": PASSWORD})

    assert TOTPDevice.objects.filter(user=chair).count() == 1
    assert OFF not in client.get(OVERVIEW).content.decode()


def test_an_operator_resets_a_lost_app(client):
    chair = make_chair(make_program())
    with_app(chair)
    out = StringIO()

    call_command("reset_second_factor", chair.username, stdout=out)
    call_command("reset_second_factor", chair.username, stdout=out)
    with pytest.raises(CommandError, match="There is no login 'nobody'"):
        call_command("reset_second_factor", "nobody")

    assert out.getvalue().splitlines() == [
        f"{chair.username} logs in by password alone now.",
        f"{chair.username} had no second step; nothing to forget.",
    ]
    client.force_login(chair)
    assert client.get(INDEX).status_code == 200


def test_asking_whether_someone_has_an_app_costs_no_query(client, django_assert_num_queries):
    client.force_login(make_user())
    client.get(OVERVIEW)

    with django_assert_num_queries(2):  # the session, and its user
        client.get(OVERVIEW)


def test_keys_and_codes_are_nobodys_business_in_the_admin(admin_client):
    for model in ("otp_totp/totpdevice", "otp_static/staticdevice", "axes/accessattempt"):
        assert admin_client.get(f"{INDEX}{model}/").status_code == 404
