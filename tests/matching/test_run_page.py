"""The page of a run: its pairs worst first, what it found, and only for its own committee."""

from __future__ import annotations

import pytest
from django.urls import reverse

from matching.erasing import erase_and_part
from matching.models import MatchRun, Pairing, RunAnswers
from matching.reading import MAX_ROWS
from tests.factories import make_chair, make_cohort, make_mentee, make_mentor
from tests.matching.factories import make_pairing, make_run

pytestmark = pytest.mark.django_db


def page_of(run):
    return reverse("admin:matching_matchrun_change", args=[run.pk])


def open_page(client, run, **asked):
    client.force_login(make_chair(run.cohort.program))
    return client.get(page_of(run), asked)


def shown(page):
    return [row.mentee for row in page.context["shown"].rows]


def text_of(page):
    return " ".join(page.content.decode().split())


def cohort_of_three():
    """Ana and Ben fit Mia and Noa in part only; Cai and Mia are at one employer."""
    cohort = make_cohort()
    make_mentee(cohort, name="Ana", topics=["Cataloging", "Grants"])
    make_mentee(cohort, name="Ben", topics=["Grants"])
    make_mentor(cohort, name="Mia", topics=["Cataloging"])
    make_mentor(cohort, name="Noa", topics=["Supervision"])
    return cohort


def test_of_what_is_private_nothing_is_said_to_be_least(client):
    cohort = make_cohort()
    private = {"key": "identity", "points": 0, "max_points": 20, "sentence": "", "is_private": True}
    known = {"key": "career", "points": 5, "max_points": 10, "sentence": "Some."}
    pairing = make_pairing(make_mentee(cohort), make_mentor(cohort), reasons=[private, known])

    [row] = open_page(client, pairing.run).context["shown"].rows

    assert row.weakest == known


def test_a_run_says_how_far_it_disturbed_the_one_before_and_leads_to_the_comparison(client):
    cohort = cohort_of_three()
    first = make_run(cohort)
    assert "Beside the run before it" not in text_of(open_page(client, first))
    make_mentee(cohort, name="Cai", topics=["Supervision"])
    second = make_run(cohort)

    page = open_page(client, second)

    assert page.context["run_before"] == first
    assert page.context["since_run_before"].startswith("1 of 2 pairs stays as it was, ")
    assert page.context["since_run_before"] in text_of(page)
    assert page.context["others"] == [first]
    for name, keys in [("compare", [second.pk, first.pk]), ("record", [second.pk])]:
        assert f'href="{reverse(f"admin:matching_matchrun_{name}", args=keys)}"' in text_of(page)


def test_pairs_put_together_by_hand_are_shown_beside_those_of_the_run(client):
    cohort = cohort_of_three()
    run = make_run(cohort)
    by_hand = make_pairing(make_mentee(cohort, name="Eve"), make_mentor(cohort, name="Oli"))
    other = make_pairing(make_mentee(make_cohort(cohort.program)), make_mentor(cohort))
    Pairing.objects.filter(pk__in=[by_hand.pk, other.pk]).update(run=None)

    page = open_page(client, run)

    assert [str(pairing) for pairing in page.context["by_hand"]] == ["Eve with Oli"]
    assert "Put together by hand" in text_of(page)
    assert len(page.context["shown"].rows) == 2


def test_whatever_can_be_decided_or_undone_can_be_ticked(client):
    cohort = make_cohort()
    run = make_run(cohort)
    chair = make_chair(cohort.program)
    pairings = [
        make_pairing(make_mentee(cohort), make_mentor(cohort), run=run, points=points)
        for points in range(4)
    ]
    fixed, held, approved, rejected = pairings
    fixed.decide("fix", by=chair)
    held.decide("hold", by=chair, words="Wait.")
    approved.approve(by=chair)
    rejected.reject(by=chair)

    def ticks():
        text = text_of(open_page(client, run))
        return [one.pk for one in pairings if f'value="{one.pk}" aria-label' in text]

    assert ticks() == [one.pk for one in pairings]
    assert shown(open_page(client, run, state="undecided")) == [
        fixed.mentee.name,
        held.mentee.name,
    ]
    Pairing.objects.filter(pk=approved.pk).update(introduced_at=approved.decided_at)
    Pairing.objects.filter(pk=rejected.pk).update(status="superseded")
    assert ticks() == [fixed.pk, held.pk]


def test_pairs_come_worst_first_with_what_speaks_for_them_and_what_least(client):
    page = open_page(client, make_run(cohort_of_three()))

    rows = page.context["shown"].rows
    assert [(row.mentee, row.mentor, row.state) for row in rows] == [
        ("Ben", "Noa", "Proposed"),
        ("Ana", "Mia", "Proposed"),
    ]
    assert rows[0].points < rows[1].points
    assert [reason["key"] for reason in rows[1].strongest] == ["topics", "library_type", "meeting"]
    assert rows[0].weakest["sentence"] == "Covers none of the topics asked for."
    assert "Covers none of the topics asked for." in text_of(page)


def test_what_gave_nothing_speaks_for_no_pair_and_what_gave_all_is_no_weakness(client):
    cohort = make_cohort()

    def reason(key, points, most):
        return {"key": key, "points": points, "max_points": most, "sentence": f"{key} it is."}

    mixed = make_pairing(
        make_mentee(cohort),
        make_mentor(cohort),
        reasons=[reason("topics", 0, 40), reason("career", 5, 10), reason("languages", 0, 20)],
    )
    full = make_pairing(
        make_mentee(cohort), make_mentor(cohort), reasons=[reason("topics", 40, 40)]
    )

    [of_mixed] = open_page(client, mixed.run).context["shown"].rows
    [of_full] = open_page(client, full.run).context["shown"].rows

    assert [one["key"] for one in of_mixed.strongest] == ["career"]
    # Of two that gave nothing, the one that could have given more.
    assert of_mixed.weakest["key"] == "topics"
    assert of_full.weakest is None


@pytest.mark.parametrize(
    ("asked", "mentees"),
    [
        ({}, ["Ben", "Ana"]),
        ({"q": "an mi"}, ["Ana"]),
        ({"q": "noa"}, ["Ben"]),
        ({"q": "nobody"}, []),
        ({"state": "approved"}, ["Ana"]),
        ({"state": "proposed"}, ["Ben"]),
        ({"below": "70"}, ["Ben"]),
        ({"topic": "Cataloging"}, ["Ana"]),
        ({"topic": "Grants"}, ["Ben", "Ana"]),
        ({"format": "One-to-one pair"}, ["Ben", "Ana"]),
        ({"format": "Coffee chat"}, []),
        ({"warning": "same_region"}, ["Ben", "Ana"]),
        ({"warning": "returned"}, []),
        ({"warning": "any", "state": "proposed"}, ["Ben"]),
        ({"sort": "-points"}, ["Ana", "Ben"]),
        ({"sort": "mentee"}, ["Ana", "Ben"]),
        ({"sort": "mentor"}, ["Ana", "Ben"]),
        ({"sort": "state"}, ["Ana", "Ben"]),
    ],
)
def test_pairs_are_found_and_ordered_by_address(client, asked, mentees):
    run = make_run(cohort_of_three())
    program = run.cohort.program
    run.pairings.get(mentee__name="Ana").approve(by=make_chair(program))
    for name, options in {"topic": program.topics, "format": program.formats}.items():
        if name in asked:
            asked = {name: options.get(name=asked[name]).pk}

    assert shown(open_page(client, run, **asked)) == mentees


@pytest.mark.parametrize("asked", [{"below": "many"}, {"state": "odd"}, {"topic": "0"}])
def test_what_is_asked_wrongly_is_told_and_left_out(client, asked):
    page = open_page(client, make_run(cohort_of_three()), **asked)

    assert list(page.context["filters"].errors) == list(asked)
    assert shown(page) == ["Ben", "Ana"]


def test_topics_of_another_program_find_nothing_and_are_not_offered(client):
    run = make_run(cohort_of_three())
    foreign = make_cohort().program.topics.get(name="Grants")

    page = open_page(client, run, topic=foreign.pk)

    assert list(page.context["filters"].errors) == ["topic"]


def test_links_keep_what_was_asked_for(client):
    run = make_run(cohort_of_three())
    pairing = run.pairings.get(mentee__name="Ben")

    page = open_page(client, run, below="70", sort="mentor", q="", nonsense="x")

    link = reverse("admin:matching_pairing_change", args=[pairing.pk])
    assert f'href="{link}?below=70&amp;sort=mentor"' in page.content.decode()
    assert {label: link for label, link, _ in page.context["columns"]}["Points"] == (
        "?below=70&sort=points"
    )


def warnings(client, pairing):
    page = open_page(client, pairing.run)
    [row] = page.context["shown"].rows
    return {key: sentence for key, _, sentence in row.warnings if key != "same_region"}


def test_both_far_below_what_they_could_have_is_a_warning_and_one_alone_is_none(client):
    cohort = make_cohort()
    pairing = make_pairing(
        make_mentee(cohort), make_mentor(cohort), mentee_best_points=80, mentor_best_points=79
    )
    assert warnings(client, pairing) == {}

    Pairing.objects.update(mentor_best_points=90)

    assert warnings(client, pairing) == {
        "far_below": "Alone, the mentee could have had 80 points and the mentor 90."
    }


def test_a_mentor_at_capacity_is_a_warning(client):
    cohort = make_cohort()
    mentor = make_mentor(cohort, name="Mia", capacity=2)
    chair = make_chair(cohort.program)
    first = make_pairing(make_mentee(cohort), mentor)
    assert warnings(client, first) == {}

    second = make_pairing(make_mentee(cohort), mentor)
    assert warnings(client, first) == {"full": "All 2 places of Mia are taken."}

    third = make_pairing(make_mentee(cohort), mentor)
    first.approve(by=chair)
    second.approve(by=chair)
    assert warnings(client, third) == {
        "full": "Mia has no place left: this pair cannot be approved."
    }


def test_one_region_is_a_warning_and_two_are_none(client):
    cohort = make_cohort()
    west = cohort.program.regions.get(name="Western Slope")
    near = make_pairing(make_mentee(cohort), make_mentor(cohort))
    far = make_pairing(make_mentee(cohort), make_mentor(cohort, region=west))

    found = [
        [key for key, _, _ in open_page(client, run).context["shown"].rows[0].warnings]
        for run in (near.run, far.run)
    ]

    assert found == [["same_region"], []]


def test_a_pair_that_was_rejected_or_together_before_is_a_warning(client):
    program = make_cohort().program
    earlier, cohort = make_cohort(program), make_cohort(program)
    mentee, mentor = make_mentee(cohort), make_mentor(cohort)
    pairing = make_pairing(mentee, mentor)
    assert warnings(client, pairing) == {}

    together = make_pairing(
        make_mentee(earlier, email=mentee.email.upper()), make_mentor(earlier, email=mentor.email)
    )
    together.approve(by=make_chair(program))
    assert warnings(client, pairing) == {"returned": "The two were partners in an earlier cohort."}

    make_pairing(mentee, mentor).reject(by=make_chair(program))
    assert warnings(client, pairing) == {"returned": "This pair was rejected before."}


def test_a_run_is_told_in_sentences(client):
    cohort = make_cohort()
    make_mentee(cohort, name="Ana", topics=["Cataloging"])
    make_mentee(cohort, name="Ben", topics=["Cataloging", "Supervision"])
    make_mentor(cohort, name="Mia", topics=["Cataloging"])
    run = make_run(cohort, tiers=["served", "total"])
    [pairing] = run.pairings.all()

    page = open_page(client, run)

    assert page.context["sentences"] == [
        "1 of 2 mentees can have a mentor, one is left without; one mentor offers one place.",
        f"The pair with the fewest points is Ana with Mia with {pairing.points}; "
        "no choice that serves as many could lift that any higher.",
        f"All pairs together have {pairing.points} points, and no choice of pairs could have more.",
    ]
    assert page.context["traded"] == [
        {
            "goal": "The points of all pairs add up to as many as possible.",
            "is_asked": True,
            "n_served": 1,
            "worst": pairing.points,
            "total": pairing.points,
            "n_changed": 0,
        },
        {
            "goal": "The pair with the fewest points has as many as possible.",
            "is_asked": False,
            "n_served": 1,
            "worst": pairing.points,
            "total": pairing.points,
            "n_changed": 0,
        },
    ]


def test_a_shortage_is_told_with_names_and_the_smallest_change(client):
    cohort = make_cohort()
    for name in ("Ana", "Ben", "Cai"):
        make_mentee(cohort, name=name)
    make_mentor(cohort, name="Mia")
    run = make_run(cohort)

    page = open_page(client, run)

    assert page.context["shortages"] == [
        {
            "sentence": "These 3 people can only be served by this mentor: one place together. "
            "The smallest change that helps: one more place with this mentor, and one more is "
            "served (2 are missing).",
            "mentees": "Ana, Ben and Cai",
            "mentors": "Mia",
        }
    ]
    [pairing] = run.pairings.all()
    assert [(place["mentor"], place["sentence"]) for place in page.context["places"]] == [
        (
            "Mia",
            f"One mentee more would have a mentor; the whole would gain {pairing.points} points.",
        )
    ]
    assert "Ana, Ben and Cai" in text_of(page)


def test_the_unmatched_get_the_rules_in_the_way_and_what_a_mentor_would_cost(client):
    cohort = make_cohort()
    make_mentee(cohort, name="Ana", employer="One")
    make_mentee(cohort, name="Ben", employer="One", topics=["Grants"])
    make_mentor(cohort, name="Mia", employer="One")
    noa = make_mentor(cohort, name="Noa", employer="Two")
    run = make_run(cohort)
    left = run.unmatched.get()

    page = open_page(client, run)

    [(left_out, [choice])] = page.context["unmatched"]
    assert (left_out.mentee.name, left_out.reason) == (
        "Ben",
        "Could be paired with one mentor, but every place there is taken.",
    )
    assert left.rules == [
        {"key": "same_employer", "label": "same employer", "n_excluded": 1, "n_regained": 1}
    ]
    ana = run.pairings.get(mentee__name="Ana")
    assert (choice.mentor_id, choice.mentor) == (noa.pk, "Noa")
    assert choice.moves == [f"Ana would lose Noa ({ana.points} points) and have nobody."]
    assert choice.moves[0] in text_of(page)


def test_whom_the_rules_leave_nobody_is_told_the_smallest_change(client):
    cohort = make_cohort()
    make_mentee(cohort, name="Ana", employer="One")
    make_mentor(cohort, name="Mia", employer="One")
    run = make_run(cohort)

    page = open_page(client, run)

    [(left_out, choices)] = page.context["unmatched"]
    assert choices == []
    assert left_out.smallest_change == (
        "If the program allows people of one employer, one mentor could be asked; "
        "one has a place left."
    )
    assert left_out.smallest_change in text_of(page)
    # Nobody of a shortage: it is the rules, and they were told.
    assert page.context["shortages"] == []


def test_topics_come_scarcest_first(client):
    run = make_run(cohort_of_three())

    page = open_page(client, run)

    assert page.context["answers"].topics == [
        {"topic": "Grants", "n_asked": 2, "n_asked_first": 1, "n_places": 0, "n_covered": 0},
        {"topic": "Cataloging", "n_asked": 1, "n_asked_first": 1, "n_places": 1, "n_covered": 1},
    ]


def test_people_who_would_rather_have_each_other_are_counted_and_listed(client):
    cohort = make_cohort()
    # Ana can only have Mia, so that Ben, who would fit Mia better, takes Noa.
    make_mentee(cohort, name="Ana", employer="One", topics=["Grants"])
    make_mentee(cohort, name="Ben", topics=["Cataloging"])
    make_mentor(cohort, name="Mia", topics=["Cataloging"])
    make_mentor(cohort, name="Noa", employer="One", topics=["Supervision"])
    run = make_run(cohort)
    ana, ben = (run.pairings.get(mentee__name=name) for name in ("Ana", "Ben"))

    page = open_page(client, run)

    assert page.context["answers"].n_blocking == 1
    [pair] = page.context["blocking"]
    alone = ben.mentee_best_points
    assert (pair["mentee"], pair["mentor"]) == ("Ben", "Mia")
    assert (pair["mentee_gains"], pair["mentor_gains"]) == (
        alone - ben.points,
        alone - ana.points,
    )


def test_groups_are_told_only_where_they_are_large_enough(client):
    cohort = make_cohort()
    program = cohort.program
    academic = program.librarytypes.get(name="Academic")
    for number in range(12):
        fields = {"library_type": academic} if number < 5 else {}
        make_mentee(cohort, **fields)
    for _ in range(7):
        make_mentor(cohort)
    run = make_run(cohort)

    page = open_page(client, run)

    tables = {table["by"]: table for table in page.context["answers"].fairness}
    assert list(tables) == ["Library type", "Region", "Career stage"]
    everybody = tables["Region"]["everybody"]
    assert (everybody["n_mentees"], everybody["n_served"]) == (12, 7)
    # All live in one region, which is as large as everybody.
    assert [group["n_mentees"] for group in tables["Region"]["groups"]] == [12]
    # Seven of seven in public libraries are served and none of five in academic ones.
    assert [
        (group["name"], group["n_mentees"], group["n_served"])
        for group in tables["Library type"]["groups"]
    ] == [("Academic", 5, 0), ("Public", 7, 7)]


def test_where_few_were_left_out_groups_are_told_of_the_served_only(client):
    cohort = make_cohort()
    academic = cohort.program.librarytypes.get(name="Academic")
    for number in range(9):
        make_mentee(cohort, **({"library_type": academic} if number < 3 else {}))
    for _ in range(8):
        make_mentor(cohort)
    run = make_run(cohort)

    page = open_page(client, run)

    table = page.context["answers"].fairness[0]
    assert table["tells_served"] is False
    # Two groups, one too small: what follows from the other is not told either.
    assert [group["n_mentees"] for group in table["groups"]] == [None, None]
    assert "By library type:</strong> the groups are too small to be told." in text_of(page)
    assert "of those served: too few were left out to tell where" in text_of(page)


def test_a_run_without_answers_is_shown_all_the_same(client):
    run = make_run(cohort_of_three())
    RunAnswers.objects.all().delete()
    Pairing.objects.update(alternatives=[], reasons=[], mentee_best_points=None)

    page = open_page(client, run)

    assert shown(page) == ["Ben", "Ana"]
    assert page.context["sentences"][0].startswith("All 2 mentees can have a mentor")
    assert "traded for what" in text_of(page)


def test_a_run_that_left_nobody_and_paired_nobody_is_shown(client):
    page = open_page(client, make_run(make_cohort()))

    assert page.context["sentences"] == [
        "No mentee was waiting for a mentor; no mentors offer no places."
    ]
    assert "This run proposes no pair." in text_of(page)


def test_of_very_many_pairs_the_first_are_shown_and_said_to_be(client, monkeypatch):
    assert MAX_ROWS == 1000
    monkeypatch.setattr("matching.reading.MAX_ROWS", 1)

    page = open_page(client, make_run(cohort_of_three()))

    assert shown(page) == ["Ben"]
    assert "Only the first 1 are shown." in text_of(page)


def test_of_very_many_left_out_the_first_are_told_and_all_are_counted(client, monkeypatch):
    monkeypatch.setattr("matching.admin.runs.MAX_UNMATCHED", 1)
    monkeypatch.setattr("matching.summary.MAX_NAMES", 2)
    cohort = make_cohort()
    for name in ("Ana", "Ben", "Cai", "Dee"):
        make_mentee(cohort, name=name)
    make_mentor(cohort)

    page = open_page(client, make_run(cohort))

    assert (page.context["n_unmatched"], len(page.context["unmatched"])) == (3, 1)
    assert "The first 1 of them:" in text_of(page)
    assert page.context["shortages"][0]["mentees"] == "Ana, Ben and 2 others"


def test_whoever_was_erased_is_told_of_no_more(client):
    cohort = make_cohort()
    for name in ("Ana", "Ben", "Cai"):
        make_mentee(cohort, name=name)
    make_mentor(cohort, name="Mia")
    run = make_run(cohort)
    left_out = run.unmatched.first().mentee

    erase_and_part(left_out)

    page = open_page(client, run)
    assert left_out.name not in text_of(page)
    [shortage] = page.context["shortages"]
    others = sorted({"Ana", "Ben", "Cai"} - {left_out.name})
    assert shortage["mentees"] == f"{others[0]}, {others[1]} and someone who was erased since"


def test_the_chair_of_another_program_finds_no_run(client):
    run = make_run(cohort_of_three())
    client.force_login(make_chair(make_cohort().program))

    response = client.get(page_of(run), {"q": "Ana"})

    assert response.status_code == 404
    assert "Ana" not in response.content.decode()


def test_a_failed_run_says_why(client):
    run = MatchRun.objects.create(cohort=make_cohort(), status="failed", fault="No proof.")

    page = open_page(client, run)

    assert "This run failed, and proposes nothing. No proof." in text_of(page)


@pytest.mark.parametrize("asked", [{}, {"warning": "any", "sort": "mentee", "q": "e"}])
@pytest.mark.parametrize("n_pairs", [5, 50])
def test_the_page_takes_the_same_number_of_queries_for_5_and_for_50_pairs(
    client, django_assert_num_queries, n_pairs, asked
):
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    for number in range(n_pairs):
        make_mentee(cohort)
        # With other choices, so that people are named wherever they can be.
        make_mentee(cohort, topics=["Grants"], name=f"Left out {number}")
        make_mentor(cohort)
    run = make_run(cohort, asked_by=chair)
    for pairing in run.pairings.all():
        pairing.approve(by=chair)
    client.force_login(chair)

    with django_assert_num_queries(30 + 2 * bool(asked)):
        page = client.get(page_of(run), asked)

    assert len(page.context["shown"].rows) == n_pairs
    assert len(page.context["unmatched"]) == n_pairs
