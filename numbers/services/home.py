"""What the first page tells: our numbers by status and state, what is being checked, what happened."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.urls import reverse

from numbers.places import tiles
from numbers.services.number_list import number_counts
from portal import audit
from portal.models import AuditEntry


@dataclass(frozen=True)
class Summary:
    """`tiles` is the map of the states by how many numbers we hold there."""

    total: int
    assigned: int
    pending: int
    aging: int
    tiles: list[list[dict[str, Any] | None]]
    attention: list[AuditEntry]
    recent: list[AuditEntry]


def home_summary(*, actor: User) -> Summary:
    """From the mirror and the ledger alone; `actor` decides whose activity is shown."""
    by_status, by_state = number_counts()
    return Summary(
        total=sum(by_status.values()),
        assigned=by_status.get("assigned", 0),
        pending=by_status.get("pending_assignment", 0),
        aging=by_status.get("aging", 0),
        tiles=tiles(by_state, f"{reverse('numbers')}?state="),
        attention=audit.attention(actor),
        recent=audit.recent(actor, 10),
    )
