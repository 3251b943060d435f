"""Invoices: read, shown, sent (Core API §2.12). Money has no documented currency."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from portal.core_api.files import html_text, pdf_bytes
from portal.core_api.filters import Filter
from portal.core_api.lists import every, some
from portal.core_api.paging import Listing, Page, window
from portal.core_api.shape import Fields, about
from portal.core_api.transport import Form, Transport, nothing, path_part

PATH = "/invoices"


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceItem:
    """One kind of usage in one period; `usage` is counted in the unit of its type (seconds for calls)."""

    type: str | None = None
    amount: Decimal | None = None
    usage: Decimal | None = None
    direction: str | None = None
    country_code: str | None = None
    date_billing_period_start: datetime | None = None
    date_billing_period_end: datetime | None = None

    @classmethod
    def parse(cls, payload: object) -> "InvoiceItem":
        fields = Fields(payload, "invoice item")
        return cls(
            type=fields.text("type"),
            amount=fields.money("amount"),
            usage=fields.money("usage"),
            direction=fields.text("direction"),
            country_code=fields.text("country_code"),
            date_billing_period_start=fields.moment("date_billing_period_start"),
            date_billing_period_end=fields.moment("date_billing_period_end"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxItem:
    type: str | None = None
    jurisdiction: str | None = None
    amount: Decimal | None = None

    @classmethod
    def parse(cls, payload: object) -> "TaxItem":
        fields = Fields(payload, "tax item")
        return cls(
            type=fields.text("type"), jurisdiction=fields.text("jurisdiction"), amount=fields.money("amount")
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """Dates are aware UTC; payments are in `payload` under `pay_items`."""

    invoice_sid: str
    display_id: str | None = None
    status: str | None = None
    paid: bool | None = None
    partner_sid: str | None = None
    amount: Decimal | None = None
    amount_due: Decimal | None = None
    amount_tax: Decimal | None = None
    balance_forward: Decimal | None = None
    balance_previous: Decimal | None = None
    date_billing_period_start: datetime | None = None
    date_billing_period_end: datetime | None = None
    date_charge_expected: datetime | None = None
    date_charged: datetime | None = None
    date_created: datetime | None = None
    date_issued: datetime | None = None
    items: tuple[InvoiceItem, ...] = ()
    taxes: tuple[TaxItem, ...] = ()
    payload: dict[str, Any] = field(default_factory=dict, hash=False, repr=False)

    @classmethod
    def parse(cls, payload: object) -> "Invoice":
        fields = Fields(payload, "invoice")
        return cls(
            invoice_sid=fields.required("invoice_sid"),
            display_id=fields.text("display_id"),
            status=fields.text("status"),
            paid=fields.flag("paid"),
            partner_sid=fields.text("partner_sid"),
            amount=fields.money("amount"),
            amount_due=fields.money("amount_due"),
            amount_tax=fields.money("amount_tax"),
            balance_forward=fields.money("balance_forward"),
            balance_previous=fields.money("balance_previous"),
            date_billing_period_start=fields.moment("date_billing_period_start"),
            date_billing_period_end=fields.moment("date_billing_period_end"),
            date_charge_expected=fields.moment("date_charge_expected"),
            date_charged=fields.moment("date_charged"),
            date_created=fields.moment("date_created"),
            date_issued=fields.moment("date_issued"),
            items=tuple(InvoiceItem.parse(row) for row in fields.rows("invoice_items")),
            taxes=tuple(TaxItem.parse(row) for row in fields.rows("tax_items")),
            payload=fields.payload,
        )


class Invoices:
    """`api.invoices`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(
        self,
        filter: Filter | None = None,  # noqa: A002
        *,
        limit: int = 100,
        offset: int = 0,
    ) -> Page[Invoice]:
        """The newest first."""
        params = window(filter, limit, offset, "date_created desc")
        return some(self._transport, PATH, Invoice.parse, params)

    def iterate(self, filter: Filter | None = None) -> Listing[Invoice]:  # noqa: A002
        return every(self._transport, PATH, Invoice.parse, lambda invoice: invoice.invoice_sid, filter)

    def get(self, invoice_sid: str) -> Invoice:
        parse = about(Invoice.parse, invoice_sid=invoice_sid)
        return self._transport.request("GET", _path(invoice_sid), parse)

    def html(self, invoice_sid: str) -> str:
        """As a page: upstream's markup, see `files.html_text`."""
        return self._transport.download(f"{_path(invoice_sid)}.html", html_text)

    def pdf(self, invoice_sid: str) -> bytes:
        return self._transport.download(f"{_path(invoice_sid)}.pdf", pdf_bytes)

    def email(self, invoice_sid: str, to: Iterable[str], *, kind: Literal["html", "pdf"] = "pdf") -> None:
        """Have it sent to these addresses: ValueError for none, and for one with a comma in it."""
        addresses = [to] if isinstance(to, str) else list(to)
        if not addresses or not all("@" in each and "," not in each for each in addresses):
            raise ValueError("An invoice is sent to at least one e-mail address.")
        if kind not in {"html", "pdf"}:
            raise ValueError("An invoice is sent as html or as pdf.")
        form = Form(emails=",".join(addresses))
        self._transport.request("POST", f"{_path(invoice_sid)}.{kind}/emails", nothing, form=form)


def _path(invoice_sid: str) -> str:
    return f"{PATH}/{path_part(invoice_sid)}"
