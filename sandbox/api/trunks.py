"""The trunks of a trunk group (Core API §2.11)."""

from typing import Annotated, Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, ConfigDict, Field

from sandbox import acls
from sandbox.api.documents import READ_ERRORS, WRITE_ERRORS
from sandbox.api.objects import TRUNK
from sandbox.api.phonenumber_dids import UpdateParams
from sandbox.auth import Caller, Scopes
from sandbox.bodies import writable
from sandbox.errors import json_answer
from sandbox.matching import match
from sandbox.models import Endpoint, Trunk, TrunkGroup
from sandbox.paging import FieldParams, ListParams, one, ordered, page, page_schema
from sandbox.transformations import require_transformations
from sandbox.tree import held_by_family
from sandbox.writing import as_new, columns, first, require_existing, update

router = Router(tags=["Trunk groups"])
_MAY_READ = Scopes("trunk_groups.trunks.manage", "trunk_groups.trunks.read")
_MAY_CREATE = Scopes("trunk_groups.trunks.manage", "trunk_groups.trunks.create")
_MAY_CHANGE = Scopes("trunk_groups.trunks.manage", "trunk_groups.trunks.update")
_MAY_DELETE = Scopes("trunk_groups.trunks.manage", "trunk_groups.trunks.delete")
_CHANGED = {200: TRUNK.schema(), **WRITE_ERRORS}
_ALL = "/trunk_groups/{trunk_group_sid}/trunks"
_ONE = "/trunk_groups/{trunk_group_sid}/trunks/{trunk_sid}"

Count = Annotated[int, Field(ge=0, lt=2**31)]
Mode = Annotated[str, Field(min_length=1, max_length=20)]
WideMode = Annotated[str, Field(min_length=1, max_length=30)]


class TrunkChanges(BaseModel):
    """What can be set; read-only fields may be sent along and are ignored.

    The documents name some values of the modes and say that there are others, so any word goes.
    """

    model_config = ConfigDict(extra="allow", strict=True)

    acls: list[Any] = Field(default=[], max_length=100)
    allow_forward: Mode = "disabled"
    allow_transfer: bool = False
    asn_mode: Mode = "disable"
    call_type: Mode = "regular"
    codec: str | None = Field(default=None, max_length=50)
    endpoint_sid: str | None = Field(default=None, max_length=36)
    in_capacity: Count = 0
    in_identity_format: WideMode = "passthrough"
    in_identity_mode: WideMode = "passthrough"
    in_rfc_4694_mode: WideMode = "cut_all"
    location_sid: str | None = Field(default=None, max_length=36)
    name: str = Field(default="N/A", max_length=200)
    out_capacity: Count = 0
    out_identity_mode: WideMode = "passthrough"
    out_rfc_4694_mode: WideMode = "cut_all"
    priority: Count = 0
    relay_sip_headers: list[Any] = Field(default=[], max_length=100)
    transformations: list[Any] = Field(default=[], max_length=100)
    weight: Count = 0


def add_trunk(caller: Caller, group: TrunkGroup, payload: TrunkChanges) -> Trunk:
    """Make a trunk; ApiError 422 for an endpoint, list or transformation that cannot be."""
    sent = writable(payload.model_dump(exclude_unset=True), TRUNK)
    return Trunk.objects.create(trunk_group=group, **columns(TRUNK, _checked(caller, as_new(TRUNK, sent))))


@router.post(_ALL, operation_id="create_trunk", response=_CHANGED, auth=_MAY_CREATE)
def create_one(request: HttpRequest, trunk_group_sid: str, payload: TrunkChanges) -> HttpResponse:
    """A new trunk of the group; `{}` will do."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    with transaction.atomic():
        trunk = add_trunk(caller, first(_groups(request, trunk_group_sid)), payload)
    return json_answer(one(_trunks(request, trunk_group_sid, trunk.trunk_sid), TRUNK, FieldParams()))


@router.get(
    _ALL, operation_id="list_trunks", response={200: page_schema(TRUNK), **READ_ERRORS}, auth=_MAY_READ
)
def list_all(request: HttpRequest, trunk_group_sid: str, params: Query[ListParams]) -> HttpResponse:
    """The trunks of the group."""
    group = first(_groups(request, trunk_group_sid))
    rows = Trunk.objects.filter(match(params.filter, TRUNK).q, trunk_group=group)
    return json_answer(page(request, ordered(rows, TRUNK, params.order), TRUNK, params))


@router.get(_ONE, operation_id="get_trunk", response={200: TRUNK.schema(), **READ_ERRORS}, auth=_MAY_READ)
def get_one(
    request: HttpRequest, trunk_group_sid: str, trunk_sid: str, params: Query[FieldParams]
) -> HttpResponse:
    """One trunk of the group."""
    return json_answer(one(_trunks(request, trunk_group_sid, trunk_sid), TRUNK, params))


@router.patch(_ONE, operation_id="patch_trunk", response=_CHANGED, auth=_MAY_CHANGE)
def patch_one(
    request: HttpRequest,
    trunk_group_sid: str,
    trunk_sid: str,
    payload: TrunkChanges,
    params: Query[UpdateParams],
) -> HttpResponse:
    """Change what the body names."""
    replace = params.nested_objects == "replace"
    return _update(request, _trunks(request, trunk_group_sid, trunk_sid), payload, replace=replace)


@router.put(_ONE, operation_id="put_trunk", response=_CHANGED, auth=_MAY_CHANGE)
def put_one(
    request: HttpRequest, trunk_group_sid: str, trunk_sid: str, payload: TrunkChanges
) -> HttpResponse:
    """The same; nested objects are taken as sent."""
    return _update(request, _trunks(request, trunk_group_sid, trunk_sid), payload, replace=True)


@router.delete(_ONE, operation_id="delete_trunk", response={204: None, **READ_ERRORS}, auth=_MAY_DELETE)
def delete_one(request: HttpRequest, trunk_group_sid: str, trunk_sid: str) -> HttpResponse:
    """Delete the trunk; the group stays."""
    first(_trunks(request, trunk_group_sid, trunk_sid)).delete()
    return HttpResponse(status=204)


def _groups(request: HttpRequest, sid: str) -> QuerySet[TrunkGroup]:
    caller: Caller = request.auth  # type: ignore[attr-defined]
    return TrunkGroup.objects.filter(held_by_family(caller.partner), trunk_group_sid=sid)


def _trunks(request: HttpRequest, group_sid: str, sid: str) -> QuerySet[Trunk]:
    return Trunk.objects.filter(trunk_group__in=_groups(request, group_sid), trunk_sid=sid)


def _update(
    request: HttpRequest, rows: QuerySet[Trunk], payload: TrunkChanges, *, replace: bool
) -> HttpResponse:
    caller: Caller = request.auth  # type: ignore[attr-defined]
    sent = writable(payload.model_dump(exclude_unset=True), TRUNK)
    update(rows, TRUNK, sent, replace=replace, check=lambda _trunk, wanted: _checked(caller, wanted))
    return json_answer(one(rows, TRUNK, FieldParams()))


def _checked(caller: Caller, wanted: dict[str, Any]) -> dict[str, Any]:
    require_transformations(wanted.get("transformations", []))
    require_existing(caller, "endpoint_sid", Endpoint, wanted.get("endpoint_sid"))
    if "acls" in wanted:
        wanted["acls"] = acls.complete("acls", wanted["acls"])
    return wanted
