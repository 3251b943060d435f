"""What each type of endpoint is made of, and what of it can be changed (Core API §2.10).

A partner's own equipment is `third_party`: addresses, and everything can be set. All other types are
applications this carrier hosts: it makes their credentials, and little of them can be set.
"""

import ipaddress
import re
import secrets
from typing import Any
from uuid import uuid4

from sandbox.auth import Caller
from sandbox.errors import Problem, forbidden, invalid
from sandbox.models import Endpoint, Partner
from sandbox.tree import family
from sandbox.writing import require_existing

HOSTED = (
    "conference", "conference_playback", "flexml", "mediator", "peering_receiver", "peering_sender",
    "voicemail",
)  # fmt: skip
GATEWAY, THIRD_PARTY = "system_gateway", "third_party"
TYPES = (*HOSTED, GATEWAY, THIRD_PARTY)

_APIS = {"conference": "conference", "flexml": "flexml", "mediator": "mediator"}
# Properties a client may set, with what they are when it does not.
_SETTABLE: dict[str, dict[str, Any]] = {
    "conference": {"container_sid": "null"},  # a text in the documents' own sample
    "conference_playback": {"conference_endpoint_sid": None},
    "flexml": {"container_sid": "null"},
    "voicemail": {
        "callback_method": "POST",
        "callback_url": None,
        "container_sid": None,
        "greeting": None,
        "max_duration": None,
    },
}
# Where this carrier sends calls from: addresses reserved for documentation.
_OUR_SWITCHES = ("192.0.2.10", "192.0.2.11")
_READ_ONLY = ("account_sid", "api_url", "login", "password", "subscriber_sid")
_HOST_NAME = re.compile(
    r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*\.?", re.IGNORECASE
)


def ensure_gateways(caller: Caller) -> None:
    """Every partner has one system gateway, made when endpoints are first asked for."""
    without = Partner.objects.filter(partner_sid__in=family(caller.partner)).exclude(endpoints__type=GATEWAY)
    Endpoint.objects.bulk_create(
        (
            Endpoint(
                world_id=each.world_id,
                partner=each,
                type=GATEWAY,
                name="System gateway",
                addresses=[{**_ADDRESS, "ip": ip} for ip in _OUR_SWITCHES],
            )
            for each in without
        ),
        ignore_conflicts=True,
    )


def made_up(kind: str, name: str) -> dict[str, Any]:
    """What the carrier makes for a new endpoint: columns."""
    properties = dict(_SETTABLE.get(kind, {}))
    if kind in _APIS:
        label = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:40] or kind
        properties |= {
            "account_sid": secrets.token_urlsafe(24),
            "api_url": f"https://api.carrierx.com/{_APIS[kind]}/v1",
            "login": f"{label}_{secrets.randbelow(9000) + 1000}",
            "password": secrets.token_urlsafe(9),
        }
    return {"properties": properties, "voip_token": str(uuid4()) if kind == THIRD_PARTY else None}


def may_change(kind: str) -> tuple[str, ...] | None:
    """The fields that can be set once such an endpoint exists; None: all."""
    if kind == GATEWAY:
        raise forbidden("type", "the system gateway is made by the system and cannot be changed")
    if kind == THIRD_PARTY:
        return None
    return ("name", "capacity", "properties") if kind == "voicemail" else ("name", "capacity")


def checked_properties(
    caller: Caller, kind: str, present: dict[str, Any], wanted: dict[str, Any]
) -> dict[str, Any]:
    """`present` properties with those of `wanted` a client may set.

    Properties the system keeps may be sent along and stay as they are. ApiError 422 for others.
    """
    if kind == THIRD_PARTY:
        return wanted
    settable = _SETTABLE.get(kind, {})
    problems = [
        Problem(f"properties.{name[:50]}", f"a {kind} endpoint has no such property to set")
        for name in wanted
        if name not in settable and name not in _READ_ONLY
    ]
    if problems:
        raise invalid(*problems[:20])
    kept = {name: value for name, value in present.items() if name not in settable}
    told = {name: wanted.get(name, usual) for name, usual in settable.items()}
    _check_values(caller, told)
    return {**kept, **told}


def _check_values(caller: Caller, told: dict[str, Any]) -> None:
    for name, value in told.items():
        longest = isinstance(value, str) and len(value) > 500
        if name == "max_duration":
            fine = value is None or (
                isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
            )
        elif name == "callback_method":
            fine = value in ("POST", "GET")
        else:
            fine = value is None or isinstance(value, str)
        if not fine or longest:
            raise invalid(Problem(f"properties.{name}", "is not what this property can be"))
    sid = told.get("conference_endpoint_sid")
    if sid is not None:
        require_existing(caller, "endpoint_sid", Endpoint, sid)


def checked_addresses(kind: str, addresses: list[Any]) -> list[dict[str, Any]]:
    """The addresses with every documented key; ApiError 422 unless they are what `kind` needs."""
    if kind != THIRD_PARTY:
        if addresses:
            raise invalid(Problem("addresses", "only third_party endpoints have addresses of their own"))
        return []
    if not addresses:
        raise invalid(Problem("addresses", "a third_party endpoint needs at least one, with its ip"))
    return [_address(index, each) for index, each in enumerate(addresses)]


_ADDRESS: dict[str, Any] = {
    "direction": "any",
    "dst_port": 5060,
    "ip": None,
    "location_sid": None,
    "port": 5060,
    "priority": 0,
    "sip_password": None,
    "sip_username": None,
    "srtp": False,
    "transport": "udp",
}
_WORDS = {"direction": ("any", "inbound", "outbound"), "transport": ("tcp", "tls", "udp")}
# Numbers may come as texts of digits: the documents' own sample sends a port like that.
_NUMBERS = {"dst_port": range(5060, 5070), "port": range(1, 65536), "priority": range(2**31)}


def _address(index: int, sent: Any) -> dict[str, Any]:
    if not isinstance(sent, dict):
        raise invalid(Problem(f"addresses.{index}", "is not an object"))
    unknown = [name for name in sent if name not in _ADDRESS]
    if unknown:
        raise invalid(Problem(f"addresses.{index}.{unknown[0][:50]}", "an address has no such field"))
    address = {
        **_ADDRESS,
        **{name: _number(value) if name in _NUMBERS else value for name, value in sent.items()},
    }
    for name, value in address.items():
        if not _fits(name, value):
            raise invalid(Problem(f"addresses.{index}.{name}", _wanted(name)))
    return address


def _number(value: Any) -> Any:
    return int(value) if isinstance(value, str) and re.fullmatch(r"[0-9]{1,10}", value) else value


def _fits(name: str, value: Any) -> bool:
    if name in _WORDS:
        return value in _WORDS[name]
    if name in _NUMBERS:
        return isinstance(value, int) and not isinstance(value, bool) and value in _NUMBERS[name]
    if name == "srtp":
        return isinstance(value, bool)
    if name == "ip":
        return isinstance(value, str) and (_is_ip(value) or bool(_HOST_NAME.fullmatch(value)))
    return value is None or (isinstance(value, str) and len(value) <= 200)


def _wanted(name: str) -> str:
    if name in _WORDS:
        return f"is one of {', '.join(_WORDS[name])}"
    if name in _NUMBERS:
        return f"is a whole number from {_NUMBERS[name].start} to {_NUMBERS[name].stop - 1}"
    return {"srtp": "is true or false", "ip": "is required: an IP address or a full host name"}.get(
        name, "is a text of at most 200 characters, or null"
    )


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
