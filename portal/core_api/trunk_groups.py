"""Trunk groups and their trunks: where calls to a number are routed (Core API §2.11)."""

from dataclasses import dataclass, field
from typing import Any

from portal.core_api.filters import Filter
from portal.core_api.lists import every
from portal.core_api.paging import Listing
from portal.core_api.sending import changed, created, nested
from portal.core_api.shape import Fields, about
from portal.core_api.transport import Transport, nothing, path_part
from portal.core_api.types import TrunkGroup

PATH = "/trunk_groups"
UPDATABLE = frozenset(
    {
        "acls",
        "external_handlers",
        "hard_failure_codes",
        "hard_failure_cooldown",
        "hard_failure_interval",
        "hard_failure_last_resort",
        "hard_failure_threshold",
        "name",
        "routing_data",
        "routing_type",
        "sip_options_locations",
        "sip_options_threshold",
        "soft_failure_codes",
        "transformations",
    }
)
TRUNK_UPDATABLE = frozenset(
    {
        "acls",
        "allow_forward",
        "allow_transfer",
        "asn_mode",
        "call_type",
        "codec",
        "endpoint_sid",
        "in_capacity",
        "in_identity_format",
        "in_identity_mode",
        "in_rfc_4694_mode",
        "location_sid",
        "name",
        "out_capacity",
        "out_identity_mode",
        "out_rfc_4694_mode",
        "priority",
        "relay_sip_headers",
        "transformations",
        "weight",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trunk:
    """One way into an endpoint. Capacities are calls at once, 0 is no limit; the rest is in `payload`."""

    trunk_sid: str
    name: str | None = None
    endpoint_sid: str | None = None
    priority: int | None = None
    weight: int | None = None
    in_capacity: int | None = None
    out_capacity: int | None = None
    allow_forward: str | None = None
    allow_transfer: bool | None = None
    call_type: str | None = None
    codec: str | None = None
    payload: dict[str, Any] = field(default_factory=dict, hash=False, repr=False)

    @classmethod
    def parse(cls, payload: object) -> "Trunk":
        fields = Fields(payload, "trunk")
        return cls(
            trunk_sid=fields.required("trunk_sid"),
            name=fields.text("name"),
            endpoint_sid=fields.text("endpoint_sid"),
            priority=fields.whole("priority"),
            weight=fields.whole("weight"),
            in_capacity=fields.whole("in_capacity"),
            out_capacity=fields.whole("out_capacity"),
            allow_forward=fields.text("allow_forward"),
            allow_transfer=fields.flag("allow_transfer"),
            call_type=fields.text("call_type"),
            codec=fields.text("codec"),
            payload=fields.payload,
        )


class TrunkGroups:
    """`api.trunk_groups`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def iterate(self, filter: Filter | None = None) -> Listing[TrunkGroup]:  # noqa: A002
        return every(self._transport, PATH, TrunkGroup.parse, lambda group: group.trunk_group_sid, filter)

    def get(self, trunk_group_sid: str) -> TrunkGroup:
        parse = about(TrunkGroup.parse, trunk_group_sid=trunk_group_sid)
        return self._transport.request("GET", _path(trunk_group_sid), parse)

    def create(self, **fields: Any) -> TrunkGroup:
        """Without trunks; `create_trunk` adds them. ValueError for a field that cannot be set."""
        body = created(fields, UPDATABLE, "a trunk group")
        return self._transport.request("POST", PATH, TrunkGroup.parse, json=body)

    def update(self, trunk_group_sid: str, /, *, replace_nested: bool = False, **fields: Any) -> TrunkGroup:
        """Set the given fields and leave the others alone; nested objects as in `phonenumbers.update`."""
        return self._transport.request(
            "PATCH",
            _path(trunk_group_sid),
            about(TrunkGroup.parse, trunk_group_sid=trunk_group_sid),
            params=nested(replace=replace_nested),
            json=changed(fields, UPDATABLE, "a trunk group"),
        )

    def delete(self, trunk_group_sid: str) -> None:
        """What becomes of numbers that point at it is not documented: point them elsewhere first."""
        self._transport.request("DELETE", _path(trunk_group_sid), nothing)

    def trunks(self, trunk_group_sid: str) -> Listing[Trunk]:
        path = f"{_path(trunk_group_sid)}/trunks"
        return every(self._transport, path, Trunk.parse, lambda trunk: trunk.trunk_sid)

    def get_trunk(self, trunk_group_sid: str, trunk_sid: str) -> Trunk:
        path = _trunk(trunk_group_sid, trunk_sid)
        return self._transport.request("GET", path, about(Trunk.parse, trunk_sid=trunk_sid))

    def create_trunk(self, trunk_group_sid: str, /, **fields: Any) -> Trunk:
        """ValueError for a field that cannot be set."""
        body = created(fields, TRUNK_UPDATABLE, "a trunk")
        return self._transport.request("POST", f"{_path(trunk_group_sid)}/trunks", Trunk.parse, json=body)

    def update_trunk(self, trunk_group_sid: str, trunk_sid: str, /, **fields: Any) -> Trunk:
        """Set the given fields and leave the others alone."""
        return self._transport.request(
            "PATCH",
            _trunk(trunk_group_sid, trunk_sid),
            about(Trunk.parse, trunk_sid=trunk_sid),
            json=changed(fields, TRUNK_UPDATABLE, "a trunk"),
        )

    def delete_trunk(self, trunk_group_sid: str, trunk_sid: str) -> None:
        self._transport.request("DELETE", _trunk(trunk_group_sid, trunk_sid), nothing)


def _path(trunk_group_sid: str) -> str:
    return f"{PATH}/{path_part(trunk_group_sid)}"


def _trunk(trunk_group_sid: str, trunk_sid: str) -> str:
    return f"{_path(trunk_group_sid)}/trunks/{path_part(trunk_sid)}"
