"""The pages behind a link: drafts, where an application stands, and what its writer may do."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from signups.models import AccessLink, Application, ApplicationStatus, Draft, Letter, Role
from tests.factories import application_data, make_chair, make_cohort, make_mentee, make_mentor

pytestmark = pytest.mark.django_db

LINK = re.compile(r"http://127\.0\.0\.1:8000(/my/link/\S+)")
MY_APPLICATION = reverse("signups:my_application")
MY_DRAFT = reverse("signups:my_draft")
EDIT = reverse("signups:edit")


def apply_url(cohort, role="mentee"):
    return reverse("signups:apply", args=[cohort.program.slug, cohort.slug, role])


def link_in(message):
    [address] = LINK.findall(message.body)
    return address


def open_application(client, application):
    """Follow a fresh link, as from a letter."""
    address = AccessLink.new_address(application=application)
    return client.get(LINK.match(address).group(1))


def save_draft(client, cohort, **answers):
    data = application_data(cohort, Role.MENTEE, **answers) | {"step": "save"}
    return client.post(apply_url(cohort), data)


def test_letter_leads_to_the_status_page_without_the_token_in_its_address(client, deliver_letters):
    cohort = make_cohort()
    client.post(apply_url(cohort), application_data(cohort, Role.MENTEE))
    deliver_letters()

    opened = client.get(link_in(mail.outbox[0]))
    page = client.get(opened.url)

    assert opened.url == MY_APPLICATION
    assert page.context["standing"].title == "We have your application"
    assert page["Cache-Control"] == opened["Cache-Control"] == "no-store"
    assert page["Referrer-Policy"] == opened["Referrer-Policy"] == "same-origin"


def test_token_is_kept_nowhere(client, deliver_letters, caplog):
    cohort = make_cohort()
    client.post(apply_url(cohort), application_data(cohort, Role.MENTEE))
    deliver_letters()
    token = link_in(mail.outbox[0]).split("/")[-2]

    client.get(link_in(mail.outbox[0]))

    kept = [str(vars(row)) for model in (AccessLink, Letter) for row in model.objects.all()]
    assert len(token) >= 40
    assert [row for row in kept if token in row] == []


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_mail_scanner_that_opens_every_link_changes_nothing(client, deliver_letters, method):
    cohort = make_cohort()
    client.post(apply_url(cohort), application_data(cohort, Role.MENTEE))
    save_draft(client, cohort, email="later@example.org")
    deliver_letters()
    before = list(Application.objects.values()), list(Draft.objects.values())

    for message in mail.outbox:
        for address in re.findall(r"http://127\.0\.0\.1:8000(/\S+)", message.body):
            getattr(client, method)(address, follow=True)

    assert (list(Application.objects.values()), list(Draft.objects.values())) == before


def test_link_that_has_expired_was_revoked_or_never_was_leads_to_a_new_one(client):
    application = make_mentee(make_cohort())
    address = LINK.match(AccessLink.new_address(application=application)).group(1)

    lost = f"{reverse('signups:lost_link')}?failed"

    assert client.get("/my/link/made-up/").url == lost
    with time_machine.travel(timezone.now() + timedelta(days=401)):
        assert client.get(address).url == lost
    AccessLink.objects.update(revoked_at=timezone.now())
    assert client.get(address).url == lost
    assert "This link does not work any more" in client.get(lost).content.decode()


def test_revoked_link_ends_the_visit(client):
    application = make_mentee(make_cohort())
    open_application(client, application)
    AccessLink.objects.update(revoked_at=timezone.now())

    assert client.get(MY_APPLICATION).url == reverse("signups:lost_link")


def test_visit_ends_by_itself(client):
    open_application(client, make_mentee(make_cohort()))

    with time_machine.travel(timezone.now() + timedelta(hours=3)):
        assert client.get(MY_APPLICATION).url == reverse("signups:lost_link")


@pytest.mark.parametrize(
    "name",
    [
        "signups:my_application",
        "signups:edit",
        "signups:withdraw",
        "signups:come_back",
        "signups:my_draft",
        "matching:download",
        "matching:fewer_places",
    ],
)
def test_stranger_is_asked_for_the_link(client, name):
    make_mentee(make_cohort())
    url = reverse(name)
    takes_posts = name in ("signups:come_back", "matching:fewer_places")

    response = client.post(url) if takes_posts else client.get(url)

    assert response.url == reverse("signups:lost_link")


def test_lost_link_answers_everyone_the_same_and_writes_only_to_applicants(client, deliver_letters):
    make_mentee(make_cohort(), email="ada@example.org")
    url = reverse("signups:lost_link")

    known = client.post(url, {"email": "ADA@example.org"})
    unknown = client.post(url, {"email": "bob@example.org"})
    deliver_letters()

    def without_address(response):
        text = response.content.decode().lower()
        return text.replace("ada@example.org", "…").replace("bob@example.org", "…")

    assert (known.status_code, without_address(known)) == (200, without_address(unknown))
    assert sorted(known.headers) == sorted(unknown.headers)
    assert [message.to for message in mail.outbox] == [["ada@example.org"]]
    assert client.get(link_in(mail.outbox[0])).url == MY_APPLICATION


def test_lost_link_is_written_once_an_hour_at_most(client, deliver_letters):
    make_mentee(make_cohort(), email="ada@example.org")

    for minute in ("05", "06", "55"):
        with time_machine.travel(f"2026-11-22T10:{minute}Z", tick=False):
            client.post(reverse("signups:lost_link"), {"email": "ada@example.org"})
            deliver_letters()
    with time_machine.travel("2026-11-22T11:05Z", tick=False):
        client.post(reverse("signups:lost_link"), {"email": "ada@example.org"})
        deliver_letters()

    assert len(mail.outbox) == 2


def test_answers_are_looked_over_before_they_are_sent(client):
    cohort = make_cohort()
    data = application_data(cohort, Role.MENTEE)

    checked = client.post(apply_url(cohort), data | {"step": "check"})

    sections = dict(checked.context["intake"].sections)
    assert Application.objects.count() == 0
    assert ("Your name", "Ada O'Hara") in sections["About you"]
    assert ("What you want most", "Cataloging") in sections["What you would like to work on"]
    kept = checked.context["answers"]
    assert kept["name"] == ["Ada O'Hara"]

    changed = client.post(apply_url(cohort), kept | {"step": "change"})
    assert 'value="Ada O&#x27;Hara"' in changed.content.decode()
    assert changed.context["intake"].faults == []
    client.post(apply_url(cohort), kept | {"step": "send"})
    assert [application.name for application in Application.objects.all()] == ["Ada O'Hara"]


def test_draft_keeps_unfinished_and_wrong_answers_for_another_device(client, deliver_letters):
    cohort = make_cohort()

    saved = save_draft(client, cohort, name="", topic_2="", format_1="", agrees_to_rules="")
    deliver_letters()
    client.cookies.clear()  # another device
    client.get(link_in(mail.outbox[0]))
    page = client.get(MY_DRAFT)

    assert saved.url == reverse("signups:saved", args=[cohort.program.slug, cohort.slug, "mentee"])
    assert Application.objects.count() == 0
    form = page.context["intake"].form
    assert (form["email"].value(), form["name"].value()) == ("ada@example.org", "")
    assert str(form["topic_1"].value()) == str(cohort.program.topics.first().pk)
    assert page.context["intake"].faults == []


@pytest.mark.parametrize("never_closes", [True, False])
def test_no_end_is_spoken_of_where_there_is_none(client, deliver_letters, never_closes):
    cohort = make_cohort(**{"mentee_closes_at": None} if never_closes else {})

    page = client.get(save_draft(client, cohort).url).content.decode()
    deliver_letters()

    letter = mail.outbox[0].body
    assert ["is deleted" in text for text in (page, letter)] == [not never_closes] * 2
    assert ["whenever you like" in text for text in (page, letter)] == [never_closes] * 2


def test_draft_needs_nothing_but_an_address(client):
    cohort = make_cohort()

    response = client.post(apply_url(cohort), {"step": "save", "name": "Ada", "email": "ada"})

    assert response.context["email_fault"].startswith("To save, give a whole e-mail address")
    assert response.context["intake"].form["name"].value() == "Ada"
    assert Draft.objects.count() == 0


def test_finished_draft_becomes_an_application_and_is_gone(client, deliver_letters):
    cohort = make_cohort()
    save_draft(client, cohort)
    deliver_letters()
    client.get(link_in(mail.outbox[0]))
    draft = Draft.objects.get()

    response = client.post(
        MY_DRAFT, application_data(cohort, Role.MENTEE) | {"version": draft.version}
    )

    assert response.url == reverse(
        "signups:applied", args=[cohort.program.slug, cohort.slug, "mentee"]
    )
    assert (Application.objects.count(), Draft.objects.count()) == (1, 0)


def test_later_tab_never_silently_undoes_the_earlier(client, deliver_letters):
    cohort = make_cohort()
    save_draft(client, cohort)
    deliver_letters()
    client.get(link_in(mail.outbox[0]))
    version = Draft.objects.get().version
    in_one_tab = application_data(cohort, Role.MENTEE, name="Ada One") | {"version": version}
    in_the_other = application_data(cohort, Role.MENTEE, name="Ada Two") | {"version": version}

    client.post(MY_DRAFT, in_one_tab | {"step": "save"})
    refused = client.post(MY_DRAFT, in_the_other | {"step": "save"})

    assert refused.status_code == 409
    assert refused.context["kept_elsewhere"] == [("Your name", "Ada One")]
    assert refused.context["intake"].form["name"].value() == "Ada Two"
    assert Draft.objects.get().answers["name"] == ["Ada One"]
    # Having seen both, the person decides.
    client.post(MY_DRAFT, in_the_other | {"step": "save", "version": refused.context["version"]})
    assert Draft.objects.get().answers["name"] == ["Ada Two"]


def test_what_comes_a_second_late_is_kept_as_a_draft(client, deliver_letters):
    cohort = make_cohort()
    end = cohort.window(Role.MENTEE).ends_at

    with time_machine.travel(end, tick=False):
        response = client.post(apply_url(cohort), application_data(cohort, Role.MENTEE))
        deliver_letters()

    assert (response.status_code, Application.objects.count()) == (403, 0)
    assert "Your answers are kept as a draft" in response.content.decode()
    assert Draft.objects.get().answers["name"] == ["Ada O'Hara"]
    assert [message.to for message in mail.outbox] == [["ada@example.org"]]


def test_writer_changes_answers_while_the_window_is_open(client):
    cohort = make_cohort()
    application = make_mentee(cohort, email="ada@example.org", topics=["Grants", "Supervision"])
    open_application(client, application)
    page = client.get(EDIT)
    form = page.context["intake"].form
    assert [form[f"topic_{rank}"].value() for rank in (1, 2)] == [
        choice.topic_id for choice in application.topic_choices.all()
    ]

    client.post(
        EDIT,
        application_data(cohort, Role.MENTEE, name="Ada New", email="eve@example.org")
        | {"version": page.context["version"]},
    )

    application.refresh_from_db()
    assert (application.name, application.email) == ("Ada New", "ada@example.org")
    assert [str(choice) for choice in application.topic_choices.all()] == [
        "1. Cataloging",
        "2. Supervision",
    ]
    assert application.edited_at is not None
    assert application.status == ApplicationStatus.ACCEPTED


def test_mentor_changes_topics_and_places(client):
    cohort = make_cohort()
    application = make_mentor(cohort, topics=["Grants"], capacity=1)
    open_application(client, application)

    client.post(EDIT, application_data(cohort, Role.MENTOR, capacity="4") | {"version": 1})

    application.refresh_from_db()
    assert application.capacity == 4
    assert sorted(str(choice) for choice in application.topic_choices.all()) == [
        "Cataloging",
        "Supervision",
    ]


def test_change_in_an_older_tab_is_refused_with_what_differs(client):
    cohort = make_cohort()
    application = make_mentee(cohort)
    open_application(client, application)
    version = client.get(EDIT).context["version"]

    def send(**answers):
        return client.post(
            EDIT, application_data(cohort, Role.MENTEE, **answers) | {"version": version}
        )

    send(name="Ada One")
    refused = send(name="Ada Two")

    assert refused.context["kept_elsewhere"] == [("Your name", "Ada One")]
    assert Application.objects.get().name == "Ada One"


def test_a_decision_taken_while_someone_edits_is_kept(client):
    cohort = make_cohort()
    application = make_mentee(cohort, status="received", decided_at=None)
    chair = make_chair(cohort.program)
    open_application(client, application)
    version = client.get(EDIT).context["version"]
    application.waitlist(by=chair)

    client.post(EDIT, application_data(cohort, Role.MENTEE) | {"version": version})

    application.refresh_from_db()
    assert (application.name, application.status, application.decided_by) == (
        "Ada O'Hara",
        ApplicationStatus.WAITLISTED,
        chair,
    )


def test_after_the_window_answers_are_changed_by_the_committee(client):
    cohort = make_cohort()
    application = make_mentee(cohort, name="Ada")

    with time_machine.travel(cohort.window(Role.MENTEE).ends_at, tick=False):
        open_application(client, application)
        response = client.post(EDIT, application_data(cohort, Role.MENTEE) | {"version": 1})
        page = client.get(MY_APPLICATION)

    assert response.url == MY_APPLICATION
    assert Application.objects.get().name == "Ada"
    assert "Ask the committee" in page.content.decode()


def test_writer_withdraws_and_comes_back(client):
    application = make_mentee(make_cohort())
    open_application(client, application)

    asked = client.get(reverse("signups:withdraw"))
    assert Application.objects.get().status == ApplicationStatus.ACCEPTED
    client.post(reverse("signups:withdraw"))
    assert Application.objects.get().status == ApplicationStatus.WITHDRAWN
    assert client.get(MY_APPLICATION).context["standing"].title == "You have withdrawn"
    client.post(reverse("signups:come_back"))

    application.refresh_from_db()
    assert asked.status_code == 200
    assert (application.status, application.decided_at) == (ApplicationStatus.RECEIVED, None)


def test_nobody_comes_back_after_the_window(client):
    cohort = make_cohort()
    application = make_mentee(cohort)
    application.withdraw()

    with time_machine.travel(cohort.window(Role.MENTEE).ends_at, tick=False):
        open_application(client, application)
        client.post(reverse("signups:come_back"))

    assert Application.objects.get().status == ApplicationStatus.WITHDRAWN


def test_withdrawn_application_cannot_be_decided():
    cohort = make_cohort()
    application = make_mentee(cohort)
    application.withdraw()

    with pytest.raises(Exception, match="has withdrawn"):
        application.accept(by=make_chair(cohort.program))


def test_download_holds_every_answer(client):
    application = make_mentee(make_cohort(), name="Zoë O'Hara", topics=["Grants"])
    open_application(client, application)

    response = client.get(reverse("matching:download"))

    held = json.loads(response.content)
    assert response["Content-Disposition"].startswith("attachment")
    assert "Zoë" in response.content.decode()
    assert held["application"]["name"] == "Zoë O'Hara"
    assert held["application"]["topics"] == ["1. Grants"]
    assert held["application"]["languages"] == ["English"]


def test_second_form_arrives_filled(client):
    cohort = make_cohort()
    application = make_mentee(cohort, name="Ada O'Hara", employer="Mesa County Libraries")
    stranger = client.get(apply_url(cohort, "mentor")).context["intake"].form
    open_application(client, application)

    page = client.get(apply_url(cohort, "mentor"))

    form = page.context["intake"].form
    assert (form["name"].value(), form["employer"].value(), form["email"].value()) == (
        "Ada O'Hara",
        "Mesa County Libraries",
        application.email,
    )
    assert str(form["region"].value()) == str(application.region_id)
    assert page["Cache-Control"] == "no-store"
    assert stranger["name"].value() is None


def test_leaving_forgets_the_link(client):
    open_application(client, make_mentee(make_cohort()))

    client.post(reverse("signups:leave"))

    assert client.get(MY_APPLICATION).url == reverse("signups:lost_link")


def test_asking_for_a_link_takes_the_same_queries_for_everyone(client, django_assert_num_queries):
    make_mentee(make_cohort(), email="ada@example.org")

    for email in ("ada@example.org", "bob@example.org"):
        with django_assert_num_queries(1):
            client.post(reverse("signups:lost_link"), {"email": email})
