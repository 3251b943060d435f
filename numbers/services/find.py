"""Anything of ours by what somebody typed: a number in any format, a part of one, a name, a company."""

from dataclasses import dataclass

from numbers.models import Number
from numbers.services.number_list import matching
from partners.models import Partner
from partners.services.partner_list import suggestions
from portal import e164

WHOLE_AT_HOME = 11  # E.164 digits of a number in North America


@dataclass(frozen=True)
class Found:
    """`numbers` with their holders' names, `partners`, each as many as were asked for at most.

    `whole` are the E.164 digits of a whole number that was typed, "" for anything less; `ours` says
    whether we hold it. `by_name`: names were meant rather than digits, so partners come first.
    """

    numbers: list[tuple[Number, str]]
    partners: list[Partner]
    whole: str = ""
    ours: bool = False
    by_name: bool = False


def find(q: str, *, most: int) -> Found:
    """What `q` finds in the mirror, `most` of each kind; nothing for nothing. No upstream call."""
    if not q:
        return Found([], [])
    whole = _whole(q)
    numbers = list(Number.objects.filter(matching(whole or q))[:most])
    return Found(
        numbers=_with_holders(numbers),
        partners=suggestions(q, among=Partner.objects.all(), limit=most),
        whole=whole,
        ours=any(number.phonenumber == whole for number in numbers),
        by_name=not any(sign.isdigit() for sign in q),
    )


def _whole(q: str) -> str:
    """Without a sign of a country code it takes eleven digits: with fewer somebody is still typing."""
    digits = e164.whole(q)
    return digits if len(digits) >= WHOLE_AT_HOME or q.startswith(("+", "00", "tel:")) else ""


def _with_holders(numbers: list[Number]) -> list[tuple[Number, str]]:
    holders = Partner.objects.in_bulk([number.partner_sid for number in numbers])
    return [(number, _held_by(holders.get(number.partner_sid))) for number in numbers]


def _held_by(holder: Partner | None) -> str:
    if holder is None:
        return ""
    return "parent pool" if holder.is_ours else holder.name
