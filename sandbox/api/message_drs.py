"""Message detail records (Core API §1.5): only reading, and only because pages are explained by them.

Sending messages is another API; these come from messages the steering endpoint lets arrive.
"""

from django.db.models import F, IntegerField, JSONField, QuerySet, TextField, Value
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from sandbox.api.documents import READ_ERRORS
from sandbox.auth import Caller, Scopes
from sandbox.errors import json_answer
from sandbox.matching import match
from sandbox.models import MessageRecord
from sandbox.paging import FieldParams, one, page_schema
from sandbox.records import RecordParams, records
from sandbox.shapes import Field, Shape

router = Router(tags=["Messages"])
_MAY_READ = Scopes("sms.manage", "sms.read")

MESSAGE = Shape(
    "MessageDetailRecord",
    (
        Field("date_insert", "date"),
        Field("date_sent", "date"),
        Field("date_start", "date"),
        Field("date_stop", "date"),
        Field("delay_sent", "int"),
        Field("direction"),
        Field("dr_sid"),
        Field("mcc", "int", null=True),
        Field("media_urls", "array"),
        Field("message"),
        Field("message_segments", "int"),
        Field("mnc", "int", null=True),
        Field("number_billing"),
        Field("number_dst"),
        Field("number_external"),
        Field("number_src"),
        Field("partner_sid", column="partner_id"),
        Field("price", "money"),
        Field("provider"),
        Field("rate", "money"),
        Field("status"),
        Field("type"),
        Field("user_data", null=True),
        Field("version", "int", null=True),
    ),
    order=("date_insert", "dr_sid"),
    unique="dr_sid",
    default_limit=1000,
)

# What is the same for every message, or follows from it.
_DERIVED = {
    "date_start": F("date_sent"),
    "date_stop": F("date_insert"),
    "delay_sent": Value(0, IntegerField()),
    "mcc": Value(None, IntegerField()),
    "media_urls": Value([], JSONField()),
    "mnc": Value(None, IntegerField()),
    "provider": Value("sandbox", TextField()),
    "rate": F("price"),
    "type": Value("sms", TextField()),
    "user_data": Value(None, TextField()),
    "version": Value(None, IntegerField()),
}


@router.get(
    "/sms/message_drs",
    operation_id="list_message_drs",
    response={200: page_schema(MESSAGE, counted=False), **READ_ERRORS},
    auth=_MAY_READ,
)
def list_all(request: HttpRequest, params: Query[RecordParams]) -> HttpResponse:
    """The messages of the caller, by the time they were noted. `total` is null."""
    visible = _visible(request.auth)  # type: ignore[attr-defined]
    return json_answer(records(request, visible, match(params.filter, MESSAGE).q, MESSAGE, params))


@router.get(
    "/sms/message_drs/{dr_sid}",
    operation_id="get_message_dr",
    response={200: MESSAGE.schema(), **READ_ERRORS},
    auth=_MAY_READ,
)
def get_one(request: HttpRequest, dr_sid: str, params: Query[FieldParams]) -> HttpResponse:
    """One message."""
    return json_answer(one(_visible(request.auth).filter(dr_sid=dr_sid), MESSAGE, params))  # type: ignore[attr-defined]


def _visible(caller: Caller) -> QuerySet[MessageRecord]:
    return MessageRecord.objects.filter(partner_id=caller.partner.partner_sid).annotate(**_DERIVED)
