"""Where a committee writes: its own programs only, and only who may publish publishes."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.contrib.messages import get_messages
from django.forms import modelform_factory
from django.urls import reverse

from spotlights.admin import SpotlightAdmin
from spotlights.admin.forms import SpotlightForm
from spotlights.models import Spotlight, SpotlightStatus
from tests.factories import make_program, make_user
from tests.spotlights.factories import make_draft, make_spotlight, spotlight_data
from tests.spotlights.html import parse

pytestmark = pytest.mark.django_db

CHANGELIST = reverse("admin:spotlights_spotlight_changelist")
ADD = reverse("admin:spotlights_spotlight_add")


def make_editor(*programs, may_publish=True):
    """Someone with a seat on the committee of each of ``programs`` who edits its spotlights."""
    user = make_user()
    permissions = Permission.objects.filter(
        content_type__app_label="spotlights",
        content_type__model__in=["spotlight", "interviewquestion", "spotlightlink"],
    )
    if not may_publish:
        permissions = permissions.exclude(codename="publish_spotlight")
    user.user_permissions.set(permissions)
    for program in programs:
        program.seats.create(name=user.username, user=user)
    return user


def change_page(spotlight):
    return reverse("admin:spotlights_spotlight_change", args=[spotlight.pk])


def run_action(client, action, *spotlights):
    return client.post(
        CHANGELIST, {"action": action, "_selected_action": [s.pk for s in spotlights]}
    )


def statuses():
    return dict(Spotlight.objects.values_list("slug", "status"))


def said(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def log() -> list[str]:
    return [entry.get_change_message() for entry in LogEntry.objects.order_by("pk")]


def select_options(response, field) -> list[str]:
    page = parse(response.content.decode())
    return [o.text for o in page.iterfind(f".//select[@name='{field}']/option") if o.get("value")]


def test_list_shows_own_programs_only(client):
    own, other = make_spotlight(), make_spotlight()
    client.force_login(make_editor(own.program))

    changelist = client.get(CHANGELIST).context["cl"]

    assert list(changelist.queryset) == [own]
    assert other.program.name not in client.get(CHANGELIST).content.decode()


def test_filter_names_own_programs_only(client):
    one, two, other = make_spotlight(), make_spotlight(), make_spotlight()
    client.force_login(make_editor(one.program, two.program))

    html = client.get(CHANGELIST).content.decode()

    assert [f"program__id__exact={s.program_id}" in html for s in (one, two, other)] == [
        True,
        True,
        False,
    ]


def test_filter_by_another_program_finds_nothing(client):
    own, other = make_spotlight(), make_spotlight()
    client.force_login(make_editor(own.program))

    response = client.get(CHANGELIST, {"program__id__exact": other.program_id}, follow=True)

    assert other not in response.context["cl"].queryset


def test_form_offers_own_programs_only(client):
    own, _other = make_program(), make_program()
    client.force_login(make_editor(own))

    assert select_options(client.get(ADD), "program") == [own.name]


def test_stranger_reaches_no_page_of_another_program(client):
    other = make_draft()
    client.force_login(make_editor(make_program()))

    pages = [
        reverse(f"admin:spotlights_spotlight_{name}", args=[other.pk])
        for name in ("change", "delete", "history")
    ]
    answers = [client.get(page) for page in pages]
    client.post(change_page(other), spotlight_data(other, title="Mine", _publish="1"))
    client.post(pages[1], {"post": "yes"})

    assert [answer.status_code for answer in answers] == [404] * 3
    stored = Spotlight.objects.get()
    assert (stored.title, stored.status) == (other.title, "draft")


def test_spotlight_cannot_be_given_to_another_program(client):
    own, other = make_program(), make_program()
    draft = make_draft(program=own)
    client.force_login(make_editor(own))

    answers = [
        client.post(change_page(draft), spotlight_data(draft, program=other.pk)),
        client.post(ADD, spotlight_data(draft, program=other.pk, slug="new")),
    ]

    assert [list(a.context["adminform"].form.errors) for a in answers] == [["program"]] * 2
    assert list(Spotlight.objects.values_list("program", "slug")) == [(own.pk, draft.slug)]


@pytest.mark.parametrize(
    ("action", "status"), [("publish_selected", "draft"), ("withdraw_selected", "published")]
)
def test_actions_reach_own_programs_only(client, action, status):
    spotlight = make_spotlight(status=status)
    client.force_login(make_editor(make_program()))

    run_action(client, action, spotlight)

    assert statuses() == {spotlight.slug: status}
    assert log() == []


def test_committee_publishes(client):
    undated = make_draft()
    dated = make_draft(program=undated.program, published_at=datetime(2999, 1, 1, tzinfo=UTC))
    client.force_login(make_editor(undated.program))

    response = run_action(client, "publish_selected", undated, dated)

    assert said(response) == [
        f"“{dated}” is shown from Monday, 31 December 2998, 5:00 p.m. MST (America/Denver) on, by "
        "itself.",
        "2 published.",
    ]
    assert statuses() == {undated.slug: "published", dated.slug: "published"}
    assert list(Spotlight.objects.published()) == [undated]
    assert log() == ["Published.", "Published."]


def test_committee_withdraws_and_is_told_what_could_not_be(client):
    shown = make_spotlight()
    draft = make_draft(program=shown.program)
    client.force_login(make_editor(shown.program))

    response = run_action(client, "withdraw_selected", shown, draft)

    assert sorted(said(response)) == [
        "1 withdrawn.",
        f"“{draft}” is a draft: there is nothing to withdraw.",
    ]
    assert statuses() == {shown.slug: "withdrawn", draft.slug: "draft"}
    assert log() == ["Withdrawn."]


def test_nothing_is_claimed_when_nothing_was_published(client):
    shown = make_spotlight()
    client.force_login(make_editor(shown.program))

    response = run_action(client, "publish_selected", shown)

    assert said(response) == [
        f"“{shown}” was already published or withdrawn; reload the list to see which."
    ]
    assert log() == []


def test_publishing_needs_its_own_permission(client):
    draft = make_draft()
    shown = make_spotlight(program=draft.program)
    client.force_login(make_editor(draft.program, may_publish=False))

    run_action(client, "publish_selected", draft)
    run_action(client, "withdraw_selected", shown)
    client.post(change_page(draft), spotlight_data(draft, _publish="1"))
    client.post(change_page(shown), spotlight_data(shown, _withdraw="1"))
    client.post(change_page(draft), spotlight_data(draft, status="published"))
    form = client.get(change_page(draft)).content.decode()

    assert statuses() == {draft.slug: "draft", shown.slug: "published"}
    assert ('name="_publish"' in form, 'name="_save"' in form) == (False, True)


def test_new_spotlight_is_a_draft(client):
    program = make_program()
    client.force_login(make_editor(program))
    data = spotlight_data(make_draft(program=program), slug="brand-new", title="Brand & new")

    client.post(ADD, data | {"status": "published"})

    stored = Spotlight.objects.get(slug="brand-new")
    assert (stored.program, stored.title, stored.status, stored.published_at) == (
        program,
        "Brand & new",
        "draft",
        None,
    )


def test_new_spotlight_is_saved_and_published_with_one_button(client):
    program = make_program()
    client.force_login(make_editor(program))
    draft = make_draft(program=program)

    client.post(ADD, spotlight_data(draft, slug="brand-new", _publish="1"))

    assert statuses() == {draft.slug: "draft", "brand-new": "published"}
    assert log() == ["Added.", "Published."]


def test_buttons_save_then_publish_and_withdraw(client):
    draft = make_draft()
    client.force_login(make_editor(draft.program))

    better = spotlight_data(draft, title="Better", consent_given_on="2026-02-01", _publish="1")
    client.post(change_page(draft), better)
    published = Spotlight.objects.get()
    client.post(change_page(draft), spotlight_data(published, title="Best", _withdraw="1"))
    withdrawn = Spotlight.objects.get()

    assert (published.title, published.status) == ("Better", "published")
    assert (withdrawn.title, withdrawn.status) == ("Best", "withdrawn")
    assert log() == [
        "Changed Title and Consent given on.",
        "Published.",
        "Changed Title.",
        "Withdrawn.",
    ]


@pytest.mark.parametrize(
    ("status", "buttons"),
    [("draft", ["_publish"]), ("published", ["_withdraw"]), ("withdrawn", ["_publish"])],
)
def test_form_has_the_button_that_fits(client, status, buttons):
    spotlight = make_spotlight(status=status)
    client.force_login(make_editor(spotlight.program))

    form = client.get(change_page(spotlight)).content.decode()

    assert [name for name in ("_publish", "_withdraw") if f'name="{name}"' in form] == buttons


def test_date_and_consent_of_a_published_one_stay(client):
    spotlight = make_spotlight()
    client.force_login(make_editor(spotlight.program))
    data = spotlight_data(spotlight, published_at_0="", published_at_1="", consent_given_on="")

    response = client.post(change_page(spotlight), data | {"title": "Changed"})

    stored = Spotlight.objects.get()
    assert response.status_code == 302
    assert (stored.published_at, stored.consent_given_on, stored.title) == (
        spotlight.published_at,
        spotlight.consent_given_on,
        "Changed",
    )


@pytest.mark.parametrize(("status", "kept"), [("published", ["first"]), ("draft", [])])
def test_old_address_of_what_was_public_is_kept(client, status, kept):
    spotlight = make_spotlight(slug="first", status=status)
    client.force_login(make_editor(spotlight.program))

    client.post(change_page(spotlight), spotlight_data(spotlight, slug="second"))

    stored = Spotlight.objects.get()
    assert stored.slug == "second"
    assert [change.slug for change in stored.slug_changes.all()] == kept


def test_publishing_without_consent_is_refused_with_a_sentence(client):
    draft = make_draft(consent_given_on=None)
    client.force_login(make_editor(draft.program))

    response = run_action(client, "publish_selected", draft)

    assert said(response) == [
        f"“{draft}” is not published: Maren O'Pine has not agreed to it. Note the day of their "
        "consent first."
    ]
    assert statuses() == {draft.slug: "draft"}


def test_interview_and_links_are_written_on_the_same_page(client):
    draft = make_draft(body="")
    client.force_login(make_editor(draft.program))
    rows = {
        "questions-TOTAL_FORMS": "1",
        "questions-0-position": "0",
        "questions-0-question": "Why?",
        "questions-0-answer": "Because.",
        "links-TOTAL_FORMS": "1",
        "links-0-position": "0",
        "links-0-label": "My library",
        "links-0-url": "https://library.example/",
        "consent_given_on": "2026-02-01",
    }

    client.post(change_page(draft), spotlight_data(draft, **rows, _publish="1"))

    stored = Spotlight.objects.get()
    assert (stored.status, str(stored.questions.get()), str(stored.links.get())) == (
        "published",
        "Why?",
        "My library",
    )


def test_editing_is_dated(client):
    with time_machine.travel(datetime(2026, 3, 1, tzinfo=UTC), tick=False):
        spotlight = make_spotlight()
    client.force_login(make_editor(spotlight.program))

    client.post(change_page(spotlight), spotlight_data(spotlight, title="Better"))

    assert Spotlight.objects.get().updated_at > spotlight.updated_at + timedelta(days=1)


def test_saving_does_not_undo_what_someone_else_published_meanwhile(rf):
    draft = make_draft()
    opened = Spotlight.objects.get()
    fields = ["title", "summary"]
    form = modelform_factory(Spotlight, form=SpotlightForm, fields=fields)(
        {"title": "Better", "summary": draft.summary}, instance=opened
    )
    assert form.is_valid()
    draft.publish()

    admin = SpotlightAdmin(Spotlight, None)
    admin.save_model(rf.post("/"), form.save(commit=False), form, change=True)

    stored = Spotlight.objects.get()
    assert (stored.title, stored.status) == ("Better", SpotlightStatus.PUBLISHED)


def test_published_one_is_withdrawn_before_it_can_be_deleted(client):
    shown = make_spotlight()
    withdrawn = make_spotlight(program=shown.program, status="withdrawn")
    client.force_login(make_editor(shown.program))

    for spotlight in (shown, withdrawn):
        client.post(
            reverse("admin:spotlights_spotlight_delete", args=[spotlight.pk]), {"post": "yes"}
        )
    assert statuses() == {shown.slug: "published"}

    client.post(
        CHANGELIST,
        {"action": "delete_selected", "_selected_action": [shown.pk], "post": "yes"},
    )
    assert statuses() == {shown.slug: "published"}


def test_reserved_and_taken_addresses_get_a_sentence(client):
    draft = make_draft()
    client.force_login(make_editor(draft.program))

    reserved = client.post(ADD, spotlight_data(draft, slug="feed"))
    taken = client.post(ADD, spotlight_data(draft))

    assert reserved.context["adminform"].form.non_field_errors() == [
        "This slug is the address of another page; take a longer one."
    ]
    assert taken.context["adminform"].form.errors["slug"] == [
        "Spotlight with this Slug already exists."
    ]
    assert Spotlight.objects.count() == 1


def test_list_links_to_the_preview(client):
    draft = make_draft()
    shown = make_spotlight(program=draft.program, title="A & B")
    scheduled = make_spotlight(program=draft.program, published_at=datetime(2999, 1, 1, tzinfo=UTC))
    client.force_login(make_editor(draft.program))

    page = parse(client.get(CHANGELIST).content.decode())

    links = page.iterfind(".//td[@class='field-page']/a")
    assert [(a.text, a.get("href"), a.get("aria-label")) for a in links] == [
        ("Preview", draft.get_absolute_url(), f"Preview {draft}"),
        ("Preview", scheduled.get_absolute_url(), f"Preview {scheduled}"),
        ("View", shown.get_absolute_url(), "View A & B"),
    ]
    states = [td.text for td in page.iterfind(".//td[@class='field-state']")]
    assert states == ["Draft", "Scheduled", "Published"]


@pytest.mark.parametrize(("status", "label"), [("draft", "Preview"), ("published", "View on site")])
def test_form_links_to_the_page(client, status, label):
    spotlight = make_spotlight(status=status)
    client.force_login(make_editor(spotlight.program))

    page = parse(client.get(change_page(spotlight)).content.decode())

    [link] = page.iterfind(".//a[@class='viewsitelink']")
    assert (link.text, link.get("href")) == (label, spotlight.get_absolute_url())


def test_cheat_sheet_shows_what_the_page_would(client):
    program = make_program()
    client.force_login(make_editor(program))

    html = client.get(ADD).content.decode()

    assert "How to write: the cheat sheet" in html
    assert "<pre>*Italic* for titles, **bold** for what matters.</pre>" in html
    assert "<em>Italic</em> for titles, <strong>bold</strong> for what matters." in html


def test_search_finds_by_person_and_place(client):
    found = make_spotlight(person_name="Wrenna Oaks", town="Windbreak")
    make_spotlight(program=found.program)
    client.force_login(make_editor(found.program))

    results = [client.get(CHANGELIST, {"q": q}).context["cl"] for q in ("wrenna", "windbreak")]

    assert [list(changelist.queryset) for changelist in results] == [[found], [found]]


@pytest.mark.parametrize("n_spotlights", [1, 3])
def test_list_takes_the_same_number_of_queries(client, django_assert_num_queries, n_spotlights):
    programs = [make_program() for _ in range(3)]
    for program in programs[:n_spotlights]:
        make_spotlight(program=program)
    client.force_login(make_editor(*programs))

    with django_assert_num_queries(9):
        response = client.get(CHANGELIST)

    assert response.context["cl"].result_count == n_spotlights


def test_chair_features_one_at_a_time(client):
    first, second = make_spotlight(), make_spotlight()
    draft = make_draft(program=first.program)
    client.force_login(make_editor(first.program, second.program))

    answers = [
        said(run_action(client, "feature_selected", *rows))[-1:]
        for rows in ([first], [second], [first, second], [draft])
    ]

    assert answers == [
        ["1 featured."],
        ["1 featured."],
        ["One spotlight is featured at a time: select the one that it shall be."],
        [f"“{draft}” is not published yet, so it cannot be featured."],
    ]
    assert list(Spotlight.objects.filter(is_featured=True)) == [second]


def test_featuring_reaches_own_programs_only_and_needs_the_right_to_publish(client):
    spotlight = make_spotlight()

    for editor in (make_editor(make_program()), make_editor(spotlight.program, may_publish=False)):
        client.force_login(editor)
        run_action(client, "feature_selected", spotlight)

    assert not Spotlight.objects.filter(is_featured=True).exists()
