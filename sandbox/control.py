"""Steering (`/_sandbox/`): worlds, their clocks, faults and kept requests.

Served only with SANDBOX_CONTROL=1: whoever reaches it can do anything to any world.
"""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path

from sandbox import calls, clock, faults, stock_counts, worlds
from sandbox.api.objects import DID
from sandbox.dates import iso
from sandbox.errors import ApiError, UnreadableJson, answer, bad_request, json_answer, not_found
from sandbox.models import CallRecord, Did, Fault, Partner, RequestRecord, World
from sandbox.seeding import make_world
from sandbox.seeding.formats import formats
from sandbox.seeding.geography import nearby_point

_NUMBER_FIELDS = (
    "phonenumber", "state", "locality", "country_code", "capabilities", "price", "status", "partner_sid",
    "provider",
)  # fmt: skip


def endpoint(**handlers: Callable[..., Any]) -> Callable[..., HttpResponse]:
    """A view of one path: a handler by method, taking the request, the world and the path's other parts."""

    def view(request: HttpRequest, **parts: str) -> HttpResponse:
        handler = handlers.get((request.method or "").lower())
        try:
            if handler is None:
                raise ApiError(405, f"use {', '.join(handlers).upper()}")
            arguments = [worlds.world_by_key(parts.pop("world"))] if "world" in parts else []
            told = handler(request, *arguments, *parts.values())
        except ApiError as error:
            return answer(error)
        return HttpResponse(status=204) if told is None else json_answer(told)

    return view


def sent_object(request: HttpRequest) -> dict[str, Any]:
    """The JSON object sent; ApiError 400 for anything else."""
    sent = _json(request)
    if not isinstance(sent, dict):
        raise bad_request(None, "send an object")
    return sent


def _sent_many(request: HttpRequest) -> list[dict[str, Any]]:
    sent = _json(request)
    if not isinstance(sent, list) or not all(isinstance(each, dict) for each in sent):
        raise bad_request(None, "send a list of objects")
    return sent


def _json(request: HttpRequest) -> Any:
    try:
        return json.loads(request.body or b"{}")
    except ValueError:
        raise UnreadableJson from None


def make(request: HttpRequest) -> dict[str, Any]:
    sent = sent_object(request)
    inventory = sent.get("inventory", "small")
    if inventory not in ("small", "empty") and not (
        isinstance(inventory, int) and 0 <= inventory <= 2_000_000
    ):
        raise bad_request("inventory", 'is "small", "empty" or a number of numbers')
    return worlds.credentials(make_world(name=str(sent.get("name", "")), inventory=inventory))


def show(_request: HttpRequest, world: World) -> dict[str, Any]:
    return worlds.described(world)


def change(request: HttpRequest, world: World) -> dict[str, Any]:
    settings = sent_object(request).get("settings", {})
    if not isinstance(settings, dict):
        raise bad_request("settings", "is an object")
    worlds.change_settings(world, settings)
    return worlds.described(world)


def remove(_request: HttpRequest, world: World) -> None:
    if world == worlds.default_world():
        raise ApiError(409, "the default world stays")
    world_id = world.pk
    world.delete()
    stock_counts.forget(world_id)


def advance(request: HttpRequest, world: World) -> dict[str, Any]:
    seconds = sent_object(request).get("advance_seconds")
    if not isinstance(seconds, int) or not 0 <= seconds <= 10**10:
        raise bad_request("advance_seconds", "is a whole number, and time does not run backwards")
    world.clock_offset += seconds
    world.save(update_fields=["clock_offset"])
    clock.settle(world)
    return {"now": iso(clock.now(world))}


@transaction.atomic
def add_numbers(request: HttpRequest, world: World) -> dict[str, Any]:
    """Put numbers into the world, or change those that are there."""
    sids = [_put_number(world, sent) for sent in _sent_many(request)]
    rows = Did.objects.filter(did_sid__in=sids)
    by_sid = {each["did_sid"]: each for each in DID.read(rows, DID.chosen("", ""))}
    return {"numbers": [by_sid[sid] for sid in sids]}


def _put_number(world: World, sent: dict[str, Any]) -> str:
    if unknown := [name for name in sent if name not in _NUMBER_FIELDS]:
        raise bad_request(unknown[0], f"a number takes {', '.join(_NUMBER_FIELDS)}")
    digits = str(sent.get("phonenumber", ""))
    if not re.fullmatch(r"\d{3,15}", digits):
        raise bad_request("phonenumber", "is digits only, with the country code")
    columns = {name: sent[name] for name in ("state", "locality", "country_code") if name in sent}
    columns |= _holding(world, sent) | _selling(sent) | _writing(digits)
    did, _ = Did.objects.update_or_create(world=world, phonenumber=digits, defaults=columns)
    return did.did_sid


def _holding(world: World, sent: dict[str, Any]) -> dict[str, Any]:
    """Status and holder: a partner's number is assigned, an assigned one the main partner's."""
    holder = sent.get("partner_sid")
    status = sent.get("status", "assigned" if holder else "available")
    if status in ("assigned", "pending_assignment"):
        holder = holder or world.main_partner_sid
    if holder and not Partner.objects.filter(world=world, partner_sid=holder).exists():
        raise not_found("cannot find partner", "partner_sid")
    waits = {"aging": worlds.setting(world, "aging_days") * 86_400}
    waits["pending_assignment"] = worlds.setting(world, "external_order_seconds")
    moment = clock.now(world)
    due = moment + timedelta(seconds=waits[status]) if status in waits else None
    return {
        "status": status,
        "partner_id": holder,
        "date_status_changed": moment,
        "due_at": due,
        "external": sent.get("provider", "own") == "external",
    }


def _selling(sent: dict[str, Any]) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    if "price" in sent:
        columns["price"] = _amount("price", sent["price"], most=999_999)
    if "capabilities" in sent:
        if not isinstance(sent["capabilities"], int) or not 0 <= sent["capabilities"] <= 31:
            raise bad_request("capabilities", "is a number from 0 to 31")
        columns["capabilities"] = sent["capabilities"]
        columns["active_capabilities"] = sent["capabilities"] & 4
    return columns


def _amount(name: str, value: Any, most: int) -> Decimal:
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        amount = Decimal(-1)
    if not 0 <= amount <= most:
        raise bad_request(name, f"is a number from 0 to {most}")
    return amount


def _writing(digits: str) -> dict[str, Any]:
    national, international = formats(digits)
    columns: dict[str, Any] = {"in_country_format": national, "international_format": international}
    if len(digits) == 11 and digits[0] == "1":
        point = nearby_point(npa=digits[1:4]) or (None, None)
        columns |= {"npa": digits[1:4], "npa_nxx": digits[1:7], "lat": point[0], "lng": point[1]}
    return columns


@transaction.atomic
def add_calls(request: HttpRequest, world: World) -> dict[str, Any]:
    """Call records for numbers of the world; a number's last call moves with them."""
    return {"calls": [_put_call(world, sent) for sent in _sent_many(request)]}


def _put_call(world: World, sent: dict[str, Any]) -> str:
    did = Did.objects.filter(world=world, phonenumber=str(sent.get("phonenumber", ""))).first()
    if did is None:
        raise not_found("cannot find item by phonenumber", "phonenumber")
    start = _moment(sent["date_start"]) if "date_start" in sent else clock.now(world)
    seconds = _amount("duration", sent.get("duration", 60), most=86_400)
    told = calls.detail(
        inbound=sent.get("direction", "inbound") == "inbound",
        ours=did.phonenumber,
        other="12025550199",
        start=start,
        stop=start + timedelta(seconds=float(seconds)),
        seconds=seconds,
        trunk_group_sid=did.trunk_group_id,
    )
    record = CallRecord.objects.create(world=world, did=did, partner_id=did.partner_id, **told._asdict())
    if did.last_call_at is None or did.last_call_at < told.date_stop:
        Did.objects.filter(pk=did.pk).update(last_call_at=told.date_stop)
    return record.dr_sid


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise bad_request("date_start", "is an ISO date") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def plant(request: HttpRequest, world: World) -> dict[str, Any]:
    return {"fault": faults.plant(world, sent_object(request)).pk}


def planted(_request: HttpRequest, world: World) -> dict[str, Any]:
    rows = Fault.objects.filter(world=world).order_by("pk")
    return {"items": list(rows.values("id", "method", "path", "kind", "params", "remaining"))}


def unplant(_request: HttpRequest, world: World) -> None:
    Fault.objects.filter(world=world).delete()


def requests(request: HttpRequest, world: World) -> dict[str, Any]:
    """What the world was asked, oldest first; `method` and `path` (regex) narrow it."""
    rows = RequestRecord.objects.filter(world=world).order_by("pk")
    if method := request.GET.get("method"):
        rows = rows.filter(method=method.upper())
    names = ("method", "path", "query", "status", "at", "request_id", "acting_user")
    wanted = re.compile(request.GET.get("path", ""))
    kept = [each for each in rows.values(*names) if wanted.search(each["path"])]
    return {"items": [{**each, "at": iso(each["at"])} for each in kept]}


def forget_requests(_request: HttpRequest, world: World) -> None:
    RequestRecord.objects.filter(world=world).delete()


_world = "_sandbox/worlds/<str:world>"
urlpatterns = [
    path("_sandbox/worlds", endpoint(post=make)),
    path(_world, endpoint(get=show, patch=change, delete=remove)),
    path(f"{_world}/clock", endpoint(post=advance)),
    path(f"{_world}/numbers", endpoint(post=add_numbers)),
    path(f"{_world}/calls", endpoint(post=add_calls)),
    path(f"{_world}/faults", endpoint(post=plant, get=planted, delete=unplant)),
    path(f"{_world}/requests", endpoint(get=requests, delete=forget_requests)),
]
