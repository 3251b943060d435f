"""The account of the credentials (Phone Number API §3.1)."""

from django.http import HttpRequest, HttpResponse
from ninja import Router

from sandbox.dates import iso
from sandbox.errors import json_answer
from sandbox.number_api.accounts import account_ids
from sandbox.number_api.auth import Account, Keys
from sandbox.number_api.documents import answers
from sandbox.number_api.objects import Closed

router = Router(tags=["Account"], auth=Keys())


class Me(Closed):
    auth_id: str
    account_id: str
    account_type: str
    parent_auth_id: str | None
    name: str
    email: str | None
    role: str
    currency: str
    is_active: bool
    created_at: str


@router.get("/auth/me", operation_id="get_me", response=answers({200: Me}))
def me(request: HttpRequest) -> HttpResponse:
    """Who the caller is. `auth_id` is that of the key presented, `account_id` what the account is called."""
    account: Account = request.auth  # type: ignore[attr-defined]
    partner, payer = account.partner, account.payer()
    parent = None if account.is_master else account_ids([payer.partner_sid]).get(payer.partner_sid)
    return json_answer(
        Me(
            auth_id=account.auth_id,
            account_id=account.account_id,
            account_type="master" if account.is_master else "sub_account",
            parent_auth_id=parent,
            name=partner.name,
            email=partner.owner_email,
            role="admin" if account.is_admin else "user",
            currency=partner.currency,
            is_active=True,
            created_at=iso(partner.date_created),
        ).told()
    )
