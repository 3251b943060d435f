"""Sub-accounts: the sub-partners of the other protocol (Phone Number API §3.6)."""

import secrets
from typing import Any, Literal

from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import BaseModel, ConfigDict, Field

from sandbox import clock, partners
from sandbox.dates import iso
from sandbox.errors import ApiError, json_answer
from sandbox.leaving import into_quarantine
from sandbox.models import Did, Partner, SubAccount
from sandbox.number_api import tokens
from sandbox.number_api.accounts import HIDDEN, account_ids, ensure_accounts, new_key, sub_partner
from sandbox.number_api.assignment import cool_off_end, cooling, move_holder, require_master
from sandbox.number_api.auth import Account, Keys
from sandbox.number_api.documents import WITH_COOL_OFF, answers
from sandbox.number_api.errors import conflict, not_found, refused
from sandbox.number_api.objects import Closed
from sandbox.number_api.paging import cut
from sandbox.seeding.people import ORDINARY_SCOPES
from sandbox.tree import family

router = Router(tags=["Sub-accounts"], auth=Keys())

BusinessType = Literal[
    "individual", "proprietorship", "private_limited", "llp", "partnership", "public_limited", "trust",
    "society", "huf", "government",
]  # fmt: skip

_REDACTED = "<redacted>"
_FIRST_ID = 500_000
_LARGEST = 100


class Permissions(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    calls: bool | None = None
    cdr: bool | None = None


class SubAccountChanges(BaseModel):
    """What a parent may set; the rest of the object may be sent along and is ignored."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: str = Field(default="", min_length=1, max_length=200, pattern=r"\S")
    email: str | None = Field(default=None, max_length=200, pattern=r"^[^@\s]+@[^@\s]+$")
    phone: str | None = Field(default=None, max_length=20)
    description: str | None = Field(default=None, max_length=500)
    rate_limit: int = Field(default=1000, ge=0, le=1_000_000)
    permissions: Permissions | None = None
    password: str | None = Field(default=None, min_length=1, max_length=200)
    enabled: bool = True
    kyc_mode: Literal["personal_use", "customer_use"] = "personal_use"
    business_type: BusinessType | None = None


class NewSubAccount(SubAccountChanges):
    name: str = Field(min_length=1, max_length=200, pattern=r"\S")


class SubAccountUpdate(SubAccountChanges):
    model_config = ConfigDict(extra="allow", strict=True)


class SubAccountObject(Closed):
    name: str
    email: str | None = None
    phone: str | None = None
    description: str | None = None
    permissions: dict[str, Any] | None = None
    rate_limit: int
    id: str
    parent_account_id: str
    parent_auth_id: str
    auth_id: str
    auth_token: str
    api_id: str
    email_verified: bool
    enabled: bool
    created: str
    modified: str
    is_active: bool
    created_at: str
    updated_at: str
    last_used: str | None = None
    account: str
    resource_uri: str


class SubAccountPage(BaseModel):
    sub_accounts: list[SubAccountObject]
    total: int
    page: int
    size: int


class AuthCredentials(BaseModel):
    auth_id: str
    auth_token: str


class Tokens(BaseModel):
    access_token: str
    refresh_token: str
    token_type: str
    expires_in: int


class Created(BaseModel):
    message: str
    sub_account: SubAccountObject
    auth_credentials: AuthCredentials
    tokens: Tokens


class Told(BaseModel):
    message: str


class ListParams(Schema):
    page: int = Field(1, description="Counted from 1.")
    size: int = Field(25, description="At most 100.")
    active_only: bool = False


_ALL = "/accounts/{auth_id}/sub-accounts"
_ONE = "/accounts/{auth_id}/sub-accounts/{sub_auth_id}"


@router.get(_ALL, operation_id="list_sub_accounts", response=answers({200: SubAccountPage}))
def list_all(request: HttpRequest, auth_id: str, params: Query[ListParams]) -> HttpResponse:
    """The account's sub-accounts, newest first."""
    account = _master(request)
    ensure_accounts(account.partner)
    below = [sid for sid in family(account.partner) if sid != account.partner.partner_sid]
    rows = SubAccount.objects.filter(partner_id__in=below).exclude(partner__status__in=HIDDEN)
    if params.active_only:
        rows = rows.filter(partner__status="active")
    page, size = max(params.page, 1), min(max(params.size, 1), _LARGEST)
    newest = rows.select_related("partner").order_by("-partner__date_created", "-pk")
    found, total = cut(newest, page, size)
    keys = account_ids(each.partner_id for each in found)
    items = [_told(account, each, keys[each.partner_id]) for each in found]
    return json_answer({"sub_accounts": items, "total": total, "page": page, "size": size})


@router.post(_ALL, operation_id="create_sub_account", response=answers({201: Created}))
def create(request: HttpRequest, auth_id: str, payload: NewSubAccount) -> HttpResponse:
    """A new sub-account, which is a new sub-partner too. Its secrets are told here and never again."""
    account = _master(request)
    if payload.kyc_mode == "customer_use" and not payload.email:
        raise refused(400, "invalid_request", "email is required when kyc_mode is customer_use")
    with transaction.atomic():
        partners.lock(account.world)
        partner = _new_partner(account, payload)
        details = SubAccount(partner=partner, modified=partner.date_created)
        _set(details, payload.model_dump(exclude_unset=True))
        details.save()
        key = new_key(partner)
        key.save()
    told = {
        "message": "Sub-account created successfully",
        "sub_account": _told(account, details, key.auth_id, auth_token=key.auth_token),
        "auth_credentials": {"auth_id": key.auth_id, "auth_token": key.auth_token},
        "tokens": tokens.issue(key),
    }
    return json_answer(told, 201)


def _new_partner(account: Account, payload: NewSubAccount) -> Partner:
    partner = Partner(
        world=account.world,
        parent=account.partner,
        name=payload.name,
        company_name=payload.name,
        display_id=f"CX{secrets.randbelow(10**8):08}",
        login=f"sa_{secrets.token_hex(6)}",
        password="!",  # noqa: S106 - nobody can log in with it
        status="active" if payload.enabled else "suspended",
        date_created=clock.now(account.world),
        owner_email=payload.email,
        phonenumber=payload.phone,
        country_code=account.partner.country_code,
        currency=account.partner.currency,
        available_scopes=[each for each in ORDINARY_SCOPES if each in account.partner.available_scopes],
    )
    if payload.password:
        partner.set_password(payload.password)
    partner.save()
    return partner


@router.get(_ONE, operation_id="get_sub_account", response=answers({200: SubAccountObject}))
def get_one(request: HttpRequest, auth_id: str, sub_auth_id: str) -> HttpResponse:
    """One sub-account."""
    account = _master(request)
    return json_answer(_told(account, _details(account, sub_auth_id), sub_auth_id))


@router.put(_ONE, operation_id="update_sub_account", response=answers({200: SubAccountObject}))
def update(request: HttpRequest, auth_id: str, sub_auth_id: str, payload: SubAccountUpdate) -> HttpResponse:
    """Change what the body names; the rest stays."""
    account = _master(request)
    _require_known(payload)
    sent = {
        name: value
        for name, value in payload.model_dump(exclude_unset=True).items()
        if name in SubAccountChanges.model_fields
    }
    with transaction.atomic():
        details = _details(account, sub_auth_id, lock=True)
        _require_email(details, sent)
        _set_partner(details.partner, sent)
        _set(details, sent)
        details.modified = clock.now(account.world)
        details.save()
    return json_answer(_told(account, details, sub_auth_id))


@router.delete(_ONE, operation_id="delete_sub_account", response=answers({200: Told}, WITH_COOL_OFF))
def delete(request: HttpRequest, auth_id: str, sub_auth_id: str) -> HttpResponse:
    """Delete a sub-account. Its numbers go back to the parent pool; refused while one is in cool-off."""
    account = _master(request)
    with transaction.atomic():
        partners.lock(account.world)
        partner = _details(account, sub_auth_id, lock=True).partner
        _take_numbers_back(account, partner)
        try:
            partners.remove(account, partner)  # type: ignore[arg-type]
        except ApiError as error:
            raise conflict("; ".join(problem.message for problem in error.problems)) from None
    return json_answer({"message": "Sub-account deleted successfully"})


def _take_numbers_back(account: Account, partner: Partner) -> None:
    moment = clock.now(account.world)
    held = Did.objects.filter(partner=partner)
    leaving = []
    for did in held.select_for_update(no_key=True).order_by(F("last_call_at").desc(nulls_last=True)):
        if did.status == "aging":
            leaving.append(did)
        elif until := cool_off_end(did, moment):
            raise cooling(until, moment)
    for did in leaving:
        into_quarantine(account.world, did, moment)
    move_holder(held, account.partner, account.partner, moment)


def _master(request: HttpRequest) -> Account:
    account: Account = request.auth  # type: ignore[attr-defined]
    require_master(account)
    return account


def _details(account: Account, sub_auth_id: str, *, lock: bool = False) -> SubAccount:
    partner = sub_partner(account.partner, sub_auth_id, lock=lock)
    if partner is None:
        raise not_found("sub-account not found")
    details, _ = SubAccount.objects.get_or_create(
        partner=partner, defaults={"modified": partner.date_created}
    )
    details.partner = partner
    return details


def _require_known(payload: SubAccountUpdate) -> None:
    unknown = sorted(set(payload.model_extra or {}) - set(SubAccountObject.model_fields))
    if unknown:
        raise refused(400, "invalid_request", f"a sub-account has no field {unknown[0][:50]!r}")


def _require_email(details: SubAccount, sent: dict[str, Any]) -> None:
    mode = sent.get("kyc_mode", details.kyc_mode)
    if mode == "customer_use" and not sent.get("email", details.partner.owner_email):
        raise refused(400, "invalid_request", "email is required when kyc_mode is customer_use")


def _set_partner(partner: Partner, sent: dict[str, Any]) -> None:
    for name, column in (("name", "name"), ("email", "owner_email"), ("phone", "phonenumber")):
        if name in sent:
            setattr(partner, column, sent[name])
    if "enabled" in sent:
        partner.status = "active" if sent["enabled"] else "suspended"
    if sent.get("password"):
        partner.set_password(sent["password"])
    partner.save(update_fields=["name", "owner_email", "phonenumber", "status", "password"])


def _set(details: SubAccount, sent: dict[str, Any]) -> None:
    for name in ("description", "rate_limit", "permissions", "kyc_mode", "business_type"):
        if name in sent:
            setattr(details, name, sent[name])


def _told(account: Account, details: SubAccount, auth_id: str, auth_token: str = _REDACTED) -> dict[str, Any]:
    partner, parent = details.partner, account.account_id
    created, modified = iso(partner.date_created), iso(details.modified)
    active = partner.status == "active"
    return SubAccountObject(
        name=partner.name,
        email=partner.owner_email,
        phone=partner.phonenumber,
        description=details.description,
        permissions=details.permissions,
        rate_limit=details.rate_limit,
        id=str(_FIRST_ID + details.pk),
        parent_account_id=parent,
        parent_auth_id=parent,
        auth_id=auth_id,
        auth_token=auth_token,
        api_id=partner.partner_sid,
        email_verified=partner.owner_email is not None,
        enabled=active,
        created=created,
        modified=modified,
        is_active=active,
        created_at=created,
        updated_at=modified,
        last_used=None,
        account=f"/v1/Account/{parent}/",
        resource_uri=f"/v1/Account/{parent}/Subaccount/{auth_id}/",
    ).told()
