"""The time of a world, and what happens when it passes.

A world's clock runs with the real one, plus an offset that the steering endpoint can advance.
Changes that take time (aging, external orders, messaging) carry a due time and are applied at the next
request of that world, so every request sees them as having happened in time. The server's background
thread applies them too, so that callbacks are sent though nobody asks.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Min

from sandbox import enablement, events, leaving, money, verification
from sandbox.dates import iso, now
from sandbox.models import Did, Messaging, StatusChange, World

__all__ = ["iso", "now", "settle", "settle_all"]

# What each waiting status becomes.
_AFTERWARDS = {"aging": "available", "pending_assignment": "assigned"}


def settle(world: World) -> None:
    """Apply every change of `world` whose time has come."""
    moment = now(world)
    verification.settle(world, moment)
    leaving.settle(world, moment)
    _settle_numbers(world, moment)
    enablement.settle(world, moment)
    money.settle(world, moment)


def settle_all() -> None:
    """The same for every world in which a number waits for something that is due."""
    due = set()
    for model in (Did, Messaging):
        waiting = model.objects.filter(due_at__isnull=False).values_list("world_id", "world__clock_offset")
        for world_id, offset, soonest in waiting.annotate(Min("due_at")):
            if soonest <= now(World(clock_offset=offset)):
                due.add(world_id)
    for world in World.objects.filter(pk__in=due):
        settle(world)


def _settle_numbers(world: World, moment: datetime) -> None:
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
            if did.status == "pending_assignment":
                events.order_completed(did.did_sid)
