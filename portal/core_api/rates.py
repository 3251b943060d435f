"""What calls cost us (Core API §2.8). Prices have no documented currency, billing steps are seconds."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from portal.core_api.files import csv_text
from portal.core_api.filters import Filter
from portal.core_api.lists import every
from portal.core_api.paging import LARGEST_PAGE, Listing, Page, page_of, window
from portal.core_api.shape import Fields
from portal.core_api.transport import Transport, path_part

Direction = Literal["inbound", "outbound"]
SUB_TYPES = frozenset({"conference", "conference_playback", "flexml", "mediator", "third_party", "voicemail"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """The price of a minute to or from a prefix; None for the prefix means everywhere."""

    price: Decimal | None = None
    prefix: str | None = None
    country_code: str | None = None
    country_name: str | None = None
    billing_increment: Decimal | None = None
    billing_minimum: Decimal | None = None
    payload: dict[str, Any] = field(default_factory=dict, hash=False, repr=False)

    @classmethod
    def parse(cls, payload: object) -> "Rate":
        fields = Fields(payload, "rate")
        return cls(
            price=fields.money("price"),
            prefix=fields.text("prefix"),
            country_code=fields.text("country_code"),
            country_name=fields.text("country_name"),
            billing_increment=fields.money("billing_increment"),
            billing_minimum=fields.money("billing_minimum"),
            payload=fields.payload,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RatePage:
    """Some rates of the plan in force since `effective_date` (aware UTC)."""

    page: Page[Rate]
    plan_name: str | None = None
    plan_sid: str | None = None
    effective_date: datetime | None = None
    active: bool = False

    @classmethod
    def parse(cls, payload: object) -> "RatePage":
        fields = Fields(payload, "rates")
        plan = Fields(fields.mapping("rates_plan"), "rates plan")
        return cls(
            page=page_of(Rate.parse)(payload),
            plan_name=plan.text("name"),
            plan_sid=plan.text("rates_plan_sid"),
            effective_date=fields.moment("effective_date"),
            active=fields.payload.get("active") in ("yes", True),
        )


class Rates:
    """`api.rates`. `sub_type` is one of `SUB_TYPES` for calls over IP, None for the telephone network."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(
        self,
        direction: Direction,
        sub_type: str | None = None,
        *,
        filter: Filter | None = None,  # noqa: A002
        limit: int = LARGEST_PAGE,
        offset: int = 0,
    ) -> RatePage:
        params = window(filter, limit, offset)
        return self._transport.request("GET", _path(direction, sub_type), RatePage.parse, params=params)

    def iterate(
        self,
        direction: Direction,
        sub_type: str | None = None,
        *,
        filter: Filter | None = None,  # noqa: A002
    ) -> Listing[Rate]:
        def key(rate: Rate) -> tuple[str | None, str | None, str | None]:
            return rate.prefix, rate.country_code, rate.country_name

        return every(self._transport, _path(direction, sub_type), Rate.parse, key, filter)

    def csv(self, direction: Direction, sub_type: str | None = None) -> str:
        """All of them as a CSV file."""
        return self._transport.download(f"{_path(direction, sub_type)}/csv", csv_text)


def _path(direction: str, sub_type: str | None) -> str:
    if direction not in {"inbound", "outbound"}:
        raise ValueError("Calls are inbound or outbound.")
    if sub_type is None:
        return f"/calls/rates/{direction}/pstn"
    if sub_type not in SUB_TYPES:
        raise ValueError(f"Calls over IP are of one of these kinds: {', '.join(sorted(SUB_TYPES))}.")
    return f"/calls/rates/{direction}/voip/{path_part(sub_type)}"
