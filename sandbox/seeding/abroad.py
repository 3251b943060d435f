"""Numbers outside the United States: the carrier's own, and the external provider's pool."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from sandbox.seeding.formats import formats
from sandbox.seeding.stock import Stock

PRICE_ABROAD, PRICE_EXTERNAL = Decimal("1.1"), Decimal("0.66")


@dataclass(frozen=True)
class Range:
    """A block of numbers: E.164 digits `prefix` and so many more digits, all of them valid."""

    country: str  # ISO 3166-1 alpha-3
    prefix: str
    more: int
    locality: str | None
    point: tuple[float, float] | None
    capabilities: int

    def number(self, at: int) -> str:
        return f"{self.prefix}{at:0{self.more}}"


def _ranges(text: str) -> tuple[Range, ...]:
    found = []
    for row in text.strip().splitlines():
        country, prefix, more, capabilities, lat, lng, locality = row.split(maxsplit=6)
        point = None if lat == "-" else (float(lat), float(lng))
        found.append(
            Range(country, prefix, int(more), None if locality == "-" else locality, point, int(capabilities))
        )
    return tuple(found)


# country, prefix, further digits, capabilities, latitude, longitude, locality (mobile ranges have no place)
_OWN = _ranges("""
SWE 468505 5 4 59.3293 18.0686 STOCKHOLM
SWE 463136 5 4 57.7089 11.9746 GÖTEBORG
SWE 464066 5 4 55.6050 13.0038 MALMÖ
SWE 46731 6 7 - - -
GBR 442038 6 4 51.5074 -0.1278 LONDON
GBR 441618 6 4 53.4808 -2.2426 MANCHESTER
GBR 441315 6 4 55.9533 -3.1883 EDINBURGH
GBR 447414 6 7 - - -
DEU 493022 6 4 52.5200 13.4050 BERLIN
DEU 498954 6 4 48.1351 11.5820 MÜNCHEN
DEU 4915123 6 7 - - -
FRA 33184 6 4 48.8566 2.3522 PARIS
FRA 33472 6 4 45.7640 4.8357 LYON
CAN 1416204 4 7 43.6532 -79.3832 TORONTO
CAN 1514312 4 7 45.5019 -73.5674 MONTREAL
CAN 1604330 4 31 49.2827 -123.1207 VANCOUVER
CAN 1403217 4 7 51.0447 -114.0719 CALGARY
MEX 525541 6 4 19.4326 -99.1332 CIUDAD DE MEXICO
MEX 523336 6 4 20.6597 -103.3496 GUADALAJARA
MEX 528181 6 4 25.6866 -100.3161 MONTERREY
AUS 61291 6 4 -33.8688 151.2093 SYDNEY
AUS 61396 6 4 -37.8136 144.9631 MELBOURNE
AUS 61412 6 7 - - -
NLD 31207 6 4 52.3676 4.9041 AMSTERDAM
NLD 31103 6 4 51.9244 4.4777 ROTTERDAM
""")
_EXTERNAL = _ranges("""
SWE 4650181 4 7 58.7106 13.8236 MARIESTAD
SWE 46705 6 7 - - -
GBR 441132 6 4 53.8008 -1.5491 LEEDS
DEU 494035 6 4 53.5511 9.9937 HAMBURG
DEU 4922116 6 4 50.9375 6.9603 KÖLN
NOR 472296 4 4 59.9139 10.7522 OSLO
NOR 475555 4 4 60.3913 5.3221 BERGEN
NOR 47412 5 7 - - -
ESP 34911 6 4 40.4168 -3.7038 MADRID
ESP 34931 6 4 41.3874 2.1686 BARCELONA
""")
_ORDERED = _ranges("""
SWE 46501771234 0 7 58.7106 13.8236 MARIESTAD
DEU 494036612345 0 4 53.5511 9.9937 HAMBURG
""")
COUNTRIES = tuple(dict.fromkeys(each.country for each in _OWN))
EXTERNAL_COUNTRIES = tuple(dict.fromkeys(each.country for each in _EXTERNAL))

# The external number of the Core API guide's example: its order takes a while to complete.
GUIDE_EXTERNAL = "46501818082"


def own(world_id: int, countries: tuple[str, ...], count: int, random: Random) -> Iterator[Stock]:
    """`count` of the carrier's own numbers in each of these countries."""
    for country in countries:
        yield from _spread(
            world_id, [each for each in _OWN if each.country == country], count, PRICE_ABROAD, random
        )


# What a number of the external pool has beyond the columns of Stock.
EXTERNAL_COLUMNS = ("external", "order_pending", "provider_sid")


def external(
    world_id: int, countries: tuple[str, ...], count: int, provider_sid: str, random: Random
) -> Iterator[tuple]:
    """`count` numbers of the external pool in each of these countries.

    Renting every other one answers `pending_assignment` first, the rest are assigned at once; the
    guide's own example comes first in Sweden.
    """
    for country in countries:
        ranges = [each for each in _EXTERNAL if each.country == country]
        for at, row in enumerate(_spread(world_id, ranges, count, PRICE_EXTERNAL, random)):
            yield (*row, True, at % 2 == 0, provider_sid)


def _spread(
    world_id: int, ranges: list[Range], count: int, price: Decimal, random: Random
) -> Iterator[Stock]:
    """`count` numbers over the ranges in turn, each once."""
    turns = len(ranges)
    for at, each in enumerate(ranges):
        for index in _picked(each, len(range(at, count, turns)), random):
            yield _row(world_id, each, each.number(index), price)


def _picked(each: Range, count: int, random: Random) -> list[int]:
    found = random.sample(range(10**each.more), count)
    if GUIDE_EXTERNAL.startswith(each.prefix) and found:
        example = int(GUIDE_EXTERNAL[len(each.prefix) :])
        found = [example, *[index for index in found if index != example]][:count]
    return found


def _row(world_id: int, each: Range, digits: str, price: Decimal) -> Stock:
    nanp = each.country == "CAN"
    lat, lng = each.point or (None, None)
    return Stock(
        world_id, digits, each.country, None, each.locality, None, None, digits[1:4] if nanp else None,
        digits[1:7] if nanp else None, lat, lng, *formats(digits), each.capabilities, each.capabilities & 4,
        price,
    )  # fmt: skip


def ordered(world_id: int, country: str) -> Stock:
    """A number of the external provider that is out of its pool already."""
    each = next(found for found in _ORDERED if found.country == country)
    return _row(world_id, each, each.prefix, PRICE_EXTERNAL)
