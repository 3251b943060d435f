"""Trunk groups, with their trunks when asked for (Core API §2.11): reading."""

from collections import defaultdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from sandbox.api.documents import READ_ERRORS
from sandbox.api.objects import TRUNK, TRUNK_GROUP
from sandbox.auth import Caller, Scopes
from sandbox.errors import json_answer
from sandbox.matching import match
from sandbox.models import Trunk, TrunkGroup
from sandbox.paging import RelatedFieldParams, RelatedListParams, one, ordered, page, page_schema
from sandbox.tree import held_by_family

router = Router(tags=["Trunk groups"])
_MAY_READ = Scopes("trunk_groups.manage", "trunk_groups.read")
_WITH_TRUNKS = "Adds the group's trunks to each object."


class TrunkGroupParams(RelatedFieldParams):
    with_trunks: bool = Field(default=False, description=_WITH_TRUNKS)


class TrunkGroupListParams(RelatedListParams):
    with_trunks: bool = Field(default=False, description=_WITH_TRUNKS)


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
    caller: Caller = request.auth  # type: ignore[attr-defined]
    rows = TrunkGroup.objects.filter(held_by_family(caller.partner), trunk_group_sid=trunk_group_sid)
    group = one(rows, TRUNK_GROUP, params)
    if params.with_trunks:
        _add_trunks([group], [trunk_group_sid])
    return json_answer(group)


def _add_trunks(items: list[dict[str, Any]], sids: list[str]) -> None:
    """Put `trunks` into each item; `sids` are the groups', in the same order."""
    trunks = defaultdict(list)
    rows = Trunk.objects.filter(trunk_group_id__in=sids).order_by("trunk_group_id", "pk")
    shown = TRUNK.read(rows, TRUNK.chosen("", ""))
    for sid, trunk in zip(rows.values_list("trunk_group_id", flat=True), shown, strict=True):
        trunks[sid].append(trunk)
    for item, sid in zip(items, sids, strict=True):
        item["trunks"] = trunks[sid]
