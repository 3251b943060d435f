"""How a number was used lately (Phone Number API §3.2); what it tells is ours, the documents do not say."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import BaseModel, Field

from sandbox import clock
from sandbox.dates import iso
from sandbox.errors import json_answer
from sandbox.models import CallRecord, Did
from sandbox.number_api.auth import Account, Keys
from sandbox.number_api.documents import answers
from sandbox.number_api.errors import not_found
from sandbox.number_api.numbers import held
from sandbox.number_api.paths import digits

router = Router(tags=["Numbers"], auth=Keys())


class HealthParams(Schema):
    granularity: Literal["hour", "day"] = "day"
    days: int = Field(7, ge=1, le=90)


class Usage(BaseModel):
    total_calls: int
    inbound_calls: int
    outbound_calls: int
    total_duration_seconds: float
    average_duration_seconds: float


class HealthSummary(Usage):
    status: str
    last_call_at: str | None


class Snapshot(Usage):
    at: str


class Health(BaseModel):
    e164: str
    granularity: str
    days: int
    summary: HealthSummary
    snapshots: list[Snapshot]


Call = tuple[datetime, str, float]  # when it ended, its direction, its seconds


@router.get(
    "/account/{auth_id}/numbers/{e164}/health",
    operation_id="get_number_health",
    response=answers({200: Health}),
)
def health(request: HttpRequest, auth_id: str, e164: str, params: Query[HealthParams]) -> HttpResponse:
    """Calls of the last days, summed up and by hour or day; only those in which there was one are listed."""
    account: Account = request.auth  # type: ignore[attr-defined]
    did = held(account).filter(phonenumber=digits(e164)).first()
    if did is None:
        raise not_found("number not found")
    calls = _calls(did, since=clock.now(account.world) - timedelta(days=params.days))
    by_time: dict[datetime, list[Call]] = defaultdict(list)
    for call in calls:
        by_time[_beginning(call[0], params.granularity)].append(call)
    summary = {
        **_usage(calls),
        "status": "active" if calls else "idle",
        "last_call_at": iso(did.last_call_at),
    }
    snapshots = [{"at": iso(at), **_usage(found)} for at, found in sorted(by_time.items())]
    told = {"e164": f"+{did.phonenumber}", "granularity": params.granularity, "days": params.days}
    return json_answer({**told, "summary": summary, "snapshots": snapshots})


def _calls(did: Did, since: datetime) -> list[Call]:
    rows = CallRecord.objects.filter(did=did, date_stop__gte=since).order_by("date_stop")
    return [
        (at, way, float(seconds))
        for at, way, seconds in rows.values_list("date_stop", "direction", "duration")
    ]


def _beginning(moment: datetime, granularity: str) -> datetime:
    hour = moment.replace(minute=0, second=0, microsecond=0)
    return hour if granularity == "hour" else hour.replace(hour=0)


def _usage(calls: list[Call]) -> dict[str, float]:
    seconds = sum(duration for _, _, duration in calls)
    inbound = sum(direction == "inbound" for _, direction, _ in calls)
    return {
        "total_calls": len(calls),
        "inbound_calls": inbound,
        "outbound_calls": len(calls) - inbound,
        "total_duration_seconds": round(seconds, 3),
        "average_duration_seconds": round(seconds / len(calls), 3) if calls else 0.0,
    }
