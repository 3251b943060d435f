"""Steering what no client can do: messages coming and going, short codes, and what callbacks were sent."""

import re
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.urls import path

from sandbox import dates, events
from sandbox.api.short_codes import SHORT_CODE
from sandbox.control import endpoint, sent_object
from sandbox.errors import bad_request, conflict, not_found
from sandbox.messaging import ALL_BITS
from sandbox.models import Callback, Did, ExternalDid, Partner, ShortCode, World

_TOLD = ("id", "event", "url", "status", "attempts", "outcome", "payload", "partner_sid")


def send_message(request: HttpRequest, world: World) -> dict[str, Any]:
    """Let a message arrive at a number or leave it: {"phonenumber", "direction", "other", "message"}."""
    sent = sent_object(request)
    number = _number(world, str(sent.get("phonenumber", "")))
    direction = sent.get("direction", "inbound")
    if direction not in ("inbound", "outbound"):
        raise bad_request("direction", "is inbound or outbound")
    with transaction.atomic():
        return events.message(
            number,
            inbound=direction == "inbound",
            other=str(sent.get("other", "12125550123"))[:20],
            text=str(sent.get("message", "")),
            moment=dates.now(world),
        )


def _number(world: World, digits: str) -> Did | ExternalDid | ShortCode:
    """Whoever's number that is, if messages work on it."""
    for model in (Did, ExternalDid):
        number = model.objects.filter(world=world, phonenumber=digits, partner__isnull=False).first()
        if number is not None:
            if not number.active_capabilities & ALL_BITS:
                raise conflict("phonenumber", "messaging is not enabled on this number")
            return number
    code = ShortCode.objects.filter(world=world, short_code=digits).first()
    if code is None:
        raise not_found("nobody holds this number", "phonenumber")
    return code


def sent_callbacks(_request: HttpRequest, world: World) -> dict[str, Any]:
    """What partners were told, or are to be told, oldest first."""
    return {"items": list(Callback.objects.filter(world=world).order_by("pk").values(*_TOLD))}


def add_short_code(request: HttpRequest, world: World) -> dict[str, Any]:
    """Set up a short code, as support would: {"short_code", "partner_sid", "country_code"}."""
    sent = sent_object(request)
    code = str(sent.get("short_code", ""))
    if not re.fullmatch(r"[0-9]{3,8}", code):
        raise bad_request("short_code", "is three to eight digits")
    holder = Partner.objects.filter(world=world, partner_sid=sent.get("partner_sid", world.main_partner_sid))
    if not holder.exists():
        raise not_found("cannot find partner", "partner_sid")
    made, _ = ShortCode.objects.update_or_create(
        world=world,
        short_code=code,
        country_code=str(sent.get("country_code", "USA"))[:3],
        defaults={"partner": holder.get()},
    )
    return SHORT_CODE.read(ShortCode.objects.filter(pk=made.pk), SHORT_CODE.chosen("", ""))[0]


_world = "_sandbox/worlds/<str:world>"
urlpatterns = [
    path(f"{_world}/messages", endpoint(post=send_message)),
    path(f"{_world}/callbacks", endpoint(get=sent_callbacks)),
    path(f"{_world}/short_codes", endpoint(post=add_short_code)),
]
