"""Groups of numbers (Core API §2.3): reading."""

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from sandbox.api.documents import READ_ERRORS
from sandbox.api.objects import DID_GROUP
from sandbox.auth import Caller, Scopes
from sandbox.errors import json_answer
from sandbox.matching import match
from sandbox.models import DidGroup
from sandbox.paging import RelatedFieldParams, RelatedListParams, one, ordered, page, page_schema
from sandbox.tree import held_by_family

router = Router(tags=["DID groups"])
_MAY_READ = Scopes("phonenumber.manage", "phonenumber.read")


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
    caller: Caller = request.auth  # type: ignore[attr-defined]
    rows = DidGroup.objects.filter(held_by_family(caller.partner), did_group_sid=did_group_sid)
    return json_answer(one(rows, DID_GROUP, params))
