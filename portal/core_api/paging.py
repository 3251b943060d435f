"""One page, and a whole list read page by page that knows whether it was whole.

The list envelope of the Core API is `count, has_more, items, limit, offset, pagination, total`; `total` is
null for lists that cannot be counted (Core API §1.5).
"""

from collections.abc import Callable, Generator, Hashable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from portal.core_api.errors import BadAnswer
from portal.core_api.filters import Filter
from portal.core_api.shape import Fields, WrongShape

LARGEST_PAGE = 1000

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items of a list. `total` is how many match, None when upstream does not count them."""

    items: tuple[T, ...]
    has_more: bool
    total: int | None = None
    limit: int | None = None
    offset: int | None = None

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


FetchAt = Callable[[int], Page[T]]
FetchAfter = Callable[[str | None], Page[T]]


def page_of(parse: Callable[[object], T]) -> Callable[[object], Page[T]]:
    """The parser of a page whose items `parse` reads. A page that contradicts itself is WrongShape."""

    def read(payload: object) -> Page[T]:
        fields = Fields(payload, "list")
        if not isinstance(fields.payload.get("items"), list):
            raise WrongShape("list: items is not a list")
        items = tuple(parse(item) for item in fields.rows("items"))
        has_more, count, total = fields.flag("has_more"), fields.whole("count"), fields.whole("total")
        if has_more is None:
            raise WrongShape("list: has_more is not there")
        if count is not None and count != len(items):
            raise WrongShape("list: it holds another number of items than it says")
        if total is not None and total < len(items):
            raise WrongShape("list: it holds more items than there are")
        return Page(items, has_more, total, fields.whole("limit"), fields.whole("offset"))

    return read


def checked_limit(limit: int, offset: int = 0) -> dict[str, str | int]:
    """The query of a window. ValueError outside of 1 to 1000 items, or below the first."""
    if not 1 <= limit <= LARGEST_PAGE:
        raise ValueError(f"A page has 1 to {LARGEST_PAGE} items.")
    if offset < 0:
        raise ValueError("A list begins at 0.")
    return {"limit": limit, "offset": offset}


def window(
    wanted: Filter | None, limit: int, offset: int = 0, order: str | None = None
) -> dict[str, str | int]:
    """The query of a list: what, how many, from where, in which order."""
    params = checked_limit(limit, offset)
    if wanted is not None and wanted.conditions:
        params["filter"] = str(wanted)
    if order:
        params["order"] = order
    return params


class Listing(Generic[T]):
    """A whole list, read lazily, page by page, each time it is iterated.

    A page that fails raises what `errors.py` draws, in the middle of the iteration. `complete` is True only
    after a pass that provably saw everything: until then, and after a pass that cannot prove it, it is
    False, and nothing may be concluded from an item's absence.
    """

    def __init__(self, walk: Callable[[], Generator[T, None, bool]]) -> None:
        self._walk = walk
        self.complete = False
        self.seen = 0

    def __iter__(self) -> Iterator[T]:
        self.complete, self.seen = False, 0
        walk = self._walk()
        while True:
            try:
                item = next(walk)
            except StopIteration as end:
                self.complete = bool(end.value)
                return
            self.seen += 1
            yield item


def by_offset(fetch: FetchAt[T], key: Callable[[T], Hashable]) -> Listing[T]:
    """For short lists that seldom change. `fetch(offset)` gets a page, `key` tells two items apart.

    When the list changes during the pass, items move between pages and one may be missed. So the pass
    proves itself only if every page told the same total, and that many different items came; where upstream
    does not count, only if everything came on one page.
    """

    def walk() -> Generator[T, None, bool]:
        seen: set[Hashable] = set()
        totals: set[int | None] = set()
        offset = 0
        while True:
            page = fetch(offset)
            totals.add(page.total)
            for item in page:
                if key(item) not in seen:
                    seen.add(key(item))
                    yield item
            offset += len(page)
            if not page.has_more:
                fits_one_page = totals == {None} and offset == len(page)
                return fits_one_page or totals == {len(seen)}
            if not page.items:
                raise _untrustworthy("its list promises more items and has none")

    return Listing(walk)


def by_key(fetch: FetchAfter[T], key: Callable[[T], str], count: Callable[[], int | None]) -> Listing[T]:
    """For long lists: each page begins after the last key of the one before, so nothing moves between pages.

    `fetch(last_key)` gets a page in ascending order of `key` (None: the first), `count()` how many items
    match now. Whoever is there during the whole pass is seen, if upstream orders and compares keys alike.
    The documents do not say whether it does, so that is checked: the pass must see at least as many items
    as there were when it began, or, should some have gone meanwhile, as there are now.
    """

    def walk() -> Generator[T, None, bool]:
        order = _Order()
        last: str | None = None
        first_total: int | None = None
        seen = 0
        while True:
            page = fetch(last)
            first_total = page.total if last is None else first_total
            for item in page:
                order.add(key(item))
                yield item
            seen += len(page)
            if not page.has_more:
                break
            if not page.items:
                raise _untrustworthy("its list promises more items and has none")
            last = key(page.items[-1])
        if first_total is None or seen >= first_total:
            return True
        now = count()
        return now is not None and seen >= now

    return Listing(walk)


def newest_first(
    fetch: FetchAt[T], key: Callable[[T], Hashable], moment: Callable[[T], datetime]
) -> Listing[T]:
    """For records that are only ever added: whatever comes meanwhile pushes the others back.

    `fetch(offset)` gets a page in descending order of `moment`; one seen before is left out. So whoever was
    there at the beginning is seen. That upstream orders as asked is checked.
    """

    def walk() -> Generator[T, None, bool]:
        seen: set[Hashable] = set()
        last: datetime | None = None
        offset = 0
        while True:
            page = fetch(offset)
            for item in page:
                if key(item) in seen:
                    continue
                if last is not None and moment(item) > last:
                    raise _untrustworthy("its list is not in the order that was asked for")
                seen.add(key(item))
                last = moment(item)
                yield item
            offset += len(page)
            if not page.has_more:
                return True
            if not page.items:
                raise _untrustworthy("its list promises more items and has none")

    return Listing(walk)


class _Order:
    """Keys ascending as text or as numbers, whichever upstream prefers, but always the same one."""

    def __init__(self) -> None:
        self._last: str | None = None
        self._as_text = self._as_number = True

    def add(self, key: str) -> None:
        if self._last is not None:
            self._as_text = self._as_text and self._last < key
            self._as_number = self._as_number and (len(self._last), self._last) < (len(key), key)
            if not (self._as_text or self._as_number):
                raise _untrustworthy("its list is not in the order that was asked for")
        self._last = key


def _untrustworthy(reason: str) -> BadAnswer:
    return BadAnswer(f"The Core API was reached, but {reason}. Nothing was changed.")
