"""Call detail records (Core API §2.8)."""

from typing import Any

from django.db.models import IntegerField, Q, QuerySet, TextField, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from sandbox.api.documents import READ_ERRORS
from sandbox.auth import Caller, Scopes
from sandbox.errors import json_answer
from sandbox.matching import match
from sandbox.models import CallRecord
from sandbox.paging import FieldParams, one, page_schema
from sandbox.records import RecordParams, records
from sandbox.shapes import Field, Shape
from sandbox.tree import held_by_family

router = Router(tags=["Calls"])
_MAY_READ = Scopes("calls.manage", "calls.read")

# Kept in one JSON column: what hardly any call has.
_RARE = (
    "cic", "cic_original", "cic_transformed", "codec_dst", "codec_src", "diversion_dst", "diversion_src",
    "endpoint_sid_dst", "endpoint_sid_src", "identity", "number_dst_original", "number_dst_transformed",
    "number_src_original", "number_src_transformed", "price_lcr_dst", "price_lcr_src", "rate_lcr_dst",
    "rate_lcr_src", "stir_attest", "stir_identity", "stir_orig_id", "stir_signing_entity", "stir_verstat",
    "trunk_sid_dst", "trunk_sid_src",
)  # fmt: skip

_FIELDS = (
    *(Field(name, null=True) for name in _RARE),
    Field("date_insert", "date", null=True),
    Field("date_start", "date"),
    Field("date_stop", "date"),
    Field("date_talk", "date", null=True),
    Field("direction"),
    Field("disconnect_originator", null=True),
    Field("dr_sid"),
    Field("duration", "money"),
    Field("duration_billing", "money"),
    Field("ip_dst", null=True),
    Field("ip_src", null=True),
    Field("number_billing", null=True),
    Field("number_dst", null=True),
    Field("number_external", null=True),
    Field("number_src", null=True),
    Field("partner_sid", column="partner_id"),
    Field("price", "money"),
    Field("rate", "money"),
    Field("sipcallid_dst", null=True),
    Field("sipcallid_src", null=True),
    Field("sipcause"),
    Field("trunk_group_sid_dst", null=True),
    Field("trunk_group_sid_src", null=True),
    Field("type"),
    Field("user_data", "object"),
    Field("version", "int"),
)

CALL = Shape(
    "CallDetailRecord",
    tuple(sorted(_FIELDS, key=lambda field: field.name)),
    order=("date_stop", "dr_sid"),
    unique="dr_sid",
    default_limit=1000,
)


@router.get(
    "/calls/call_drs",
    operation_id="list_call_drs",
    response={200: page_schema(CALL, counted=False), **READ_ERRORS},
    auth=_MAY_READ,
)
def list_all(request: HttpRequest, params: Query[RecordParams]) -> HttpResponse:
    """The calls of the caller, and with calls.read_descendant of its descendants, by their end.

    `total` is null: they become more all the time.
    """
    visible = _visible(request.auth)  # type: ignore[attr-defined]
    return json_answer(records(request, visible, match(params.filter, CALL).q, CALL, params))


@router.get(
    "/calls/call_drs/{dr_sid}",
    operation_id="get_call_dr",
    response={200: CALL.schema(), **READ_ERRORS},
    auth=_MAY_READ,
)
def get_one(request: HttpRequest, dr_sid: str, params: Query[FieldParams]) -> HttpResponse:
    """One call."""
    return json_answer(one(_visible(request.auth).filter(dr_sid=dr_sid), CALL, params))  # type: ignore[attr-defined]


def _visible(caller: Caller) -> QuerySet[CallRecord]:
    own = Q(world_id=caller.world.pk, partner_id=caller.partner.partner_sid)
    mine = held_by_family(caller.partner) if "calls.read_descendant" in caller.scopes else own
    told: dict[str, Any] = {name: Cast(KT(f"details__{name}"), TextField()) for name in _RARE}
    return CallRecord.objects.filter(mine).annotate(
        **told,
        version=Value(2, output_field=IntegerField()),
    )
