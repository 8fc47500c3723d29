"""What is cleared up behind a worker that died, and what is not touched."""

from datetime import timedelta

import pytest
from django.db import InterfaceError, OperationalError
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from mig_site.queue import MAX_WORKERS, take_up_lost_tasks, tasks_to_forget
from signups.letters import deliver_letter

pytestmark = pytest.mark.django_db


def make_task(*, n_workers=1) -> DBTaskResult:
    """A task that the last of ``n_workers`` has begun just now."""
    task = DBTaskResult.objects.get(pk=deliver_letter.enqueue(0).id)
    for number in range(n_workers):
        task.claim(f"worker {number}")
    return task


def age(task, **fields):
    DBTaskResult.objects.filter(pk=task.pk).update(
        **{name: timezone.now() - ago for name, ago in fields.items()}
    )


@pytest.mark.parametrize(
    ("held_for", "status"), [(timedelta(minutes=9), "RUNNING"), (timedelta(minutes=11), "READY")]
)
def test_task_held_too_long_is_queued_again(held_for, status):
    task = make_task()
    age(task, started_at=held_for)

    n_taken_up = take_up_lost_tasks()

    task.refresh_from_db()
    assert task.status == status
    assert n_taken_up == (status == "READY")
    assert DBTaskResult.objects.ready().count() == n_taken_up


@pytest.mark.parametrize(
    ("error", "ago", "status"),
    [
        (OperationalError("gone"), timedelta(minutes=2), "READY"),
        (InterfaceError("closed"), timedelta(minutes=2), "READY"),
        (OperationalError("gone"), timedelta(seconds=30), "FAILED"),
        (ValueError("a fault of its own"), timedelta(minutes=2), "FAILED"),
    ],
)
def test_task_that_lost_its_database_is_tried_again_after_a_pause(error, ago, status):
    task = make_task()
    task.set_failed(error)
    age(task, finished_at=ago)

    take_up_lost_tasks()

    task.refresh_from_db()
    assert task.status == status


def test_task_that_no_worker_lives_to_end_is_given_up():
    task = make_task(n_workers=MAX_WORKERS)
    age(task, started_at=timedelta(hours=1))

    assert take_up_lost_tasks() == 0

    task.refresh_from_db()
    assert (task.status, task.exception_class_path) == ("FAILED", "mig_site.queue.GivenUpError")
    age(task, finished_at=timedelta(hours=1))
    assert take_up_lost_tasks() == 0


def test_finished_tasks_are_forgotten_after_a_week():
    waiting, running, old, young = (make_task() for _ in range(4))
    DBTaskResult.objects.filter(pk=waiting.pk).update(status="READY")
    for task in (old, young):
        task.set_successful(None)
    age(old, finished_at=timedelta(days=8))
    age(young, finished_at=timedelta(days=6))

    assert tasks_to_forget().delete()[0] == 1

    left = DBTaskResult.objects.values_list("pk", flat=True)
    assert set(left) == {waiting.pk, running.pk, young.pk}
