"""Call rates, and their download as CSV (Core API §2.8).

The documents name no scopes for them, so any caller may look.
"""

import csv
import io
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import create_model

from sandbox import rates
from sandbox.api.documents import READ_ERRORS, download
from sandbox.auth import Caller, Scopes
from sandbox.clock import iso
from sandbox.errors import json_answer
from sandbox.matching import match
from sandbox.models import Rate
from sandbox.paging import FieldParams, ListParams, ordered, page, page_schema
from sandbox.shapes import Field, Shape

router = Router(tags=["Rates"])

RATE = Shape(
    "Rate",
    (
        Field("billing_increment", "money"),
        Field("billing_minimum", "money"),
        Field("country_code", null=True),
        Field("country_name", null=True),
        Field("prefix", null=True),
        Field("price", "money"),
    ),
    order=("prefix", "key"),
    unique="key",
    default_limit=1000,
)

_PAGE = create_model(
    "RateList",
    __base__=page_schema(RATE),
    active=(str, ...),
    effective_date=(str, ...),
    pagination=(None, ...),
    partner_sid=(str, ...),
    rates_plan=(dict[str, str], ...),
)
_LIST = {"response": {200: _PAGE, **READ_ERRORS}, "auth": Scopes()}
_DOWNLOAD = {**download("text/csv"), "auth": Scopes()}

Way = Literal["inbound", "outbound"]
SubType = Literal["conference", "conference_playback", "flexml", "mediator", "third_party", "voicemail"]


@router.get("/calls/rates/{way}/pstn", operation_id="list_pstn_rates", **_LIST)
def pstn(request: HttpRequest, way: Way, params: Query[ListParams]) -> HttpResponse:
    """What calls from or to the telephone network cost."""
    plan = rates.INBOUND_PSTN if way == "inbound" else rates.OUTBOUND_PSTN
    return _listed(request, plan, f"retail_voice_{_SHORT[way]}", params)


@router.get("/calls/rates/{way}/pstn/csv", operation_id="download_pstn_rates", **_DOWNLOAD)
def pstn_csv(request: HttpRequest, way: Way, params: Query[FieldParams]) -> HttpResponse:  # noqa: ARG001 - ninja's
    """All lines of the same plan."""
    plan = rates.INBOUND_PSTN if way == "inbound" else rates.OUTBOUND_PSTN
    return _downloaded(plan, f"{way}_pstn", params)


@router.get("/calls/rates/{way}/voip/{sub_type}", operation_id="list_voip_rates", **_LIST)
def voip(request: HttpRequest, way: Way, sub_type: SubType, params: Query[ListParams]) -> HttpResponse:
    """What calls from or to an endpoint of this type cost."""
    return _listed(request, rates.VOIP, f"voip_{sub_type}_{_SHORT[way]}", params)


@router.get("/calls/rates/{way}/voip/{sub_type}/csv", operation_id="download_voip_rates", **_DOWNLOAD)
def voip_csv(request: HttpRequest, way: Way, sub_type: SubType, params: Query[FieldParams]) -> HttpResponse:  # noqa: ARG001 - ninja's
    """All lines of the same plan."""
    return _downloaded(rates.VOIP, f"{way}_voip_{sub_type}", params)


_SHORT = {"inbound": "in", "outbound": "out"}


def _listed(request: HttpRequest, plan: str, name: str, params: ListParams) -> HttpResponse:
    caller: Caller = request.auth  # type: ignore[attr-defined]
    rates.ensure()
    rows = ordered(Rate.objects.filter(match(params.filter, RATE).q, plan=plan), RATE, params.order)
    told: dict[str, Any] = {
        "active": "yes",
        **page(request, rows, RATE, params),
        "effective_date": iso(rates.EFFECTIVE),
        "pagination": None,
        "partner_sid": caller.partner.partner_sid,
        "rates_plan": {"name": name, "rates_plan_sid": rates.plan_sid(name)},
    }
    return json_answer(told)


def _downloaded(plan: str, name: str, params: FieldParams) -> HttpResponse:
    rates.ensure()
    fields = RATE.chosen(params.include_fields, params.exclude_fields)
    text = io.StringIO()
    writer = csv.DictWriter(text, [field.name for field in fields])
    writer.writeheader()
    writer.writerows(RATE.read(Rate.objects.filter(plan=plan).order_by(*RATE.order), fields))
    headers = {"Content-Disposition": f'attachment; filename="rates_{name}.csv"'}
    return HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)
