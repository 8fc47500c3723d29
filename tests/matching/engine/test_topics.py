import numpy as np

from matching.engine.menu import Menu
from matching.engine.topics import TopicSupply, topic_supply
from tests.matching.engine.factories import make_instance, random_instance


def test_the_scarcest_topic_comes_first():
    instance = make_instance(
        3,
        2,
        mentee_topic_ranks=[[1, 2, 0], [2, 1, 0], [1, 0, 0]],
        mentor_topics=[[True, False, True], [False, True, True]],
        capacity=[1, 4],
    )

    found = topic_supply(instance, instance.capacity[[0, 0, 0]] * 0 + [0, 1, -1])

    assert found == (
        TopicSupply(topic=0, n_asked=3, n_asked_first=2, n_places=1, n_covered=1),
        TopicSupply(topic=1, n_asked=2, n_asked_first=1, n_places=4, n_covered=1),
    )


def test_between_topics_as_scarce_more_demand_comes_first():
    instance = make_instance(
        3,
        2,
        mentee_topic_ranks=[[1, 2], [0, 1], [0, 0]],
        mentor_topics=[[True, False], [False, True]],
        capacity=[1, 2],
    )

    found = topic_supply(instance, np.full(3, -1))

    assert [(one.topic, one.n_places, one.n_asked) for one in found] == [(1, 2, 2), (0, 1, 1)]


def test_places_of_all_formats_count():
    menu = Menu(
        format_ids=(1, 2),
        is_group=np.array([False, True]),
        liking=np.array([[1, 2]]),
        offered=np.ones((3, 2), dtype=bool),
        places=np.array([[2, 5], [4, 0], [0, 2]]),
        least=np.array([[1, 3], [1, 3], [1, 3]]),
    )
    both = np.ones((3, 2), dtype=bool)
    instance = make_instance(
        1, 3, menu=menu, mentee_formats=both[:1], mentor_formats=both, capacity=[1, 4, 3]
    )

    [topic] = topic_supply(instance, np.array([-1]))

    # Of pairs no more than the mentor takes in all; a circle of three never meets with two places.
    assert topic.n_places == (1 + 5) + 4 + 0


def test_nobody_asking_is_no_topic():
    assert topic_supply(random_instance(1, 0, 3), random_instance(1, 0, 3).mentee_persons) == ()


def test_places_count_for_each_who_asked():
    instance = make_instance(
        4,
        2,
        mentee_topic_ranks=[[1, 0], [1, 0], [1, 0], [0, 1]],
        mentor_topics=[[True, False], [False, True]],
        capacity=[4, 3],
    )

    found = topic_supply(instance, instance.mentee_persons * 0 - 1)

    assert [(one.topic, one.n_places, one.n_asked) for one in found] == [(0, 4, 3), (1, 3, 1)]
