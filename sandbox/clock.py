"""The time of a world, and what happens when it passes.

A world's clock runs with the real one, plus an offset that the steering endpoint can advance.
Changes that take time (aging, external orders) carry a due time and are applied at the next
request of that world, so every request sees them as having happened in time.
"""

from datetime import UTC, datetime, timedelta

from django.db import transaction

from sandbox import verification
from sandbox.models import Did, StatusChange, World


def now(world: World) -> datetime:
    """The world's present moment, aware, in UTC; whole milliseconds, as dates are told."""
    moment = datetime.now(UTC) + timedelta(seconds=world.clock_offset)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


# What each waiting status becomes, and whether the number then has a holder.
_AFTERWARDS = {"aging": "available", "pending_assignment": "assigned"}


def settle(world: World) -> None:
    """Apply every change of `world` whose time has come."""
    moment = now(world)
    verification.settle(world, moment)
    due = Did.objects.filter(world=world, due_at__lte=moment)
    if not due.exists():
        return
    with transaction.atomic():
        for did in due.select_for_update().only("pk", "did_sid", "status", "due_at", "partner_id"):
            after = _AFTERWARDS[did.status]
            Did.objects.filter(pk=did.pk).update(status=after, due_at=None, date_status_changed=did.due_at)
            StatusChange.objects.create(
                did_id=did.did_sid, status=after, partner_sid=did.partner_id, date_changed=did.due_at
            )
