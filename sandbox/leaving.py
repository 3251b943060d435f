"""How a number leaves its holder: at once, or after a time in which that can be cancelled.

The Core API releases at once (§2.1.5); the Phone Number API keeps the number pending for a day, then in
quarantine (§3.4). While it is pending it is `aging` and still has its holder.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from sandbox import enablement, money
from sandbox.models import Did, StatusChange, World
from sandbox.worlds import setting

_VOICE = 4  # what a number can do while messaging is off

# What a holder may set, as it is on a number nobody holds.
AS_NEW: dict[str, Any] = {
    "name": "N/A",
    "attributes": {},
    "application_id": None,
    "campaign_sid": None,
    "callback_url": None,
    "trunk_group_id": None,
    "did_group_id": None,
    "string_key_1": None,
    "string_key_2": None,
    "transformations": [],
}


def settle(world: World, moment: datetime) -> None:
    """End every notice whose time is over; what follows counts from when it was."""
    over = Did.objects.filter(world=world, due_at__lte=moment, status="aging", partner__isnull=False)
    if not over.exists():
        return
    with transaction.atomic():
        for did in over.select_for_update(no_key=True):
            into_quarantine(world, did, did.due_at)


def into_quarantine(world: World, did: Did, moment: datetime) -> bool:
    """Take a held number from its holder until the quarantine ends; False when it changed meanwhile."""
    return leave(did, moment, until=moment + timedelta(days=setting(world, "quarantine_days")))


def leave(did: Did, moment: datetime, *, until: datetime) -> bool:
    """Let nobody hold `did` from `moment`, nor rent it before `until`; False when it changed meanwhile.

    What the holder had set is forgotten, and messaging ends.
    """
    with transaction.atomic():
        left = Did.objects.filter(pk=did.pk, partner_id=did.partner_id, status=did.status).update(
            status="aging",
            partner_id=None,
            date_status_changed=moment,
            date_released=moment,
            due_at=until,
            last_call_at=None,
            active_capabilities=F("capabilities").bitand(_VOICE),
            **AS_NEW,
        )
        if left:
            money.end_rental(did.did_sid)
            enablement.forget(did.did_sid)
            StatusChange.objects.create(
                did_id=did.did_sid, status="aging", partner_sid=None, date_changed=moment
            )
    return bool(left)
