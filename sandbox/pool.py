"""Which numbers can be rented, and how they change hands: rent, external order, release.

A number is taken by one conditional UPDATE (`WHERE status = 'available'`): of any number of
callers exactly one changes the row, on SQLite and on PostgreSQL.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from sandbox import clock, events, money
from sandbox.api.objects import DID
from sandbox.auth import Caller
from sandbox.errors import bad_request, conflict, forbidden, not_found
from sandbox.filters import Condition
from sandbox.leaving import leave
from sandbox.matching import Match, match
from sandbox.models import Did, StatusChange, World
from sandbox.places import nearest
from sandbox.worlds import setting

MAX_EXTERNAL = 10
_CANDIDATES = 25

# Written with `in`: for a plain comparison with a truth value Django says `NOT external`, for which
# SQLite cannot use the indexes of the pool.
_OWN, _EXTERNAL = Q(external__in=(False,)), Q(external__in=(True,))


def own_pool(world: World) -> QuerySet[Did]:
    """The carrier's own rentable numbers."""
    return Did.objects.filter(_OWN, world=world, status="available")


def external_pool(world: World) -> QuerySet[Did]:
    """Numbers the external provider offers."""
    return Did.objects.filter(_EXTERNAL, world=world, status="available")


def require_external_rules(found: Match) -> None:
    """ApiError 400 unless the filter is one that include_external allows (Core API §2.1.4)."""
    if not any(each.attribute == "country_code" and each.operator == "eq" for each in found.conditions):
        raise bad_request(
            "filter", 'include_external needs a filter with country_code, like country_code eq "SWE"'
        )
    if found.near or not all(_allowed_with_external(each) for each in found.conditions):
        raise bad_request(
            "filter",
            'with include_external only these may be combined: country_code eq "…", phonenumber like "…%"'
            ' or phonenumber ilike "…%"',
        )


def _allowed_with_external(condition: Condition) -> bool:
    return (condition.attribute, condition.operator) in (
        ("country_code", "eq"),
        ("phonenumber", "like"),
        ("phonenumber", "ilike"),
    )


def rent(
    caller: Caller, *, phonenumber: str | None, filter_text: str, external: bool, values: dict[str, Any]
) -> Did:
    """Give one number to the caller and set `values` (model columns) on it.

    `phonenumber`: that one, whatever the filter says; without it, the first that matches
    `filter_text`, and with `external` an external order when the own pool has none.
    Raises ApiError: 403 suspended or no money, 404 nothing there, 409 taken or provider busy.
    """
    if caller.partner.status != "active":
        raise forbidden("partner_sid", f"the partner is {caller.partner.status}")
    if phonenumber is not None:
        return _rent_this(caller, phonenumber, external=external, values=values)
    found = match(filter_text, DID, admin=caller.is_admin, nearby=True)
    if external:
        require_external_rules(found)
    did = _take_first(caller, own_pool(caller.world), found, values)
    if did is None and external:
        _require_provider(caller.world)
        did = _take_first(caller, external_pool(caller.world), found, values)
    if did is None:
        raise not_found("cannot find an available phone number that matches the filter")
    return did


def _rent_this(caller: Caller, phonenumber: str, *, external: bool, values: dict[str, Any]) -> Did:
    did = Did.objects.filter(world=caller.world, phonenumber=phonenumber).exclude(status="deleted").first()
    if did is None or (did.external and did.status == "available" and not external):
        raise not_found("cannot find item by phonenumber", "phonenumber")
    if did.external and did.status == "available":
        _require_provider(caller.world)
    if not take(caller, did, values):
        raise conflict("phonenumber", "phone number is not available")
    return did


def _require_provider(world: World) -> None:
    if setting(world, "external_busy"):
        raise conflict("cause", "external request cannot be processed, try again later")


def _take_first(caller: Caller, pool: QuerySet[Did], found: Match, values: dict[str, Any]) -> Did | None:
    """The first match nobody takes before us; None when there is none left."""
    rows = pool.filter(found.q)
    rows = nearest(rows, found.near, _CANDIDATES) if found.near else rows.order_by(*DID.order)
    while candidates := list(rows[:_CANDIDATES]):
        for did in candidates:
            if take(caller, did, values):
                return did
    return None


def take(caller: Caller, did: Did, values: dict[str, Any]) -> bool:
    """Make `did` the caller's if it still is available; False when somebody was faster."""
    moment = clock.now(caller.world)
    delay = setting(caller.world, "external_order_seconds") if did.external and did.order_pending else 0
    with transaction.atomic():
        taken = hand_over(did, caller.partner.partner_sid, moment=moment, values=values, delay=delay)
        if taken:
            _charge(caller, did, moment)
    return taken


def hand_over(
    did: Did, partner_sid: str, *, moment: datetime, values: dict[str, Any], delay: int = 0
) -> bool:
    """Give `did` to a partner if it still is available, after `delay` seconds; nothing is charged here."""
    status = "pending_assignment" if delay else "assigned"
    with transaction.atomic():
        taken = Did.objects.filter(pk=did.pk, status="available").update(
            status=status,
            partner_id=partner_sid,
            date_status_changed=moment,
            date_rented=moment,
            date_released=None,
            due_at=moment + timedelta(seconds=delay) if delay else None,
            **values,
        )
        if taken:
            _note(did.did_sid, status, partner_sid, moment)
            if did.external and not delay:
                events.order_completed(did.did_sid)
    return bool(taken)


def _charge(caller: Caller, did: Did, moment: datetime) -> None:
    """Setup and the first month, from the balance of whoever rents."""
    payer = caller.partner.partner_sid
    if not setting(caller.world, "charge_rents"):
        money.begin_unpaid(did, payer, monthly=did.price, moment=moment)
        return
    try:
        money.begin_rental(did, payer, setup=did.setup_fee, monthly=did.price, moment=moment)
    except money.NotEnoughMoney:
        raise forbidden("balance", "the balance is too low for this number") from None


def release(caller: Caller, did: Did) -> None:
    """Take the number from its holder; it ages, then can be rented again.

    What the holder had set is forgotten. Raises ApiError 404 when it changed hands meanwhile.
    """
    moment = clock.now(caller.world)
    if did.status not in ("assigned", "pending_assignment"):
        raise not_found()
    until = moment + timedelta(days=setting(caller.world, "aging_days"))
    if not leave(did, moment, until=until):
        raise not_found()


def _note(did_sid: str, status: str, partner_sid: str | None, moment: Any) -> None:
    StatusChange.objects.create(did_id=did_sid, status=status, partner_sid=partner_sid, date_changed=moment)
