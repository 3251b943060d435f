"""Invoices: one a month for each partner, worked out from what it holds and its calls (Core API §2.12).

They are brought up to date when somebody looks. The running month's invoice is open and follows
what happens; with the month it is closed, settled, and never changes again. `amount` is the sum of
the items, `amount_tax` that of the taxes, and `balance_forward` is the next invoice's
`balance_previous`.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import BooleanField, Case, Count, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce, TruncMonth

from sandbox import clock
from sandbox.models import CallRecord, Did, Invoice, Partner, World
from sandbox.shapes import money_text

_PAST_MONTHS = 3  # with invoices, when a partner's are first looked at
_MOST_MONTHS = 60  # made at once, when a world's clock was moved by years
_TAX = Decimal("0.0845")
_TOLL_FREE = ("800", "833", "844", "855", "866", "877", "888")
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class _Use:
    """One line of a month: what was used, and what it costs."""

    type: str  # did, toll, toll_free
    country_code: str
    direction: str | None
    usage: int  # numbers, or seconds billed
    amount: Decimal


_Months = dict[tuple[str, datetime], list[_Use]]  # by partner_sid and first moment


def bring_up_to_date(world: World, sids: Iterable[str]) -> None:
    """Make and close the invoices of these partners (partner_sids) as of the world's present."""
    this_month = _month_of(clock.now(world))
    running = {each.partner_id: each for each in Invoice.objects.filter(partner_id__in=sids, status="open")}
    partners = list(
        Partner.objects.filter(partner_sid__in=sids).exclude(status__in=("unverified", "deleted"))
    )
    begins = {each.partner_sid: _begin(each, running.get(each.partner_sid), this_month) for each in partners}
    if not begins:
        return
    used = _used(list(begins), min(begins.values()), this_month)
    with transaction.atomic():
        for partner in partners:
            months = _span(begins[partner.partner_sid], this_month)
            _bill(partner, months, used, running.get(partner.partner_sid))


def _begin(partner: Partner, running: Invoice | None, this_month: datetime) -> datetime:
    if running is not None:
        return max(running.date_billing_period_start, _earlier(this_month, _MOST_MONTHS))
    return max(_month_of(partner.date_created), _earlier(this_month, _PAST_MONTHS))


def _bill(partner: Partner, months: list[datetime], used: _Months, running: Invoice | None) -> None:
    """Bring one partner's invoices of these months to what was used; the last month stays open."""
    previous = running.balance_previous if running else Decimal(0)
    number = int(running.display_id) if running else 1
    for at, month in enumerate(months):
        known = running if running and at == 0 else None
        invoice = known or Invoice(world_id=partner.world_id, partner_id=partner.partner_sid)
        before = _state(invoice) if known else None
        _fill(invoice, month, used.get((partner.partner_sid, month), []))
        invoice.display_id, invoice.balance_previous = f"{number + at:03}", previous
        _settle(invoice, partner, is_open=month == months[-1], is_last=month == months[-2:][0])
        previous = invoice.balance_forward
        if known is None:
            Invoice.objects.bulk_create([invoice], ignore_conflicts=True)
        elif _state(invoice) != before:
            invoice.save()


def _state(invoice: Invoice) -> dict[str, Any]:
    return {field.attname: getattr(invoice, field.attname) for field in Invoice._meta.concrete_fields}  # noqa: SLF001


def _fill(invoice: Invoice, month: datetime, uses: list[_Use]) -> None:
    """Period, items and taxes of one month."""
    end = _next(month) - timedelta(seconds=1)
    period = {"date_billing_period_end": clock.iso(end), "date_billing_period_start": clock.iso(month)}
    invoice.date_billing_period_start, invoice.date_billing_period_end = month, end
    invoice.date_created, invoice.date_charge_expected = month, end
    invoice.amount = sum((use.amount for use in uses), Decimal(0))
    invoice.amount_tax = (invoice.amount * _TAX).quantize(_CENT)
    invoice.invoice_items = [
        {
            "amount": money_text(use.amount),
            "country_code": use.country_code,
            **period,
            "direction": use.direction,
            "type": use.type,
            "usage": use.usage,
        }
        for use in uses
    ]
    invoice.tax_items = []
    if invoice.amount_tax:
        tax = {"jurisdiction": "federal", "type": "fed_universal_service_fund"}
        invoice.tax_items = [{"amount": money_text(invoice.amount_tax), **tax}]


def _settle(invoice: Invoice, partner: Partner, *, is_open: bool, is_last: bool) -> None:
    """What became of the invoice: still open, paid with the month, or declined lately."""
    owed = invoice.balance_previous + invoice.amount + invoice.amount_tax
    invoice.balance_forward, invoice.amount_due, invoice.pay_items = owed, Decimal(0), []
    invoice.paid, invoice.status = False, "open"
    if is_open:
        return
    invoice.date_issued = invoice.date_billing_period_end + timedelta(seconds=1)
    if is_last and partner.status == "suspended":
        invoice.status, invoice.amount_due = "declined", owed
        return
    invoice.status, invoice.paid, invoice.date_charged = "complete", True, invoice.date_issued
    invoice.balance_forward = Decimal(0)
    if owed:
        invoice.pay_items = [_payment(invoice, partner, owed)]


def _payment(invoice: Invoice, partner: Partner, amount: Decimal) -> dict[str, Any]:
    by_check = partner.payment_type == "postpay"
    return {
        "amount": money_text(amount),
        "billing_method": None,
        "check_number": f"1{invoice.display_id}" if by_check else None,
        "date_charged": clock.iso(invoice.date_charged),
        "pay_item_sid": str(uuid.uuid5(uuid.NAMESPACE_OID, f"payment of {invoice.invoice_sid}")),
        "status": "complete",
        "type": "check" if by_check else "balance",
    }


def _used(sids: list[str], first: datetime, last: datetime) -> _Months:
    """What these partners used in each month from `first` to `last`, both first moments."""
    months: _Months = defaultdict(list)
    for sid, month, use in (*_numbers(sids, first, last), *_calls(sids, first)):
        months[sid, month].append(use)
    return months


def _numbers(sids: list[str], first: datetime, last: datetime) -> Iterator[tuple[str, datetime, _Use]]:
    """Every number costs its price in each month since the one it was rented in."""
    rented: QuerySet = (
        Did.objects.filter(partner_id__in=sids)
        .annotate(month=TruncMonth(Coalesce("date_rented", "date_status_changed")))
        .values_list("partner_id", "country_code", "month")
        .annotate(numbers=Count("pk"), price=Sum("price"))
        .order_by("country_code", "month")
    )
    held: dict[tuple[str, str], dict[datetime, tuple[int, Decimal]]] = defaultdict(dict)
    for sid, country_code, month, numbers, price in rented:
        held[sid, country_code][month] = (numbers, price)
    for (sid, country_code), by_month in held.items():
        for month in _span(first, last):
            here = [found for since, found in by_month.items() if since <= month]
            if here:
                amount = sum((price for _, price in here), Decimal(0)).quantize(_CENT)
                yield sid, month, _Use("did", country_code, None, sum(count for count, _ in here), amount)


def _calls(sids: list[str], first: datetime) -> Iterator[tuple[str, datetime, _Use]]:
    """The calls that ended in each month."""
    toll_free = Case(
        When(did__npa__in=_TOLL_FREE, then=Value(1)), default=Value(0), output_field=BooleanField()
    )
    made: QuerySet = (
        CallRecord.objects.filter(partner_id__in=sids, date_stop__gte=first)
        .annotate(month=TruncMonth("date_stop"), toll_free=toll_free)
        .values_list("partner_id", "month", "did__country_code", "direction", "toll_free")
        .annotate(seconds=Sum("duration_billing"), cost=Sum("price"))
        .order_by("did__country_code", "direction", "toll_free")
    )
    for sid, month, country_code, direction, is_toll_free, seconds, cost in made:
        kind = "toll_free" if is_toll_free else "toll"
        yield sid, month, _Use(kind, country_code, direction, int(seconds), Decimal(cost).quantize(_CENT))


def _month_of(moment: datetime) -> datetime:
    return moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _next(month: datetime) -> datetime:
    return _month_of(month + timedelta(days=31))


def _earlier(month: datetime, months: int) -> datetime:
    for _ in range(months):
        month = _month_of(month - timedelta(days=1))
    return month


def _span(first: datetime, last: datetime) -> list[datetime]:
    months = []
    while first <= last:
        months.append(first)
        first = _next(first)
    return months
