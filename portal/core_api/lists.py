"""Whole lists of what is short and seldom changes: read at once, or page by page when it is not so short."""

from collections.abc import Callable, Hashable
from typing import TypeVar

from portal.core_api.filters import Filter
from portal.core_api.paging import LARGEST_PAGE, Listing, Page, by_offset, page_of, window
from portal.core_api.transport import Query, Transport

T = TypeVar("T")


def every(
    transport: Transport,
    path: str,
    parse: Callable[[object], T],
    key: Callable[[T], Hashable],
    wanted: Filter | None = None,
    params: Query | None = None,
) -> Listing[T]:
    """All items at `path` that `wanted` lets pass; `key` tells two apart. See `Listing` for `complete`."""

    def fetch(offset: int) -> Page[T]:
        query = {**window(wanted, LARGEST_PAGE, offset), **(params or {})}
        return transport.request("GET", path, page_of(parse), params=query)

    return by_offset(fetch, key)


def some(
    transport: Transport,
    path: str,
    parse: Callable[[object], T],
    params: Query,
) -> Page[T]:
    """One page of the items at `path`."""
    return transport.request("GET", path, page_of(parse), params=params)
