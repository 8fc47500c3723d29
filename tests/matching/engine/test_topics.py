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
