"""What the first page tells: our numbers by status and state, what is being checked, what happened."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from numbers.models import Number, OverrideRequest
from numbers.places import tiles
from numbers.services.cooloff_list import cooloff_counts
from numbers.services.notices import Notice, notices
from numbers.services.number_list import number_counts
from portal import audit, roles
from portal.models import AuditEntry

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Summary:
    """`tiles` is the map of the states by how many numbers we hold there.

    `attention` are entries whose outcome is not known yet, `late` rents that arrived after they were
    given up, of numbers that are still ours; `notices` are about plans of the person's own; `this_week`
    counts the rents of the last seven days. `to_decide` are the override requests an administrator may
    decide, `free_tomorrow` the numbers whose cool-off ends within a day.
    """

    total: int
    assigned: int
    pending: int
    aging: int
    tiles: list[list[dict[str, Any] | None]]
    attention: list[AuditEntry]
    late: list[AuditEntry]
    this_week: int
    recent: list[AuditEntry]
    notices: list[Notice]
    in_cool_off: int
    free_tomorrow: int
    to_decide: list[OverrideRequest]


def home_summary(*, actor: User) -> Summary:
    """From the mirror and the ledger alone; `actor` decides whose activity is shown."""
    by_status, by_state = number_counts()
    in_cool_off, free_tomorrow = cooloff_counts()
    return Summary(
        total=sum(by_status.values()),
        assigned=by_status.get("assigned", 0),
        pending=by_status.get("pending_assignment", 0),
        aging=by_status.get("aging", 0),
        tiles=tiles(by_state, f"{reverse('numbers')}?state="),
        attention=audit.attention(actor),
        late=_late(actor),
        this_week=_rents(actor).filter(created__gt=timezone.now() - WEEK, outcome="done").count(),
        recent=audit.recent(actor, 10),
        notices=notices(actor),
        in_cool_off=in_cool_off,
        free_tomorrow=free_tomorrow,
        to_decide=_to_decide(actor),
    )


def _to_decide(actor: User) -> list[OverrideRequest]:
    """Nobody decides about a request of their own."""
    if not roles.may(actor, "cooloff.force"):
        return []
    waiting = OverrideRequest.objects.filter(state=OverrideRequest.State.WAITING)
    return list(waiting.exclude(asked_by=actor).order_by("created")[:20])


def _rents(actor: User) -> QuerySet[AuditEntry]:
    return audit.visible_to(actor).filter(action__in=("number.rent", "number.rent_found"))


def _late(actor: User) -> list[AuditEntry]:
    """For a month, or until the number is given back."""
    found = audit.visible_to(actor).filter(
        action="number.rent_found", created__gt=timezone.now() - timedelta(days=30)
    )
    return list(found.filter(target__in=Number.objects.values("phonenumber"))[:20])
