"""What calls cost: the rate plans, and the price of one call (Core API §2.8).

The same plans hold in every world. The outbound one has a line for each country, and for each area
code of those that share the prefix 1. They are written into the database at the first look.
"""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_CEILING, Decimal

from django.db import transaction

from sandbox.models import Area, Rate
from sandbox.seeding.countries import COUNTRIES

EFFECTIVE = datetime(2026, 1, 1, tzinfo=UTC)
SUB_TYPES = ("conference", "conference_playback", "flexml", "mediator", "third_party", "voicemail")
INBOUND_PSTN, OUTBOUND_PSTN, VOIP = "inbound_pstn", "outbound_pstn", "voip"

_TOLL_FREE = ("800", "833", "844", "855", "866", "877", "888")
_CANADIAN = (
    "204", "226", "236", "249", "250", "289", "306", "343", "365", "403", "416", "418", "431", "437", "438",
    "450", "506", "514", "519", "548", "579", "581", "587", "604", "613", "639", "647", "705", "709", "778",
    "780", "782", "807", "819", "825", "867", "873", "902", "905",
)  # fmt: skip
# A call abroad, for six seconds.
_ABROAD = {"Americas": "0.005", "Europe": "0.003", "Asia": "0.006", "Africa": "0.012", "Oceania": "0.004"}


@dataclass(frozen=True)
class Line:
    """One line of a plan: calls of numbers with `prefix` (None: all others) are billed in steps of
    `increment` seconds, for at least `minimum`; `price` is what `minimum` seconds cost."""

    prefix: str | None
    country_code: str | None
    country_name: str | None
    increment: int
    minimum: int
    price: Decimal


@dataclass(frozen=True)
class Cost:
    """What one call costs."""

    seconds: Decimal  # billed
    rate: Decimal  # of the line
    price: Decimal


_RECEIVED = Line(None, None, None, 60, 60, Decimal("0.005"))
_RECEIVED_TOLL_FREE = Line(None, "USA", "United States", 6, 6, Decimal("0.0018"))


def cost(*, inbound: bool, target: str, duration: Decimal) -> Cost:
    """The cost of a call of `duration` seconds to the number `target` (E.164 digits)."""
    line = _line_in(target) if inbound else _line_out(target)
    steps = (duration / line.increment).to_integral_value(ROUND_CEILING)
    seconds = max(steps * line.increment, Decimal(line.minimum))
    return Cost(seconds, line.price, (line.price * seconds / line.minimum).quantize(Decimal("0.0001")))


def _line_in(number: str) -> Line:
    return _RECEIVED_TOLL_FREE if number[:1] == "1" and number[1:4] in _TOLL_FREE else _RECEIVED


def _line_out(number: str) -> Line:
    fitting = [prefix for prefix in _BY_PREFIX if number.startswith(prefix)]
    return _BY_PREFIX[max(fitting, key=len, default="1")]


def _abroad() -> Iterator[Line]:
    for each in COUNTRIES:
        if each.iso_3166_alpha_3 not in ("USA", "CAN"):
            price = Decimal(_ABROAD[each.region])
            yield Line(each.dialing_prefix, each.iso_3166_alpha_3, each.common_name, 6, 6, price)


def _near(country_code: str, country_name: str, codes: Iterable[str]) -> Iterator[Line]:
    for code in codes:
        yield Line(f"1{code}", country_code, country_name, 6, 6, Decimal("0.001"))


_BY_PREFIX = {
    line.prefix or "": line
    for line in (*_abroad(), *_near("CAN", "Canada", _CANADIAN), *_near("USA", "United States", [""]))
}


def ensure() -> None:
    """Write the plans unless they are there; any number of callers at once come to the same."""
    if Rate.objects.filter(plan=VOIP).exists():
        return
    with transaction.atomic():
        for plan, lines in _plans().items():
            rows = [Rate(key=f"{plan} {line.prefix or '-'}", plan=plan, **_columns(line)) for line in lines]
            Rate.objects.bulk_create(rows, ignore_conflicts=True)


def _plans() -> dict[str, list[Line]]:
    toll_free = [
        Line(f"1{code}", "USA", "United States", 6, 6, _RECEIVED_TOLL_FREE.price) for code in _TOLL_FREE
    ]
    states = list(Area.objects.order_by("npa").values_list("npa", flat=True))
    return {
        INBOUND_PSTN: [_RECEIVED, *toll_free],
        OUTBOUND_PSTN: [*_BY_PREFIX.values(), *_near("USA", "United States", states)],
        VOIP: [Line(None, None, None, 60, 60, Decimal(0))],
    }


def _columns(line: Line) -> dict:
    return {
        "prefix": line.prefix,
        "country_code": line.country_code,
        "country_name": line.country_name,
        "billing_increment": line.increment,
        "billing_minimum": line.minimum,
        "price": line.price,
    }


def plan_sid(name: str) -> str:
    """The identifier of a plan, the same everywhere and always."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"numberdesk rate plan {name}"))
