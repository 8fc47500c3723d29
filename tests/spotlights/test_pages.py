"""The public pages: what a reader sees, and what is not for readers."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from spotlights.models import SearchEntry, SpotlightStatus
from tests.factories import make_chair, make_program, make_user
from tests.spotlights.factories import make_draft, make_question, make_spotlight, make_topic
from tests.spotlights.html import parse, texts

pytestmark = pytest.mark.django_db

LIST = "spotlights:list"


def page_of(response):
    return parse(response.content.decode())


def make_unpublished() -> dict:
    """One spotlight for each reason not to be shown."""
    return {
        "draft": make_draft(),
        "dated draft": make_draft(published_at=timezone.now() - timedelta(days=1)),
        "future": make_spotlight(published_at=timezone.now() + timedelta(hours=1)),
        "withdrawn": make_spotlight(status=SpotlightStatus.WITHDRAWN),
    }


def test_addresses():
    assert reverse(LIST) == "/lets-connect/"
    assert reverse("spotlights:spotlight", args=["a-b"]) == "/lets-connect/a-b/"
    assert reverse("spotlights:feed") == "/lets-connect/feed/"


def test_list_shows_the_published_ones_latest_first(client):
    older = make_spotlight(title="Of cats & books")
    newer = make_spotlight(title="Reading <aloud>")
    make_unpublished()

    response = client.get(reverse(LIST))

    page = page_of(response)
    assert response.status_code == 200
    assert texts(page, ".//h1") == ["Let’s Connect"]
    assert texts(page, ".//h2/a") == ["Reading <aloud>", "Of cats & books"]
    links = [a.get("href") for a in page.iterfind(".//h2/a")]
    assert links == [newer.get_absolute_url(), older.get_absolute_url()]


def test_list_dates_in_the_zone_of_the_program(client):
    make_spotlight(
        program=make_program(time_zone="America/Denver"),
        published_at=datetime(2026, 3, 1, 6, 30, tzinfo=UTC),
    )

    [time] = page_of(client.get(reverse(LIST))).iterfind(".//time")

    assert (time.get("datetime"), time.text) == ("2026-02-28", "28 February 2026")


def test_empty_list_says_so(client):
    make_unpublished()

    response = client.get(reverse(LIST))

    assert response.status_code == 200
    assert "The first portraits are being written." in response.content.decode()
    assert texts(page_of(response), ".//article") == []


def test_list_has_twelve_on_a_page(client):
    program = make_program()
    spotlights = [make_spotlight(program=program) for _ in range(15)][::-1]

    first, second = client.get(reverse(LIST)), client.get(reverse(LIST), {"page": 2})

    titles = [s.title for s in spotlights]
    # The latest one is shown large, above the twelve.
    assert texts(page_of(first), ".//h2/a") == titles[:13]
    assert texts(page_of(second), ".//h2/a") == titles[13:]
    nav = ".//ul[@class='pagination']//a"
    assert texts(page_of(first), nav) == ["Page 1", "Page 2", "Older spotlights"]
    assert texts(page_of(second), nav) == ["Newer spotlights", "Page 1", "Page 2"]
    [current] = page_of(second).iterfind(nav + "[@aria-current='page']")
    assert current.get("href") == "?page=2"


@pytest.mark.parametrize("number", ["0", "3", "-1", "x", "1e9", "٢٢"])
def test_page_that_is_not_there_is_not_found(client, number):
    make_spotlight()

    assert client.get(reverse(LIST), {"page": number}).status_code == 404


@pytest.mark.parametrize("n_spotlights", [3, 300])
def test_list_takes_the_same_number_of_queries(client, django_assert_num_queries, n_spotlights):
    make_many(n_spotlights)

    with django_assert_num_queries(8):
        response = client.get(reverse(LIST))

    assert response.context["n_found"] == n_spotlights


@pytest.mark.parametrize("n_spotlights", [3, 300])
def test_search_takes_the_same_number_of_queries(client, django_assert_num_queries, n_spotlights):
    make_many(n_spotlights)

    with django_assert_num_queries(8):
        response = client.get(reverse(LIST), {"q": "maren", "topic": "leading", "type": "public"})

    assert response.context["n_found"] == n_spotlights


def make_many(n_spotlights):
    """Spotlights of several programs, with everything that could cost a query of its own."""
    topic, programs = make_topic("Leading"), [make_program() for _ in range(3)]
    made = [
        make_spotlight(
            program=programs[number % 3],
            library_type="public",
            portrait="a" * 32,
            portrait_width=500,
            portrait_height=600,
            portrait_alt="She laughs.",
        )
        for number in range(n_spotlights)
    ]
    topic.spotlights.set(made)
    for spotlight in made[-21:]:
        make_question(spotlight, "Why?", "Because.")
        spotlight.links.create(label="Read", url="https://a.example/")
    SearchEntry.objects.write_for(made)
    return made


def test_reader_reads_a_spotlight(client):
    program = make_program(name="CAL MIG", tagline="Mentoring for all.")
    spotlight = make_spotlight(
        program=program,
        title="Cats & books",
        summary="How Maren <leads>.",
        body="# Why?\n\nBecause of *people* & [books](/programs/cal-mig/).",
        published_at=datetime(2026, 3, 1, 12, tzinfo=UTC),
    )

    response = client.get(spotlight.get_absolute_url())

    page = page_of(response)
    assert response.status_code == 200
    assert "no-store" not in response.get("Cache-Control", "")
    assert texts(page, ".//h1") == ["Cats & books"]
    assert texts(page, ".//p[@class='lede']") == ["How Maren <leads>."]
    assert texts(page, ".//div[@class='byline']/p") == [
        "Maren O'Pine (she/her)",
        "Director, Juniper Mesa Library, Juniper Mesa",
        "1 March 2026",
        "1 minute to read",
    ]
    assert texts(page, ".//figure[@class='pull-quote']/blockquote") == ["“I tap shoulders.”"]
    assert texts(page, ".//div[@class='prose']/*") == ["Why?", "Because of people & books."]
    assert texts(page, ".//div[@class='prose']/h2") == ["Why?"]
    [button] = page.iterfind(".//a[@class='button']")
    assert button.get("href") == program.get_absolute_url()
    assert [a.get("aria-hidden") for a in page.iterfind(".//*[@class='portrait-placeholder']")] == [
        "true"
    ]
    assert "preview" not in response.content.decode().lower()


def test_spotlight_of_a_hidden_program_does_not_lead_there(client):
    spotlight = make_spotlight(program=make_program(is_published=False))

    page = page_of(client.get(spotlight.get_absolute_url()))

    assert texts(page, ".//h1") == [spotlight.title]
    assert texts(page, ".//a[@class='button']") == []


def test_page_without_optional_answers_has_no_empty_parts(client):
    spotlight = make_spotlight(pronouns="", position_title="", library="", town="", pull_quote="")

    page = page_of(client.get(spotlight.get_absolute_url()))

    assert texts(page, ".//div[@class='byline']/p")[:-2] == ["Maren O'Pine"]
    assert texts(page, ".//figure") == []


def test_previous_and_next_are_published_neighbours(client):
    now = timezone.now()
    first, second, third = (
        make_spotlight(published_at=now - timedelta(days=days)) for days in (5, 4, 3)
    )
    make_draft(published_at=now - timedelta(days=4, hours=12))
    make_spotlight(published_at=now - timedelta(days=3, hours=12), status="withdrawn")
    make_spotlight(published_at=now + timedelta(days=1))

    def neighbours(spotlight):
        page = page_of(client.get(spotlight.get_absolute_url()))
        links = page.iterfind(".//nav[@class='next-previous']/a")
        return {a.get("rel"): a.get("href") for a in links}

    assert neighbours(first) == {"next": second.get_absolute_url()}
    assert neighbours(second) == {
        "prev": first.get_absolute_url(),
        "next": third.get_absolute_url(),
    }
    assert neighbours(third) == {"prev": second.get_absolute_url()}


def test_strangers_see_nothing_unpublished(client):
    spotlights = make_unpublished()
    other_chair = make_chair(make_program())

    def answers():
        return {
            name: client.get(spotlight.get_absolute_url()).status_code
            for name, spotlight in spotlights.items()
        }

    expected = {"draft": 404, "dated draft": 404, "future": 404, "withdrawn": 410}
    assert answers() == expected
    client.force_login(make_user())
    assert answers() == expected
    client.force_login(other_chair)
    assert answers() == expected


def test_anonymous_reader_is_no_member_of_a_committee_without_logins(client):
    # A public seat need not have a login, and an anonymous reader has no id either.
    draft = make_draft()
    draft.program.seats.create(name="Without login")

    assert client.get(draft.get_absolute_url()).status_code == 404


def test_withdrawn_page_says_so_kindly_and_nothing_else(client):
    spotlight = make_spotlight(status="withdrawn", title="Secret title", body="Secret body")

    response = client.get(spotlight.get_absolute_url())

    html = response.content.decode()
    assert response.status_code == 410
    assert texts(page_of(response), ".//h1") == ["This spotlight is no longer here"]
    assert [word for word in ("Secret", "O&#x27;Pine", "Maren") if word in html] == []


@pytest.mark.parametrize(
    ("fields", "notice"),
    [
        ({"status": "draft", "published_at": None}, "Draft preview."),
        ({"published_at": datetime(2999, 1, 1, tzinfo=UTC)}, "Scheduled preview."),
        ({"status": "withdrawn"}, "Withdrawn."),
    ],
)
def test_committee_previews_its_own_spotlight(client, fields, notice):
    spotlight = make_spotlight(**fields)
    client.force_login(make_chair(spotlight.program))

    response = client.get(spotlight.get_absolute_url())

    page = page_of(response)
    assert response.status_code == 200
    assert texts(page, ".//h1") == [spotlight.title]
    assert texts(page, ".//aside[@aria-label='Preview']//strong") == [notice]
    assert response["Cache-Control"] == "private, no-store"


def test_seat_without_the_permission_is_not_enough_to_preview(client):
    draft = make_draft()
    member = make_user()
    draft.program.seats.create(name="Member", user=member)
    client.force_login(member)

    assert client.get(draft.get_absolute_url()).status_code == 404

    member.user_permissions.add(Permission.objects.get(codename="change_spotlight"))
    assert client.get(draft.get_absolute_url()).status_code == 200

    member.is_staff = False
    member.save()
    assert client.get(draft.get_absolute_url()).status_code == 404


def test_published_page_is_the_same_for_a_chair_and_for_caches(client):
    spotlight = make_spotlight()
    client.force_login(make_chair(spotlight.program))

    response = client.get(spotlight.get_absolute_url())

    assert "no-store" not in response.get("Cache-Control", "")
    assert texts(page_of(response), ".//aside[@aria-label='Preview']") == []


@pytest.mark.parametrize("n_spotlights", [3, 300])
def test_page_takes_the_same_number_of_queries(client, django_assert_num_queries, n_spotlights):
    *_, spotlight, _ = make_many(n_spotlights)

    with django_assert_num_queries(9):
        response = client.get(spotlight.get_absolute_url())

    n_related = len(response.context["related"])
    assert n_related == min(3, n_spotlights - 1)


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_pages_only_answer_readers(client, method):
    spotlight = make_spotlight()

    answers = [
        getattr(client, method)(address).status_code
        for address in (reverse(LIST), spotlight.get_absolute_url())
    ]

    assert answers == [405, 405]
