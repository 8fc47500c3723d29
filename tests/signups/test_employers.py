"""Employers: found or made from what people type, merged and parted by the committee, forgotten."""

from __future__ import annotations

import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from signups.employers import employer_of
from signups.erasing import erase
from signups.forms import APPLICATION_FORMS
from signups.models import Application, Employer, EmployerSpelling, ReviewError, Role
from signups.spellings import normalised
from tests.factories import (
    application_data,
    make_chair,
    make_cohort,
    make_mentee,
    make_mentor,
    make_program,
)
from tests.walk import places_that_hold

pytestmark = pytest.mark.django_db

EMPLOYERS = "admin:signups_employer_changelist"
SPELLINGS = "admin:signups_employerspelling_changelist"


def rows(program):
    """Each employer with its spellings and who names it."""
    return {
        employer.name: (
            [str(spelling) for spelling in employer.spellings.all()],
            sorted(application.name for application in employer.applications.all()),
        )
        for employer in program.employers.all()
    }


def act(client, url, action, *chosen, **more):
    data = {"action": action, "_selected_action": [row.pk for row in chosen], **more}
    return client.post(reverse(url), data, follow=True)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Denver  Public Library", "denver public library."),
        ("St. Mary's College", "St Mary’s College"),
        ("U.S.A. Library", "USA library"),
        ("Mesa-County Libraries", "Mesa County Libraries"),
        ("\uff2d\uff45\uff53\uff41", "Mesa"),
        ("Straße", "STRASSE"),
    ],
)
def test_what_is_spelt_alike_is_compared_alike(one, other):
    assert normalised(one) == normalised(other)


def test_other_names_stay_apart():
    names = ["Denver Public Library", "Denver Public Libraries", "Denver", "Library, Denver Public"]

    assert len({normalised(name) for name in names}) == len(names)


def test_no_name_becomes_too_long_to_keep():
    assert len(normalised("\ufdfa" * 160)) <= 640


def test_a_new_application_finds_the_employer_that_others_typed():
    cohort = make_cohort()
    make_mentee(cohort, name="Ana", employer="Denver Public Library")

    make_mentor(cohort, name="Mia", employer="denver public  library.")

    assert rows(cohort.program) == {
        "Denver Public Library": (["Denver Public Library"], ["Ana", "Mia"])
    }


@pytest.mark.parametrize("typed", ["", "-", "n/a", "N.A.", "Retired", "self-employed", "…"])
def test_who_has_no_employer_shares_it_with_nobody(typed):
    cohort = make_cohort()

    person = make_mentee(cohort, employer=typed)

    assert (person.employer_row, Employer.objects.count()) == (None, 0)


def test_programs_do_not_share_employers():
    one, other = make_cohort(), make_cohort()

    people = [make_mentee(cohort, employer="Mesa") for cohort in (one, other)]

    assert [person.employer_row.program for person in people] == [one.program, other.program]


def test_a_changed_answer_changes_the_employer_and_leaves_no_old_one():
    cohort = make_cohort()
    person = make_mentee(cohort, name="Ana", employer="Old Library")
    data = application_data(cohort, Role.MENTEE, name="Ana", employer="New Library")
    form = APPLICATION_FORMS[Role.MENTEE](data, cohort=cohort, instance=person)

    assert form.errors == {}
    form.save()

    assert rows(cohort.program) == {"New Library": (["New Library"], ["Ana"])}


def test_the_database_holds_each_spelling_once_per_program():
    program = make_program()
    employer = employer_of(program, "Mesa")

    with pytest.raises(IntegrityError), transaction.atomic():
        EmployerSpelling.objects.create(
            program=program, employer=employer, spelling="MESA", normalised="mesa"
        )


def test_a_chair_merges_employers_after_choosing_the_name(client):
    cohort = make_cohort()
    make_mentee(cohort, name="Ana", employer="DPL")
    make_mentor(cohort, name="Mia", employer="Denver Public Library")
    make_mentor(cohort, name="Max", employer="Elsewhere")
    short, long, _ = Employer.objects.order_by("pk")
    client.force_login(make_chair(cohort.program))

    page = act(client, EMPLOYERS, "merge_selected", short, long)
    asked = page.context["form"].fields["keep"].queryset
    assert (set(asked), len(rows(cohort.program))) == ({short, long}, 3)
    act(client, EMPLOYERS, "merge_selected", short, long, confirmed="yes", keep=long.pk)

    assert rows(cohort.program) == {
        "Denver Public Library": (["DPL", "Denver Public Library"], ["Ana", "Mia"]),
        "Elsewhere": (["Elsewhere"], ["Max"]),
    }
    # The next one who types it is there too.
    assert make_mentee(cohort, employer="dpl").employer_row == long


def test_a_spelling_is_taken_out_again_with_those_who_typed_it(client):
    cohort = make_cohort()
    make_mentee(cohort, name="Ana", employer="DPL")
    make_mentor(cohort, name="Mia", employer="Denver Public Library")
    short, long = Employer.objects.order_by("pk")
    long.take_in([short])
    client.force_login(make_chair(cohort.program))
    spelling = EmployerSpelling.objects.get(spelling="DPL")

    act(client, SPELLINGS, "move_out_selected", spelling, confirmed="yes")

    assert rows(cohort.program) == {
        "DPL": (["DPL"], ["Ana"]),
        "Denver Public Library": (["Denver Public Library"], ["Mia"]),
    }
    spelling.refresh_from_db()
    with pytest.raises(ReviewError, match="stands by itself"):
        spelling.move_out()


def test_employers_of_two_programs_are_never_the_same(client):
    one, other = make_cohort(), make_cohort()
    first = make_mentee(one, employer="DPL").employer_row
    second = make_mentee(other, employer="DPL").employer_row
    client.force_login(make_chair(one.program, other.program))

    page = act(client, EMPLOYERS, "merge_selected", first, second, confirmed="yes", keep=first.pk)

    assert "select employers of one program" in page.content.decode()
    with pytest.raises(ReviewError, match="one program"):
        first.take_in([second])
    assert Employer.objects.count() == 2


def test_a_stranger_sees_and_merges_no_employers(client):
    cohort = make_cohort()
    short = make_mentee(cohort, employer="DPL").employer_row
    long = make_mentee(cohort, employer="Denver Public Library").employer_row
    stranger = make_chair(make_cohort().program)
    client.force_login(stranger)

    listed = client.get(reverse(EMPLOYERS))
    spellings = client.get(reverse(SPELLINGS))
    opened = client.get(reverse("admin:signups_employer_change", args=[short.pk]))
    act(client, EMPLOYERS, "merge_selected", short, long, confirmed="yes", keep=short.pk)

    assert list(listed.context["cl"].result_list) == []
    assert list(spellings.context["cl"].result_list) == []
    assert (opened.status_code, "DPL" in opened.content.decode()) == (404, False)
    assert Employer.objects.count() == 2


def test_a_seat_without_permission_merges_nothing(client):
    cohort = make_cohort()
    people = [make_mentee(cohort, employer=name) for name in ("DPL", "Denver")]
    short, long = (person.employer_row for person in people)
    chair = make_chair(cohort.program)
    group = chair.groups.get()
    group.permissions.remove(*group.permissions.filter(codename="merge_employer"))
    client.force_login(chair)

    act(client, EMPLOYERS, "merge_selected", short, long, confirmed="yes", keep=short.pk)

    assert Employer.objects.count() == 2


@pytest.mark.parametrize("n_people", [1, 3])
def test_the_list_takes_the_same_number_of_queries(client, django_assert_num_queries, n_people):
    cohort = make_cohort()
    for _ in range(n_people):
        make_mentee(cohort)
    client.force_login(make_chair(cohort.program))

    with django_assert_num_queries(9):
        page = client.get(reverse(EMPLOYERS))

    shown = [(row.n_applications, row.spellings.count()) for row in page.context["cl"].result_list]
    assert shown == [(1, 1)] * n_people


def test_an_employer_that_only_one_person_named_is_erased_with_them(admin_client):
    cohort = make_cohort()
    person = make_mentee(cohort, employer="Library of Quirina")
    page_url = reverse("admin:signups_employer_change", args=[person.employer_row.pk])
    inline = {"spellings-TOTAL_FORMS": 0, "spellings-INITIAL_FORMS": 0}
    admin_client.post(page_url, {"name": "Quirina's library", **inline})
    assert {"signups.Employer.name", "admin.LogEntry.object_repr"} <= set(
        places_that_hold("Quirina")
    )

    erase(person)

    assert (places_that_hold("Quirina"), Employer.objects.count()) == ([], 0)


def test_of_an_employer_that_others_name_only_the_own_spelling_is_erased():
    cohort = make_cohort()
    person = make_mentee(cohort, name="Ana", employer="Quirina's place")
    other = make_mentee(cohort, name="Max", employer="Mesa")
    person.employer_row.take_in([other.employer_row])

    erase(person)

    assert rows(cohort.program) == {"Mesa": (["Mesa"], ["Max"])}
    assert places_that_hold("Quirina") == []


def test_the_name_that_the_committee_gave_stays():
    cohort = make_cohort()
    person, other = make_mentee(cohort, employer="DPL"), make_mentee(cohort, name="Max")
    person.employer_row.take_in([other.employer_row])
    Employer.objects.update(name="Denver Public Library")

    erase(person)

    assert rows(cohort.program) == {"Denver Public Library": ([other.employer], ["Max"])}


def in_two_threads(*deeds):
    """Do deeds at the same moment; the faults that came out."""
    together, faults = threading.Barrier(len(deeds)), []

    def do(deed):
        together.wait()
        try:
            deed()
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return faults


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer at a time")
def test_two_people_who_type_a_new_employer_at_once_share_it():
    cohort = make_cohort()
    for number in range(10):
        deeds = [
            lambda name=f"{kind} {number}", typed=typed, number=number: make_mentee(
                cohort, name=name, employer=f"Race {number}{typed}"
            )
            for kind, typed in (("One", ""), ("Two", "."))
        ]
        assert in_two_threads(*deeds) == []

    named = Application.objects.values_list("employer_row__name", flat=True)
    assert (Employer.objects.count(), len(named), None in named) == (10, 20, False)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer at a time")
def test_who_applies_while_employers_are_merged_is_counted_to_the_one_that_stays():
    cohort = make_cohort()
    for number in range(10):
        short = make_mentee(cohort, employer=f"DPL {number}").employer_row
        long = make_mentee(cohort, employer=f"Denver {number}").employer_row

        def merge(short=short, long=long):
            long.take_in([short])

        def apply(number=number):
            with transaction.atomic():
                make_mentee(cohort, employer=f"DPL {number}")

        assert in_two_threads(merge, apply) == []
        assert (long.applications.count(), long.spellings.count()) == (3, 2)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer at a time")
def test_who_applies_while_a_colleague_is_erased_has_an_employer_all_the_same():
    cohort = make_cohort()
    for number in range(10):
        person = make_mentee(cohort, employer=f"DPL {number}")

        def apply(number=number):
            with transaction.atomic():
                make_mentee(cohort, name="New", employer=f"DPL {number}")

        assert in_two_threads(lambda person=person: erase(person), apply) == []
        [new] = Application.objects.filter(name="New", employer=f"DPL {number}")
        assert str(new.employer_row) == f"DPL {number}"
