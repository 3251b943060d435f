"""Our numbers, from the mirror."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet

from numbers.models import CoolOff, Number
from numbers.services.sync import mirrored_at
from partners.models import Partner
from portal import audit

PAGE = 50


@dataclass(frozen=True)
class Row:
    """A number and its holder's name, "" in the parent pool.

    `last_call` (aware) is None when there was none that we know of. `cool_off` is the one in effect for a
    number that somebody holds; `checking`: what became of a write to it is not known yet.
    """

    number: Number
    holder: str
    last_call: datetime | None
    cool_off: CoolOff | None
    checking: bool


@dataclass(frozen=True)
class NumberPage:
    """`as_of` (aware) is when the last complete copy from the Core API began, None before the first.

    `holder` is the name of the partner the list was narrowed to, "" when it was not.
    """

    page: Page
    rows: list[Row]
    holder: str
    as_of: datetime | None


def number_list(
    *, q: str = "", holder: str = "", state: str = "", status: str = "", page: int = 1
) -> NumberPage:
    """Numbers whose digits or name contain `q`, of a `holder` (a partner's SID), in a state, with a status.

    Everything left empty does not narrow; a page beyond the end is the last one.
    """
    numbers = Number.objects.all()
    if holder:
        numbers = numbers.filter(partner_sid=holder)
    if state:
        numbers = numbers.filter(state=state)
    if status:
        numbers = numbers.filter(status=status)
    if q:
        numbers = numbers.filter(matching(q))
    shown = Paginator(numbers, PAGE).get_page(page)
    sids = {number.partner_sid for number in shown} | {holder}
    partners = Partner.objects.filter(pk__in=sids).in_bulk()
    return NumberPage(
        page=shown,
        rows=_rows(list(shown), partners),
        holder=str(partners.get(holder, holder)),
        as_of=mirrored_at(),
    )


def _rows(numbers: list[Number], partners: dict[str, Partner]) -> list[Row]:
    digits = [number.phonenumber for number in numbers]
    cool_offs = CoolOff.objects.in_bulk(digits)
    checking = set(audit.unsettled().filter(target__in=digits).values_list("target", flat=True))
    return [
        _row(number, partners.get(number.partner_sid), cool_offs.get(number.phonenumber), checking)
        for number in numbers
    ]


def _row(number: Number, holder: Partner | None, cool_off: CoolOff | None, checking: set[str]) -> Row:
    pooled = holder is not None and holder.is_ours
    return Row(
        number=number,
        holder="" if pooled else str(holder or number.partner_sid),
        last_call=cool_off.last_call_at if cool_off else None,
        cool_off=cool_off if cool_off and cool_off.in_effect and not pooled else None,
        checking=number.phonenumber in checking,
    )


def number_counts() -> tuple[dict[str, int], dict[str, int]]:
    """How many numbers we hold, by status and by US state."""
    return _counts(Number.objects.all(), "status"), _counts(Number.objects.exclude(state=""), "state")


def _counts(numbers: QuerySet[Number], column: str) -> dict[str, int]:
    return dict(numbers.order_by().values_list(column).annotate(Count("pk")))


def matching(q: str) -> Q:
    """Numbers whose digits or name contain `q`, or that lie in the state `q`."""
    matches = Q(name__icontains=q) | Q(state__iexact=q)
    digits = re.sub(r"\D", "", q)
    if digits and not re.search(r"[A-Za-z]", q):
        matches |= Q(phonenumber__contains=digits)
    return matches
