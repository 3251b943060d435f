"""Named groups of numbers (Core API §2.3)."""

from typing import Any

from portal.core_api.filters import Filter
from portal.core_api.lists import every
from portal.core_api.paging import Listing
from portal.core_api.sending import changed, created
from portal.core_api.shape import about
from portal.core_api.transport import Transport, nothing, path_part
from portal.core_api.types import DidGroup

PATH = "/phonenumber/did_groups"
UPDATABLE = frozenset({"callback_url", "name"})


class DidGroups:
    """`api.did_groups`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def iterate(self, filter: Filter | None = None) -> Listing[DidGroup]:  # noqa: A002
        return every(self._transport, PATH, DidGroup.parse, lambda group: group.did_group_sid, filter)

    def get(self, did_group_sid: str) -> DidGroup:
        return self._transport.request(
            "GET", _path(did_group_sid), about(DidGroup.parse, did_group_sid=did_group_sid)
        )

    def create(self, **fields: Any) -> DidGroup:
        """`name` and `callback_url`, both optional."""
        return self._transport.request(
            "POST", PATH, DidGroup.parse, json=created(fields, UPDATABLE, "a DID group")
        )

    def update(self, did_group_sid: str, /, **fields: Any) -> DidGroup:
        """Set the given fields and leave the others alone."""
        body = changed(fields, UPDATABLE, "a DID group")
        return self._transport.request(
            "PATCH", _path(did_group_sid), about(DidGroup.parse, did_group_sid=did_group_sid), json=body
        )

    def delete(self, did_group_sid: str) -> None:
        """What becomes of the numbers in it is not documented: take them out first."""
        self._transport.request("DELETE", _path(did_group_sid), nothing)


def _path(did_group_sid: str) -> str:
    return f"{PATH}/{path_part(did_group_sid)}"
