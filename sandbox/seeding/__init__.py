"""Worlds to start with: real geography, an inventory, partners and what they hold."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from random import Random

from django.db import connection, transaction

from sandbox import stock_counts
from sandbox.models import Area, CallRecord, Did, Rental, StatusChange, World, new_sid
from sandbox.seeding import abroad, familiar, holdings, people, rows, stock

DEFAULT_KEY, DEFAULT_INVENTORY = "default", 20_000
_UNFINISHED = "unfinished-"

# The rentable numbers of a small world beside the familiar ones: area code -> how many.
_SMALL = {"516": 30, "212": 20, "415": 20, "213": 20, "512": 20, "305": 10}

Progress = Callable[[int, int], None]  # (numbers written, numbers to write)


@dataclass(frozen=True)
class _Inventory:
    """What to put into a world."""

    us: int | None  # rentable US numbers over all states; None: the few areas of a small world
    abroad: int  # own numbers in each country
    countries: tuple[str, ...]
    external: int  # in each country of the external pool
    external_countries: tuple[str, ...]
    toll_free: int


def make_world(
    *,
    name: str = "",
    inventory: str | int = "small",
    key: str | None = None,
    progress: Progress | None = None,
) -> World:
    """A new world with credentials of its own.

    `inventory`: "small" is a fixed, handy set of some 170 numbers; "empty" has partners and no
    numbers; an int is the default world's kind with so many rentable US numbers (numbers of
    other countries, toll-free ones, rented ones and the external pool come on top). The numbers are
    the same each time, identifiers and secrets are not. `key`: how the steering endpoint calls the
    world, random unless given. Raises ValueError for any other inventory,
    InventoryTooBigError (a ValueError too) when there are not so many numbers, and
    GeographyMissingError before `manage.py sandbox seed` has built the geography.
    """
    if not (inventory in ("small", "empty") or (type(inventory) is int and inventory >= 0)):
        raise ValueError('inventory is "small", "empty" or a whole number that is not negative')
    # Small worlds are one transaction; big ones are committed in pieces, under a key nobody asks for.
    with transaction.atomic() if isinstance(inventory, str) else nullcontext():
        world = _begin(name)
        try:
            _fill(world, inventory, progress or (lambda _done, _total: None))
        except BaseException:
            if not isinstance(inventory, str):
                _discard(world)
            raise
        world.key = key or secrets.token_hex(8)
        world.save()
    return world


def discard_unfinished() -> None:
    """Remove worlds whose making was cut short (the process was killed).

    One that is younger than an hour may still be in the making and is left alone.
    """
    long_ago = datetime.now(UTC) - timedelta(hours=1)
    for world in World.objects.filter(key__startswith=_UNFINISHED, created__lt=long_ago):
        _discard(world)


def _discard(world: World) -> None:
    """Delete a world and all in it; its numbers first and by plain SQL, for there may be a million."""
    numbers = Did._meta.db_table  # noqa: SLF001
    with connection.cursor() as cursor:
        for model in (CallRecord, StatusChange, Rental):
            table = model._meta.db_table  # noqa: SLF001
            held = f"SELECT did_sid FROM {numbers} WHERE world_id = %s AND status <> 'available'"  # noqa: S608
            cursor.execute(f"DELETE FROM {table} WHERE did_sid IN ({held})", [world.pk])  # noqa: S608
        cursor.execute(f"DELETE FROM {numbers} WHERE world_id = %s", [world.pk])  # noqa: S608
    stock_counts.forget(world.pk)
    world.delete()


def _begin(name: str) -> World:
    """The row everything hangs under; it gets its real key when the world is complete."""
    return World.objects.create(
        key=f"{_UNFINISHED}{secrets.token_hex(6)}",
        name=name,
        client_id=secrets.token_hex(16),
        client_secret=secrets.token_urlsafe(32),
    )


def _fill(world: World, inventory: str | int, progress: Progress) -> None:
    """Put partners and numbers into a new world; `world` gets its credentials but is not saved."""
    many = isinstance(inventory, int)
    moment = datetime.now(UTC)
    made = people.settle(world, people.COMPANIES if many else people.FEW_COMPANIES, moment)
    if inventory == "empty":
        return
    random = Random(f"numberdesk {inventory}")
    places = stock.places(None if many else _SMALL)
    _insert_stock(world, _plan(inventory), places, random, progress)
    _insert_holdings(world, made, places if many else None, moment, random)


def _plan(inventory: str | int) -> _Inventory:
    if inventory == "small":
        return _Inventory(None, 10, ("SWE", "GBR"), 6, ("SWE", "DEU"), 0)
    count = int(inventory)
    share = min(max(count // 100, 10), 300)
    return _Inventory(count, share, abroad.COUNTRIES, 40, abroad.EXTERNAL_COUNTRIES, share)


def _insert_stock(
    world: World, plan: _Inventory, places: dict[str, list[stock.Place]], random: Random, progress: Progress
) -> None:
    known = familiar.rentable(world.pk, places)
    counts = dict(_SMALL)
    if plan.us is not None:
        known = known[: plan.us]
        states = dict(Area.objects.order_by("npa").values_list("npa", "state"))
        counts = stock.shares(states, plan.us - len(known))
    total = len(known) + sum(counts.values()) + plan.abroad * len(plan.countries) + plan.toll_free
    everything = chain(
        known,
        _us(world.pk, counts, places, random),
        abroad.own(world.pk, plan.countries, plan.abroad, random),
        stock.toll_free(world.pk, plan.toll_free, random),
    )
    rows.insert(Did, stock.Stock._fields, everything, lambda written: progress(written, total))
    provider = new_sid()
    outside = abroad.external(world.pk, plan.external_countries, plan.external, provider, random)
    rows.insert(Did, (*stock.Stock._fields, *abroad.EXTERNAL_COLUMNS), outside)


def _us(
    world_id: int, counts: dict[str, int], places: dict[str, list[stock.Place]], random: Random
) -> Iterator[stock.Stock]:
    for npa, count in sorted(counts.items()):
        exchanges = [place for place in places[npa] if place.npa_nxx != familiar.EXCHANGE]
        yield from stock.of_area(world_id, exchanges, count, random)


def _insert_holdings(
    world: World,
    made: people.People,
    places: dict[str, list[stock.Place]] | None,
    moment: datetime,
    random: Random,
) -> None:
    """What somebody holds: the familiar numbers; with `places`, also many more and two on their way."""
    held = list(familiar.held(world.pk))
    if places is not None:
        held += holdings.many(world.pk, places, random)
        held += holdings.on_their_way(world.pk)
    holdings.insert(world, made, held, moment, random)
