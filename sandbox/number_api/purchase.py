"""Buying a number out of the inventory (Phone Number API §3.2)."""

from decimal import Decimal

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import BaseModel, ConfigDict, Field

from sandbox import clock, money
from sandbox.errors import json_answer
from sandbox.leaving import AS_NEW
from sandbox.models import Did
from sandbox.number_api.auth import Account, Keys
from sandbox.number_api.documents import ERRORS, Slug, answers
from sandbox.number_api.errors import Coded, not_found, refused
from sandbox.number_api.objects import PurchasedNumber, purchased_number, whole
from sandbox.number_api.paths import digits
from sandbox.pool import hand_over, own_pool
from sandbox.worlds import setting

router = Router(tags=["Numbers"], auth=Keys())


class Order(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    e164: str = Field(max_length=30)
    currency: str | None = Field(
        default=None, pattern=r"^[A-Za-z]{3}$", description="That of the number by default."
    )


class Purchased(BaseModel):
    message: str
    number: PurchasedNumber


@router.post(
    "/account/{auth_id}/numbers/purchase-from-inventory",
    operation_id="purchase_from_inventory",
    response=answers({200: Purchased, 500: Slug}, ERRORS),
)
def purchase(request: HttpRequest, auth_id: str, payload: Order) -> HttpResponse:
    """Buy a number: setup and the first month come from the master account's balance, or nothing happens."""
    account: Account = request.auth  # type: ignore[attr-defined]
    number = digits(payload.e164)
    did = own_pool(account.world).filter(phonenumber=number).first() if number else None
    try:
        bought = did is not None and _take(account, did, payload.currency)
    except money.NotEnoughMoney as error:
        raise _unpaid(account, error) from None
    if did is None or not bought:
        raise not_found("number not found in inventory")
    told = purchased_number(
        Did.objects.select_related("rental").get(pk=did.pk), account.world, account.account_id
    )
    return json_answer({"message": "Number purchased successfully", "number": told})


def _take(account: Account, did: Did, currency: str | None) -> bool:
    moment = clock.now(account.world)
    with transaction.atomic():
        taken = hand_over(did, account.partner.partner_sid, moment=moment, values=AS_NEW)
        if taken:
            money.begin_rental(
                did,
                account.payer().partner_sid,
                setup=Decimal(whole(did.setup_fee)),
                monthly=Decimal(whole(did.price)),
                moment=moment,
                currency=(currency or did.currency).upper(),
            )
    return taken


def _unpaid(account: Account, error: money.NotEnoughMoney) -> Exception:
    if not setting(account.world, "low_balance_402"):
        return refused(500, "internal_server_error", "failed to purchase number")
    required, available = float(error.required), float(error.available)
    details = {
        "required": required,
        "available": available,
        "currency": error.currency,
        "shortfall": round(required - available, 4),
    }
    return Coded(402, "INSUFFICIENT_BALANCE", "The balance does not suffice for this purchase.", details)
