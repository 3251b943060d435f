"""Invoices: lists, single ones, on paper and by e-mail (Core API §2.12).

Everything answers under `/invoices` and under `/billing/invoices`, where current pages put it.
"""

from typing import Any, Literal

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Form, Query, Router, Schema
from pydantic import Field as Described

from sandbox import outbox
from sandbox.api.documents import READ_ERRORS, WRITE_ERRORS, download
from sandbox.auth import Caller, Scopes
from sandbox.bodies import check_plain
from sandbox.errors import Problem, bad_request, invalid, json_answer
from sandbox.invoice_reports import Report, as_html, as_pdf
from sandbox.invoices import bring_up_to_date
from sandbox.matching import match
from sandbox.models import Invoice, Partner
from sandbox.paging import FieldParams, RelatedFieldParams, RelatedListParams, one, ordered, page, page_schema
from sandbox.shapes import Field, Shape
from sandbox.tree import family, held_by_family

router = Router(tags=["Invoices"])

_FORM = "application/x-www-form-urlencoded"
_MAY_READ = Scopes("invoices.manage", "invoices.read")
_MAY_SEND = Scopes("invoices.manage", "invoices.read", body=_FORM)
_MOST_ADDRESSES = 50

INVOICE = Shape(
    "Invoice",
    (
        Field("amount", "money"),
        Field("amount_due", "money"),
        Field("amount_tax", "money"),
        Field("balance_forward", "money"),
        Field("balance_previous", "money"),
        Field("date_billing_period_end", "date"),
        Field("date_billing_period_start", "date"),
        Field("date_charge_expected", "date"),
        Field("date_charged", "date", null=True),
        Field("date_created", "date"),
        Field("date_issued", "date", null=True),
        Field("display_id"),
        Field("invoice_items", "array"),
        Field("invoice_sid"),
        Field("paid", "bool"),
        Field("partner_sid", column="partner_id"),
        Field("pay_items", "array"),
        Field("status"),
        Field("tax_items", "array"),
    ),
    order=("-date_billing_period_start", "pk"),
    unique="invoice_sid",
)

Paper = Literal["html", "pdf"]
_PRINTED = {"html": ("text/html; charset=utf-8", as_html), "pdf": ("application/pdf", as_pdf)}


class EmailForm(Schema):
    emails: str = Described(..., max_length=4000, description="Comma-separated addresses.")


def list_all(request: HttpRequest, params: Query[RelatedListParams]) -> HttpResponse:
    """The invoices of the caller and its descendants, the newest first."""
    rows = _visible(request.auth).filter(match(params.filter, INVOICE).q)  # type: ignore[attr-defined]
    return json_answer(page(request, ordered(rows, INVOICE, params.order), INVOICE, params))


def get_one(request: HttpRequest, invoice_sid: str, params: Query[RelatedFieldParams]) -> HttpResponse:
    """One invoice."""
    return json_answer(one(_visible(request.auth).filter(invoice_sid=invoice_sid), INVOICE, params))  # type: ignore[attr-defined]


def get_printed(request: HttpRequest, invoice_sid: str, paper: Paper) -> HttpResponse:
    """One invoice as a document to keep."""
    report = _report(request.auth, invoice_sid)  # type: ignore[attr-defined]
    content_type, printed = _PRINTED[paper]
    name = f"invoice_{report.invoice['display_id']}.{paper}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(printed(report), content_type=content_type, headers=headers)


def send_printed(request: HttpRequest, invoice_sid: str, paper: Paper, form: Form[EmailForm]) -> HttpResponse:
    """Sends the document to these addresses; here, into the outbox."""
    addresses = _addresses(form)
    report = _report(request.auth, invoice_sid)  # type: ignore[attr-defined]
    content_type, printed = _PRINTED[paper]
    name = f"invoice_{report.invoice['display_id']}.{paper}"
    attachment = outbox.Attachment(name, content_type.partition(";")[0], printed(report))
    outbox.queue(addresses, report.title, f"{report.title}\n\nThe invoice is attached.\n", attachment)
    return HttpResponse(status=204)


def _addresses(form: EmailForm) -> list[str]:
    check_plain(form.emails)
    addresses = [part.strip() for part in form.emails.split(",") if part.strip()]
    if not 1 <= len(addresses) <= _MOST_ADDRESSES:
        raise bad_request("emails", f"takes 1 to {_MOST_ADDRESSES} addresses")
    for address in addresses:
        try:
            validate_email(address)
        except ValidationError:
            raise invalid(Problem("emails", f"{address[:100]!r} is no e-mail address")) from None
    return addresses


def _visible(caller: Caller) -> QuerySet[Invoice]:
    bring_up_to_date(caller.world, family(caller.partner))
    return Invoice.objects.filter(held_by_family(caller.partner))


def _report(caller: Caller, invoice_sid: str) -> Report:
    told: dict[str, Any] = one(_visible(caller).filter(invoice_sid=invoice_sid), INVOICE, FieldParams())
    partner = Partner.objects.get(partner_sid=told["partner_sid"])
    return Report(told, partner.company_name or partner.name)


# The printed forms come first: a sid alone would take their suffix along.
for _at, _named in (("/invoices", "{}"), ("/billing/invoices", "{}_billing")):
    router.post(
        f"{_at}/{{invoice_sid}}.{{paper}}/emails",
        operation_id=_named.format("email_invoice"),
        response={204: None, **WRITE_ERRORS},
        auth=_MAY_SEND,
    )(send_printed)
    router.get(
        f"{_at}/{{invoice_sid}}.{{paper}}",
        operation_id=_named.format("print_invoice"),
        **download("text/html", "application/pdf"),
        auth=_MAY_READ,
    )(get_printed)
    router.get(
        _at,
        operation_id=_named.format("list_invoices"),
        response={200: page_schema(INVOICE), **READ_ERRORS},
        auth=_MAY_READ,
    )(list_all)
    router.get(
        f"{_at}/{{invoice_sid}}",
        operation_id=_named.format("get_invoice"),
        response={200: INVOICE.schema(), **READ_ERRORS},
        auth=_MAY_READ,
    )(get_one)
