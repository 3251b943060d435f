"""Browsing rentable numbers (Core API §2.1.4)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from sandbox.api.documents import READ_ERRORS
from sandbox.api.objects import DID
from sandbox.auth import Caller, Scopes
from sandbox.errors import bad_request, json_answer
from sandbox.matching import Match, match
from sandbox.models import Did
from sandbox.paging import FieldParams, ListParams, envelope, one, ordered, page, page_schema
from sandbox.places import nearest
from sandbox.pool import MAX_EXTERNAL, external_pool, own_pool, require_external_rules

router = Router(tags=["Phone numbers"])
_MAY_READ = Scopes("phonenumber.manage", "phonenumber.read")


class BrowseParams(ListParams):
    include_external: bool = Field(
        default=False,
        description="Also offer numbers of external providers; needs country_code in the filter.",
    )


_browse = {"response": {200: page_schema(DID, counted=False), **READ_ERRORS}, "auth": _MAY_READ}


@router.get("/phonenumber/available_dids", operation_id="browse_available_dids", **_browse)
def browse(request: HttpRequest, params: Query[BrowseParams]) -> HttpResponse:
    """Numbers that can be rented now. `total` is null: they come and go."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    found = match(params.filter, DID, admin=caller.is_admin, nearby=True)
    if params.include_external:
        return json_answer(_with_external(request, caller, found, params))
    rows = own_pool(caller.world).filter(found.q)
    if found.near and not params.order.strip():
        limit, offset = params.window(DID)
        rows = nearest(rows, found.near, offset + limit + 1)
    else:
        rows = ordered(rows, DID, params.order, admin=caller.is_admin)
    return json_answer(page(request, rows, DID, params, counted=False, admin=caller.is_admin))


@router.get("/dids/inventory", operation_id="browse_inventory", deprecated=True, **_browse)
def browse_inventory(request: HttpRequest, params: Query[BrowseParams]) -> HttpResponse:
    """The older name of available_dids."""
    return browse(request, params)


def _with_external(
    request: HttpRequest, caller: Caller, found: Match, params: BrowseParams
) -> dict[str, Any]:
    """Own numbers first, then the provider's, without paging."""
    require_external_rules(found)
    limit, offset = params.window(DID)
    if offset:
        raise bad_request("offset", "must be 0 with include_external")
    fields = DID.chosen(params.include_fields, params.exclude_fields, admin=caller.is_admin)
    own = ordered(own_pool(caller.world).filter(found.q), DID, params.order, admin=caller.is_admin)
    items = DID.read(own[:limit], fields)
    room = min(limit - len(items), MAX_EXTERNAL)
    if room:
        others = ordered(
            external_pool(caller.world).filter(found.q), DID, params.order, admin=caller.is_admin
        )
        items += DID.read(others[:room], fields)
    return envelope(request, items, limit=limit, offset=0, more=False, total=None)


@router.get(
    "/phonenumber/available_dids/{did_sid}",
    operation_id="get_available_did",
    response={200: DID.schema(), **READ_ERRORS},
    auth=_MAY_READ,
)
def get_one(request: HttpRequest, did_sid: str, params: Query[FieldParams]) -> HttpResponse:
    """One rentable number, the carrier's own or an external provider's."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    rows = Did.objects.filter(world=caller.world, status="available", did_sid=did_sid)
    return json_answer(one(rows, DID, params, admin=caller.is_admin))
