"""Forced moves: our own record of them, and what the carrier's says beside it."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from django.db.models import QuerySet
from django.utils.dateparse import parse_datetime

from partners.models import Partner
from portal import pages
from portal.core_api.errors import CoreApiError, NotFound
from portal.core_api.pool_types import ForcedMove
from portal.models import AuditEntry
from portal.sentences import sentence
from portal.upstream import NotConfigured, number_api

PAGE = 50
MOST = 500  # of the carrier's record: five requests


@dataclass(frozen=True)
class Forced:
    """A forced move of ours. `overridden` is what was left of the cool-off, None when nobody knew."""

    entry: AuditEntry

    @property
    def holder(self) -> str:
        return self.entry.params["holder"]

    @property
    def until(self) -> datetime | None:
        until = self.entry.params["cool_off_until"]
        return parse_datetime(until) if until else None

    @property
    def overridden(self) -> timedelta | None:
        seconds = self.entry.params["remaining_seconds"]
        return None if seconds is None else timedelta(seconds=seconds)


@dataclass(frozen=True)
class Foreign:
    """A forced move in the carrier's record that no entry of ours explains."""

    move: ForcedMove
    holder: str

    @property
    def phonenumber(self) -> str:
        return self.move.e164.removeprefix("+")


@dataclass(frozen=True)
class Compared:
    """The carrier's record beside ours, back to `since` (aware; None: all of it).

    `foreign` did not come from us; `missing` are ours that the carrier has no record of. Neither is
    known when `trouble` says why.
    """

    count: int = 0
    since: datetime | None = None
    foreign: tuple[Foreign, ...] = ()
    missing: tuple[Forced, ...] = ()
    trouble: str = ""
    configured: bool = True


def forced_list(*, page: str = "") -> pages.Page[AuditEntry]:
    """A page of our forced moves, newest first; tried ones that came to nothing too."""
    return pages.page_of(_entries(), page, size=PAGE)


def forced_rows() -> Iterator[Forced]:
    """All of ours, for a file."""
    return (Forced(entry) for entry in _entries().iterator(chunk_size=1_000))


def forced_compared() -> Compared:
    """Read the carrier's record and compare. Never raises for upstream trouble."""
    try:
        moves = list(islice(number_api().iterate_assignment_audit(), MOST + 1))
    except NotConfigured as error:
        return Compared(trouble=str(error), configured=False)
    except NotFound:
        return Compared(trouble="This carrier has no record of forced moves that could be read.")
    except CoreApiError as error:
        return Compared(trouble=sentence(error))
    since = moves[MOST - 1].created_at if len(moves) > MOST else None
    return _compare(moves[:MOST], since)


def _entries() -> QuerySet[AuditEntry]:
    return AuditEntry.objects.filter(action="number.force")


def _compare(moves: list[ForcedMove], since: datetime | None) -> Compared:
    """An entry explains one record of the same number and the same request, and no second one."""
    ours: dict[tuple[str, str], list[AuditEntry]] = defaultdict(list)
    for entry in _entries().exclude(request_id=""):
        ours[f"+{entry.target}", entry.request_id].append(entry)
    foreign = []
    for move in moves:
        explained = ours[move.e164, move.request_id or ""]
        if explained:
            explained.pop(0)
        else:
            foreign.append(move)
    missing = [
        Forced(entry)
        for left in ours.values()
        for entry in left
        if entry.outcome == "done" and (since is None or entry.created >= since)
    ]
    accounts = {move.from_account_id for move in foreign}
    names = dict(Partner.objects.filter(sub_account_id__in=accounts).values_list("sub_account_id", "name"))
    return Compared(
        count=len(moves),
        since=since,
        foreign=tuple(
            Foreign(move, names.get(move.from_account_id, move.from_account_id or "")) for move in foreign
        ),
        missing=tuple(missing),
    )
