"""Countries (Core API §2.9)."""

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from sandbox.api.documents import READ_ERRORS
from sandbox.api.objects import COUNTRY
from sandbox.auth import Scopes
from sandbox.errors import json_answer
from sandbox.matching import match
from sandbox.models import Country
from sandbox.paging import FieldParams, ListParams, one, ordered, page, page_schema

router = Router(tags=["Countries"])
_MAY_READ = Scopes("countries.manage", "countries.read")


@router.get(
    "/countries",
    operation_id="list_countries",
    response={200: page_schema(COUNTRY), **READ_ERRORS},
    auth=_MAY_READ,
)
def list_all(request: HttpRequest, params: Query[ListParams]) -> HttpResponse:
    """All countries."""
    rows = Country.objects.filter(match(params.filter, COUNTRY).q)
    return json_answer(page(request, ordered(rows, COUNTRY, params.order), COUNTRY, params))


@router.get(
    "/countries/{code}",
    operation_id="get_country",
    response={200: COUNTRY.schema(), **READ_ERRORS},
    auth=_MAY_READ,
)
def get_one(request: HttpRequest, code: str, params: Query[FieldParams]) -> HttpResponse:  # noqa: ARG001 - ninja's
    """One country by its ISO 3166-1 alpha-3 code, in any case."""
    return json_answer(one(Country.objects.filter(iso_3166_alpha_3=code.upper()), COUNTRY, params))
