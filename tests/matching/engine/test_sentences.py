import json

import numpy as np
import pytest
from hypothesis import given

from matching.engine import sentences
from matching.engine.criteria import CRITERIA
from matching.engine.sentences import Labels
from matching.engine.telling import TO_MENTEE, Tongue, tell
from tests.matching.engine.factories import instances, make_instance

LABELS = Labels(
    topics=("Cataloging", "Supervision", "Grants", "Advocacy", "Archives"),
    library_types=("Public", "Academic", "School", "Special"),
    formats=("One-to-one pair", "Coffee chat", "Job shadow"),
    ways=("In person", "Video", "Phone"),
    languages=("English", "Spanish"),
    times=("Mornings", "Middays", "Afternoons", "Evenings", "Weekends"),
)


def said(criterion, **changes):
    found = criterion(make_instance(1, 1, **changes), LABELS, 0, 0)
    return [found.neutral, found.to_mentee, found.to_mentor]


def test_topics_are_named_in_the_mentees_order():
    changes = {
        "mentee_topic_ranks": [[2, 1, 3]],
        "mentor_topics": [[True, True, False]],
    }

    listed = "Supervision (first choice) and Cataloging (second choice)"
    assert said(sentences.topics, **changes) == [
        f"Covers 2 of the 3 topics asked for: {listed}.",
        f"Your mentor covers 2 of the 3 topics you asked for: {listed}.",
        f"You cover 2 of the 3 topics your mentee asked for: {listed}.",
    ]


@pytest.mark.parametrize(
    ("ranks", "sentence"),
    [
        ([[0, 0]], "No topics were asked for."),
        ([[0, 1]], "Covers none of the topics asked for."),
        ([[1, 0]], "Covers the only topic asked for: Cataloging (first choice)."),
    ],
)
def test_topics_are_said_plainly(ranks, sentence):
    found = said(sentences.topics, mentee_topic_ranks=ranks, mentor_topics=[[True, False]])

    assert found[0] == sentence


@pytest.mark.parametrize(
    ("mentor_stage", "to_mentor"),
    [
        (3, "You are two career stages ahead of your mentee."),
        (2, "You are one career stage ahead of your mentee."),
        (1, "Your mentee is at the same career stage as you."),
        (0, "Your mentee is one career stage ahead of you."),
        (-1, "The career stages cannot be compared."),
    ],
)
def test_career_is_said_from_where_one_stands(mentor_stage, to_mentor):
    assert said(sentences.career, mentor_stages=[mentor_stage])[2] == to_mentor


def test_meeting_names_ways_both_can_use_and_the_distance():
    changes = {
        "way_needs_same_place": [True, False],
        "mentee_ways": [[True, True]],
        "mentor_ways": [[True, True]],
        "mentor_utc_offsets": [-330],
    }

    assert (
        said(sentences.meeting, **changes)[0] == "Both can use: Video. They are 5:30 hours apart."
    )
    near = changes | {"mentee_regions": [2], "mentor_regions": [2]}
    assert said(sentences.meeting, **near)[1] == (
        "You and your mentor both can use: In person and Video. You live in the same region."
    )


@pytest.mark.parametrize(
    ("minutes", "sentence"),
    [
        (0, "They are in the same time zone."),
        (30, "They are 0:30 hours apart."),
        (60, "They are one hour apart."),
        (90, "They are 1:30 hours apart."),
        (540, "They are nine hours apart."),
        (600, "They are 10 hours apart."),
    ],
)
def test_distances_are_said_in_hours(minutes, sentence):
    assert said(sentences.meeting, mentor_utc_offsets=[minutes])[0] == (
        f"Both can use: In person. {sentence}"
    )


@pytest.mark.parametrize(
    ("n", "text"), [(0, "no mentors"), (1, "one mentor"), (9, "nine mentors"), (10, "10 mentors")]
)
def test_numbers_are_words_up_to_nine(n, text):
    assert sentences.counted(n, "mentor", "mentors") == text


def test_identity_is_never_said():
    said_of = {
        tuple(
            said(
                sentences.identity,
                mentee_identity_wishes=[[wish]],
                mentor_identities=[[has]],
                identity_dimensions=[0],
            )
        )
        for wish in (True, False)
        for has in (True, False)
    }

    assert len(said_of) == 1


def test_years_are_said_in_the_mentees_order():
    changes = {
        "mentee_topic_ranks": [[2, 1, 3]],
        "mentor_topics": [[True, True, False]],
        "mentor_topic_years": [[1, 12, 7]],
    }

    assert said(sentences.experience, **changes)[1] == (
        "Your mentor has 12 years in Supervision and one year in Cataloging."
    )


@pytest.mark.parametrize(
    ("mentee", "mentor", "to_mentor"),
    [
        (True, True, "You and your mentee asked for each other."),
        (True, False, "Your mentee asked for you."),
        (False, True, "You asked for this mentee."),
        (False, False, "Neither had asked for anybody."),
    ],
)
def test_wishes_are_said_from_where_one_stands(mentee, mentor, to_mentor):
    changes = {"mentee_wishes": [[mentee]], "mentor_wishes": [[mentor]]}

    assert said(sentences.wishes, **changes)[2] == to_mentor


@pytest.mark.parametrize(
    ("mentee", "mentor", "sentence"),
    [
        (True, True, "Each had asked for somebody else."),
        (True, False, "The mentee had asked for somebody else."),
        (False, True, "The mentor had asked for somebody else."),
    ],
)
def test_a_wish_for_somebody_else_is_no_reason(mentee, mentor, sentence):
    instance = make_instance(
        mentee_wishes=[[False, mentee], [False, False]],
        mentor_wishes=[[False, False], [mentor, False]],
    )

    found = sentences.wishes(instance, LABELS, 0, 0)

    assert (found.neutral, found.is_reason) == (sentence, False)


@given(instance=instances(2, 2))
def test_every_criterion_says_something_about_every_pair(instance):
    for criterion in CRITERIA:
        for i, j in np.ndindex(instance.n_mentees, instance.n_mentors):
            found = criterion.sentence(instance, LABELS, i, j)

            for text in (found.neutral, found.to_mentee, found.to_mentor):
                assert text[0].isupper()
                assert text.endswith(".")


@given(instance=instances(4, 4))
def test_each_criterion_is_said_alike_with_nobody_else_around(instance):
    for i, j in np.ndindex(instance.n_mentees, instance.n_mentors):
        alone = instance.subset(np.array([i]), np.array([j]))
        for criterion in CRITERIA:
            assert criterion.sentence(alone, LABELS, 0, 0) == criterion.sentence(
                instance, LABELS, i, j
            )


@given(instance=instances(2, 2))
def test_what_was_told_can_be_told_again_from_its_facts(instance):
    for criterion in CRITERIA:
        for i, j in np.ndindex(instance.n_mentees, instance.n_mentors):
            found = criterion.sentence(instance, LABELS, i, j)
            # As a run stores them.
            facts = json.loads(json.dumps(found.facts))

            told = [" ".join(tell((key, values), to) for key, values in facts) for to in range(3)]

            expected = [found.neutral, found.to_mentee, found.to_mentor]
            assert told == (expected if found.is_reason else ["", "", ""])


def test_facts_are_told_in_another_tongue():
    words = {
        "Your mentor covers %(n)s of the %(n_asked)s topics you asked for: %(listed)s.": (
            "De %(n_asked)s, %(n)s: %(listed)s."
        ),
        "%(topic)s (first choice)": "%(topic)s (1.ª)",
        "%(topic)s (third choice)": "%(topic)s (3.ª)",
        "two": "dos",
        "You are %(number)s hours apart.": "A %(number)s horas.",
    }
    tongue = Tongue(
        say=words.__getitem__,
        name=lambda kind, name: f"{kind}:{name}",
        enumerated=" y ".join,
    )
    ranked = {"n": 2, "n_asked": 3, "ranked": [["Grants", 1], ["100 % work", 3]]}

    assert tell(("topics.some", ranked), TO_MENTEE, tongue) == (
        "De 3, 2: topics:Grants (1.ª) y topics:100 % work (3.ª)."
    )
    assert tell(("place.hours", {"number": 2}), TO_MENTEE, tongue) == "A dos horas."
    assert tell(("place.hours", {"number": "5:30"}), TO_MENTEE, tongue) == "A 5:30 horas."
