"""Our numbers, from the mirror."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet

from numbers.models import Number
from numbers.services.sync import mirrored_at
from partners.models import Partner

PAGE = 50


@dataclass(frozen=True)
class Listed:
    """A page of numbers, each with its `holder`'s name; `holders` has all those names by SID.

    `as_of` (aware) is when the last complete copy from the Core API began, None before the first.
    """

    page: Page
    holders: dict[str, str]
    as_of: datetime | None


def number_list(*, q: str = "", holder: str = "", state: str = "", status: str = "", page: int = 1) -> Listed:
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
        numbers = numbers.filter(_matches(q))
    shown = Paginator(numbers, PAGE).get_page(page)
    sids = {number.partner_sid for number in shown} | {holder}
    holders = dict(Partner.objects.filter(pk__in=sids).values_list("pk", "name"))
    for number in shown:
        number.holder = holders.get(number.partner_sid, number.partner_sid)
    return Listed(
        page=shown,
        holders=holders,
        as_of=mirrored_at(),
    )


def number_counts() -> tuple[dict[str, int], dict[str, int]]:
    """How many numbers we hold, by status and by US state."""
    return _counts(Number.objects.all(), "status"), _counts(Number.objects.exclude(state=""), "state")


def _counts(numbers: QuerySet[Number], column: str) -> dict[str, int]:
    return dict(numbers.order_by().values_list(column).annotate(Count("pk")))


def _matches(q: str) -> Q:
    matches = Q(name__icontains=q) | Q(state__iexact=q)
    digits = re.sub(r"\D", "", q)
    if digits and not re.search(r"[A-Za-z]", q):
        matches |= Q(phonenumber__contains=digits)
    return matches
