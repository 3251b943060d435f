"""Pages of the Phone Number API: counted from 1, with a total (Phone Number API §3.2)."""

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from portal.core_api.paging import Listing, Page, by_offset
from portal.core_api.shape import Fields, WrongShape

LARGEST_PAGE = 100

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PoolPage(Generic[T]):
    """One page, counted from 1; `total` is how many there are on all pages."""

    items: tuple[T, ...]
    page: int
    per_page: int
    total: int

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    @property
    def has_more(self) -> bool:
        return self.page * self.per_page < self.total


def pool_window(
    page: int, size: int, *, size_name: str = "per_page", largest: int = LARGEST_PAGE
) -> dict[str, str | int]:
    """The query of a page. ValueError for a page below 1, or a size outside of 1 to `largest`."""
    if page < 1 or not 1 <= size <= largest:
        raise ValueError(f"Pages count from 1 and have 1 to {largest} items.")
    return {"page": page, size_name: size}


def pool_page_of(
    parse: Callable[[object], T], *, items: str = "items", size: str = "per_page"
) -> Callable[[object], PoolPage[T]]:
    """The parser of a page whose items `parse` reads from the list `items`."""

    def read(payload: object) -> PoolPage[T]:
        fields = Fields(payload, "list")
        if not isinstance(fields.payload.get(items), list):
            raise WrongShape(f"list: {items} is not a list")
        rows = tuple(parse(row) for row in fields.rows(items))
        return PoolPage(rows, fields.count("page"), fields.count(size), fields.count("total"))

    return read


def by_page(fetch: Callable[[int], PoolPage[T]], key: Callable[[T], Hashable]) -> Listing[T]:
    """All pages. `fetch(page)` gets one; `complete` when all told the same total, and so many came."""
    page = 0

    def fetch_at(offset: int) -> Page[T]:
        nonlocal page
        page = page + 1 if offset else 1
        found = fetch(page)
        return Page(found.items, has_more=found.has_more, total=found.total)

    return by_offset(fetch_at, key)
