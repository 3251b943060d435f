"""Work handed to the worker, and the housekeeping of its queue.

A task is only a trigger: its queue neither retries nor notices a killed worker, so what a task does must
be safe to run twice, and everything worth knowing about it lives in our own tables.
"""

import logging
from datetime import timedelta

from django.core.management import call_command
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from portal import health
from portal.models import Departed

logger = logging.getLogger("portal.tasks")

LOST_AFTER = timedelta(minutes=15)
ATTEMPTS = 3
UNFINISHED = ("READY", "RUNNING")


@task()
def sign_of_life() -> None:
    """Run by the worker: the proof that it takes work and finishes it."""
    health.beat("worker")


def ask_for_a_sign() -> None:
    """Hand the worker one sign to give, unless it still owes one: a stopped worker finds no pile of them."""
    waiting = DBTaskResult.objects.filter(task_path=sign_of_life.module_path, status__in=UNFINISHED)
    if not waiting.exists():
        sign_of_life.enqueue()


def reap() -> int:
    """Give work back that a killed worker held, or give it up after `ATTEMPTS`. Returns how many rows."""
    now = timezone.now()
    lost = DBTaskResult.objects.filter(status="RUNNING", started_at__lt=now - LOST_AFTER)
    return sum(_give_back(row, now) for row in lost)


def _give_back(row: DBTaskResult, now) -> int:
    # Compare and set: the worker may finish, or another clock may reap, between our look and our write.
    same = DBTaskResult.objects.filter(pk=row.pk, status="RUNNING", started_at=row.started_at)
    fields = {"task": row.task_path, "workers": len(row.worker_ids)}
    if len(row.worker_ids) < ATTEMPTS:
        changed = same.update(status="READY", started_at=None)
        event = "task given back"
    else:
        changed = same.update(
            status="FAILED", finished_at=now, exception_class_path="portal.tasks.WorkerLost", traceback=""
        )
        event = "task given up"
    if changed:
        logger.warning(event, extra={"fields": fields})
    return changed


class WorkerLost(Exception):
    """Named in the result of a task whose worker was killed `ATTEMPTS` times."""


def prune() -> None:
    """Forget finished tasks, sessions that ended, and what left upstream longer ago than any look lasts."""
    Departed.objects.filter(at__lt=timezone.now() - timedelta(days=1)).delete()
    call_command("prune_db_task_results", verbosity=0)
    call_command("clearsessions", verbosity=0)
