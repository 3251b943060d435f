"""Endpoints: devices and hosted applications that take and make calls (Core API §2.10)."""

from dataclasses import dataclass, field
from typing import Any

from portal.core_api.filters import Filter
from portal.core_api.lists import every
from portal.core_api.paging import Listing
from portal.core_api.sending import changed, created, nested
from portal.core_api.shape import Fields, about
from portal.core_api.transport import Transport, nothing, path_part

PATH = "/endpoints"
TYPES = frozenset(
    {
        "conference",
        "conference_playback",
        "flexml",
        "mediator",
        "peering_receiver",
        "peering_sender",
        "system_gateway",
        "third_party",
        "voicemail",
    }
)
UPDATABLE = frozenset(
    {
        "addresses",
        "attributes",
        "capacity",
        "name",
        "out_sip_password",
        "out_sip_username",
        "properties",
        "transformations",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where an endpoint of ours is. Its SIP password stays inside the client."""

    ip: str | None = None
    port: int | None = None
    dst_port: int | None = None
    direction: str | None = None
    transport: str | None = None
    priority: int | None = None
    srtp: bool | None = None
    location_sid: str | None = None
    sip_username: str | None = None

    @classmethod
    def parse(cls, payload: object) -> "Address":
        fields = Fields(payload, "address")
        return cls(
            ip=fields.text("ip"),
            port=fields.whole("port"),
            dst_port=fields.whole("dst_port"),
            direction=fields.text("direction"),
            transport=fields.text("transport"),
            priority=fields.whole("priority"),
            srtp=fields.flag("srtp"),
            location_sid=fields.text("location_sid"),
            sip_username=fields.text("sip_username"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """`capacity` is calls at once, 0 is no limit. Passwords in `properties` are masked."""

    endpoint_sid: str
    type: str | None = None
    name: str | None = None
    partner_sid: str | None = None
    capacity: int | None = None
    out_sip_username: str | None = None
    addresses: tuple[Address, ...] = ()
    properties: dict[str, Any] = field(default_factory=dict, hash=False)
    attributes: dict[str, Any] = field(default_factory=dict, hash=False)
    transformations: tuple[Any, ...] = field(default=(), hash=False)
    payload: dict[str, Any] = field(default_factory=dict, hash=False, repr=False)

    @classmethod
    def parse(cls, payload: object) -> "Endpoint":
        fields = Fields(payload, "endpoint")
        return cls(
            endpoint_sid=fields.required("endpoint_sid"),
            type=fields.text("type"),
            name=fields.text("name"),
            partner_sid=fields.text("partner_sid"),
            capacity=fields.whole("capacity"),
            out_sip_username=fields.text("out_sip_username"),
            addresses=tuple(Address.parse(row) for row in fields.rows("addresses")),
            properties=fields.mapping("properties"),
            attributes=fields.mapping("attributes"),
            transformations=fields.rows("transformations"),
            payload=fields.payload,
        )


class Endpoints:
    """`api.endpoints`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def iterate(self, filter: Filter | None = None) -> Listing[Endpoint]:  # noqa: A002
        return every(self._transport, PATH, Endpoint.parse, lambda endpoint: endpoint.endpoint_sid, filter)

    def get(self, endpoint_sid: str) -> Endpoint:
        parse = about(Endpoint.parse, endpoint_sid=endpoint_sid)
        return self._transport.request("GET", _path(endpoint_sid), parse)

    def create(self, type: str, **fields: Any) -> Endpoint:  # noqa: A002
        """`type` is one of `TYPES`; `third_party` needs `addresses`, each with its `ip` (ValueError)."""
        if type not in TYPES:
            raise ValueError(f"An endpoint is of one of these types: {', '.join(sorted(TYPES))}.")
        addresses = fields.get("addresses") or ()
        if type == "third_party" and not (addresses and all(each.get("ip") for each in addresses)):
            raise ValueError("A third party's endpoint needs an address, each with its IP.")
        body = {"type": type, **created(fields, UPDATABLE, "an endpoint")}
        return self._transport.request("POST", PATH, Endpoint.parse, json=body)

    def update(self, endpoint_sid: str, /, *, replace_nested: bool = False, **fields: Any) -> Endpoint:
        """Set the given fields and leave the others alone; nested objects as in `phonenumbers.update`.

        `addresses` is replaced as a whole, and a masked password in it cannot be sent back (ValueError).
        Upstream refuses more than name and capacity for hosted types, and anything for a system gateway.
        """
        return self._transport.request(
            "PATCH",
            _path(endpoint_sid),
            about(Endpoint.parse, endpoint_sid=endpoint_sid),
            params=nested(replace=replace_nested),
            json=changed(fields, UPDATABLE, "an endpoint"),
        )

    def delete(self, endpoint_sid: str) -> None:
        self._transport.request("DELETE", _path(endpoint_sid), nothing)


def _path(endpoint_sid: str) -> str:
    return f"{PATH}/{path_part(endpoint_sid)}"
