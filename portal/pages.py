"""Pages of a query without counting it: a page asks for one row more than it shows."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)

LAST_PAGE = 10_000  # further than anybody turns pages; keeps a made-up page number from costing anything


@dataclass(frozen=True)
class Page(Generic[Row]):
    items: list[Row]
    number: int
    has_next: bool

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def next_page_number(self) -> int:
        return self.number + 1

    @property
    def previous_page_number(self) -> int:
        return self.number - 1


def page_of(rows: QuerySet[Row], number: str, *, size: int) -> Page[Row]:
    """Page `number` of `rows`, `size` rows each; `number` is the address's text, page 1 when unreadable."""
    wanted = min(max(int(number), 1), LAST_PAGE) if number.isdecimal() and len(number) < 9 else 1
    start = (wanted - 1) * size
    found = list(rows[start : start + size + 1])
    return Page(found[:size], wanted, has_next=len(found) > size)
