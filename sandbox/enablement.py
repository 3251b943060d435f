"""What becomes of messaging in time: enabled, failed or disabled, and its monthly fee (Core API §2.1.6).

Asking for it is in sandbox.messaging.
"""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from sandbox import events, money
from sandbox.models import Did, ExternalDid, Messaging, MessagingFee, World

MONTHLY_FEE = Decimal("0.03")  # USD for each number
_VOICE = 4


def settle(world: World, moment: datetime) -> None:
    """Finish what has been in progress long enough, then note the fees of months that have begun."""
    due = Messaging.objects.filter(world=world, due_at__lte=moment)
    if due.exists():
        with transaction.atomic():
            for row in due.select_for_update().order_by("due_at", "pk"):
                _finish(world, row)
    owing = Messaging.objects.filter(world=world, fee_due_at__lte=moment)
    if owing.exists():
        with transaction.atomic():
            for row in owing.select_for_update().order_by("pk"):
                _note_fees(row, moment)


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
    _note_fees(row, since)
    type(number).objects.filter(pk=number.pk).update(
        active_capabilities=number.capabilities if works else number.capabilities & _VOICE,
        campaign_sid=row.campaign_sid if works else None,
    )
    events.messaging_changed(number.partner_id, row)


def _fails(world: World, phonenumber: str) -> bool:
    plan: Any = world.settings.get("messaging_fails", [])
    return plan if isinstance(plan, bool) else phonenumber in plan


def _note_fees(row: Messaging, moment: datetime) -> None:
    """A whole month when messaging is first enabled, then one on the 1st; once a month and number."""
    number = number_of(row)
    while row.fee_due_at is not None and row.fee_due_at <= moment:
        if number is not None and number.partner_id is not None:
            _, owed = MessagingFee.objects.get_or_create(
                number_sid=row.number_sid,
                month=row.fee_due_at.date(),
                defaults={
                    "world_id": row.world_id,
                    "partner_sid": number.partner_id,
                    "amount": MONTHLY_FEE,
                    "date_created": row.fee_due_at,
                },
            )
            if owed:
                money.move(
                    number.partner_id,
                    -MONTHLY_FEE,
                    kind="messaging_fee",
                    moment=row.fee_due_at,
                    description=f"Messaging on +{number.phonenumber}",
                    reference=f"+{number.phonenumber}",
                    overdraft=True,
                )
        row.fee_due_at = _next_month(row.fee_due_at)
    Messaging.objects.filter(pk=row.pk).update(fee_due_at=row.fee_due_at)


def _first_of_month(moment: datetime) -> datetime:
    return datetime(moment.year, moment.month, 1, tzinfo=UTC)


def _next_month(first: datetime) -> datetime:
    return datetime(first.year + first.month // 12, first.month % 12 + 1, 1, tzinfo=UTC)
