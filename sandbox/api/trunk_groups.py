"""Trunk groups, with their trunks when asked for (Core API §2.11)."""

from collections import defaultdict
from typing import Annotated, Any, Literal

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, ConfigDict, Field

from sandbox import acls
from sandbox.api.documents import READ_ERRORS, WRITE_ERRORS
from sandbox.api.objects import TRUNK, TRUNK_GROUP
from sandbox.api.phonenumber_dids import UpdateParams
from sandbox.api.trunks import TrunkChanges, add_trunk
from sandbox.auth import Caller, Scopes
from sandbox.bodies import writable
from sandbox.errors import forbidden, json_answer
from sandbox.matching import match
from sandbox.models import Did, LrnPrefix, Prefix, Trunk, TrunkGroup
from sandbox.paging import RelatedFieldParams, RelatedListParams, one, ordered, page, page_schema
from sandbox.transformations import require_transformations
from sandbox.tree import held_by_family
from sandbox.writing import as_new, columns, first, in_use, update

router = Router(tags=["Trunk groups"])
_MAY_READ = Scopes("trunk_groups.manage", "trunk_groups.read")
_MAY_CREATE = Scopes("trunk_groups.manage", "trunk_groups.create")
_MAY_CHANGE = Scopes("trunk_groups.manage", "trunk_groups.update")
_MAY_DELETE = Scopes("trunk_groups.manage", "trunk_groups.delete")
_ALSO_FOR_TRUNKS = ("trunk_groups.trunks.manage", "trunk_groups.trunks.create")
_CHANGED = {200: TRUNK_GROUP.schema(), **WRITE_ERRORS}
_ONE = "/trunk_groups/{trunk_group_sid}"
_WITH_TRUNKS = "Adds the group's trunks to each object."

Count = Annotated[int, Field(ge=0, lt=2**31)]
Codes = Annotated[str, Field(max_length=200, pattern=r"^[0-9;, ]*$")]


class TrunkGroupChanges(BaseModel):
    """What can be set; read-only fields may be sent along and are ignored."""

    model_config = ConfigDict(extra="allow", strict=True)

    acls: list[Any] = Field(default=[], max_length=100)
    external_handlers: list[Any] = Field(default=[], max_length=100)
    hard_failure_codes: Codes = "408;"
    hard_failure_cooldown: Count = 120
    hard_failure_interval: Count = 60
    hard_failure_last_resort: Literal["first", "reject502", "reject503"] = "first"
    hard_failure_threshold: Count = 3
    name: str = Field(default="N/A", max_length=200)
    routing_data: dict[str, Any] | None = None
    routing_type: str = Field(default="failover", min_length=1, max_length=20)
    sip_options_locations: list[str] = Field(default=[], max_length=100)
    sip_options_threshold: Count = 3
    soft_failure_codes: Codes = "408;"
    transformations: list[Any] = Field(default=[], max_length=100)


class NewTrunkGroup(TrunkGroupChanges):
    """`trunks` are made along with the group; they are told in the answer then."""

    trunks: list[TrunkChanges] = Field(default=[], max_length=100)


class TrunkGroupParams(RelatedFieldParams):
    with_trunks: bool = Field(default=False, description=_WITH_TRUNKS)


class TrunkGroupListParams(RelatedListParams):
    with_trunks: bool = Field(default=False, description=_WITH_TRUNKS)


@router.post("/trunk_groups", operation_id="create_trunk_group", response=_CHANGED, auth=_MAY_CREATE)
def create_one(request: HttpRequest, payload: NewTrunkGroup) -> HttpResponse:
    """A new group; with `trunks` in the body the right to make trunks is needed too."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    with_trunks = "trunks" in payload.model_fields_set
    if with_trunks and caller.scopes.isdisjoint(_ALSO_FOR_TRUNKS):
        raise forbidden("trunks", "making trunks is not permitted")
    sent = writable(payload.model_dump(exclude_unset=True, exclude={"trunks"}), TRUNK_GROUP)
    values = columns(TRUNK_GROUP, _checked(None, as_new(TRUNK_GROUP, sent)))
    with transaction.atomic():
        group = TrunkGroup.objects.create(world=caller.world, partner=caller.partner, **values)
        for trunk in payload.trunks:
            add_trunk(caller, group, trunk)
    return _told(request, group.trunk_group_sid, TrunkGroupParams(with_trunks=with_trunks))


@router.get(
    "/trunk_groups",
    operation_id="list_trunk_groups",
    response={200: page_schema(TRUNK_GROUP), **READ_ERRORS},
    auth=_MAY_READ,
)
def list_all(request: HttpRequest, params: Query[TrunkGroupListParams]) -> HttpResponse:
    """The trunk groups of the caller and its descendants."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    found = match(params.filter, TRUNK_GROUP)
    rows = ordered(
        TrunkGroup.objects.filter(held_by_family(caller.partner), found.q), TRUNK_GROUP, params.order
    )
    answer = page(request, rows, TRUNK_GROUP, params)
    if params.with_trunks:
        limit, offset = params.window(TRUNK_GROUP)
        _add_trunks(
            answer["items"], list(rows.values_list("trunk_group_sid", flat=True)[offset : offset + limit])
        )
    return json_answer(answer)


@router.get(
    "/trunk_groups/{trunk_group_sid}",
    operation_id="get_trunk_group",
    response={200: TRUNK_GROUP.schema(), **READ_ERRORS},
    auth=_MAY_READ,
)
def get_one(request: HttpRequest, trunk_group_sid: str, params: Query[TrunkGroupParams]) -> HttpResponse:
    """One trunk group of the caller or a descendant."""
    return _told(request, trunk_group_sid, params)


@router.patch(_ONE, operation_id="patch_trunk_group", response=_CHANGED, auth=_MAY_CHANGE)
def patch_one(
    request: HttpRequest, trunk_group_sid: str, payload: TrunkGroupChanges, params: Query[UpdateParams]
) -> HttpResponse:
    """Change what the body names; trunks are changed under their own paths."""
    return _update(request, trunk_group_sid, payload, replace=params.nested_objects == "replace")


@router.put(_ONE, operation_id="put_trunk_group", response=_CHANGED, auth=_MAY_CHANGE)
def put_one(request: HttpRequest, trunk_group_sid: str, payload: TrunkGroupChanges) -> HttpResponse:
    """Change what the body names; nested objects are taken as sent."""
    return _update(request, trunk_group_sid, payload, replace=True)


@router.delete(
    _ONE, operation_id="delete_trunk_group", response={204: None, **WRITE_ERRORS}, auth=_MAY_DELETE
)
def delete_one(request: HttpRequest, trunk_group_sid: str) -> HttpResponse:
    """Delete the group and its trunks; refused while numbers or prefixes are routed to it."""
    with transaction.atomic():
        group = first(_held(request, trunk_group_sid).select_for_update(of=("self",)))
        for model, what in ((Did, "phone numbers"), (Prefix, "prefixes"), (LrnPrefix, "LRN prefixes")):
            if count := model.objects.filter(trunk_group=group).count():
                raise in_use("trunk_group_sid", count, what, trunk_group_sid)
        group.delete()
    return HttpResponse(status=204)


def _held(request: HttpRequest, sid: str) -> QuerySet[TrunkGroup]:
    caller: Caller = request.auth  # type: ignore[attr-defined]
    return TrunkGroup.objects.filter(held_by_family(caller.partner), trunk_group_sid=sid)


def _told(request: HttpRequest, sid: str, params: TrunkGroupParams) -> HttpResponse:
    group = one(_held(request, sid), TRUNK_GROUP, params)
    if params.with_trunks:
        _add_trunks([group], [sid])
    return json_answer(group)


def _update(request: HttpRequest, sid: str, payload: TrunkGroupChanges, *, replace: bool) -> HttpResponse:
    sent = payload.model_dump(exclude_unset=True)
    sent.pop("trunks", None)  # a group read with its trunks may be sent back whole
    update(_held(request, sid), TRUNK_GROUP, writable(sent, TRUNK_GROUP), replace=replace, check=_checked)
    return _told(request, sid, TrunkGroupParams())


def _checked(_group: TrunkGroup | None, wanted: dict[str, Any]) -> dict[str, Any]:
    require_transformations(wanted.get("transformations", []))
    if "acls" in wanted:
        wanted["acls"] = acls.complete("acls", wanted["acls"])
    return wanted


def _add_trunks(items: list[dict[str, Any]], sids: list[str]) -> None:
    """Put `trunks` into each item; `sids` are the groups', in the same order."""
    trunks = defaultdict(list)
    rows = Trunk.objects.filter(trunk_group_id__in=sids).order_by("trunk_group_id", "pk")
    shown = TRUNK.read(rows, TRUNK.chosen("", ""))
    for sid, trunk in zip(rows.values_list("trunk_group_id", flat=True), shown, strict=True):
        trunks[sid].append(trunk)
    for item, sid in zip(items, sids, strict=True):
        item["trunks"] = trunks[sid]
