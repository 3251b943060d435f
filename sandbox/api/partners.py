"""Partners (Core API §2.5): reading."""

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from sandbox.api.documents import READ_ERRORS
from sandbox.api.objects import PARTNER
from sandbox.auth import Caller, Scopes
from sandbox.errors import json_answer
from sandbox.matching import match
from sandbox.models import Partner
from sandbox.paging import FieldParams, ListParams, one, ordered, page, page_schema
from sandbox.tree import family

router = Router(tags=["Partners"])
_MAY_READ = Scopes("partners.manage", "partners.read")

# A partner is invisible until its e-mail addresses are verified, and after it was deleted.
_HIDDEN = ("unverified", "deleted")


@router.get(
    "/partners",
    operation_id="list_partners",
    response={200: page_schema(PARTNER), **READ_ERRORS},
    auth=_MAY_READ,
)
def list_all(request: HttpRequest, params: Query[ListParams]) -> HttpResponse:
    """The caller and all its descendants."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    found = match(params.filter, PARTNER, admin=caller.is_admin)
    rows = _visible(caller).filter(found.q)
    rows = ordered(rows, PARTNER, params.order, admin=caller.is_admin)
    return json_answer(page(request, rows, PARTNER, params, admin=caller.is_admin))


@router.get(
    "/partners/{partner_sid}",
    operation_id="get_partner",
    response={200: PARTNER.schema(), **READ_ERRORS},
    auth=_MAY_READ,
)
def get_one(request: HttpRequest, partner_sid: str, params: Query[FieldParams]) -> HttpResponse:
    """The caller itself or a descendant."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    rows = _visible(caller).filter(partner_sid=partner_sid)
    return json_answer(one(rows, PARTNER, params, admin=caller.is_admin))


def _visible(caller: Caller):
    return Partner.objects.filter(partner_sid__in=family(caller.partner)).exclude(status__in=_HIDDEN)
