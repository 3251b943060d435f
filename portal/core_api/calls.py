"""Call records (Core API §2.8). Those of sub-partners need the scope `calls.read_descendant`."""

import heapq
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from portal.core_api.filters import F, Filter
from portal.core_api.paging import Listing, Page, newest_first, page_of, window
from portal.core_api.sending import check_number
from portal.core_api.shape import Fields, about
from portal.core_api.transport import Transport, path_part

NEWEST_FIRST = "date_stop desc"
_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRecord:
    """One call that ended (or a message that was sent; see `type`).

    Dates are aware UTC: the call began, was answered (`date_talk`, None when it was not), ended.
    `duration` and `duration_billing` are seconds, `price` and `rate` money without a documented currency.
    `number_src` and `number_dst` are E.164 digits, in some records with a plus sign; `number_billing` is the
    party that pays, `number_external` the other. IP addresses, SIP and STIR details are in `payload`.
    """

    dr_sid: str
    type: str | None = None
    direction: str | None = None
    number_src: str | None = None
    number_dst: str | None = None
    number_billing: str | None = None
    number_external: str | None = None
    date_start: datetime | None = None
    date_talk: datetime | None = None
    date_stop: datetime | None = None
    date_insert: datetime | None = None
    duration: Decimal | None = None
    duration_billing: Decimal | None = None
    price: Decimal | None = None
    rate: Decimal | None = None
    sipcause: str | None = None
    disconnect_originator: str | None = None
    partner_sid: str | None = None
    trunk_group_sid_src: str | None = None
    trunk_group_sid_dst: str | None = None
    payload: dict[str, Any] = field(default_factory=dict, hash=False, repr=False)

    @classmethod
    def parse(cls, payload: object) -> "CallRecord":
        fields = Fields(payload, "call record")
        return cls(
            dr_sid=fields.required("dr_sid"),
            type=fields.text("type"),
            direction=fields.text("direction"),
            number_src=fields.text("number_src"),
            number_dst=fields.text("number_dst"),
            number_billing=fields.text("number_billing"),
            number_external=fields.text("number_external"),
            date_start=fields.moment("date_start"),
            date_talk=fields.moment("date_talk"),
            date_stop=fields.moment("date_stop"),
            date_insert=fields.moment("date_insert"),
            duration=fields.money("duration"),
            duration_billing=fields.money("duration_billing"),
            price=fields.money("price"),
            rate=fields.money("rate"),
            sipcause=fields.text("sipcause"),
            disconnect_originator=fields.text("disconnect_originator"),
            partner_sid=fields.text("partner_sid"),
            trunk_group_sid_src=fields.text("trunk_group_sid_src"),
            trunk_group_sid_dst=fields.text("trunk_group_sid_dst"),
            payload=fields.payload,
        )

    @property
    def ended(self) -> datetime:
        """When it ended or, for a record that does not say, began."""
        return self.date_stop or self.date_start or _LONG_AGO


class Calls:
    """`api.calls`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(
        self,
        filter: Filter | None = None,  # noqa: A002
        *,
        limit: int = 100,
        offset: int = 0,
        after: str | None = None,
        before: str | None = None,
    ) -> Page[CallRecord]:
        """A page of records, the newest first.

        With the `dr_sid` of a record in `after` or `before`: those that follow or precede it in upstream's
        own order, by `date_stop`; neither goes with the other or with an offset (ValueError).
        """
        if sum((bool(after), bool(before), bool(offset))) > 1:
            raise ValueError("A page begins after a record, before one, or at an offset.")
        cursor = {name: sid for name, sid in (("after", after), ("before", before)) if sid}
        params = window(filter, limit, offset, None if cursor else NEWEST_FIRST)
        if cursor:
            del params["offset"]
        return self._transport.request(
            "GET", "/calls/call_drs", page_of(CallRecord.parse), params={**params, **cursor}
        )

    def get(self, dr_sid: str) -> CallRecord:
        path = f"/calls/call_drs/{path_part(dr_sid)}"
        return self._transport.request("GET", path, about(CallRecord.parse, dr_sid=dr_sid))

    def iterate(self, filter: Filter | None = None, *, page_size: int = 1000) -> Listing[CallRecord]:  # noqa: A002
        """All records, the newest first. Calls that end during the pass may or may not be among them."""
        return newest_first(
            lambda offset: self.list(filter, limit=page_size, offset=offset),
            lambda record: record.dr_sid,
            lambda record: record.ended,
        )

    def of_number(
        self, phonenumber: str, since: datetime | None = None, *, page_size: int = 1000
    ) -> Listing[CallRecord]:
        """Calls from and to this number (E.164 digits), newest first; ended at or after `since` (aware)."""
        sides = [self.iterate(wanted, page_size=page_size) for wanted in _of_number(phonenumber, since)]

        def walk() -> Generator[CallRecord, None, bool]:
            yield from _merged([iter(side) for side in sides])
            return all(side.complete for side in sides)

        return Listing(walk)

    def last(self, phonenumber: str) -> CallRecord | None:
        """The call from or to this number that ended last. None: it was never used."""
        pages = [self.list(wanted, limit=1) for wanted in _of_number(phonenumber, None)]
        return next(_merged([iter(page) for page in pages]), None)


def _of_number(phonenumber: str, since: datetime | None) -> list[Filter]:
    """As caller, and as called: the grammar has no "or". Records write numbers with and without a plus."""
    check_number(phonenumber)
    from_then = Filter() if since is None else F("date_stop") >= since
    spellings = [phonenumber, f"+{phonenumber}"]
    return [F(side).isin(spellings) & from_then for side in ("number_dst", "number_src")]


def _merged(sides: list[Iterator[CallRecord]]) -> Iterator[CallRecord]:
    """Newest first; a number that called itself has one record on both sides."""
    seen: set[str] = set()
    for record in heapq.merge(*sides, key=lambda record: record.ended, reverse=True):
        if record.dr_sid not in seen:
            seen.add(record.dr_sid)
            yield record
