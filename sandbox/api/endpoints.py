"""Endpoints: where calls end (Core API §2.10)."""

from typing import Annotated, Any, Literal

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from sandbox.api.documents import READ_ERRORS, WRITE_ERRORS
from sandbox.api.mirrors import mirrored
from sandbox.api.phonenumber_dids import UpdateParams
from sandbox.auth import Caller, Scopes
from sandbox.bodies import writable
from sandbox.endpoints import (
    GATEWAY,
    TYPES,
    checked_addresses,
    checked_properties,
    ensure_gateways,
    made_up,
    may_change,
)
from sandbox.errors import Problem, forbidden, invalid, json_answer
from sandbox.matching import match
from sandbox.models import Endpoint, Partner, Trunk
from sandbox.paging import FieldParams, RelatedFieldParams, RelatedListParams, one, ordered, page, page_schema
from sandbox.shapes import Field as Attribute, Shape
from sandbox.transformations import require_transformations
from sandbox.tree import family, held_by_family
from sandbox.writing import as_new, columns, first, in_use, require_few_keys, require_unchanged, update

router = Router(tags=["Endpoints"])

ENDPOINT = Shape(
    "Endpoint",
    (
        Attribute("addresses", "array", write=True),
        Attribute("allow_custom_caller_id", "bool", admin=True, write=True),
        Attribute("attributes", "object", write=True),
        Attribute("auth_required", "bool", admin=True, write=True),
        Attribute("capacity", "int", write=True),
        Attribute("endpoint_sid"),
        Attribute("id", "int", admin=True),
        Attribute("insecure_address", "bool", admin=True, write=True),
        Attribute("name", write=True),
        Attribute("out_sip_password", null=True),
        Attribute("out_sip_username", null=True),
        Attribute("partner_sid", column="partner_id"),
        Attribute("properties", "object", write=True),
        Attribute("template_sid", null=True, admin=True),
        Attribute("transformations", "array", write=True),
        Attribute("type"),
        Attribute("voip_token", null=True),
    ),
    order=("name", "pk"),
    unique="endpoint_sid",
    default_limit=1000,
)
_AT_CREATION = ("out_sip_password", "out_sip_username", "partner_sid", "type")
_FOR_ADMINISTRATORS = ("allow_custom_caller_id", "auth_required", "insecure_address")
_LONGEST = 200


def _listed(value: Any) -> Any:
    """A single address may be sent without the list around it."""
    return [value] if isinstance(value, dict) else value


class EndpointChanges(BaseModel):
    """What can be set at any time, as far as the type allows; read-only fields are ignored."""

    model_config = ConfigDict(extra="allow", strict=True)

    addresses: Annotated[list[Any], BeforeValidator(_listed), Field(max_length=100)] = []
    allow_custom_caller_id: bool = False
    attributes: dict[str, Any] = {}
    auth_required: bool = False
    capacity: int = Field(default=0, ge=0, lt=2**31)
    insecure_address: bool = False
    name: str = Field(default="N/A", max_length=_LONGEST)
    properties: dict[str, Any] = {}
    transformations: list[Any] = Field(default=[], max_length=100)


class NewEndpoint(EndpointChanges):
    """third_party needs `addresses` with an `ip` each; `ip` and `port` are short for a single one."""

    type: Literal[TYPES]  # type: ignore[valid-type]
    ip: str | None = Field(default=None, max_length=253)
    port: int | str | None = None
    out_sip_password: str | None = Field(default=None, max_length=_LONGEST)
    out_sip_username: str | None = Field(default=None, max_length=_LONGEST)
    partner_sid: str | None = Field(default=None, max_length=36)


_CHANGED = {200: ENDPOINT.schema(), **WRITE_ERRORS}
_MAY_READ = Scopes("endpoints.manage", "endpoints.read")
_MAY_CREATE = Scopes("endpoints.manage", "endpoints.create")
_MAY_CHANGE = Scopes("endpoints.manage", "endpoints.update")
_MAY_DELETE = Scopes("endpoints.manage", "endpoints.delete")
_ONE = "/endpoints/{endpoint_sid}"


@mirrored(router.post, "/endpoints", operation_id="create_endpoint", response=_CHANGED, auth=_MAY_CREATE)
def create_one(request: HttpRequest, payload: NewEndpoint) -> HttpResponse:
    """A new endpoint of the caller, or of the descendant `partner_sid` names."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    sent = payload.model_dump(exclude_unset=True)
    ip, port = sent.pop("ip", None), sent.pop("port", None)
    if ip is not None and not sent.get("addresses"):
        sent["addresses"] = [{"ip": ip} if port is None else {"ip": ip, "port": port}]
    sent = _permitted(caller, writable(sent, ENDPOINT, extra=_AT_CREATION), "create")
    if payload.type == GATEWAY:
        raise invalid(Problem("type", "every partner has its system gateway already"))
    made = made_up(payload.type, payload.name)
    wanted = as_new(ENDPOINT, {"addresses": [], "properties": {}, **sent})
    wanted = _checked(caller, payload.type, made["properties"], wanted)
    holder = _holder(caller, wanted.pop("partner_sid", None))
    endpoint = Endpoint.objects.create(
        world=caller.world, partner_id=holder, **{**made, **columns(ENDPOINT, wanted)}
    )
    return _told(request, endpoint.endpoint_sid, FieldParams())


@mirrored(
    router.get,
    "/endpoints",
    operation_id="list_endpoints",
    response={200: page_schema(ENDPOINT), **READ_ERRORS},
    auth=_MAY_READ,
)
def list_all(request: HttpRequest, params: Query[RelatedListParams]) -> HttpResponse:
    """The endpoints of the caller and its descendants, each partner's system gateway among them."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    found = match(params.filter, ENDPOINT, admin=caller.is_admin)
    ensure_gateways(caller)
    rows = Endpoint.objects.filter(held_by_family(caller.partner), found.q)
    rows = ordered(rows, ENDPOINT, params.order, admin=caller.is_admin)
    return json_answer(page(request, rows, ENDPOINT, params, admin=caller.is_admin))


@mirrored(
    router.get,
    _ONE,
    operation_id="get_endpoint",
    response={200: ENDPOINT.schema(), **READ_ERRORS},
    auth=_MAY_READ,
)
def get_one(request: HttpRequest, endpoint_sid: str, params: Query[RelatedFieldParams]) -> HttpResponse:
    """One endpoint of the caller or a descendant."""
    return _told(request, endpoint_sid, params)


@mirrored(router.patch, _ONE, operation_id="patch_endpoint", response=_CHANGED, auth=_MAY_CHANGE)
def patch_one(
    request: HttpRequest, endpoint_sid: str, payload: EndpointChanges, params: Query[UpdateParams]
) -> HttpResponse:
    """Change what the body names; `attributes` and `properties` merge unless nested_objects=replace."""
    return _update(request, endpoint_sid, payload, replace=params.nested_objects == "replace")


@mirrored(router.put, _ONE, operation_id="put_endpoint", response=_CHANGED, auth=_MAY_CHANGE)
def put_one(request: HttpRequest, endpoint_sid: str, payload: EndpointChanges) -> HttpResponse:
    """Change what the body names; nested objects are taken as sent."""
    return _update(request, endpoint_sid, payload, replace=True)


@mirrored(
    router.delete,
    _ONE,
    operation_id="delete_endpoint",
    response={204: None, **WRITE_ERRORS},
    auth=_MAY_DELETE,
)
def delete_one(request: HttpRequest, endpoint_sid: str) -> HttpResponse:
    """Delete the endpoint; refused while trunks lead to it, and for the system gateway."""
    with transaction.atomic():
        endpoint = first(_held(request, endpoint_sid).select_for_update(of=("self",)))
        if endpoint.type == GATEWAY:
            raise forbidden("type", "the system gateway cannot be deleted")
        if count := Trunk.objects.filter(endpoint_sid=endpoint_sid).count():
            raise in_use("endpoint_sid", count, "trunks", endpoint_sid)
        endpoint.delete()
    return HttpResponse(status=204)


def _held(request: HttpRequest, sid: str) -> QuerySet[Endpoint]:
    caller: Caller = request.auth  # type: ignore[attr-defined]
    return Endpoint.objects.filter(held_by_family(caller.partner), endpoint_sid=sid)


def _told(request: HttpRequest, sid: str, params: FieldParams) -> HttpResponse:
    caller: Caller = request.auth  # type: ignore[attr-defined]
    return json_answer(one(_held(request, sid), ENDPOINT, params, admin=caller.is_admin))


def _holder(caller: Caller, partner_sid: str | None) -> str:
    if partner_sid is None:
        return caller.partner.partner_sid
    if (
        partner_sid not in family(caller.partner)
        or not Partner.objects.filter(partner_sid=partner_sid).exclude(status="deleted").exists()
    ):
        raise invalid(Problem("partner_sid", "there is no such partner", partner_sid))
    return partner_sid


def _permitted(caller: Caller, sent: dict[str, Any], verb: str) -> dict[str, Any]:
    """Without what only administrators set, unless the caller is one."""
    if caller.may_administer(verb):
        return sent
    return {name: value for name, value in sent.items() if name not in _FOR_ADMINISTRATORS}


def _update(request: HttpRequest, sid: str, payload: EndpointChanges, *, replace: bool) -> HttpResponse:
    caller: Caller = request.auth  # type: ignore[attr-defined]
    sent = payload.model_dump(exclude_unset=True)

    def check(endpoint: Endpoint, wanted: dict[str, Any]) -> dict[str, Any]:
        allowed = may_change(endpoint.type)
        wanted = _checked(caller, endpoint.type, endpoint.properties, wanted)
        require_unchanged(endpoint, ENDPOINT, sent, *_AT_CREATION)
        if allowed is not None:
            require_unchanged(endpoint, ENDPOINT, wanted, *(name for name in wanted if name not in allowed))
        return wanted

    rows = _held(request, sid)
    permitted = _permitted(caller, writable(sent, ENDPOINT), "update")
    update(rows, ENDPOINT, permitted, replace=replace, check=check)
    return _told(request, sid, FieldParams())


def _checked(caller: Caller, kind: str, properties: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    require_transformations(wanted.get("transformations", []))
    require_few_keys("attributes", wanted.get("attributes", {}))
    require_few_keys("properties", wanted.get("properties", {}))
    if "addresses" in wanted:
        wanted["addresses"] = checked_addresses(kind, wanted["addresses"])
    if "properties" in wanted:
        wanted["properties"] = checked_properties(caller, kind, properties, wanted["properties"])
    return wanted
