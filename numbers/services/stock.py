"""What could be rented where: counts by country, state and area code, for the selects of the search."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from numbers.places import STATES
from portal.core_api.errors import CoreApiError
from portal.core_api.filters import F, Filter
from portal.countries import countries
from portal.freshness import Kept, keep
from portal.sentences import sentence
from portal.upstream import core_api

DAY = 24 * 60 * 60
HOME_COUNTRY = "USA"


@dataclass(frozen=True)
class Stock:
    """One choice of a select: its key upstream, its name for people, how many can be rented."""

    key: str
    name: str
    count: int


Stocks = tuple[Stock, ...]


@dataclass(frozen=True)
class Place:
    """The three selects. `at` (aware) is when the oldest of the counts was asked for."""

    country: str
    state: str
    countries: Stocks = ()
    states: Stocks = ()
    areas: Stocks = ()
    at: datetime | None = None
    trouble: str = ""

    @property
    def country_name(self) -> str:
        return next((c.name for c in self.countries if c.key == self.country), self.country)

    def words(self, npa: str = "") -> str:
        """Where a search looks, for a headline: `516, New York`."""
        return ", ".join(part for part in (npa, STATES.get(self.state) or self.country_name) if part)

    def count(self, npa: str = "") -> int | None:
        """How many numbers there are here, or in area code `npa`; None when nobody told."""
        choices, key = (self.areas, npa) if npa else (self.states, self.state)
        if not key:
            choices, key = self.countries, self.country
        return next((stock.count for stock in choices if stock.key == key), None)


def place(*, country: str = "", state: str = "") -> Place:
    """The selects for a country (alpha-3) and a state; unknown or empty values fall back.

    Never raises for upstream trouble: the selects are then what is known without it, and
    `trouble` says so.
    """
    state = state if state in STATES else ""
    country = country or HOME_COUNTRY
    try:
        kept = {"countries": stock_by_country()}
        if country == HOME_COUNTRY:
            kept["states"] = stock_by_state()
        if state and country == HOME_COUNTRY:
            kept["areas"] = stock_by_area(state)
    except CoreApiError as error:
        states = tuple(Stock(key, name, 0) for key, name in STATES.items())
        return Place(country, state, (Stock(country, country, 0),), states, trouble=sentence(error))
    return Place(
        country,
        state,
        **{select: choices.value for select, choices in kept.items()},
        at=min(choices.at for choices in kept.values()),
        trouble=next((choices.trouble for choices in kept.values() if choices.trouble), ""),
    )


def stock_by_country() -> Kept[Stocks]:
    """Countries with rentable numbers: ours first, then by name."""

    def choices(counts: dict[str, int]) -> Stocks:
        known = countries()
        stock = [Stock(key, known[key].name if key in known else key, count) for key, count in counts.items()]
        return tuple(sorted(stock, key=lambda s: (s.key != HOME_COUNTRY, s.name)))

    return _coverage("country_code", None, choices)


def stock_by_state() -> Kept[Stocks]:
    """All states and DC by name, those without stock too."""

    def choices(counts: dict[str, int]) -> Stocks:
        return tuple(Stock(key, name, counts.get(key, 0)) for key, name in STATES.items())

    return _coverage("state", F("country_code") == HOME_COUNTRY, choices)


def stock_by_area(state: str) -> Kept[Stocks]:
    """The area codes of a state that have stock."""

    def choices(counts: dict[str, int]) -> Stocks:
        return tuple(Stock(key, key, count) for key, count in sorted(counts.items()) if key)

    return _coverage("npa", (F("country_code") == HOME_COUNTRY) & (F("state") == state), choices)


def _coverage(
    group_by: str, where: Filter | None, choices: Callable[[dict[str, int]], Stocks]
) -> Kept[Stocks]:
    def fetch() -> Stocks:
        return choices({row.key: row.count for row in core_api().phonenumbers.coverage(group_by, where)})

    key = f"coverage:{settings.CORE_API_URL}:{group_by}:{where}"
    return keep(key, fetch, fresh_for=settings.COVERAGE_FRESH_SECONDS, keep_for=DAY)
