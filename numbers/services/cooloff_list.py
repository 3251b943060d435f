"""Every number that is in its cool-off, from what we know: one query for each kind of thing, however many."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import CharField, Count, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from numbers.models import CoolOff, Number, OverrideRequest, UnassignIntent
from partners.models import Partner
from partners.services.family import own_account

Plan = TypeVar("Plan", UnassignIntent, OverrideRequest)

PAGE = 50
CHUNK = 1_000
DAYS = 15  # no cool-off is longer (Phone Number API §3.5)
DAY = timedelta(days=1)

SORTS = {
    "until": ("until", "phonenumber"),
    "-until": ("-until", "phonenumber"),
    "last_call": ("-last_call_at", "phonenumber"),
    "holder": ("holder", "until", "phonenumber"),
    "number": ("phonenumber",),
}


@dataclass(frozen=True)
class InCoolOff:
    """A number in its cool-off, with the live plans about it."""

    cool_off: CoolOff
    holder_sid: str
    holder: str
    intent: UnassignIntent | None
    override: OverrideRequest | None


@dataclass(frozen=True)
class FreeingDay:
    """How many numbers free up in the 24 hours from `begins` (aware), counted from now.

    `ahead` is how many days ahead that is, `height` a column's part of 100.
    """

    begins: datetime
    ahead: int
    count: int
    height: int

    @property
    def x(self) -> int:
        return self.ahead * 10 + 1

    @property
    def y(self) -> int:
        return 100 - self.height


@dataclass(frozen=True)
class CoolOffs:
    """One page of them; `days` counts those of every page, `holders` those that can be filtered by.

    `planned`: how many scheduled unassigns there are, whoever holds the number.
    """

    rows: list[InCoolOff]
    page: Page
    days: tuple[FreeingDay, ...]
    holders: dict[str, str]
    planned: int


def cooloff_list(*, holder: str = "", sort: str = "until", page: int = 1) -> CoolOffs:
    """Numbers that a sub-partner holds and that cannot be unassigned yet; `holder` (a SID) narrows.

    Those whose cool-off is over stay in the list while their unassign is still planned. No upstream call.
    """
    now = timezone.now()
    found = _in_cool_off(now, holder)
    shown = Paginator(found.order_by(*SORTS[sort]), PAGE).get_page(page)
    planned = UnassignIntent.objects.filter(state__in=UnassignIntent.LIVE).count()
    return CoolOffs(_with_plans(list(shown)), shown, _days(found, now), _holders(now), planned)


def cooloff_counts() -> tuple[int, int]:
    """How many numbers are in their cool-off, and how many of them free up within a day."""
    now = timezone.now()
    found = _in_cool_off(now, "").filter(until__gt=now)
    return found.count(), found.filter(until__lte=now + DAY).count()


def cooloff_rows(*, holder: str = "", sort: str = "until") -> Iterator[InCoolOff]:
    """All of them, for a file; read in portions."""
    found = list(_in_cool_off(timezone.now(), holder).order_by(*SORTS[sort]))
    for start in range(0, len(found), CHUNK):
        yield from _with_plans(found[start : start + CHUNK])


def _in_cool_off(now: datetime, holder: str) -> QuerySet[CoolOff]:
    number = Number.objects.filter(phonenumber=OuterRef("phonenumber")).order_by()
    partner = Partner.objects.filter(pk=OuterRef("holder_sid")).order_by()
    planned = UnassignIntent.objects.filter(state__in=UnassignIntent.LIVE).values("phonenumber")
    return (
        CoolOff.objects.filter(Q(until__gt=now) | Q(phonenumber__in=planned))
        .filter(phonenumber__in=_held(holder).values("phonenumber"))
        .annotate(holder_sid=Subquery(number.values("partner_sid")[:1], output_field=CharField()))
        .annotate(holder=Subquery(partner.values("name")[:1], output_field=CharField()))
    )


def _held(holder: str) -> QuerySet[Number]:
    """Numbers of the parent pool are in nobody's cool-off: there is nobody to take them from."""
    if holder:
        return Number.objects.filter(partner_sid=holder)
    ourselves = own_account()
    return Number.objects.exclude(partner_sid=ourselves.pk) if ourselves else Number.objects.all()


def _with_plans(cool_offs: list[CoolOff]) -> list[InCoolOff]:
    wanted = [cool_off.phonenumber for cool_off in cool_offs]
    intents = _live(UnassignIntent, wanted)
    overrides = _live(OverrideRequest, wanted)
    return [
        InCoolOff(
            cool_off=cool_off,
            holder_sid=cool_off.holder_sid,
            holder=cool_off.holder or cool_off.holder_sid,
            intent=intents.get(cool_off.phonenumber),
            override=overrides.get(cool_off.phonenumber),
        )
        for cool_off in cool_offs
    ]


def _live(model: type[Plan], phonenumbers: list[str]) -> dict[str, Plan]:
    rows = model.objects.filter(phonenumber__in=phonenumbers, state__in=model.LIVE)
    return {row.phonenumber: row for row in rows}


def _days(found: QuerySet[CoolOff], now: datetime) -> tuple[FreeingDay, ...]:
    """One pass over all of them. Days begin now, so they are the same days in every time zone."""
    edges = [now + day * DAY for day in range(DAYS)]
    counts = CoolOff.objects.filter(pk__in=found.values("pk")).aggregate(
        **{
            f"day_{day}": Count("pk", filter=Q(until__gt=begins, until__lte=begins + DAY))
            for day, begins in enumerate(edges)
        }
    )
    most = max(counts.values()) or 1
    return tuple(
        FreeingDay(begins, day, count := counts[f"day_{day}"], round(100 * count / most))
        for day, begins in enumerate(edges)
    )


def _holders(now: datetime) -> dict[str, str]:
    sids = _held("").filter(phonenumber__in=CoolOff.objects.filter(until__gt=now).values("pk"))
    partners = Partner.objects.filter(pk__in=sids.values("partner_sid")).order_by("name")
    return dict(partners.values_list("pk", "name"))
