"""Trunk groups: where calls to a number are routed (Core API §2.11)."""

from portal.core_api.paging import LARGEST_PAGE, Listing, Page, by_offset, checked_limit, page_of
from portal.core_api.transport import Transport
from portal.core_api.types import TrunkGroup


class TrunkGroups:
    """`api.trunk_groups`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def iterate(self) -> Listing[TrunkGroup]:
        def fetch(offset: int) -> Page[TrunkGroup]:
            params = checked_limit(LARGEST_PAGE, offset)
            return self._transport.request("GET", "/trunk_groups", page_of(TrunkGroup.parse), params=params)

        return by_offset(fetch, lambda group: group.trunk_group_sid)
