"""Reading applications, blind at first: what is hidden, from whom, until when, and where."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.contrib.admin.models import LogEntry
from django.db import IntegrityError
from django.urls import reverse
from tablib import Dataset

from signups.models import Application, Rating
from signups.reading import next_unread, progress_of, rate
from tests.factories import (
    make_chair,
    make_cohort,
    make_member,
    make_mentee,
    make_mentor,
    make_program,
    make_question,
    make_spotlight_editor,
)
from tests.signups.test_files import hand_in

pytestmark = pytest.mark.django_db

MENTEES = reverse("admin:signups_menteeapplication_changelist")
RATINGS = reverse("admin:signups_rating_changelist")
COHORTS = reverse("admin:signups_rating_cohorts")

WHO = {
    "name": "Quirina Oyelaran-Vex",
    "email": "quirina@vex-library.example",
    "pronouns": "zie/zir",
    "position_title": "Keeper of Maps",
    "employer": "Vex Library",
    "membership_number": "M-4711",
}


def make_blind_cohort():
    return make_cohort(make_program(is_read_blind=True))


def received(cohort, **fields):
    return make_mentee(cohort, status="received", decided_at=None, **fields)


def page_of(application):
    return reverse("admin:signups_menteeapplication_change", args=[application.pk])


def read_page(application):
    return reverse("admin:signups_rating_read", args=[application.cohort_id, application.pk])


def told_in(text):
    return [what for what in WHO.values() if what.replace("'", "&#x27;") in text]


def export(client, *applications, kind="export_csv"):
    data = {"action": kind, "_selected_action": [one.pk for one in applications]}
    return client.post(MENTEES, data).content


@pytest.mark.parametrize("make_reader", [make_member, make_chair])
def test_nothing_in_the_review_says_who_wrote_what_is_not_rated_yet(client, make_reader):
    cohort = make_blind_cohort()
    person = received(cohort, statement="I want to lead.", **WHO)
    reader = make_reader(cohort.program)
    client.force_login(reader)

    def everything():
        pages = [MENTEES, f"{MENTEES}?o=1", page_of(person), read_page(person), RATINGS, COHORTS]
        pages += [reverse("admin:signups_menteeapplication_history", args=[person.pk])]
        texts = [client.get(page).content.decode() for page in pages]
        texts.append(export(client, person).decode())
        sheet = Dataset().load(BytesIO(export(client, person, kind="export_xlsx")), format="xlsx")
        texts.append(str(sheet.dict))
        return texts

    before = everything()
    assert [told_in(text) for text in before] == [[]] * 9
    assert f"Application {person.pk}" in before[0]
    assert [("I want to lead." in text) for text in (before[2], before[3], before[7])] == [True] * 3

    rate(person, by=reader, points=4, words="")

    after = everything()
    assert told_in(after[2]) == list(WHO.values())
    assert told_in(after[7]) == list(WHO.values())
    assert WHO["name"] in after[0]
    assert WHO["name"] in after[3]


def test_a_decision_on_what_is_blind_logs_and_says_no_name(client):
    cohort = make_blind_cohort()
    person = received(cohort, **WHO)
    client.force_login(make_chair(cohort.program))
    data = {"action": "waitlist_selected", "_selected_action": [person.pk]}

    asked = client.post(MENTEES, data)
    client.post(MENTEES, data | {"confirmed": "yes"})

    assert told_in(asked.content.decode()) == []
    assert [entry.object_repr for entry in LogEntry.objects.all()] == [f"Application {person.pk}"]
    # Decided: the first reading is over.
    assert WHO["name"] in client.get(MENTEES).content.decode()


@pytest.mark.parametrize("words", ["Quirina", "vex-library.example", "Vex"])
def test_searching_does_not_find_what_is_hidden(client, words):
    cohort = make_blind_cohort()
    person = received(cohort, **WHO)
    decided = make_mentee(cohort, **WHO | {"email": "q@vex-library.example"})
    reader = make_member(cohort.program)
    client.force_login(reader)

    assert list(client.get(MENTEES, {"q": words}).context["cl"].result_list) == [decided]
    rate(person, by=reader, points=4, words="")
    assert len(client.get(MENTEES, {"q": words}).context["cl"].result_list) == 2


@pytest.mark.parametrize(
    "condition",
    [
        "name__startswith",
        "employer",
        "email__contains",
        "cohort__applications__name__startswith",
        "identity_answers__isnull",
        "decided_by__password__startswith",
    ],
)
def test_no_condition_in_the_address_tells_of_what_is_not_shown(client, condition):
    cohort = make_blind_cohort()
    received(cohort, **WHO)
    client.force_login(make_chair(cohort.program))

    assert client.get(MENTEES, {condition: "1"}).status_code == 400


def test_the_order_of_a_list_does_not_follow_hidden_names(client):
    cohort = make_blind_cohort()
    people = [received(cohort, name=name) for name in ("Zoe", "Ana", "Mia")]
    client.force_login(make_member(cohort.program))

    lists = [
        client.get(MENTEES, order).context["cl"].result_list
        for order in ({}, {"o": "1"}, {"o": "2"}, {"o": "3"})
    ]

    assert [[row.pk for row in rows] for rows in lists[:1]] == [[one.pk for one in people]]
    for rows in lists[1:]:
        assert [row.name for row in rows] != sorted(row.name for row in rows)


def test_files_and_links_wait_too(client):
    cohort = make_blind_cohort()
    person = received(cohort)
    resume = make_question(cohort, wording="Your résumé?", kind="file")
    link = make_question(cohort, wording="Your pages?", kind="link")
    text = make_question(cohort, wording="Why now?")
    hand_in(person, resume, shown_name="Quirina.pdf")
    link.record(person, ["https://quirina.example"])
    text.record(person, ["It is time."])
    reader = make_member(cohort.program)
    client.force_login(reader)
    file = reverse("signups:committee_file", args=[person.answers.get(question=resume).pk])

    pages = [page_of(person), read_page(person)]
    assert [client.get(page).content.decode().lower().count("quirina") for page in pages] == [0, 0]
    assert [client.get(page).content.decode().count("It is time.") for page in pages] == [1, 1]
    assert client.get(file).status_code == 404
    rate(person, by=reader, points=4, words="")

    assert "https://quirina.example" in client.get(page_of(person)).content.decode()
    assert b"".join(client.get(file).streaming_content).startswith(b"%PDF")


def test_a_program_that_does_not_read_blind_hides_nothing(client):
    person = received(make_cohort(), **WHO)
    client.force_login(make_member(person.cohort.program))

    assert told_in(client.get(page_of(person)).content.decode()) == list(WHO.values())


def test_a_reader_reads_one_after_another_and_sees_how_far(client):
    cohort = make_blind_cohort()
    first, second = received(cohort), make_mentor(cohort, status="received", decided_at=None)
    make_mentee(cohort, status="declined")
    make_mentee(cohort)  # decided: the first reading is over
    member = make_member(cohort.program)
    client.force_login(member)
    start = reverse("admin:signups_rating_next", args=[cohort.pk])

    assert client.get(start).url == read_page(first)
    page = client.get(read_page(first))
    assert "0 of 2 read." in page.content.decode()
    passed_over = client.get(f"{start}?after={first.pk}")
    assert passed_over.url == read_page(second)
    done = client.post(read_page(second), {"points": "5", "words": "Just right."})
    assert client.get(done.url).url == read_page(first)
    client.post(read_page(first), {"points": "1"})
    end = client.get(start)

    assert end.url == COHORTS
    assert "2 of 2 read" in client.get(COHORTS).content.decode()
    assert [
        (one.application_id, one.reader, one.points, one.words)
        for one in Rating.objects.order_by("pk")
    ] == [
        (second.pk, member, 5, "Just right."),
        (first.pk, member, 1, ""),
    ]


def test_a_rating_without_points_is_asked_for_again_with_the_words_kept(client):
    person = received(make_cohort())
    client.force_login(make_member(person.cohort.program))

    page = client.post(read_page(person), {"words": "Hm."})

    assert page.context["form"].errors == {"points": ["Choose 1 to 5 points."]}
    assert "Hm.</textarea>" in page.content.decode().replace("\n", "")
    assert Rating.objects.count() == 0


def test_what_others_thought_shows_once_one_has_rated(client, admin_user):
    cohort = make_cohort()
    person = received(cohort)
    early, late = make_member(cohort.program), make_chair(cohort.program)
    rate(person, by=early, points=2, words="Zanzibar")

    for user in (late, admin_user):
        client.force_login(user)
        pages = [RATINGS, page_of(person), read_page(person)]
        assert ["Zanzibar" in client.get(page).content.decode() for page in pages] == [False] * 3
        rate(person, by=user, points=5, words="")
        assert ["Zanzibar" in client.get(page).content.decode() for page in pages] == [True] * 3


def test_comments_wait_for_the_rating_where_it_is_read_blind(client):
    cohort = make_blind_cohort()
    person = received(cohort)
    reader = make_member(cohort.program)
    person.comments.create(words="Quirina again", written_by=make_chair(cohort.program))
    client.force_login(reader)
    comment = reverse("admin:signups_menteeapplication_comment", args=[person.pk])

    client.post(comment, {"words": "First!"})
    assert "Quirina again" not in client.get(page_of(person)).content.decode()
    rate(person, by=reader, points=4, words="")
    assert "Quirina again" in client.get(page_of(person)).content.decode()
    assert person.comments.count() == 1


def test_a_second_rating_takes_the_place_of_the_first():
    person = received(make_cohort())
    reader = make_member(person.cohort.program)

    rate(person, by=reader, points=2, words="Hm.")
    rate(person, by=reader, points=4, words="Better.")

    assert [(one.points, one.words) for one in Rating.objects.all()] == [(4, "Better.")]
    with pytest.raises(IntegrityError):
        Rating.objects.create(application=person, reader=reader, points=3)


@pytest.mark.parametrize("points", [0, 6])
def test_the_database_takes_no_other_points(points):
    person = received(make_cohort())

    with pytest.raises(IntegrityError):
        Rating.objects.create(application=person, reader=make_member(), points=points)


def test_a_stranger_reads_and_rates_nothing(client):
    person = received(make_cohort())
    rate(person, by=make_member(person.cohort.program), points=2, words="Zanzibar")
    client.force_login(make_chair(make_program()))
    pages = [reverse("admin:signups_rating_next", args=[person.cohort_id]), read_page(person)]

    assert [client.get(page).status_code for page in pages] == [404, 404]
    assert client.post(read_page(person), {"points": "5"}).status_code == 404
    assert list(client.get(RATINGS).context["cl"].result_list) == []
    assert str(person.cohort) not in client.get(COHORTS).content.decode()
    assert Rating.objects.count() == 1


def test_an_application_is_read_in_its_own_cohort_only(client):
    person = received(make_cohort())
    other = make_cohort(person.cohort.program)
    client.force_login(make_member(person.cohort.program))

    page = reverse("admin:signups_rating_read", args=[other.pk, person.pk])

    assert client.get(page).status_code == 404


def test_a_spotlight_editor_reads_nothing(client):
    person = received(make_cohort())
    client.force_login(make_spotlight_editor(person.cohort.program))
    pages = [COHORTS, RATINGS, read_page(person), page_of(person), MENTEES]

    assert [client.get(page).status_code for page in pages] == [403] * 5
    assert client.post(read_page(person), {"points": "5"}).status_code == 403


def test_whoever_is_erased_is_read_by_nobody():
    cohort = make_cohort()
    gone, here = received(cohort), received(cohort)
    reader = make_member(cohort.program)
    Application.objects.filter(pk=gone.pk).update(erased_at=cohort.mentee_opens_at)

    assert next_unread(reader, cohort).pk == here.pk
    assert progress_of(reader, cohort).sentence == "0 of 1 read"


@pytest.mark.parametrize("n_applications", [1, 3])
def test_the_list_of_a_blind_program_takes_the_same_number_of_queries(
    client, django_assert_num_queries, n_applications
):
    cohort = make_blind_cohort()
    for _ in range(n_applications):
        received(cohort)
    client.force_login(make_member(cohort.program))

    with django_assert_num_queries(10):
        page = client.get(MENTEES)

    assert page.context["cl"].result_count == n_applications
