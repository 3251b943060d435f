"""Switching messaging on a number on and off (Core API §2.1.6).

Switching takes the world's `messaging_seconds`; what becomes of it is in sandbox.enablement.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet

from sandbox import clock
from sandbox.auth import Caller
from sandbox.errors import Problem, conflict, invalid, not_found
from sandbox.models import Did, ExternalDid, Messaging
from sandbox.worlds import setting
from sandbox.writing import first

ALL_BITS = 27  # 1 SMS in, 2 SMS out, 8 MMS in, 16 MMS out

Number = Did | ExternalDid


@dataclass(frozen=True)
class Wishes:
    """What is asked for. A type of None means: the present one, or the world's usual one."""

    enabled: bool
    type: str | None
    campaign_sid: str | None
    p2p_nnid: str | None
    force: bool


def state(caller: Caller, number: Number) -> Messaging:
    """How messaging stands on `number`; ApiError 404 for a number that can only be called."""
    if not number.capabilities & ALL_BITS:
        raise not_found()
    kept = Messaging.objects.filter(number_sid=_sid(number)).first()
    return kept or _never_switched(caller, number)


def _sid(number: Number) -> str:
    return number.external_did_sid if isinstance(number, ExternalDid) else number.did_sid


def _never_switched(caller: Caller, number: Number) -> Messaging:
    """What follows from the number itself: it works already, or it does not."""
    works = bool(number.active_capabilities & ALL_BITS)
    return Messaging(
        world=caller.world,
        number_sid=_sid(number),
        external=isinstance(number, ExternalDid),
        enabled=works,
        status="enabled" if works else "disabled",
        type=setting(caller.world, "messaging_types")[0],
        campaign_sid=number.campaign_sid,
    )


def switch(caller: Caller, numbers: QuerySet, wishes: Wishes) -> Messaging:
    """Begin to do as wished on the only one of `numbers`, and tell how it stands now.

    Raises ApiError: 404 no such number, or it can only be called; 409 while the last change is in
    progress or the number is not delivered yet, or for changing what is enabled without force; 422
    for wishes that contradict each other.
    """
    with transaction.atomic():
        number = first(numbers.select_for_update(of=("self",)))
        row = state(caller, number)
        if number.status != "assigned":
            raise conflict("status", f"the number is {number.status}")
        if row.status == "in_progress":
            raise conflict("status", "the last change of messaging is still in progress, try again later")
        if wishes.enabled:
            _enable(caller, row, wishes)
        else:
            _disable(caller, row, wishes)
        row.save()
    return row


def _enable(caller: Caller, row: Messaging, wishes: Wishes) -> None:
    on = row.status == "enabled"
    kind = wishes.type or (row.type if on else setting(caller.world, "messaging_types")[0])
    _require_sense(caller, kind, wishes)
    same = on and kind == row.type
    campaign_sid = wishes.campaign_sid or (row.campaign_sid if same else None)
    p2p_nnid = wishes.p2p_nnid or (row.p2p_nnid if same else None)
    if same and (campaign_sid, p2p_nnid) == (row.campaign_sid, row.p2p_nnid):
        return
    if on and not wishes.force:
        raise conflict("enabled", "messaging is enabled: disable it first, or send force=true")
    row.type, row.campaign_sid, row.p2p_nnid = kind, campaign_sid, p2p_nnid
    _begin(caller, row, enabled=True)


def _disable(caller: Caller, row: Messaging, wishes: Wishes) -> None:
    if wishes.force:
        raise invalid(Problem("enabled", "must stay true with force"))
    if row.status == "enabled":
        _begin(caller, row, enabled=False)
    else:
        row.enabled, row.status = False, "disabled"


def _begin(caller: Caller, row: Messaging, *, enabled: bool) -> None:
    row.enabled, row.status = enabled, "in_progress"
    row.due_at = clock.now(caller.world) + timedelta(seconds=setting(caller.world, "messaging_seconds"))


def _require_sense(caller: Caller, kind: str, wishes: Wishes) -> None:
    problems = []
    if kind not in setting(caller.world, "messaging_types"):
        problems.append(Problem("type", f"{kind} messaging is not open to this partner"))
    if wishes.campaign_sid and kind != "a2p":
        problems.append(Problem("campaign_sid", "goes with type a2p only"))
    if wishes.p2p_nnid and kind != "p2p":
        problems.append(Problem("p2p_nnid", "goes with type p2p only"))
    if problems:
        raise invalid(*problems)
