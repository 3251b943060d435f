"""Numbers every world with an inventory knows: documentation, screens and tests speak of them."""

from collections.abc import Iterator
from decimal import Decimal

from sandbox.models import Area
from sandbox.seeding.geography import GeographyMissingError
from sandbox.seeding.holdings import Holding
from sandbox.seeding.stock import PRICE, PRICE_MEMORABLE, Place, Stock, one

EXCHANGE = "516206"  # of the rentable ones; nothing else is stocked in it
_RENTABLE = (
    (5573, 7, PRICE), (5575, 7, PRICE), (5581, 31, PRICE), (5604, 4, PRICE), (5617, 7, PRICE), (5622, 7,
    PRICE), (5630, 31, PRICE_MEMORABLE),
)  # fmt: skip

_CITIES = {
    "212": ("NY", "NEW YORK"), "415": ("CA", "SAN FRANCISCO"), "303": ("CO", "DENVER"), "646": ("NY",
    "NEW YORK"), "512": ("TX", "AUSTIN"), "305": ("FL", "MIAMI"), "206": ("WA", "SEATTLE"), "312": ("IL",
    "CHICAGO"), "617": ("MA", "BOSTON"), "404": ("GA", "ATLANTA"), "602": ("AZ", "PHOENIX"), "516": ("NY",
    "GARDEN CITY"),
}  # fmt: skip


def rentable(world_id: int, places: dict[str, list[Place]]) -> list[Stock]:
    """The familiar rentable numbers, all in Garden City, NY."""
    place = next((each for each in places["516"] if each.npa_nxx == EXCHANGE), None)
    if place is None:
        raise GeographyMissingError("The geography is not built yet: run `manage.py sandbox seed` first.")
    return [one(world_id, place, line, able, price) for line, able, price in _RENTABLE]


def held(world_id: int) -> Iterator[Holding]:
    """The familiar numbers somebody holds: ten of the main partner, four of its sub-partners, one aging."""
    points = {area.npa: (area.lat, area.lng) for area in Area.objects.filter(npa__in=_CITIES)}

    def at(digits: str, capabilities: int = 7, price: Decimal = PRICE) -> Stock:
        npa, npa_nxx = digits[1:4], digits[1:7]
        place = Place(npa_nxx, npa, *_CITIES[npa], *points[npa])
        return one(world_id, place, int(digits[7:]), capabilities, price)

    yield Holding(
        at("12125550148"), name="Support", trunk_group="East", did_group="Support desks", messaging=True,
        callback_url="https://hooks.carrierx.example/sms/support", string_key_1="crm-10432", days_held=412,
        calls=[0.4, 2.1, 9.5, 31.0],
    )  # fmt: skip
    yield Holding(
        at("14155550119", 31), name="Sales West", trunk_group="West", days_held=300, calls=[22.0, 40.5]
    )
    yield Holding(at("13035550177"), name="Denver front desk", trunk_group="West", string_key_1="crm-20977")
    yield Holding(at("16465550133", 4), name="Billing", trunk_group="Failover east", calls=[16.2])
    yield Holding(at("15125550164"), name="Dispatch Austin", trunk_group="West", calls=[1.3, 5.0])
    yield Holding(
        at("13055550142", 31), name="Miami campaign", did_group="Marketing campaigns", messaging=True
    )
    yield Holding(at("12065550137"), name="Seattle after hours", trunk_group="West", calls=[75.0])
    yield Holding(at("13125550155", 4), name="N/A", days_held=3)
    yield Holding(at("14045550128"), name="Recruiting", string_key_2="hr", days_held=120)
    yield Holding(at("16025550183"), name="Survey", trunk_group="West", days_held=30, calls=[29.0])
    yield Holding(at("12125550171"), slug="northwind", name="Dock office", days_held=150, calls=[3.0, 12.0])
    yield Holding(at("12125550172"), slug="northwind", name="Drivers", days_held=150, calls=[40.0])
    yield Holding(at("16175550126"), slug="harbor", name="New patients", days_held=90)
    yield Holding(at("12125550173"), slug="northwind_cold", name="Cold store", days_held=60, calls=[14.0])
    yield Holding(at("15162065605"), slug=None, days_held=4)
