"""Who may read identity answers in the admin, and that every reading is recorded."""

from __future__ import annotations

import pytest
from django.urls import NoReverseMatch, reverse

from signups.models import CommitteeSeat, IdentityReading
from tests.factories import make_chair, make_cohort, make_mentee, make_program, make_user
from tests.signups.identity import answer, make_dimension, make_steward

pytestmark = pytest.mark.django_db

ANSWERS = "admin:signups_identityanswer_changelist"
READINGS = "admin:signups_identityreading_changelist"
COUNTS = "admin:signups_identitydimension_counts"


def page_of(row):
    return reverse("admin:signups_identityanswer_change", args=[row.pk])


def make_answer(cohort=None, option="Zzwoman", **fields):
    cohort = cohort or make_cohort()
    dimension = cohort.program.identitydimensions.first()
    dimension = dimension or make_dimension(cohort.program, "Gender", ("Zzwoman", "Zzman"))
    return answer(make_mentee(cohort, **fields), dimension, option)


def readings():
    return [(r.reader, r.application, r.dimension) for r in IdentityReading.objects.all()]


def test_a_steward_reads_one_answer_and_that_is_recorded(client):
    row = make_answer()
    steward = make_steward(row.application.cohort.program)
    client.force_login(steward)

    listed = client.get(reverse(ANSWERS))
    assert [one.pk for one in listed.context["cl"].result_list] == [row.pk]
    assert "Zzwoman" not in listed.content.decode()
    assert readings() == []
    opened = client.get(page_of(row))

    assert "Zzwoman" in opened.content.decode()
    assert readings() == [(steward, row.application, row.dimension)]
    record = client.get(reverse(READINGS)).content.decode()
    assert (steward.username in record, row.application.name in record) == (True, True)


def test_a_superuser_reads_and_is_recorded_too(client, admin_user):
    row = make_answer()
    client.force_login(admin_user)

    client.get(page_of(row))

    assert readings() == [(admin_user, row.application, row.dimension)]


def test_a_chair_reads_no_answer_and_no_record(client):
    row = make_answer()
    client.force_login(make_chair(row.application.cohort.program))

    answers = [client.get(url) for url in (page_of(row), reverse(ANSWERS), reverse(READINGS))]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert readings() == []


def test_pages_that_review_an_application_say_nothing_of_it(client):
    row = make_answer()
    cohort = row.application.cohort
    client.force_login(make_chair(cohort.program))

    pages = [
        client.get(reverse("admin:signups_menteeapplication_changelist")),
        client.get(reverse("admin:signups_menteeapplication_change", args=[row.application_id])),
        client.get(reverse("admin:signups_cohort_change", args=[cohort.pk])),
    ]

    assert [page.status_code for page in pages] == [200, 200, 200]
    assert [page for page in pages if "Zzwoman" in page.content.decode()] == []


def test_a_steward_of_another_program_sees_nothing(client):
    row = make_answer()
    row.read(by=make_steward(row.application.cohort.program))
    client.force_login(make_steward(make_program()))

    listed = client.get(reverse(ANSWERS))
    record = client.get(reverse(READINGS))
    opened = client.get(page_of(row))

    assert list(listed.context["cl"].result_list) == []
    assert list(record.context["cl"].result_list) == []
    assert row.application.name not in listed.content.decode() + record.content.decode()
    assert (opened.status_code, "Zzwoman" in opened.content.decode()) == (404, False)
    assert IdentityReading.objects.count() == 1


def test_a_seat_without_permission_sees_nothing(client):
    row = make_answer()
    member = make_user()
    CommitteeSeat.objects.create(program=row.application.cohort.program, name="Member", user=member)
    client.force_login(member)

    for url in (page_of(row), reverse(ANSWERS), reverse(READINGS), reverse(COUNTS)):
        assert client.get(url).status_code == 403
    assert readings() == []


def test_nobody_changes_an_answer_or_the_record(client, admin_user):
    row = make_answer()
    row.read(by=admin_user)
    client.force_login(admin_user)
    record = IdentityReading.objects.get()

    for url in (
        reverse("admin:signups_identityanswer_add"),
        reverse("admin:signups_identityanswer_delete", args=[row.pk]),
        reverse("admin:signups_identityreading_add"),
        reverse("admin:signups_identityreading_delete", args=[record.pk]),
    ):
        assert client.post(url, {"post": "yes"}).status_code == 403
    client.post(reverse(READINGS), {"action": "delete_selected", "_selected_action": record.pk})
    assert IdentityReading.objects.filter(pk=record.pk).exists()


@pytest.mark.parametrize("n_answers", [1, 3])
def test_lists_take_the_same_number_of_queries(client, django_assert_num_queries, n_answers):
    cohort = make_cohort()
    steward = make_steward(cohort.program)
    for _ in range(n_answers):
        make_answer(cohort).read(by=steward)
    client.force_login(steward)

    with django_assert_num_queries(9):
        assert client.get(reverse(ANSWERS)).context["cl"].result_count == n_answers
    with django_assert_num_queries(11):
        assert client.get(reverse(READINGS)).context["cl"].result_count == n_answers


def test_a_chair_and_a_steward_see_counts_of_their_own_cohorts_only(client):
    cohort, foreign = make_cohort(), make_cohort()
    for option in ["Zzwoman"] * 6 + ["Zzman"] * 2:
        make_answer(cohort, option)
    make_answer(foreign)

    for user in (make_chair(cohort.program), make_steward(cohort.program)):
        client.force_login(user)
        page = client.get(reverse(COUNTS))
        mentees, _mentors = page.context["roles"]
        assert page.context["cohorts"] == [cohort]
        assert mentees[:2] == ("Mentee", 8)
        [table] = mentees[2]
        assert dict(table.rows) == {
            "No answer": None,
            "I prefer not to say": None,
            "Zzwoman": None,
            "Zzman": None,
        }
        assert client.get(reverse(COUNTS), {"cohort": foreign.pk}).status_code == 404
        assert client.get(reverse(COUNTS), {"cohort": "x"}).status_code == 404
    assert readings() == []


def test_counts_without_any_cohort(client):
    client.force_login(make_chair(make_program()))

    page = client.get(reverse(COUNTS))

    assert (page.status_code, page.context["roles"]) == (200, [])


def test_a_chair_edits_questions_of_the_own_program(client):
    program, foreign = make_program(), make_dimension(make_program(), "Zzforeign")
    client.force_login(make_chair(program))

    client.post(
        reverse("admin:signups_identitydimension_add"),
        {
            "program": program.pk,
            "name": "Gender",
            "is_offered": "on",
            "position": 0,
            "options-TOTAL_FORMS": 1,
            "options-INITIAL_FORMS": 0,
            "options-0-name": "Woman",
            "options-0-is_offered": "on",
            "options-0-position": 0,
        },
    )
    own = program.identitydimensions.get()
    page = client.get(reverse("admin:signups_identitydimension_changelist"))

    assert [option.name for option in own.options.all()] == ["Woman"]
    assert list(page.context["cl"].result_list) == [own]
    assert reverse(COUNTS) in page.content.decode()
    change = reverse("admin:signups_identitydimension_change", args=[foreign.pk])
    assert client.get(change).status_code == 404


def test_an_option_is_deleted_only_while_nobody_has_answered(client, admin_user):
    dimension = make_dimension(make_cohort().program)
    client.force_login(admin_user)
    url = reverse("admin:signups_identitydimension_change", args=[dimension.pk])

    def can_delete():
        [formset] = client.get(url).context["inline_admin_formsets"]
        return formset.has_delete_permission

    assert can_delete()
    cohort = dimension.program.cohorts.get()
    answer(make_mentee(cohort), dimension, "Man")
    assert not can_delete()


def test_barrier_answers_have_no_page():
    with pytest.raises(NoReverseMatch):
        reverse("admin:signups_barrieranswer_changelist")
