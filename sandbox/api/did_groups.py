"""Groups of numbers (Core API §2.3)."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, ConfigDict, Field

from sandbox.api.documents import READ_ERRORS, WRITE_ERRORS
from sandbox.api.objects import DID_GROUP
from sandbox.auth import Caller, Scopes
from sandbox.bodies import require_url, writable
from sandbox.errors import json_answer
from sandbox.matching import match
from sandbox.models import DidGroup
from sandbox.paging import FieldParams, RelatedFieldParams, RelatedListParams, one, ordered, page, page_schema
from sandbox.tree import held_by_family
from sandbox.writing import columns, first, update

router = Router(tags=["DID groups"])
_MAY_READ = Scopes("phonenumber.manage", "phonenumber.read")
_MAY_CREATE = Scopes("phonenumber.manage", "phonenumber.create")
_MAY_CHANGE = Scopes("phonenumber.manage", "phonenumber.update")
_MAY_DELETE = Scopes("phonenumber.manage", "phonenumber.delete")
_CHANGED = {200: DID_GROUP.schema(), **WRITE_ERRORS}


class DidGroupChanges(BaseModel):
    """What can be set; read-only fields may be sent along and are ignored."""

    model_config = ConfigDict(extra="allow", strict=True)

    callback_url: str | None = Field(default=None, max_length=500)
    name: str = Field(default="N/A", max_length=200)


@router.post("/phonenumber/did_groups", operation_id="create_did_group", response=_CHANGED, auth=_MAY_CREATE)
def create_one(request: HttpRequest, payload: DidGroupChanges) -> HttpResponse:
    """A new group, without numbers yet."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    values = _checked(payload)
    group = DidGroup.objects.create(world=caller.world, partner=caller.partner, **columns(DID_GROUP, values))
    return json_answer(one(_held(request, group.did_group_sid), DID_GROUP, FieldParams()))


@router.get(
    "/phonenumber/did_groups",
    operation_id="list_did_groups",
    response={200: page_schema(DID_GROUP), **READ_ERRORS},
    auth=_MAY_READ,
)
def list_all(request: HttpRequest, params: Query[RelatedListParams]) -> HttpResponse:
    """The groups of the caller and its descendants."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    found = match(params.filter, DID_GROUP)
    rows = DidGroup.objects.filter(held_by_family(caller.partner), found.q)
    return json_answer(page(request, ordered(rows, DID_GROUP, params.order), DID_GROUP, params))


@router.get(
    "/phonenumber/did_groups/{did_group_sid}",
    operation_id="get_did_group",
    response={200: DID_GROUP.schema(), **READ_ERRORS},
    auth=_MAY_READ,
)
def get_one(request: HttpRequest, did_group_sid: str, params: Query[RelatedFieldParams]) -> HttpResponse:
    """One group of the caller or a descendant."""
    return json_answer(one(_held(request, did_group_sid), DID_GROUP, params))


@router.patch(
    "/phonenumber/did_groups/{did_group_sid}",
    operation_id="patch_did_group",
    response=_CHANGED,
    auth=_MAY_CHANGE,
)
def patch_one(request: HttpRequest, did_group_sid: str, payload: DidGroupChanges) -> HttpResponse:
    """Change what the body names."""
    rows = _held(request, did_group_sid)
    update(rows, DID_GROUP, _checked(payload), replace=False, check=lambda _group, wanted: wanted)
    return json_answer(one(rows, DID_GROUP, FieldParams()))


@router.put(
    "/phonenumber/did_groups/{did_group_sid}",
    operation_id="put_did_group",
    response=_CHANGED,
    auth=_MAY_CHANGE,
)
def put_one(request: HttpRequest, did_group_sid: str, payload: DidGroupChanges) -> HttpResponse:
    """The same: a group has no nested objects."""
    return patch_one(request, did_group_sid, payload)


@router.delete(
    "/phonenumber/did_groups/{did_group_sid}",
    operation_id="delete_did_group",
    response={204: None, **READ_ERRORS},
    auth=_MAY_DELETE,
)
def delete_one(request: HttpRequest, did_group_sid: str) -> HttpResponse:
    """Delete the group; its numbers stay where they are, without a group."""
    first(_held(request, did_group_sid)).delete()
    return HttpResponse(status=204)


def _held(request: HttpRequest, sid: str) -> QuerySet[DidGroup]:
    caller: Caller = request.auth  # type: ignore[attr-defined]
    return DidGroup.objects.filter(held_by_family(caller.partner), did_group_sid=sid)


def _checked(payload: DidGroupChanges) -> dict[str, Any]:
    sent = writable(payload.model_dump(exclude_unset=True), DID_GROUP)
    require_url("callback_url", sent.get("callback_url"))
    return sent
