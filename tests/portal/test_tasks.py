"""The worker's queue: signs of life, lost work given back, old results forgotten."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from portal import tasks
from portal.models import Beat, Departed

pytestmark = pytest.mark.django_db


def lost(workers: int = 1, *, minutes: int = 20) -> DBTaskResult:
    """A task that a worker took some minutes ago and never finished."""
    tasks.sign_of_life.enqueue()
    row = DBTaskResult.objects.get()
    row.status, row.started_at = "RUNNING", timezone.now() - timedelta(minutes=minutes)
    row.worker_ids = [f"worker-{index}" for index in range(workers)]
    row.save()
    return row


@pytest.mark.django_db(transaction=True)
def test_a_working_worker_gives_its_sign():
    tasks.ask_for_a_sign()
    call_command("db_worker", queue_name="*", batch=True, interval=0, verbosity=0, reload=False)
    assert Beat.objects.filter(name="worker").exists()


def test_a_stopped_worker_finds_no_pile_of_signs_to_give():
    for _ in range(5):
        tasks.ask_for_a_sign()
    assert DBTaskResult.objects.count() == 1


def test_work_of_a_killed_worker_is_given_back():
    row = lost()
    assert tasks.reap() == 1
    row.refresh_from_db()
    assert (row.status, row.started_at) == ("READY", None)


def test_work_that_killed_three_workers_is_given_up():
    row = lost(workers=3)
    assert tasks.reap() == 1
    row.refresh_from_db()
    assert row.status == "FAILED"
    assert row.exception_class_path == "portal.tasks.WorkerLost"
    assert row.finished_at is not None


def test_work_that_may_still_be_running_is_left_alone():
    row = lost(minutes=14)
    assert tasks.reap() == 0
    row.refresh_from_db()
    assert row.status == "RUNNING"


def test_what_left_upstream_is_remembered_longer_than_any_look_lasts():
    now = timezone.now()
    Departed.objects.create(sid="long-gone", at=now - timedelta(days=2))
    lately = Departed.objects.create(sid="lately", at=now - timedelta(hours=2))
    tasks.prune()
    assert list(Departed.objects.all()) == [lately]


def test_old_results_and_ended_sessions_are_forgotten():
    row = lost()
    row.status, row.finished_at = "SUCCESSFUL", timezone.now() - timedelta(days=60)
    row.save()
    Session.objects.create(session_key="ended", expire_date=timezone.now() - timedelta(days=1))
    alive = Session.objects.create(session_key="alive", expire_date=timezone.now() + timedelta(days=1))
    tasks.prune()
    assert not DBTaskResult.objects.exists()
    assert list(Session.objects.all()) == [alive]
