"""An account's money (Phone Number API §3.7). A sub-account reads its parent's."""

from django.http import HttpRequest, HttpResponse
from ninja import Router

from sandbox.dates import iso
from sandbox.errors import json_answer
from sandbox.models import LedgerEntry, Partner
from sandbox.money import credit_limit
from sandbox.number_api.accounts import account_ids
from sandbox.number_api.auth import Account, Keys
from sandbox.number_api.documents import answers
from sandbox.number_api.errors import not_found
from sandbox.number_api.objects import Closed

router = Router(tags=["Money"], auth=Keys())


class Balance(Closed):
    id: str
    account_id: str
    currency: str
    balance: float
    reserved_funds: int
    promotional_balance: int
    promotional_reserved_balance: int
    available_balance: float
    credit_limit: int
    is_postpaid: bool
    credit_limit_type: str
    low_balance_threshold: int
    status: str
    created_at: str
    updated_at: str


@router.get(
    "/account/{auth_id}/balance/{currency}", operation_id="get_balance", response=answers({200: Balance})
)
def balance(request: HttpRequest, auth_id: str, currency: str) -> HttpResponse:
    """What is there, and what can be spent."""
    account: Account = request.auth  # type: ignore[attr-defined]
    payer = account.payer()
    if currency.upper() != payer.currency:
        raise not_found("the account has no balance in this currency")
    return json_answer(_balance(payer))


def _balance(payer: Partner) -> dict[str, object]:
    last = LedgerEntry.objects.filter(partner=payer).order_by("-created", "-pk").first()
    return Balance(
        id=payer.partner_sid,
        account_id=account_ids([payer.partner_sid]).get(payer.partner_sid, ""),
        currency=payer.currency,
        balance=float(payer.balance),
        reserved_funds=0,
        promotional_balance=0,
        promotional_reserved_balance=0,
        available_balance=float(payer.balance + credit_limit(payer)),
        credit_limit=int(credit_limit(payer)),
        is_postpaid=payer.payment_type == "postpay",
        credit_limit_type="hard",
        low_balance_threshold=int(payer.charge_at or 0),
        status="active",
        created_at=iso(payer.date_created),
        updated_at=iso(last.created if last else payer.date_created),
    ).told()
