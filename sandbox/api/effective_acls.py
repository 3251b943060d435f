"""Which access control lists decide about a partner's calls and messages (Core API §2.13).

The documents show layers and do not say what they are. Here they are asked one after the other: the
trunk group's own lists (when one is named), the partner's, then those its parent has assigned to it.
A layer without a list for the asked kind and direction is left out; the rest count from 1.
"""

from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from sandbox.api.documents import READ_ERRORS
from sandbox.auth import Caller, Scopes
from sandbox.errors import json_answer
from sandbox.models import Partner, TrunkGroup
from sandbox.paging import ListParams, envelope, page_schema
from sandbox.shapes import Field as Attribute, Shape
from sandbox.tree import family, held_by_family
from sandbox.writing import first

router = Router(tags=["Access control"])
_MAY_READ = Scopes("accesscontrol.manage", "accesscontrol.read")

EFFECTIVE_ACL = Shape(
    "EffectiveAcl",
    (Attribute("effective_acls", "array"), Attribute("layer", "int")),
    order=("layer",),
    unique="layer",
)
_ANSWER = {"response": {200: page_schema(EFFECTIVE_ACL), **READ_ERRORS}, "auth": _MAY_READ}


class EffectiveParams(ListParams):
    direction: Literal["", "any", "inbound", "outbound", "undirected"] = Field(
        default="", description="Only lists for this direction, or for any; default: all lists."
    )
    partner_sid: str = Field(default="", description="A descendant; default: the caller.")


class EffectiveCallParams(EffectiveParams):
    trunk_group_sid: str = Field(default="", description="Also the lists of this trunk group.")


@router.get("/accesscontrol/effective_acl/calls", operation_id="effective_acl_for_calls", **_ANSWER)
def for_calls(request: HttpRequest, params: Query[EffectiveCallParams]) -> HttpResponse:
    """The lists with an action for calls, by layer."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    group = None
    if params.trunk_group_sid:
        groups = TrunkGroup.objects.filter(held_by_family(caller.partner))
        group = first(groups.select_related("partner").filter(trunk_group_sid=params.trunk_group_sid))
    partner = group.partner if group is not None and not params.partner_sid else _partner(caller, params)
    lists = [group.acls if group is not None else [], partner.acls, partner.parent_assigned_acls]
    return _told(request, params, lists, "voice_action")


@router.get("/accesscontrol/effective_acl/sms", operation_id="effective_acl_for_sms", **_ANSWER)
def for_messages(request: HttpRequest, params: Query[EffectiveParams]) -> HttpResponse:
    """The lists with an action for messages, by layer."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    partner = _partner(caller, params)
    return _told(request, params, [partner.acls, partner.parent_assigned_acls], "sms_action")


def _partner(caller: Caller, params: EffectiveParams) -> Partner:
    if not params.partner_sid:
        return caller.partner
    known = Partner.objects.filter(partner_sid__in=family(caller.partner)).exclude(status="deleted")
    return first(known.filter(partner_sid=params.partner_sid))


def _told(
    request: HttpRequest, params: EffectiveParams, lists: list[list[dict[str, Any]]], action: str
) -> HttpResponse:
    chosen = [[each for each in layer if _applies(each, action, params.direction)] for layer in lists]
    layers = [
        {"effective_acls": layer, "layer": number}
        for number, layer in enumerate((layer for layer in chosen if layer), start=1)
    ]
    limit, offset = params.window(EFFECTIVE_ACL)
    shown = {each.name for each in EFFECTIVE_ACL.chosen(params.include_fields, params.exclude_fields)}
    items = [
        {name: value for name, value in layer.items() if name in shown}
        for layer in layers[offset : offset + limit]
    ]
    more = len(layers) > offset + limit
    return json_answer(envelope(request, items, limit=limit, offset=offset, more=more, total=len(layers)))


def _applies(acl: dict[str, Any], action: str, direction: str) -> bool:
    if acl.get(f"{action}_true") is None and acl.get(f"{action}_false") is None:
        return False
    return direction in ("", "any") or acl.get("direction", "any") in ("any", direction)
