"""Numbers somebody holds: what they are called, where they ring, when they were last used."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from sandbox import calls
from sandbox.models import CallRecord, Did, Rental, StatusChange, World, new_sid
from sandbox.money import MONTH
from sandbox.seeding import abroad, rows
from sandbox.seeding.people import COMPANIES, People
from sandbox.seeding.stock import HELD_LINES, Place, Stock, one

_AGING = timedelta(days=30)  # as a new world's settings have it
_ORDER_TAKES = timedelta(minutes=30)  # what is left of the two orders under way


@dataclass
class Holding:
    """A number out of the pool. `slug` names its holder; None: nobody, it is aging.

    `calls` are the days ago of its calls, newest first; none: it was never used.
    """

    stock: Stock
    slug: str | None = ""
    name: str = "N/A"
    trunk_group: str | None = None
    did_group: str | None = None
    callback_url: str | None = None
    string_key_1: str | None = None
    string_key_2: str | None = None
    messaging: bool = False
    pending: bool = False  # an external order on its way
    days_held: float = 200
    calls: list[float] = field(default_factory=list)


def insert(world: World, people: People, holdings: list[Holding], moment: datetime, random: Random) -> None:
    """Write the numbers, their history and their calls. `moment` is now, by the world's clock."""
    sids = [new_sid() for _ in holdings]
    dids = [_did(people, each, sid, moment) for each, sid in zip(holdings, sids, strict=True)]
    columns = tuple(dids[0])
    rows.insert(Did, columns, (tuple(did[name] for name in columns) for did in dids))
    rows.insert(
        StatusChange,
        ("did_id", "status", "partner_sid", "date_changed"),
        (
            change
            for each, sid in zip(holdings, sids, strict=True)
            for change in _history(people, each, sid, moment)
        ),
    )
    rows.insert(
        Rental,
        ("world_id", "did_id", "payer_id", "monthly", "paid_until"),
        (
            (world.pk, sid, people.main_sid, each.stock.price, _paid_until(each, moment))
            for each, sid in zip(holdings, sids, strict=True)
            if each.slug is not None
        ),
    )
    rows.insert(
        CallRecord,
        ("world_id", "did_id", "partner_id", *calls.Detail._fields),
        (
            call
            for each, sid in zip(holdings, sids, strict=True)
            for call in _calls(world, people, each, sid, moment, random)
        ),
    )


def _did(people: People, each: Holding, sid: str, moment: datetime) -> dict[str, Any]:
    """The columns of a held number and their values."""
    since = moment - timedelta(days=each.days_held)
    columns = {
        **each.stock._asdict(),
        "did_sid": sid,
        "date_status_changed": since,
        "name": each.name,
        "callback_url": each.callback_url,
        "string_key_1": each.string_key_1,
        "string_key_2": each.string_key_2,
        "external": each.pending,
        "order_pending": each.pending,
    }
    if each.messaging:
        columns["active_capabilities"] = each.stock.capabilities
    if each.slug is None:
        return columns | _nobodys(since)
    return columns | {
        "status": "pending_assignment" if each.pending else "assigned",
        "due_at": moment + _ORDER_TAKES if each.pending else None,
        "partner_id": people.partners[each.slug],
        "trunk_group_id": each.trunk_group and people.trunk_groups[each.slug][each.trunk_group],
        "did_group_id": each.did_group and people.did_groups[each.slug][each.did_group],
        "date_rented": since,
        "date_released": None,
        "last_call_at": moment - timedelta(days=each.calls[0]) if each.calls else None,
    }


def _nobodys(released: datetime) -> dict[str, Any]:
    return {
        "status": "aging",
        "due_at": released + _AGING,
        "partner_id": None,
        "trunk_group_id": None,
        "did_group_id": None,
        "date_rented": None,
        "date_released": released,
        "last_call_at": None,
    }


def _paid_until(each: Holding, moment: datetime) -> datetime:
    """The end of the month, counted from when it was rented, that is paid for now."""
    since = moment - timedelta(days=each.days_held)
    return since + MONTH * ((moment - since) // MONTH + 1)


def _history(people: People, each: Holding, sid: str, moment: datetime) -> Iterator[tuple[Any, ...]]:
    since = moment - timedelta(days=each.days_held)
    if each.slug is None:
        yield sid, "assigned", people.main_sid, since - timedelta(days=90)
        yield sid, "aging", None, since
    else:
        yield sid, "pending_assignment" if each.pending else "assigned", people.partners[each.slug], since


def _calls(
    world: World, people: People, each: Holding, sid: str, moment: datetime, random: Random
) -> Iterator[tuple[Any, ...]]:
    """A detail record for each call; the newest ended exactly at the number's `last_call_at`."""
    group = each.trunk_group and people.trunk_groups[each.slug or ""][each.trunk_group]
    for days in each.calls:
        stop = moment - timedelta(days=days)
        seconds = Decimal(random.randrange(400_000, 90_000_000)).scaleb(-5)
        told = calls.detail(
            inbound=random.random() < 0.7,
            ours=each.stock.phonenumber,
            other=f"1{random.choice(('212', '415', '312', '512'))}555{random.randrange(100, 200):04}",
            start=stop - timedelta(seconds=float(seconds)),
            stop=stop,
            seconds=seconds,
            trunk_group_sid=group,
        )
        yield (world.pk, sid, people.partners[each.slug or ""], *told)


_DESKS = (
    "Support", "Front desk", "Billing", "Dispatch", "Scheduling", "After hours", "New patients", "Claims",
    "Sales", "Returns", "Field crew", "Reminders", "Hotline", "Reception", "Recruiting", "Pharmacy", "Fax",
    "Survey",
)  # fmt: skip
_OF_MAIN, _OF_COMPANY = 110, 11  # numbers held by the main partner, and by each company (Northwind thrice)


def many(world_id: int, places: dict[str, list[Place]], random: Random) -> Iterator[Holding]:
    """The holdings of the default world: rented by everyone, a few aging."""
    everywhere = [place for found in places.values() for place in found]
    taken: set[str] = set()
    for _ in range(_OF_MAIN):
        yield _somebodys("", _free(world_id, everywhere, taken, random), random)
    for company in COMPANIES:
        at_home = [place for place in everywhere if place.state == company.state]
        for _ in range(_OF_COMPANY * (3 if company.slug == "northwind" else 1)):
            yield _somebodys(company.slug, _free(world_id, at_home, taken, random), random)
    for _ in range(8):
        yield Holding(
            _free(world_id, everywhere, taken, random), slug=None, days_held=random.uniform(0.5, 25)
        )


def _free(world_id: int, places: list[Place], taken: set[str], random: Random) -> Stock:
    """A number nobody holds yet, in one of the places."""
    while True:
        stock = one(
            world_id, random.choice(places), random.choice(HELD_LINES), random.choice((4, 7, 7, 7, 31, 31))
        )
        if stock.phonenumber not in taken:
            taken.add(stock.phonenumber)
            return stock


def _somebodys(slug: str, stock: Stock, random: Random) -> Holding:
    held = random.uniform(95, 900)
    trunk_groups = ("Main",) if slug else ("West", "East", "Failover east")
    did_groups = {"": ("Support desks", "Marketing campaigns"), "northwind": ("Dispatch",)}.get(slug)
    desk, place = random.choice(_DESKS), (stock.locality or "").title()
    host = slug.replace("_", "-") or "carrierx"
    return Holding(
        stock,
        slug=slug,
        name=f"{desk} {place}" if random.random() < 0.9 else "N/A",
        trunk_group=random.choice(trunk_groups) if random.random() < 0.8 else None,
        did_group=random.choice(did_groups) if did_groups and random.random() < 0.3 else None,
        callback_url=f"https://hooks.{host}.example/sms/{stock.phonenumber}"
        if random.random() < 0.35
        else None,
        string_key_1=f"crm-{random.randrange(10_000, 99_999)}" if random.random() < 0.4 else None,
        string_key_2=desk.lower().replace(" ", "-") if random.random() < 0.2 else None,
        messaging=stock.capabilities != 4 and random.random() < 0.5,
        days_held=held,
        calls=_some_calls(random),
    )


def _some_calls(random: Random) -> list[float]:
    """A third used within the cool-off, nearly half long ago, the rest never."""
    kind = random.random()
    if kind > 0.78:
        return []
    newest = random.uniform(0.05, 14.5) if kind < 0.33 else random.uniform(16, 80)
    return sorted({newest, *(random.uniform(newest, 90) for _ in range(random.randrange(6)))})


def on_their_way(world_id: int) -> Iterator[Holding]:
    """Two external orders of the main partner that are not complete yet."""
    for country, name in (("SWE", "Mariestad office"), ("DEU", "Hamburg office")):
        yield Holding(abroad.ordered(world_id, country), name=name, pending=True, days_held=0.01)
