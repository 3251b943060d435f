"""How a partner pays (Core API §2.5). Full card and account numbers are never kept."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, ConfigDict, StringConstraints

from sandbox.api.documents import READ_ERRORS, WRITE_ERRORS
from sandbox.api.mirrors import mirrored
from sandbox.api.partners import visible
from sandbox.auth import Caller, Scopes
from sandbox.bodies import writable
from sandbox.errors import Problem, invalid, json_answer, not_found
from sandbox.models import BillingMethod, Country, Partner
from sandbox.paging import FieldParams, one
from sandbox.shapes import Field, Shape

router = Router(tags=["Partners"])
_AREA = "partners.billing_method"
_PATH = "/partners/{partner_sid}/billing_method"

_CARDS = (
    "american_express", "diners_club", "discover_card", "international_maestro", "jcb", "master_card", "visa",
)  # fmt: skip
_OF_CARDS = ("cc_number", "cc_expiration", "cc_cid")
_OF_TRANSFERS = ("address1", "city")
_OF_ELECTRONIC_CHECKS = ("ec_account_number", "ec_routing_number")
_MASKED = ("cc_number", *_OF_ELECTRONIC_CHECKS)

BILLING_METHOD = Shape(
    "BillingMethod",
    (
        Field("address1", null=True, write=True),
        Field("address2", null=True, write=True),
        Field("cc_expiration", null=True, write=True),
        Field("cc_number", null=True, write=True),
        Field("city", null=True, write=True),
        Field("country_code", write=True),
        Field("ec_account_number", null=True, write=True),
        Field("ec_routing_number", null=True, write=True),
        Field("first_name", write=True),
        Field("last_name", write=True),
        Field("phone", write=True),
        Field("state", null=True, write=True),
        Field("type", write=True),
        Field("zip", write=True),
    ),
    order=("pk",),
    unique="partner_id",
)

Name = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Address = Annotated[str, StringConstraints(max_length=200)]
Digits = Annotated[str, StringConstraints(pattern=r"^[0-9]{4,19}$")]


class BillingMethodOrder(BaseModel):
    """Which fields beyond the required ones are needed depends on the type."""

    model_config = ConfigDict(extra="allow", strict=True)

    type: Literal[
        "american_express", "check", "diners_club", "discover_card", "electronic_check",
        "international_maestro", "jcb", "master_card", "visa", "wire",
    ]  # fmt: skip
    first_name: Name
    last_name: Name
    phone: Annotated[str, StringConstraints(pattern=r"^\+?[0-9 ().-]{3,20}$", max_length=20)]
    country_code: Annotated[str, StringConstraints(max_length=3)]
    zip: Annotated[str, StringConstraints(min_length=1, max_length=20)]
    address1: Address | None = None
    address2: Address | None = None
    city: Annotated[str, StringConstraints(max_length=100)] | None = None
    state: Annotated[str, StringConstraints(max_length=50)] | None = None
    cc_number: Annotated[str, StringConstraints(pattern=r"^[0-9]{12,19}$")] | None = None
    cc_expiration: Annotated[str, StringConstraints(pattern=r"^(0[1-9]|1[0-2])20[0-9]{2}$")] | None = None
    cc_cid: Annotated[str, StringConstraints(pattern=r"^[0-9]{3,4}$")] | None = None
    ec_account_number: Digits | None = None
    ec_routing_number: Digits | None = None


@router.post(
    _PATH,
    operation_id="create_billing_method",
    response={200: BILLING_METHOD.schema(), **WRITE_ERRORS},
    auth=Scopes(f"{_AREA}.manage", f"{_AREA}.create"),
)
def create_one(request: HttpRequest, partner_sid: str, payload: BillingMethodOrder) -> HttpResponse:
    """Register how the partner pays; what was registered before is replaced."""
    partner = _partner(request, partner_sid)
    sent = writable(payload.model_dump(exclude_unset=True), BILLING_METHOD, ("cc_cid",))
    _require_complete(sent)
    kept = {name: sent.get(name) for name in BILLING_METHOD.by_name()}
    kept |= {name: kept[name][-4:] for name in _MASKED if kept[name]}
    BillingMethod.objects.update_or_create(partner=partner, defaults=kept)
    return _told(partner, FieldParams())


@mirrored(
    router.get,
    _PATH,
    operation_id="get_billing_method",
    response={200: BILLING_METHOD.schema(), **READ_ERRORS},
    auth=Scopes(f"{_AREA}.manage", f"{_AREA}.read"),
)
def get_one(request: HttpRequest, partner_sid: str, params: Query[FieldParams]) -> HttpResponse:
    """How the caller, or a descendant, pays."""
    return _told(_partner(request, partner_sid), params)


@router.delete(
    _PATH,
    operation_id="delete_billing_method",
    response={204: None, **READ_ERRORS},
    auth=Scopes(f"{_AREA}.manage", f"{_AREA}.delete"),
)
def delete_one(request: HttpRequest, partner_sid: str) -> HttpResponse:
    """From now on no billing method is registered for the partner."""
    deleted, _ = BillingMethod.objects.filter(partner=_partner(request, partner_sid)).delete()
    if not deleted:
        raise not_found()
    return HttpResponse(status=204)


def _partner(request: HttpRequest, partner_sid: str) -> Partner:
    caller: Caller = request.auth  # type: ignore[attr-defined]
    partner = visible(caller).filter(partner_sid=partner_sid).first()
    if partner is None:
        raise not_found()
    return partner


def _told(partner: Partner, params: FieldParams) -> HttpResponse:
    rows = BillingMethod.objects.filter(partner=partner)
    shown: dict[str, Any] = one(rows, BILLING_METHOD, params)
    if not rows.filter(type="electronic_check").exists():
        shown = {name: value for name, value in shown.items() if name not in _OF_ELECTRONIC_CHECKS}
    return json_answer(shown)


def _require_complete(sent: dict[str, Any]) -> None:
    """ApiError 422 unless everything is there that this type of payment needs."""
    needed = _OF_CARDS if sent["type"] in _CARDS else _OF_TRANSFERS
    problems = [
        Problem(name, f"is required with type {sent['type']}") for name in needed if not sent.get(name)
    ]
    if not Country.objects.filter(iso_3166_alpha_3=sent["country_code"]).exists():
        problems.append(Problem("country_code", "is not an ISO 3166-1 alpha-3 code"))
    if problems:
        raise invalid(*problems)
