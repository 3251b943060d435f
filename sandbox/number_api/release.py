"""Releasing a number in two steps, and taking that back (Phone Number API §3.4)."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import BaseModel, Field

from sandbox import clock, money
from sandbox.dates import iso
from sandbox.errors import json_answer
from sandbox.leaving import into_quarantine
from sandbox.models import Did, LedgerEntry, StatusChange
from sandbox.number_api.auth import Account, Keys
from sandbox.number_api.documents import answers
from sandbox.number_api.errors import Refused, conflict, forbidden, not_found
from sandbox.number_api.objects import whole
from sandbox.number_api.paths import PREFIX, digits
from sandbox.worlds import setting

router = Router(tags=["Release"], auth=Keys())


class ReleaseParams(Schema):
    immediate: bool = Field(default=False, description="Do not wait, and cannot be cancelled.")


class Released(BaseModel):
    """`cooldown_ends_at` is until when the release can be cancelled."""

    cancel_url: str
    cooldown_ends_at: str
    message: str
    note: str
    release_fee: int
    status: str


class Cancelled(BaseModel):
    currency: str
    message: str
    refund_amount: int
    status: str


@router.delete(
    "/account/{auth_id}/numbers/{e164}", operation_id="release_number", response=answers({200: Released})
)
def release(request: HttpRequest, auth_id: str, e164: str, params: Query[ReleaseParams]) -> HttpResponse:
    """Give a number up. Asking again while it is pending changes nothing, except that it can be hastened."""
    account: Account = request.auth  # type: ignore[attr-defined]
    moment = clock.now(account.world)
    with transaction.atomic():
        did = _own(
            account, e164, not_found("number not found"), forbidden("account does not own this number")
        )
        if did.status not in ("assigned", "aging"):
            raise conflict("number is not active")
        if did.status == "assigned":
            _give_notice(account, did, moment)
        if params.immediate:
            into_quarantine(account.world, did, moment)
            did.due_at = moment
        told = _released(account, did, immediate=params.immediate)
    return json_answer(told)


def _give_notice(account: Account, did: Did, moment: datetime) -> None:
    """Detach the number and let its time run; the fee is owed whatever the balance is."""
    did.status, did.date_status_changed, did.date_released = "aging", moment, moment
    did.due_at = moment + timedelta(seconds=setting(account.world, "release_seconds"))
    did.trunk_group_id = did.application_id = None
    did.save(
        update_fields=[
            "status",
            "date_status_changed",
            "date_released",
            "due_at",
            "trunk_group",
            "application_id",
        ]
    )
    StatusChange.objects.create(
        did_id=did.did_sid, status="aging", partner_sid=did.partner_id, date_changed=moment
    )
    number = f"+{did.phonenumber}"
    money.move(
        account.payer().partner_sid,
        -Decimal(_fee(account, did)),
        kind="did_release_fee",
        moment=moment,
        description=f"Release of {number}",
        reference=number,
        overdraft=True,
    )


def _fee(account: Account, did: Did) -> int:
    return whole(did.release_fee) or setting(account.world, "release_fee")


def _released(account: Account, did: Did, *, immediate: bool) -> dict[str, str | int | None]:
    cancel = f"{PREFIX}account/{account.auth_id}/numbers/+{did.phonenumber}/cancel-release"
    days = setting(account.world, "quarantine_days")
    note = f"then the number is quarantined for {days} days before it returns to the inventory"
    return {
        "cancel_url": "" if immediate else cancel,
        "cooldown_ends_at": iso(did.due_at),
        "message": "number release initiated",
        "note": note if immediate else f"the release can be cancelled until cooldown_ends_at; {note}",
        "release_fee": _fee(account, did),
        "status": "released" if immediate else "pending_release",
    }


@router.post(
    "/account/{auth_id}/numbers/{e164}/cancel-release",
    operation_id="cancel_release",
    response=answers({200: Cancelled}),
)
def cancel(request: HttpRequest, auth_id: str, e164: str) -> HttpResponse:
    """Keep a number after all. Its fee comes back, its routing does not."""
    account: Account = request.auth  # type: ignore[attr-defined]
    moment = clock.now(account.world)
    unknown = Refused(404, {"error": "number not found"})
    with transaction.atomic():
        did = _own(account, e164, unknown, Refused(403, {"error": "access denied"}))
        if did.status != "aging":
            raise Refused(400, {"error": "number is not pending release"})
        refund = _refund(account, did, moment)
        did.status, did.date_status_changed, did.date_released, did.due_at = "assigned", moment, None, None
        did.save(update_fields=["status", "date_status_changed", "date_released", "due_at"])
        StatusChange.objects.create(
            did_id=did.did_sid, status="assigned", partner_sid=did.partner_id, date_changed=moment
        )
    return json_answer(
        {
            "currency": account.payer().currency,
            "message": "release cancelled, number restored to active status",
            "refund_amount": refund,
            "status": "active",
        }
    )


def _refund(account: Account, did: Did, moment: datetime) -> int:
    """Give back what this release has cost."""
    number = f"+{did.phonenumber}"
    paid = LedgerEntry.objects.filter(
        world=account.world, reference=number, kind="did_release_fee", created__gte=did.date_released
    ).last()
    if paid is None:
        return 0
    money.move(
        paid.partner_id,
        -paid.amount,
        kind="did_release_refund",
        moment=moment,
        description=f"Release of {number} cancelled",
        reference=number,
    )
    return whole(-paid.amount)


def _own(account: Account, e164: str, unknown: Exception, foreign: Exception) -> Did:
    """A number the account itself holds, unchangeable by others until the transaction ends."""
    rows = Did.objects.filter(world=account.world, phonenumber=digits(e164)).exclude(status="deleted")
    did = rows.select_for_update(no_key=True).first()
    if did is None:
        raise unknown
    if did.partner_id != account.partner.partner_sid:
        raise foreign
    return did
