"""Partners: made, listed, read, changed, deleted (Core API §2.5)."""

import re
from typing import Annotated, Any, Literal

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from sandbox.acls import complete
from sandbox.amounts import Amount, PositiveAmount
from sandbox.api.documents import READ_ERRORS, WRITE_ERRORS, Refusal
from sandbox.api.mirrors import mirrored
from sandbox.api.objects import PARTNER
from sandbox.auth import Caller, Scopes
from sandbox.bodies import merged, require_url, without_nulls, writable
from sandbox.errors import Problem, forbidden, invalid, json_answer, not_found
from sandbox.matching import match
from sandbox.models import Country, Partner
from sandbox.paging import FieldParams, ListParams, one, ordered, page, page_schema
from sandbox.partners import EMAILS, create, lock, remove, require_move
from sandbox.transformations import require_transformations
from sandbox.tree import family

router = Router(tags=["Partners"])
_MAY_CREATE = Scopes("partners.manage", "partners.create")
_MAY_READ = Scopes("partners.manage", "partners.read")
_MAY_CHANGE = Scopes("partners.manage", "partners.update")
_MAY_DELETE = Scopes("partners.manage", "partners.delete")

# A partner is invisible until its e-mail addresses are verified, and after it was deleted.
_HIDDEN = ("unverified", "deleted")
_CALLBACKS = (
    "app_conference_call", "app_conference_meeting", "app_mediator", "phonenumber_messaging_update",
    "phonenumber_order", "sms",
)  # fmt: skip
_MAPS = ("attributes", "callbacks", "system_attributes")
_MAX_KEYS = 100
_ADDRESS = re.compile(r"[^\s@,]+@[^\s@,]+")
_FOR_ADMINISTRATORS = ("available_scopes", "system_attributes")

Login = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9@+._-]{2,100}$")]
Password = Annotated[str, StringConstraints(min_length=6, max_length=100)]
Text = Annotated[str, StringConstraints(max_length=200)]
Emails = Annotated[str, StringConstraints(max_length=500)]


class PartnerChanges(BaseModel):
    """What may be set; read-only fields of a partner may be sent along and are ignored."""

    model_config = ConfigDict(extra="allow", strict=True)

    acls: list[Any] = Field(default=[], max_length=100)
    address1: Text | None = None
    address2: Text | None = None
    attributes: dict[str, Any] = {}
    available_scopes: list[Text] = Field(default=[], max_length=500, description="Administrators only.")
    billing_email: Emails | None = Field(default=None, description="One address, or several with commas.")
    callbacks: dict[str, str | None] = {}
    charge_at: Amount = None
    city: Annotated[str, StringConstraints(max_length=100)] | None = None
    company_name: Text = ""
    country_code: Annotated[str, StringConstraints(max_length=3)] = "USA"
    daily_spending_limit: PositiveAmount = None
    name: Annotated[str, StringConstraints(min_length=1, max_length=200)] = ""
    owner_email: Emails | None = None
    parent_assigned_acls: list[Any] = Field(default=[], max_length=100)
    parent_sid: Annotated[str, StringConstraints(max_length=36)] | None = None
    password: Password = ""
    phonenumber: Annotated[str, StringConstraints(max_length=20)] | None = None
    prepay_amount: PositiveAmount = None
    state: Annotated[str, StringConstraints(max_length=50)] | None = None
    system_attributes: dict[str, Any] = Field(default={}, description="Administrators only.")
    tech_email: Emails | None = None
    transformations: list[Any] = Field(default=[], max_length=100)
    zip: Annotated[str, StringConstraints(max_length=20)] | None = None


class PartnerOrder(PartnerChanges):
    """A new partner."""

    login: Login
    name: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    password: Password
    payment_type: Literal["prepay", "postpay"] = "prepay"
    spending_limit: PositiveAmount = None


class UpdateParams(Schema):
    nested_objects: str = Field("", description='"replace": nested objects are replaced, not merged.')


_CHANGED = {200: PARTNER.schema(), **WRITE_ERRORS}


@router.post("/partners", operation_id="create_partner", response=_CHANGED, auth=_MAY_CREATE)
def create_one(request: HttpRequest, payload: PartnerOrder) -> HttpResponse:
    """Make a sub-partner of the caller, or of a partner below it."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    extra = ("login", "password", "payment_type", "spending_limit")
    sent = writable(
        payload.model_dump(exclude_unset=True), PARTNER, (*extra, *_administered(caller, "create"))
    )
    sent = {name: without_nulls(value) if name in _MAPS else value for name, value in sent.items()}
    sent.setdefault("company_name", sent["name"])
    partner = create(caller, _checked(sent))
    return _told(caller, partner)


@mirrored(
    router.get,
    "/partners",
    operation_id="list_partners",
    response={200: page_schema(PARTNER), **READ_ERRORS},
    auth=_MAY_READ,
)
def list_all(request: HttpRequest, params: Query[ListParams]) -> HttpResponse:
    """The caller and all its descendants."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    found = match(params.filter, PARTNER, admin=caller.is_admin)
    rows = visible(caller).filter(found.q)
    rows = ordered(rows, PARTNER, params.order, admin=caller.is_admin)
    return json_answer(page(request, rows, PARTNER, params, admin=caller.is_admin))


@mirrored(
    router.get,
    "/partners/{partner_sid}",
    operation_id="get_partner",
    response={200: PARTNER.schema(), **READ_ERRORS},
    auth=_MAY_READ,
)
def get_one(request: HttpRequest, partner_sid: str, params: Query[FieldParams]) -> HttpResponse:
    """The caller itself or a descendant."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    rows = visible(caller).filter(partner_sid=partner_sid)
    return json_answer(one(rows, PARTNER, params, admin=caller.is_admin))


@mirrored(
    router.patch,
    "/partners/{partner_sid}",
    operation_id="patch_partner",
    response=_CHANGED,
    auth=_MAY_CHANGE,
)
def patch_one(
    request: HttpRequest, partner_sid: str, payload: PartnerChanges, params: Query[UpdateParams]
) -> HttpResponse:
    """Change what the body names; maps merge unless nested_objects=replace."""
    return _update(request, partner_sid, payload, replace=params.nested_objects == "replace")


@mirrored(
    router.put, "/partners/{partner_sid}", operation_id="put_partner", response=_CHANGED, auth=_MAY_CHANGE
)
def put_one(request: HttpRequest, partner_sid: str, payload: PartnerChanges) -> HttpResponse:
    """Change what the body names; maps are taken as sent."""
    return _update(request, partner_sid, payload, replace=True)


@router.delete(
    "/partners/{partner_sid}",
    operation_id="delete_partner",
    response={204: None, **READ_ERRORS, 409: Refusal},
    auth=_MAY_DELETE,
)
def delete_one(request: HttpRequest, partner_sid: str) -> HttpResponse:
    """Delete a sub-partner that has neither sub-partners nor numbers."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    remove(caller, _first(_known(caller).filter(partner_sid=partner_sid)))
    return HttpResponse(status=204)


def visible(caller: Caller) -> QuerySet[Partner]:
    """The partners the caller may read: itself and its descendants, as soon as they are verified."""
    rows = _known(caller)
    return rows if caller.is_admin else rows.exclude(status__in=_HIDDEN)


def _known(caller: Caller) -> QuerySet[Partner]:
    """Those it may change or delete: a partner nobody has verified yet can be put right, or withdrawn."""
    return Partner.objects.filter(partner_sid__in=family(caller.partner)).exclude(status="deleted")


def _first(rows: QuerySet[Partner]) -> Partner:
    partner = rows.first()
    if partner is None:
        raise not_found()
    return partner


def _told(caller: Caller, partner: Partner) -> HttpResponse:
    rows = Partner.objects.filter(pk=partner.pk)
    return json_answer(one(rows, PARTNER, FieldParams(), admin=caller.is_admin))


def _administered(caller: Caller, verb: str) -> tuple[str, ...]:
    return _FOR_ADMINISTRATORS if caller.may_administer(verb) else ()


def _update(
    request: HttpRequest, partner_sid: str, payload: PartnerChanges, *, replace: bool
) -> HttpResponse:
    caller: Caller = request.auth  # type: ignore[attr-defined]
    extra = ("password", *_administered(caller, "update"))
    sent = writable(payload.model_dump(exclude_unset=True), PARTNER, extra)
    rows = _known(caller).filter(partner_sid=partner_sid)
    with transaction.atomic():
        if "parent_sid" in sent:
            lock(caller.world)
        partner = _first(rows.select_for_update())
        for name in _MAPS:
            if name in sent:
                sent[name] = merged({} if replace else getattr(partner, name), sent[name])
        values = _columns(caller, partner, _checked(sent))
        if values:
            rows.update(**values)
    return _told(caller, partner)


def _columns(caller: Caller, partner: Partner, sent: dict[str, Any]) -> dict[str, Any]:
    """What to write for checked fields; ApiError for those this caller may not change."""
    _require_author(caller, partner, sent)
    values = dict(sent)
    if "parent_sid" in values:
        values["parent_id"] = _moved(caller, partner, values.pop("parent_sid"))
    if "password" in values:
        values["password"] = make_password(values["password"])
    if partner.status == "unverified":
        addresses = {name: values.pop(name) for name in EMAILS if name in values}
        known = {name: address for name, address in addresses.items() if address}
        values["pending_emails"] = {**partner.pending_emails, **known}
    return values


def _moved(caller: Caller, partner: Partner, parent_sid: str | None) -> str | None:
    """The sid of the parent to have; `""` is the caller, as when a partner is made."""
    itself = partner.pk == caller.partner.pk
    wanted = caller.partner.partner_sid if parent_sid == "" and not itself else parent_sid
    if wanted == partner.parent_id or (itself and wanted == ""):
        return partner.parent_id
    require_move(caller, partner, wanted)
    return wanted


def _require_author(caller: Caller, partner: Partner, values: dict[str, Any]) -> None:
    """A partner's own lists are its own, those its parent assigned are the parent's."""
    if caller.may_administer("update"):
        return
    itself = caller.partner.pk == partner.pk
    foreign = "parent_assigned_acls" if itself else "acls"
    if foreign in values and values[foreign] != getattr(partner, foreign):
        who = "its parent" if itself else "the partner itself"
        raise forbidden(foreign, f"only {who} may change this list")


def _checked(sent: dict[str, Any]) -> dict[str, Any]:
    """The fields as they are kept; ApiError 422 for what cannot be."""
    for name in EMAILS:
        _require_addresses(name, sent.get(name))
    for name in _MAPS:
        if len(sent.get(name, {})) > _MAX_KEYS:
            raise invalid(Problem(name, f"has more than {_MAX_KEYS} keys"))
    for name, url in sent.get("callbacks", {}).items():
        if name not in _CALLBACKS:
            raise invalid(Problem(f"callbacks.{name[:50]}", f"is none of {', '.join(_CALLBACKS)}"))
        require_url(f"callbacks.{name}", url)
    require_transformations(sent.get("transformations", []))
    code = sent.get("country_code")
    if code is not None and not Country.objects.filter(iso_3166_alpha_3=code).exists():
        raise invalid(Problem("country_code", "is not an ISO 3166-1 alpha-3 code"))
    lists = {name: complete(name, sent[name]) for name in ("acls", "parent_assigned_acls") if name in sent}
    return {**sent, **lists}


def _require_addresses(name: str, value: str | None) -> None:
    """One e-mail address; for billing any number of them, with commas."""
    if not value:
        return
    addresses = value.split(",") if name == "billing_email" else [value]
    for address in addresses:
        if not _ADDRESS.fullmatch(address.strip()):
            raise invalid(Problem(name, "is not an e-mail address"))
