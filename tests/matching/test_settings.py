"""What a committee sets for its program, and that runs go by it and remember it."""

from __future__ import annotations

from dataclasses import fields

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from matching import loading
from matching.admin.settings import NOT_REQUIRED
from matching.engine.criteria import DEFAULT_IMPORTANCES
from matching.engine.instance import Instance
from matching.engine.tiers import TIER_LABELS, Tier
from matching.models import CriterionSetting, GoalSetting, MatchSettings
from matching.tasks import start_run
from tests.factories import (
    make_chair,
    make_cohort,
    make_mentee,
    make_mentor,
    make_program,
    make_user,
)
from tests.matching.factories import make_run

pytestmark = pytest.mark.django_db

LIST = "/admin/matching/matchsettings/"


def page_of(settings):
    return reverse("admin:matching_matchsettings_change", args=[settings.pk])


def settings_of(program):
    return MatchSettings.objects.for_program(program)


def counts(settings):
    return MatchSettings.objects.what_counts(settings.program)


def form_data(page, **changes):
    """What the page would send back, with ``changes`` such as ``topics__importance``."""
    form = page.context["adminform"].form
    data = {name: changes.pop(name, form[name].value()) for name in form.fields}
    for formset in (inline.formset for inline in page.context["inline_admin_formsets"]):
        data |= {
            f"{formset.prefix}-TOTAL_FORMS": len(formset.forms),
            f"{formset.prefix}-INITIAL_FORMS": len(formset.forms),
        }
        for form in formset.forms:
            row = form.instance
            key = row.criterion if isinstance(row, CriterionSetting) else row.goal
            for name in form.fields:
                value = changes.pop(f"{key}__{name}", form[name].value())
                if value is not None and value is not False:
                    data[f"{form.prefix}-{name}"] = "on" if value is True else value
    assert not changes, f"no such field: {changes}"
    return data


def test_defaults_are_those_of_the_engine():
    settings = settings_of(make_program())

    assert counts(settings).importances == DEFAULT_IMPORTANCES
    assert (counts(settings).required, counts(settings).tiers) == ([], ["served", "total"])
    assert [goal.get_goal_display() for goal in settings.goals.all()] == [
        TIER_LABELS[Tier(goal.goal)] for goal in settings.goals.all()
    ]
    assert settings.goals.count() == len(Tier) - 2  # without the lottery and what is kept


def test_asking_what_counts_writes_nothing_and_gives_the_usual():
    program = make_program()

    usual = MatchSettings.objects.what_counts(program)

    assert MatchSettings.objects.count() == 0
    assert usual == counts(settings_of(program))


def test_looking_again_keeps_what_the_committee_set_and_adds_what_is_new():
    program = make_program()
    settings = settings_of(program)
    settings.criteria.filter(criterion="topics").update(importance=1)
    settings.criteria.filter(criterion="career").delete()
    settings.goals.filter(goal="total").update(position=None)
    settings.goals.filter(goal="spread").delete()

    again = settings_of(program)

    assert again == settings
    assert counts(again).importances == DEFAULT_IMPORTANCES | {"topics": 1}
    assert counts(again).tiers == ["served"]
    assert again.goals.get(goal="spread").position is None


def test_chair_finds_the_settings_of_own_programs_only(client):
    own, other = make_program(), make_program()
    settings_of(other)
    client.force_login(make_chair(own))

    listed = client.get(LIST)

    assert [row.program for row in listed.context["cl"].result_list] == [own]
    assert MatchSettings.objects.count() == 2


def test_chair_changes_an_importance_and_the_next_run_uses_it(client, deliver_letters):
    cohort = make_cohort()
    make_mentee(cohort, name="Ana", topics=["Grants"])
    make_mentor(cohort, name="Mia", topics=["Grants"])
    settings = settings_of(cohort.program)
    chair = make_chair(cohort.program)
    client.force_login(chair)
    first = start_run(cohort, by=chair)
    deliver_letters()

    page = client.get(page_of(settings))
    response = client.post(
        page_of(settings),
        form_data(page, topics__importance=10, career__importance=0, languages__is_required=True),
    )
    second = start_run(cohort, by=chair)
    deliver_letters()

    assert response.url == LIST
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == ("finished", "finished")
    # A run keeps the settings it was made with.
    assert (first.importances, first.required) == (DEFAULT_IMPORTANCES, [])
    changed = DEFAULT_IMPORTANCES | {"topics": 10, "career": 0}
    assert (second.importances, second.required) == (changed, ["languages"])

    def most(run):
        [pairing] = run.pairings.all()
        return {reason["key"]: reason["max_points"] for reason in pairing.reasons}

    assert (most(first)["topics"], most(second)["topics"]) == (40, 50)
    # What counts for nothing is not spoken of.
    assert (most(first)["career"], "career" in most(second)) == (10, False)


def test_a_required_criterion_forbids_pairs_of_the_next_run(deliver_letters):
    cohort = make_cohort()
    make_mentee(cohort, topics=["Grants"])
    make_mentor(cohort, topics=["Cataloging"])
    settings_of(cohort.program).criteria.filter(criterion="topics").update(is_required=True)

    run = start_run(cohort, by=None)
    deliver_letters()

    run.refresh_from_db()
    assert run.n_served == 0
    assert "topics covered, which is required" in run.unmatched.get().reason


def test_goals_are_taken_in_the_order_of_their_numbers(client, deliver_letters):
    cohort = make_cohort()
    settings = settings_of(cohort.program)
    client.force_login(make_chair(cohort.program))
    page = client.get(page_of(settings))

    client.post(
        page_of(settings),
        form_data(page, served__position=2, total__position=3, shortfall__position=1),
    )
    run = start_run(cohort, by=None)
    deliver_letters()

    run.refresh_from_db()
    assert (run.status, run.tiers) == ("finished", ["shortfall", "served", "total"])
    # Two goals change places in one go.
    page = client.get(page_of(settings))
    client.post(page_of(settings), form_data(page, served__position=1, shortfall__position=2))
    assert counts(settings).tiers == ["served", "shortfall", "total"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"served__position": 1, "total__position": 1},
            "Two goals have the number 1. Give each a number of its own; leave empty what does "
            "not count.",
        ),
        (
            {"served__position": None, "total__position": None},
            "Give at least one goal a number; 1 comes first.",
        ),
    ],
)
def test_goals_without_an_order_are_refused_with_a_sentence(client, changes, sentence):
    program = make_program()
    settings = settings_of(program)
    client.force_login(make_chair(program))
    page = client.get(page_of(settings))

    response = client.post(page_of(settings), form_data(page, **changes))

    goals = response.context["inline_admin_formsets"][1].formset
    assert goals.non_form_errors() == [sentence]
    assert counts(settings).tiers == ["served", "total"]


def test_a_price_that_no_goal_weighs_is_refused_with_a_sentence(client):
    program = make_program()
    settings = settings_of(program)
    client.force_login(make_chair(program))
    page = client.get(page_of(settings))

    response = client.post(page_of(settings), form_data(page, spread_points=20))

    goals = response.context["inline_admin_formsets"][1].formset
    assert goals.non_form_errors() == [
        "The price of a second mentee is weighed within the goal “Nobody ends up far below: large "
        "shortfalls from 100 points count most.” Give that goal a number, or set the price to 0."
    ]
    assert counts(settings).spread_points == 0
    client.post(page_of(settings), form_data(page, spread_points=20, shortfall__position=3))
    assert counts(settings).spread_price == 400


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"spread_points": 101}, "spread_points"), ({"keep_last": "x"}, "keep_last")],
)
def test_a_setting_beyond_its_scale_is_refused_beside_the_field(client, changes, field):
    program = make_program()
    settings = settings_of(program)
    client.force_login(make_chair(program))
    page = client.get(page_of(settings))

    response = client.post(page_of(settings), form_data(page, **changes))

    assert list(response.context["adminform"].form.errors) == [field]


@pytest.mark.parametrize("fields", [{"spread_points": 101}, {"keep_last": "x"}])
def test_database_refuses_settings_that_cannot_be(fields):
    settings = settings_of(make_program())

    with pytest.raises(IntegrityError), transaction.atomic():
        MatchSettings.objects.filter(pk=settings.pk).update(**fields)


@pytest.mark.parametrize(
    ("keep_last", "tiers"),
    [
        ("none", ["served", "total"]),
        ("prefer", ["served", "total", "keep"]),
        ("lock", ["keep", "served", "total"]),
    ],
)
def test_what_is_kept_of_the_last_proposals_takes_its_place_among_the_goals(
    client, deliver_letters, keep_last, tiers
):
    cohort = make_cohort()
    settings = settings_of(cohort.program)
    client.force_login(make_chair(cohort.program))
    page = client.get(page_of(settings))

    client.post(page_of(settings), form_data(page, keep_last=keep_last))
    run = start_run(cohort, by=None)
    deliver_letters()

    run.refresh_from_db()
    assert (run.status, run.tiers) == ("finished", tiers)


def test_shared_identity_cannot_be_required(client):
    program = make_program()
    settings = settings_of(program)
    client.force_login(make_chair(program))
    page = client.get(page_of(settings))

    client.post(page_of(settings), form_data(page, identity__is_required=True))

    assert page.content.decode().count(NOT_REQUIRED) == 1
    assert counts(settings).required == []
    row = settings.criteria.get(criterion="identity")
    row.is_required = True
    with pytest.raises(ValidationError, match="pairs would tell what people answered"):
        row.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


@pytest.mark.parametrize("importance", [11, -1])
def test_an_importance_beyond_the_scale_is_refused_beside_the_field(client, importance):
    program = make_program()
    settings = settings_of(program)
    client.force_login(make_chair(program))
    page = client.get(page_of(settings))

    response = client.post(page_of(settings), form_data(page, topics__importance=importance))

    criteria = response.context["inline_admin_formsets"][0].formset
    assert [list(form.errors) for form in criteria.forms if form.errors] == [["importance"]]
    assert counts(settings).importances == DEFAULT_IMPORTANCES


FED_BY = {
    "topics": "mentee_topic_ranks",
    "library_type": "mentee_library_types",
    "career": "mentee_stages",
    "formats": "mentee_formats",
    "meeting": "mentee_ways",
    "languages": "mentee_languages",
    "identity": "mentee_identity_wishes",
    "availability": "mentee_times",
    "experience": "mentor_topic_years",
    "wishes": "mentee_wishes",
    Tier.PRIORITY: "mentee_priorities",
    Tier.KEEP: "mentee_last_mentors",
}


def test_a_run_is_given_data_for_every_criterion_and_goal(monkeypatch):
    given = {}

    def remember(**fields):
        given.update(fields)
        return Instance(**fields)

    monkeypatch.setattr(loading, "Instance", remember)

    loading.load_instance(make_cohort(), salt="pepper")

    assert set(FED_BY) >= set(DEFAULT_IMPORTANCES)
    assert set(FED_BY.values()) - set(given) == set()
    # Nothing that the engine could read is left out.
    assert {field.name for field in fields(Instance) if field.init} == set(given)


@pytest.mark.parametrize("who", ["chair of another program", "no permission", "seat only"])
def test_a_stranger_neither_sees_nor_changes_settings(client, who):
    program = make_program(name="Secret mentoring")
    settings = settings_of(program)
    stranger = make_chair(make_program()) if who.startswith("chair") else make_user()
    if who == "seat only":
        program.seats.create(name="Sam", user=stranger, role="member", is_public=False)
    chair = make_chair(program)
    client.force_login(chair)
    data = form_data(client.get(page_of(settings)), topics__importance=1)
    client.force_login(stranger)

    listed, seen = client.get(LIST), client.get(page_of(settings))
    changed = client.post(page_of(settings), data)

    assert (seen.status_code, changed.status_code) in ((404, 404), (403, 403))
    assert "Secret mentoring" not in listed.content.decode()
    assert counts(settings).importances == DEFAULT_IMPORTANCES


def test_rows_of_another_program_cannot_be_slipped_in(client):
    own, other = make_program(), make_program()
    mine, foreign = settings_of(own), settings_of(other)
    client.force_login(make_chair(own))
    data = form_data(client.get(page_of(mine)), topics__importance=1)
    row = foreign.criteria.get(criterion="topics")
    data["criteria-0-id"] = row.pk

    client.post(page_of(mine), data)

    assert counts(foreign).importances == DEFAULT_IMPORTANCES


def test_settings_are_neither_added_nor_deleted_by_hand(client):
    program = make_program()
    settings = settings_of(program)
    client.force_login(make_chair(program))

    added = client.get(reverse("admin:matching_matchsettings_add"))
    deleted = client.post(
        reverse("admin:matching_matchsettings_delete", args=[settings.pk]), {"post": "yes"}
    )

    assert (added.status_code, deleted.status_code) == (403, 403)
    assert MatchSettings.objects.get() == settings


@pytest.mark.parametrize(
    "fields",
    [
        {"criterion": "charm", "importance": 1},
        {"criterion": "topics", "importance": 1},
        {"criterion": "career", "importance": 11},
    ],
)
def test_database_refuses_a_criterion_that_cannot_be(fields):
    settings = settings_of(make_program())
    settings.criteria.filter(criterion="career").delete()
    row = CriterionSetting(settings=settings, **fields)

    with pytest.raises(ValidationError):
        row.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


@pytest.mark.parametrize(
    "fields",
    [
        {"goal": "charm", "position": 9},
        {"goal": "lottery", "position": 9},
        {"goal": "served", "position": 9},
        {"goal": "spread", "position": 0},
    ],
)
def test_database_refuses_a_goal_that_cannot_be(fields):
    settings = settings_of(make_program())
    settings.goals.filter(goal="spread").delete()
    row = GoalSetting(settings=settings, **fields)

    with pytest.raises(ValidationError):
        row.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


@pytest.mark.parametrize("n_programs", [1, 3])
def test_list_takes_the_same_number_of_queries(client, django_assert_num_queries, n_programs):
    programs = [make_program() for _ in range(n_programs)]
    for program in programs:
        settings_of(program)
    client.force_login(make_chair(*programs))

    with django_assert_num_queries(8):
        listed = client.get(LIST)

    assert listed.context["cl"].result_count == n_programs


def test_who_was_left_out_before_comes_first_where_the_committee_wants_it(deliver_letters):
    cohort = make_cohort()
    make_mentee(cohort, name="Ana", topics=["Grants"])
    make_mentee(cohort, name="Ben", topics=["Cataloging"], left_out_before=True)
    make_mentor(cohort, name="Mia", topics=["Grants"])
    settings = settings_of(cohort.program)

    def served():
        run = start_run(cohort, by=None)
        deliver_letters()
        return [pairing.mentee.name for pairing in run.pairings.all()]

    assert served() == ["Ana"]
    settings.goals.filter(goal="total").update(position=3)
    settings.goals.filter(goal="priority").update(position=2)
    assert served() == ["Ben"]


def test_each_field_has_a_name_of_its_own(client):
    program = make_program()
    settings = settings_of(program)
    client.force_login(make_chair(program))

    text = client.get(page_of(settings)).content.decode()

    assert text.count('aria-label="Topics covered Importance"') == 1
    assert text.count('aria-label="As many mentees as possible get a mentor. Order"') == 1


def test_a_preview_tells_what_each_change_does_and_saves_nothing(client):
    cohort = make_cohort()
    public, academic = (
        {"library_type": cohort.program.librarytypes.get(name=name)}
        for name in ("Public", "Academic")
    )
    make_mentee(cohort, topics=["Cataloging"], **academic)
    make_mentee(cohort, topics=["Grants"], **public)
    make_mentor(cohort, topics=["Cataloging"], **public)
    make_mentor(cohort, topics=["Cataloging", "Grants"], **academic)
    make_run(cohort)
    settings = settings_of(cohort.program)
    client.force_login(make_chair(cohort.program))
    page = client.get(page_of(settings))
    before = counts(settings)

    unchanged = client.post(page_of(settings), form_data(page) | {"_preview": "yes"})
    changed = client.post(
        page_of(settings),
        form_data(page, topics__importance=0, topics__is_required=True) | {"_preview": "yes"},
    )

    assert unchanged.context["preview"].effects == ()
    assert [effect.sentence for effect in changed.context["preview"].effects] == [
        "Lowering “Topics covered” from 8 to 0: two mentees get another mentor, nobody loses a "
        "mentor.",
        "Requiring “Topics covered”: the same pairs.",
        "All of it together: the same pairs.",
    ]
    assert counts(settings) == before
    # What was typed is still there, to be saved or changed.
    forms = changed.context["inline_admin_formsets"][0].formset.forms
    assert forms[0]["importance"].value() == "0"


def test_a_preview_of_what_is_wrong_says_so_and_saves_nothing(client):
    program = make_program()
    settings = settings_of(program)
    client.force_login(make_chair(program))
    page = client.get(page_of(settings))

    answer = client.post(
        page_of(settings), form_data(page, topics__importance=11) | {"_preview": "yes"}
    )

    assert "preview" not in answer.context
    assert len(answer.context["errors"]) == 1
    assert counts(settings).importances == DEFAULT_IMPORTANCES


def test_without_a_run_there_is_nothing_to_preview(client):
    program = make_program()
    settings = settings_of(program)
    client.force_login(make_chair(program))
    page = client.get(page_of(settings))

    answer = client.post(
        page_of(settings), form_data(page, topics__importance=1) | {"_preview": "yes"}
    )

    assert answer.context["preview"].run is None
    assert "There is no finished run to compare with yet" in answer.content.decode()
