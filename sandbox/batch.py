"""Running batch tasks: in the background of every server process, each operation exactly once.

A process claims a task by one conditional UPDATE that gives it a lease, works for a moment, and
leaves the rest to whoever comes next. An operation and the counting of it are one transaction, made
only while the lease is still held: two processes never do the same one, and what a killed process
had begun is undone by the database and done again by another as soon as its lease has run out.
"""

import logging
import time
from datetime import timedelta
from typing import Any

from django.db import OperationalError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from sandbox import batch_operations
from sandbox.auth import Caller
from sandbox.dates import now
from sandbox.errors import ApiError, Problem
from sandbox.models import Task, new_sid
from sandbox.models.batch import UNFINISHED

MAX_OPERATIONS = 10_000
MAX_DETAILS = 1000  # failures told in full; all of them are counted
_LEASE = timedelta(seconds=5)
_MOMENT = 0.5  # seconds one process works on a task before it looks at the next
_logger = logging.getLogger(__name__)


def run_due() -> None:
    """Carry unfinished tasks on, each for a moment in turn, until none is left; a background duty."""
    while _round():
        pass


def _round() -> bool:
    """One moment for each task nobody works on; True when something is left to do."""
    left = False
    unfinished = Task.objects.filter(_free(), status__in=UNFINISHED).order_by("pk")
    for pk in list(unfinished.values_list("pk", flat=True)):
        if task := _claim(pk):
            left |= _carry_on(task)
            _mine(task).update(leased_until=None)
    return left


def _free() -> Q:
    return Q(leased_until__isnull=True) | Q(leased_until__lte=timezone.now())


def _claim(pk: int) -> Task | None:
    """The task, leased to us; None when another process was faster."""
    runner = new_sid()
    lease = {"runner": runner, "leased_until": timezone.now() + _LEASE}
    if not Task.objects.filter(_free(), pk=pk, status__in=UNFINISHED).update(**lease):
        return None
    return Task.objects.select_related("partner", "world").filter(pk=pk, runner=runner).first()


def _mine(task: Task) -> QuerySet[Task]:
    """The task's row, as long as nobody else has claimed it."""
    return Task.objects.filter(pk=task.pk, runner=task.runner)


def _carry_on(task: Task) -> bool:
    """Work on the task for a moment; True when something is left to do."""
    if task.status == "created":
        _prepare(task)
        return not task.review
    if task.status in ("queued", "approved"):
        running = {"status": "running", "date_modified": now(task.world)}
        _mine(task).filter(status=task.status).update(**running)
    ends = time.monotonic() + _MOMENT
    while _step(task):
        if time.monotonic() > ends:
            return True
    return False


def _prepare(task: Task) -> None:
    """Count what is to be done, and look at it if it is to be reviewed."""
    items = batch_operations.review_items(_caller(task), task) if task.review else []
    _mine(task).filter(status="created").update(
        status="pending_review" if task.review else "queued",
        total=batch_operations.total(task),
        processed=0,
        success=0,
        failure=0,
        review_items=items,
        date_modified=now(task.world),
    )


def _step(task: Task) -> bool:
    """One operation and its counting, or the end of the task; False when there is nothing left for us."""
    with transaction.atomic():
        row = (
            _mine(task).select_for_update().filter(status="running").only("position", "error_details").first()
        )
        if row is None:
            return False
        if row.position >= batch_operations.total(task):
            _mine(task).update(status="completed", date_modified=now(task.world))
            return False
        trouble = _operate(task, row.position)
        changes: dict[str, Any] = {"failure": F("failure") + 1} if trouble else {"success": F("success") + 1}
        if trouble and len(row.error_details) < MAX_DETAILS:
            detail = {"error": trouble.body, "key": batch_operations.key(task, row.position)}
            changes["error_details"] = [*row.error_details, detail]
        _mine(task).update(
            position=F("position") + 1, processed=F("processed") + 1, date_modified=now(task.world), **changes
        )
    return True


def _operate(task: Task, position: int) -> ApiError | None:
    """What refused the operation, if anything did; then nothing of it remains."""
    try:
        with transaction.atomic():
            batch_operations.perform(_caller(task), task, position)
    except ApiError as error:
        return error
    except OperationalError:
        raise  # the database is busy or gone: nothing was counted, the operation is tried again
    except Exception:
        _logger.exception("operation %s of task %s failed", position, task.task_sid)
        return ApiError(500, "internal server error", Problem(None, "an unexpected condition"))
    return None


def _caller(task: Task) -> Caller:
    """Operations are made by the task's partner, whoever asked for it or approved it."""
    return Caller(task.partner, task.world, None, frozenset())
