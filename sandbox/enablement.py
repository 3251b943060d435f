"""What becomes of messaging in time: enabled, failed or disabled, and its monthly fee (Core API §2.1.6).

Asking for it is in sandbox.messaging.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from sandbox import events, money
from sandbox.models import Did, ExternalDid, Messaging, MessagingFee, World

MONTHLY_FEE = Decimal("0.03")  # USD for each number
_VOICE = 4


def settle(world: World, moment: datetime) -> None:
    """Finish what has been in progress long enough, then note the fees of months that have begun."""
    due = Messaging.objects.filter(world=world, due_at__lte=moment).order_by("due_at", "pk")
    _each_locked(due, partial(_finish, world))
    owing = Messaging.objects.filter(world=world, fee_due_at__lte=moment).order_by("pk")
    _each_locked(owing, partial(_note_fees, moment))


def _each_locked(rows: QuerySet[Messaging], act: Callable[[Messaging], None]) -> None:
    """One transaction for each of `rows` that still is one: a fee locks its payer until that ends."""
    for pk in rows.values_list("pk", flat=True):
        with transaction.atomic():
            row = rows.select_for_update().filter(pk=pk).first()
            if row is not None:
                act(row)


def forget(number_sid: str) -> None:
    """Messaging ends with the number: released, or no longer registered."""
    Messaging.objects.filter(number_sid=number_sid).delete()


def number_of(row: Messaging) -> Did | ExternalDid | None:
    if row.external:
        return ExternalDid.objects.filter(external_did_sid=row.number_sid).first()
    return Did.objects.filter(did_sid=row.number_sid).first()


def _finish(world: World, row: Messaging) -> None:
    number = number_of(row)
    since, row.due_at = row.due_at, None
    if number is None or since is None:
        row.delete()
        return
    if row.enabled:
        row.status = "failed" if _fails(world, number.phonenumber) else "enabled"
    else:
        row.status = "disabled"
    works = row.status == "enabled"
    if not works:
        row.fee_due_at = None
    elif row.fee_due_at is None:
        row.fee_due_at = _first_of_month(since)
    row.save()
    type(number).objects.filter(pk=number.pk).update(
        active_capabilities=number.capabilities if works else number.capabilities & _VOICE,
        campaign_sid=row.campaign_sid if works else None,
    )
    events.messaging_changed(number.partner_id, row)
    _note_fees(since, row, began=since)


def _fails(world: World, phonenumber: str) -> bool:
    plan: Any = world.settings.get("messaging_fails", [])
    return plan if isinstance(plan, bool) else phonenumber in plan


def _note_fees(moment: datetime, row: Messaging, began: datetime | None = None) -> None:
    """A whole month when messaging began, then one on the 1st; once a month, number and holder."""
    number = number_of(row)
    first = row.fee_due_at
    while first is not None and first <= moment:
        if number is not None and number.partner_id is not None:
            _charge(row, number, month=first.date(), moment=max(first, began or first))
        first = _next_month(first)
    Messaging.objects.filter(pk=row.pk).update(fee_due_at=first)


def _charge(row: Messaging, number: Did | ExternalDid, *, month: date, moment: datetime) -> None:
    _, owed = MessagingFee.objects.get_or_create(
        number_sid=row.number_sid,
        partner_sid=number.partner_id,
        month=month,
        defaults={"world_id": row.world_id, "amount": MONTHLY_FEE, "date_created": moment},
    )
    if owed:
        reference = f"+{number.phonenumber}"
        money.move(number.partner_id, -MONTHLY_FEE, kind="messaging_fee", moment=moment,
                   description=f"Messaging on {reference}", reference=reference, overdraft=True)  # fmt: skip


def _first_of_month(moment: datetime) -> datetime:
    return datetime(moment.year, moment.month, 1, tzinfo=UTC)


def _next_month(first: datetime) -> datetime:
    return datetime(first.year + first.month // 12, first.month % 12 + 1, 1, tzinfo=UTC)
