"""Pairs that people put together: another mentor for a mentee, and two who swap theirs."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from matching.by_hand import Assessor, put_together, seal_of, seen_of_mentee, swap, swapped
from matching.introductions import introduce
from matching.models import DecisionKind, Pairing, StalePageError
from signups.models import Letter, ReviewError
from tests.factories import (
    make_chair,
    make_cohort,
    make_gate,
    make_mentee,
    make_mentor,
)
from tests.matching.factories import make_pairing, make_run

pytestmark = pytest.mark.django_db


def decided(pairing):
    return Pairing.objects.get(pk=pairing.pk)


def together(mentee, mentor, **fields):
    """Put two together as somebody does who has just opened the page."""
    pair = Assessor(mentee.cohort).pair(mentee, mentor)
    fields = {"seen": seen_of_mentee(mentee), "shown": seal_of([pair]), **fields}
    if "by" not in fields:
        fields["by"] = make_chair(mentee.cohort.program)
    return put_together(mentee, mentor, **fields)


def swap_now(first, second, **fields):
    pairs = swapped(Assessor(first.cohort), first, second)
    both = [decided(first), decided(second)]
    fields = {
        "seen": {pairing.pk: pairing.version for pairing in both},
        "shown": seal_of(pairs),
        "by": make_chair(first.cohort.program),
        **fields,
    }
    return swap(first, second, **fields)


def test_a_pair_by_hand_has_points_and_reasons_as_a_run_gives_them():
    cohort = make_cohort()
    ana = make_mentee(cohort, name="Ana", topics=["Grants", "Cataloging"])
    make_mentor(cohort, name="Mia", topics=["Grants", "Cataloging"])
    noa = make_mentor(cohort, name="Noa", topics=["Grants"])
    run = make_run(cohort)
    by_run = run.pairings.get()
    assert str(by_run) == "Ana with Mia"
    chair = make_chair(cohort.program)

    pairing = together(ana, noa, by=chair, words="They met at the orientation.")

    assert (str(pairing), pairing.status, pairing.run) == ("Ana with Noa", "fixed", None)
    assert [r["max_points"] for r in pairing.reasons] == [r["max_points"] for r in by_run.reasons]
    assert sum(reason["points"] for reason in pairing.reasons) == pairing.points
    assert "Covers 1 of the 2 topics asked for: Grants" in pairing.reasons[0]["sentence"]
    decision = pairing.decisions.get()
    assert (decision.kind, decision.words, decision.made_by) == (
        "by_hand",
        "They met at the orientation.",
        chair,
    )
    assert (decided(by_run).status, by_run.decisions.get().kind) == ("superseded", "replace")


def test_later_runs_keep_a_pair_by_hand_and_its_letters_have_reasons():
    cohort = make_cohort()
    ana, mia = make_mentee(cohort, name="Ana"), make_mentor(cohort, name="Mia")
    pairing = together(ana, mia)

    run = make_run(cohort)
    pairing.approve(by=make_chair(cohort.program))

    assert (run.n_mentees, decided(pairing).status) == (0, "approved")
    assert introduce(cohort, [pairing.pk]) == 2
    letter = Letter.objects.get(application=ana.pk)
    assert "Your mentor covers the only topic you asked for: Cataloging" in letter.body


def test_a_broken_rule_is_said_and_wants_a_reason_that_is_kept():
    cohort = make_cohort()
    ana = make_mentee(cohort, name="Ana", employer="Denver Public Library")
    mia = make_mentor(cohort, name="Mia", employer="Denver Public Library")

    with pytest.raises(ReviewError, match="Ana with Mia: say why the rule does not count here"):
        together(ana, mia)
    pairing = together(ana, mia, words="Branches that never meet.")

    decision = pairing.decisions.get()
    assert decision.overridden_sentences == ["The two have the same employer."]
    assert decision.words == "Branches that never meet."


@pytest.mark.parametrize("rule", ["rejected", "gate", "required"])
def test_other_rules_warn_too(rule):
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    ana, mia = make_mentee(cohort), make_mentor(cohort, topics=["Grants"])
    if rule == "rejected":
        make_pairing(ana, mia).reject(by=chair)
    if rule == "gate":
        make_gate(cohort, "membership")
    if rule == "required":
        make_run(cohort, required=["topics"])

    pair = Assessor(cohort).pair(ana, mia)

    sentences = {
        "rejected": "This pair was named as a conflict, or was rejected before.",
        "gate": "One of the two does not meet the conditions of the program or applied out of "
        "season.",
        "required": "Topics covered is required, and the two do not meet it at all.",
    }
    assert pair.sentences == [sentences[rule]]


def test_nobody_becomes_their_own_mentor_for_whatever_reason():
    cohort = make_cohort()
    ana = make_mentee(cohort, name="Ana", email="ana@example.org")
    herself = make_mentor(cohort, name="Ana", email="Ana@example.org")

    with pytest.raises(ReviewError, match="Nobody can be their own mentor"):
        together(ana, herself, words="She wants to.")

    assert Pairing.objects.count() == 0


def test_a_full_mentor_takes_nobody_by_hand():
    cohort = make_cohort()
    mia = make_mentor(cohort, name="Mia", capacity=1)
    together(make_mentee(cohort), mia)

    with pytest.raises(ReviewError, match="Mia has no place left"):
        together(make_mentee(cohort), mia, words="Just one more.")


@pytest.mark.parametrize("kind", ["approve", "fix", "hold", "recommend"])
def test_a_mentee_with_a_mentor_gets_no_second_by_hand(kind):
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    ana = make_mentee(cohort, name="Ana")
    kept = make_pairing(ana, make_mentor(cohort))
    kept.decide(DecisionKind(kind), by=chair, words="Because.")

    with pytest.raises(ReviewError, match="Ana already has a mentor"):
        together(ana, make_mentor(cohort), words="A better one.")

    assert Pairing.objects.active().get(mentee=ana.pk) == kept


def test_nobody_who_has_withdrawn_is_put_together():
    cohort = make_cohort()
    ana, mia = make_mentee(cohort), make_mentor(cohort, name="Mia")
    mia.withdraw()

    with pytest.raises(ReviewError, match="Mia is not among the accepted mentors"):
        together(ana, mia)


def test_undoing_a_pair_by_hand_brings_the_proposal_back():
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    ana = make_mentee(cohort)
    proposed = make_pairing(ana, make_mentor(cohort))
    made = together(ana, make_mentor(cohort))

    made.undo(by=chair)

    assert [decided(one).status for one in (proposed, made)] == ["proposed", "superseded"]
    proposed.approve(by=chair)


def test_a_proposal_that_came_since_is_not_replaced_unseen():
    cohort = make_cohort()
    ana, mia = make_mentee(cohort, name="Ana"), make_mentor(cohort, name="Mia")
    noa = make_mentor(cohort, name="Noa")
    later = make_pairing(ana, mia)

    with pytest.raises(StalePageError, match="Ana with Mia: the page did not show this pair yet"):
        together(ana, noa, seen={})

    assert Pairing.objects.get() == later


def test_answers_that_changed_since_are_looked_at_again():
    cohort = make_cohort()
    ana, mia = make_mentee(cohort, name="Ana"), make_mentor(cohort, name="Mia")

    with pytest.raises(StalePageError, match="look at the points again"):
        together(ana, mia, shown="99")

    assert Pairing.objects.count() == 0


def two_pairs(cohort, **fields):
    return [
        make_pairing(make_mentee(cohort, name=one), make_mentor(cohort, name=other), **fields)
        for one, other in (("Ana", "Mia"), ("Ben", "Noa"))
    ]


def test_two_mentees_swap_their_mentors():
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    first, second = two_pairs(cohort)
    second.decide(DecisionKind.FIX, by=chair)

    made = swap_now(first, second, by=chair, words="Both asked for it.")

    assert [str(pairing) for pairing in made] == ["Ana with Noa", "Ben with Mia"]
    assert [decided(one).status for one in (*made, first, second)] == [
        "fixed",
        "fixed",
        "superseded",
        "superseded",
    ]
    acts = {decision.act for one in made for decision in one.decisions.all()}
    acts |= {first.decisions.last().act, second.decisions.last().act}
    assert len(acts) == 1


def test_a_swap_is_undone_as_a_whole():
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    first, second = two_pairs(cohort)
    second.decide(DecisionKind.FIX, by=chair)
    made = swap_now(first, second, by=chair)

    outcome = Pairing.objects.filter(pk__in=[one.pk for one in made]).undo(by=chair)

    assert [str(one) for one in outcome.decided] == ["Ana with Noa"]
    assert [decided(one).status for one in (*made, first, second)] == [
        "superseded",
        "superseded",
        "proposed",
        "fixed",
    ]


def test_half_of_a_swap_that_was_decided_since_holds_the_other():
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    made = swap_now(*two_pairs(cohort), by=chair)
    made[1].approve(by=chair)

    with pytest.raises(ReviewError, match="Ben with Mia is approved by now"):
        made[0].undo(by=chair)

    assert [decided(one).status for one in made] == ["fixed", "approved"]


def test_both_directions_of_a_swap_keep_the_rules():
    cohort = make_cohort()
    ana = make_mentee(cohort, name="Ana", employer="One")
    ben = make_mentee(cohort, name="Ben", employer="Two")
    first = make_pairing(ana, make_mentor(cohort, name="Mia", employer="Two"))
    second = make_pairing(ben, make_mentor(cohort, name="Noa"))

    with pytest.raises(ReviewError, match="Ben with Mia: say why the rule does not count here"):
        swap_now(first, second)

    assert [decided(one).status for one in (first, second)] == ["proposed", "proposed"]


def test_an_approved_pair_is_not_swapped():
    cohort = make_cohort()
    first, second = two_pairs(cohort)
    second.approve(by=make_chair(cohort.program))

    with pytest.raises(ReviewError, match="Ben with Noa is approved: undo that first"):
        swap_now(first, second)


def test_a_swap_does_not_take_a_place_that_somebody_else_got():
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    first, second = two_pairs(cohort)
    make_pairing(make_mentee(cohort), first.mentor).approve(by=chair)

    with pytest.raises(ReviewError, match="Mia has no place left: Ben with Mia"):
        swap_now(first, second, by=chair)

    assert Pairing.objects.by_hand().count() == 0


def test_pairs_of_two_cohorts_are_not_swapped():
    first, _ = two_pairs(make_cohort())
    second, _ = two_pairs(make_cohort())

    with pytest.raises(ReviewError, match="belong to different cohorts"):
        swap_now(first, second)


# The pages --------------------------------------------------------------------------------


def by_hand_page(mentee, mentor):
    return reverse("admin:matching_pairing_by_hand", args=[mentee.pk, mentor.pk])


def mentors_page(mentee):
    return reverse("admin:matching_pairing_choose_mentor", args=[mentee.pk])


def swap_page(first, second):
    return reverse("admin:matching_pairing_swap", args=[first.pk, second.pk])


def hidden_of(page):
    return {name: page.context[name] for name in ("seen", "shown")}


def test_chair_chooses_among_all_mentors_the_best_first(client):
    cohort = make_cohort()
    ana = make_mentee(cohort, name="Ana", topics=["Grants", "Cataloging"], employer="One")
    make_mentor(cohort, name="Best", topics=["Grants", "Cataloging"])
    make_mentor(cohort, name="Second", topics=["Grants"])
    make_mentor(cohort, name="Third", topics=["Supervision"])
    make_mentor(cohort, name="Colleague", topics=["Grants", "Cataloging"], employer="One")
    full = make_mentor(cohort, name="Full", topics=["Grants", "Cataloging"])
    make_mentor(cohort, name="Waiting", status="received", decided_at=None)
    together(make_mentee(cohort, topics=["Grants", "Cataloging"]), full)
    make_run(cohort)
    client.force_login(make_chair(cohort.program))

    page = client.get(mentors_page(ana))

    choices = [(one.mentor.name, one.n_free, one.pair.broken) for one in page.context["choices"]]
    assert choices == [
        ("Second", 1, ()),
        ("Third", 1, ()),
        ("Full", 0, ()),
        ("Colleague", 1, ("same_employer",)),
    ]
    assert [one.mentor.name for one in page.context["next_best"]] == ["Second", "Third"]
    text = page.content.decode()
    assert "The two have the same employer." in text
    assert by_hand_page(ana, full) not in text


def test_chair_finds_a_mentor_by_name_or_employer(client):
    cohort = make_cohort()
    ana = make_mentee(cohort)
    make_mentor(cohort, name="Mia Ito", employer="Aspen Library")
    make_mentor(cohort, name="Noa Lind", employer="Boulder Library")
    client.force_login(make_chair(cohort.program))

    def found(asked):
        choices = client.get(mentors_page(ana), {"q": asked}).context["choices"]
        return [one.mentor.name for one in choices]

    assert [found("ito"), found("boulder noa"), found("nobody")] == [["Mia Ito"], ["Noa Lind"], []]


def test_chair_puts_two_together_after_a_page_with_points_and_rules(client):
    cohort = make_cohort()
    ana = make_mentee(cohort, name="Ana", employer="One")
    mia = make_mentor(cohort, name="Mia", employer="One")
    ben = make_pairing(make_mentee(cohort, name="Ben"), mia)
    client.force_login(make_chair(cohort.program))
    address = by_hand_page(ana, mia)

    page = client.get(address)
    assert page.context["pair"].sentences == ["The two have the same employer."]
    assert page.context["proposed_to"] == ["Ben"]
    assert Pairing.objects.get() == ben
    refused = client.post(address, hidden_of(page))
    assert refused.context["form"].non_field_errors() == [
        "Ana with Mia: say why the rule does not count here."
    ]
    done = client.post(address, hidden_of(page) | {"words": "Branches that never meet."})

    pairing = Pairing.objects.by_hand().get()
    assert done.url == reverse("admin:matching_pairing_change", args=[pairing.pk])
    shown = client.get(done.url)
    assert "Branches that never meet." in shown.content.decode()
    assert "Against a rule: The two have the same employer." in shown.content.decode()


def test_the_page_keeps_the_words_when_it_is_stale(client):
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    ana, mia, noa = make_mentee(cohort), make_mentor(cohort), make_mentor(cohort)
    proposed = make_pairing(ana, noa)
    client.force_login(chair)
    page = client.get(by_hand_page(ana, mia))
    proposed.decide(DecisionKind.HOLD, by=chair, words="Wait for May.")

    refused = client.post(by_hand_page(ana, mia), hidden_of(page) | {"words": "She asked for it."})

    [change] = refused.context["changes"]
    assert change.startswith(f"{proposed}: Put on hold by {chair} on ")
    assert "She asked for it." in refused.content.decode()
    assert refused.context["obstacle"].startswith(f"{ana} already has a mentor: ")
    assert Pairing.objects.by_hand().count() == 0


def test_chair_swaps_two_ticked_pairs_after_a_page_with_before_and_after(client):
    cohort = make_cohort()
    first, second = two_pairs(cohort)
    other = make_pairing(make_mentee(cohort), make_mentor(cohort), points=40)
    client.force_login(make_chair(cohort.program))
    chosen = {"action": "swap_selected", "_selected_action": [first.pk, second.pk]}

    asked = client.post(reverse("admin:matching_pairing_changelist"), chosen)
    assert asked.url == swap_page(first, second)
    page = client.get(asked.url)
    after = sum(pair.points for *_, pair in page.context["swapped"])
    figures = ("points_before", "points_after", "whole_before", "whole_after")
    assert [page.context[name] for name in figures] == [120, after, 160, 40 + after]
    client.post(asked.url, hidden_of(page))

    assert sorted(map(str, Pairing.objects.by_hand())) == ["Ana with Noa", "Ben with Mia"]
    assert decided(other).status == "proposed"


def test_swapping_needs_exactly_two(client):
    cohort = make_cohort()
    first, _ = two_pairs(cohort)
    client.force_login(make_chair(cohort.program))
    chosen = {"action": "swap_selected", "_selected_action": [first.pk]}

    page = client.post(reverse("admin:matching_pairing_changelist"), chosen, follow=True)

    said = [str(message) for message in page.context["messages"]]
    assert said == ["Tick exactly two pairs to swap their mentors; 1 are."]


def test_strangers_find_no_page_and_make_no_pair(client):
    cohort = make_cohort()
    first, second = two_pairs(cohort)
    other = make_cohort()
    own = make_pairing(make_mentee(other), make_mentor(other))
    client.force_login(make_chair(other.program))
    pages = [
        mentors_page(first.mentee),
        by_hand_page(first.mentee, second.mentor),
        by_hand_page(own.mentee, second.mentor),
        swap_page(first, second),
        swap_page(own, second),
    ]

    answers = [ask(page).status_code for page in pages for ask in (client.get, client.post)]

    assert answers == [404] * 10
    assert Pairing.objects.by_hand().count() == 0


def test_a_member_who_decides_nothing_makes_no_pair(client):
    cohort = make_cohort()
    first, second = two_pairs(cohort)
    member = make_chair(cohort.program)
    client.force_login(member)
    page = client.get(swap_page(first, second))
    member.groups.clear()
    allowed = Permission.objects.filter(codename__in=["view_pairing", "propose_pairing"])
    member.user_permissions.set(allowed)

    answers = [
        client.post(swap_page(first, second), hidden_of(page)).status_code,
        client.post(by_hand_page(first.mentee, second.mentor)).status_code,
        client.get(mentors_page(first.mentee)).status_code,
    ]

    assert (answers, Pairing.objects.by_hand().count()) == ([403] * 3, 0)


def test_choosing_takes_as_many_queries_for_three_mentors_as_for_one(client):
    def n_queries(n_mentors):
        cohort = make_cohort()
        ana = make_mentee(cohort)
        for _ in range(n_mentors):
            make_pairing(make_mentee(cohort), make_mentor(cohort))
        client.force_login(make_chair(cohort.program))
        client.get(mentors_page(ana))  # makes the program's settings
        with CaptureQueriesContext(connection) as queries:
            page = client.get(mentors_page(ana))
        assert len(page.context["choices"]) == n_mentors
        return len(queries)

    assert n_queries(1) == n_queries(3)
