"""A number's calls: the newest of the last 90 days, how many on which day, and its cool-off among them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import islice

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.utils import timezone

from numbers.models import CoolOff, Number
from numbers.services.cooloff import known_cool_off, note_last_call
from numbers.services.detail import Detail, number_detail
from portal.core_api.calls import CallRecord
from portal.core_api.errors import CoreApiError
from portal.freshness import keep
from portal.sentences import sentence
from portal.upstream import core_api

DAYS = 90
AHEAD = 15  # a cool-off can reach as far into the future
MOST = 2_000  # of a busy number; two pages of records for each direction
PAGE = 25
FRESH_SECONDS, KEPT_SECONDS = 30, 15 * 60
DAY = timedelta(days=1)


@dataclass(frozen=True)
class NumberCall:
    """One call as a line of the list. `other` is the other party's digits, "" when withheld; times are aware.

    `seconds` is how long it lasted, None when upstream did not say.
    """

    at: datetime
    ended: datetime
    inbound: bool
    other: str
    kind: str
    seconds: int | None
    answered: bool

    @property
    def lasted(self) -> timedelta:
        return timedelta(seconds=self.seconds or 0)


@dataclass(frozen=True)
class Bar:
    """A day's column of the sparkline: places and sizes are in units of its view box, `count` in calls."""

    x: int
    y: int
    height: int
    count: int


@dataclass(frozen=True)
class Week:
    """The same for readers who hear the page: seven days from `begins` (aware)."""

    begins: datetime
    count: int


@dataclass(frozen=True)
class Spark:
    """90 days back and 15 ahead, a day ten units wide. Days are 24 hours counted back from now.

    So they are the same days for readers in every time zone. `window` is the cool-off as (x, width).
    """

    bars: tuple[Bar, ...]
    weeks: tuple[Week, ...]
    window: tuple[int, int] | None

    width = (DAYS + AHEAD) * 10
    now = DAYS * 10
    height = 56


@dataclass(frozen=True)
class NumberCalls:
    """`total` counts the calls read; `cut` when there are more than we read. `trouble` says why it is old.

    `cool_off` tells the last call also when that is longer ago than 90 days.
    """

    number: Number
    page: Page
    spark: Spark
    total: int
    cut: bool
    cool_off: CoolOff | None
    at: datetime
    trouble: str = ""
    read = True

    @cached_property
    def detail(self) -> Detail:
        """The number itself, for the frame of the page."""
        return number_detail(self.number.phonenumber)


@dataclass(frozen=True)
class UnreadCalls:
    """What can be shown when upstream does not tell: the last call we know of, and why there is no more."""

    number: Number
    cool_off: CoolOff | None
    trouble: str
    read = False

    @cached_property
    def detail(self) -> Detail:
        """The number itself, for the frame of the page."""
        return number_detail(self.number.phonenumber)


def number_calls(phonenumber: str, *, page: int = 1) -> NumberCalls:
    """The calls of a number we hold, asked for at most every 30 seconds.

    Raises `CoreApiError` when upstream does not tell and nothing is kept, and `Number.DoesNotExist`.
    """
    number = Number.objects.get(phonenumber=phonenumber)
    key = f"calls:{settings.CORE_API_URL}:{number.did_sid}"
    kept = keep(key, lambda: _read(phonenumber), fresh_for=FRESH_SECONDS, keep_for=KEPT_SECONDS)
    calls, cool_off = kept.value, known_cool_off(phonenumber)
    return NumberCalls(
        number=number,
        page=Paginator(calls[:MOST], PAGE).get_page(page),
        spark=_spark([call.ended for call in calls], cool_off, timezone.now()),
        total=min(len(calls), MOST),
        cut=len(calls) > MOST,
        cool_off=cool_off,
        at=kept.at,
        trouble=kept.trouble,
    )


def number_calls_trouble(phonenumber: str, error: CoreApiError) -> UnreadCalls:
    """What can be shown after `number_calls` raised `error`. No upstream call."""
    number = Number.objects.get(phonenumber=phonenumber)
    return UnreadCalls(number, known_cool_off(phonenumber), sentence(error))


def _read(phonenumber: str) -> tuple[NumberCall, ...]:
    """One record more than is shown, to know whether there are more; the forecast learns from them."""
    api = core_api().calls
    records = list(islice(api.of_number(phonenumber, timezone.now() - DAYS * DAY), MOST + 1))
    last = records[0] if records else api.last(phonenumber)
    note_last_call(phonenumber, last.ended if last else None)
    return tuple(_call(record, phonenumber) for record in records)


def _call(record: CallRecord, phonenumber: str) -> NumberCall:
    source = (record.number_src or "").lstrip("+")
    inbound = source != phonenumber
    other = source if inbound else (record.number_dst or "").lstrip("+")
    return NumberCall(
        at=record.date_start or record.ended,
        ended=record.ended,
        inbound=inbound,
        other=other,
        kind=record.type or "",
        seconds=_whole(record.duration),
        answered=record.date_talk is not None or bool(record.duration),
    )


def _whole(seconds: Decimal | None) -> int | None:
    return None if seconds is None else int(seconds)


def _spark(ended: list[datetime], cool_off: CoolOff | None, now: datetime) -> Spark:
    counts = [0] * DAYS
    for moment in ended:
        back = int((now - moment) / DAY)
        if 0 <= back < DAYS:
            counts[DAYS - 1 - back] += 1
    most = max(counts, default=0) or 1
    bars = tuple(_bar(day, count, most) for day, count in enumerate(counts) if count)
    weeks = tuple(Week(now - (DAYS - day) * DAY, sum(counts[day : day + 7])) for day in range(0, DAYS, 7))
    return Spark(bars, weeks, _window(cool_off, now))


def _bar(day: int, count: int, most: int) -> Bar:
    height = max(3, round((Spark.height - 4) * count / most))
    return Bar(day * 10 + 1, Spark.height - height, height, count)


def _window(cool_off: CoolOff | None, now: datetime) -> tuple[int, int] | None:
    """Where the fifteen days after the last call lie, as far as they are in the picture."""
    if cool_off is None or cool_off.last_call_at is None or cool_off.until is None:
        return None
    begins, ends = (
        round(DAYS * 10 + (at - now) / DAY * 10) for at in (cool_off.last_call_at, cool_off.until)
    )
    begins, ends = max(0, begins), min(Spark.width, ends)
    return (begins, ends - begins) if ends > begins else None
