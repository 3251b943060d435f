"""The carrier's own rentable numbers in the United States.

Everything follows from the random generator handed in: the same generator over the same geography
gives the same numbers. Lines 0000–0999 of every exchange stay free for numbers somebody holds.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import accumulate
from random import Random
from typing import NamedTuple

from sandbox.models import Exchange
from sandbox.seeding.formats import nanp_formats

LINES = range(1000, 10_000)  # of an exchange, for rentable numbers
HELD_LINES = range(200, 1000)  # of an exchange, for numbers somebody holds
_A_HANDFUL = 8  # numbers in an exchange, until an area runs out of exchanges

# What an ordinary, a memorable and a far-away number cost a month.
PRICE, PRICE_MEMORABLE, PRICE_FAR = Decimal("0.6"), Decimal("0.95"), Decimal("0.75")

# 1 SMS in, 2 SMS out, 4 voice, 8 MMS in, 16 MMS out; and how many of a hundred numbers can what.
_CAPABILITIES, _OF_A_HUNDRED = (7, 31, 4, 5, 28), (52, 24, 17, 3, 4)
_CAPABILITY_STEPS = list(accumulate(_OF_A_HUNDRED))


def _by_state(text: str) -> dict[str, str]:
    return dict(pair.split(":") for pair in text.split())


# Residents in hundred thousands: how the stock is spread over the states.
_RESIDENTS = _by_state(
    "CA:395 TX:291 FL:215 NY:202 PA:130 IL:128 OH:118 GA:107 NC:104 MI:101 NJ:93 VA:86 WA:77 AZ:72 MA:70 "
    "TN:69 IN:68 MD:62 MO:62 WI:59 CO:58 MN:57 SC:51 AL:50 LA:47 KY:45 OR:42 OK:40 CT:36 UT:33 IA:32 NV:31 "
    "AR:30 MS:30 KS:29 NM:21 NE:20 ID:18 WV:18 HI:15 NH:14 ME:14 RI:11 MT:11 DE:10 SD:9 ND:8 AK:7 DC:7 "
    "VT:6 WY:6"
)
# One LATA a state, the one most of its people live in: plausible, not a routing table.
_LATAS = _by_state(
    "AL:476 AK:832 AZ:666 AR:528 CA:730 CO:656 CT:920 DE:228 DC:236 FL:460 GA:438 HI:834 ID:652 IL:358 "
    "IN:336 IA:632 KS:532 KY:462 LA:490 ME:120 MD:238 MA:128 MI:340 MN:628 MS:482 MO:520 MT:648 NE:644 "
    "NV:721 NH:122 NJ:224 NM:664 NY:132 NC:422 ND:636 OH:320 OK:536 OR:672 PA:228 RI:130 SC:434 SD:640 "
    "TN:470 TX:552 UT:660 VT:124 VA:248 WA:674 WV:256 WI:356 WY:654"
)
_OCNS = ("251F", "6664", "7229", "073H", "847G", "5102", "9206", "662F")


def lata_of(state: str) -> str | None:
    """The LATA numbers of this state are given."""
    return _LATAS.get(state)


class InventoryTooBigError(ValueError):
    """More numbers were asked for than the exchanges have."""


class Place(NamedTuple):
    """An exchange and where it is."""

    npa_nxx: str
    npa: str
    state: str
    locality: str
    lat: float
    lng: float


class Stock(NamedTuple):
    """The columns of a rentable number, as `rows.insert` takes them."""

    world_id: int
    phonenumber: str
    country_code: str
    state: str | None
    locality: str | None
    lata: str | None
    ocn: str | None
    npa: str | None
    npa_nxx: str | None
    lat: float | None
    lng: float | None
    in_country_format: str
    international_format: str
    capabilities: int
    active_capabilities: int
    price: Decimal


def places(npas: Iterable[str] | None = None) -> dict[str, list[Place]]:
    """The exchanges of these area codes (all when None), by area code, in order."""
    found = Exchange.objects.order_by("npa_nxx")
    if npas is not None:
        found = found.filter(npa__in=list(npas))
    by_npa: dict[str, list[Place]] = defaultdict(list)
    for row in found.values_list(*Place._fields):
        by_npa[row[1]].append(Place(*row))
    return by_npa


def shares(states: dict[str, str], total: int) -> dict[str, int]:
    """How many of `total` numbers each area code gets: by its state's residents, at least one.

    `states` maps area codes to states. When `total` is smaller than the list, the biggest get one.
    """
    areas_of = defaultdict(int)
    for state in states.values():
        areas_of[state] += 1
    weight = {npa: int(_RESIDENTS[state]) / areas_of[state] for npa, state in states.items()}
    biggest = sorted(weight, key=lambda npa: (-weight[npa], npa))
    least = dict.fromkeys(biggest[:total], 1)
    rest = total - len(least)
    exact = {npa: rest * weight[npa] / sum(weight.values()) for npa in least}
    result = {npa: least[npa] + math.floor(exact[npa]) for npa in least}
    by_remainder = sorted(least, key=lambda npa: (math.floor(exact[npa]) - exact[npa], npa))
    for npa in by_remainder[: total - sum(result.values())]:
        result[npa] += 1
    return result


def of_area(world_id: int, exchanges: list[Place], count: int, random: Random) -> Iterator[Stock]:
    """`count` numbers of one area code, several in each of some of its exchanges.

    Raises InventoryTooBigError when the exchanges cannot hold so many.
    """
    if not count:
        return
    chosen = random.sample(exchanges, min(len(exchanges), math.ceil(count / _A_HANDFUL)))
    each, more = divmod(count, len(chosen))
    for at, place in enumerate(chosen):
        yield from _of_exchange(world_id, place, each + (at < more), random)


def _of_exchange(world_id: int, place: Place, count: int, random: Random) -> Iterator[Stock]:
    lata, ocn = _LATAS[place.state], _OCNS[int(place.npa_nxx) % len(_OCNS)]
    usual = PRICE_FAR if place.state in ("AK", "HI") else PRICE
    capabilities = random.choices(_CAPABILITIES, cum_weights=_CAPABILITY_STEPS, k=count)
    for line, able in zip(_lines(count, random), capabilities, strict=True):
        digits = f"1{place.npa_nxx}{line}"
        price = PRICE_MEMORABLE if line in _MEMORABLE else usual
        yield Stock(
            world_id, digits, "USA", place.state, place.locality, lata, ocn, place.npa, place.npa_nxx,
            place.lat, place.lng, *nanp_formats(digits), able, able & 4, price,
        )  # fmt: skip


def _lines(count: int, random: Random) -> list[int]:
    """Lines of one exchange: few come from one block of a thousand, as carriers are given them."""
    if count > len(LINES):
        raise InventoryTooBigError(
            f"An exchange holds {len(LINES)} rentable numbers, not {count}: ask for a smaller inventory."
        )
    block = random.choice(range(LINES.start, LINES.stop, 1000))
    return random.sample(range(block, block + 1000) if count <= 400 else LINES, count)


def _memorable(line: int) -> bool:
    a, b, c, d = f"{line}"
    return a == b == c == d or (c, d) == ("0", "0") or (a == c and b == d) or f"{line}" in "0123456789"


_MEMORABLE = frozenset(line for line in LINES if _memorable(line))


def one(world_id: int, place: Place, line: int, capabilities: int, price: Decimal = PRICE) -> Stock:
    """A particular number."""
    digits = f"1{place.npa_nxx}{line:04}"
    return Stock(
        world_id, digits, "USA", place.state, place.locality, _LATAS[place.state], _OCNS[0], place.npa,
        place.npa_nxx, place.lat, place.lng, *nanp_formats(digits), capabilities, capabilities & 4, price,
    )  # fmt: skip


_TOLL_FREE = ("800", "833", "844", "855", "866", "877", "888")


def toll_free(world_id: int, count: int, random: Random) -> Iterator[Stock]:
    """Numbers without a state or a place, voice only, the dearer the older their code."""
    for at, number in enumerate(random.sample(range(2_000_000, 10_000_000), count)):
        npa = _TOLL_FREE[at % len(_TOLL_FREE)]
        digits = f"1{npa}{number}"
        price = Decimal("2.5") if npa == "800" else Decimal("1.2")
        yield Stock(
            world_id, digits, "USA", None, None, None, _OCNS[0], npa, digits[1:7], None, None,
            *nanp_formats(digits), 4, 4, price,
        )  # fmt: skip
