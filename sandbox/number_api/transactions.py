"""The ledger of an account (Phone Number API §3.7). A sub-account reads its parent's."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any

from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import AfterValidator, BaseModel, Field

from sandbox import money
from sandbox.dates import iso
from sandbox.errors import json_answer
from sandbox.models import LedgerEntry
from sandbox.number_api.accounts import account_ids
from sandbox.number_api.auth import Account, Keys
from sandbox.number_api.documents import answers
from sandbox.number_api.objects import Closed
from sandbox.number_api.paging import cut

router = Router(tags=["Money"], auth=Keys())

_USUAL, _LARGEST = 50, 1000
_DONE = "completed"


class Transaction(Closed):
    """`amount` is positive; `type` says which way it went."""

    id: str
    account_id: str
    balance_id: str
    type: str
    amount: float
    currency: str
    description: str
    reference: str | None = None
    reference_type: str
    status: str
    processed_at: str
    created_at: str
    updated_at: str


class OfKind(BaseModel):
    reference_type: str
    count: int
    total_debit: float
    total_credit: float
    net_amount: float


class Summary(BaseModel):
    total_transactions: int
    total_debit: float
    total_credit: float
    net_amount: float
    by_reference_type: list[OfKind]


class TransactionPage(BaseModel):
    transactions: list[Transaction]
    summary: Summary
    total: int
    page: int
    per_page: int
    total_pages: int


class ReferenceTypes(BaseModel):
    reference_types: list[str]


_YEARS = range(1900, 3000)
_A_DAY = len("2026-11-21")


def _moment(text: str) -> datetime:
    """ISO; a plus may have come as a space, and without a zone it is UTC."""
    moment = datetime.fromisoformat(text.strip().replace(" ", "T" if text[10:11] == " " else "+", 1))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _length(text: str) -> timedelta:
    """What "until" includes: a whole day when it is only a day, else just that moment."""
    return timedelta(days=1) if len(text.strip()) <= _A_DAY else timedelta(milliseconds=1)


def _readable(text: str) -> str:
    if text and _moment(text).year not in _YEARS:
        raise ValueError("is no year of ours")
    return text


Instant = Annotated[str, AfterValidator(_readable)]


class TransactionParams(Schema):
    page: int = Field(1, description="Counted from 1.")
    per_page: int = Field(_USUAL, description=f"At most {_LARGEST}; more are {_USUAL}.")
    from_date: Instant = Field("", description="ISO date or time; from then on.")
    to_date: Instant = Field("", description="ISO date or time; until then, a day with all its hours.")
    type: str = Field("", description="credit or debit")
    status: str = ""
    currency: str = ""
    reference_type: str = ""
    description: str = Field("", description="Part of it.")
    reference: str = Field("", description="A number, with its plus or without.")
    transaction_id: str = ""

    def window(self) -> tuple[int, int]:
        return max(self.page, 1), self.per_page if 1 <= self.per_page <= _LARGEST else _USUAL

    def condition(self) -> Q:
        wanted = Q()
        if self.from_date:
            wanted &= Q(created__gte=_moment(self.from_date))
        if self.to_date:
            wanted &= Q(created__lt=_moment(self.to_date) + _length(self.to_date))
        if self.type:
            wanted &= {"credit": Q(amount__gt=0), "debit": Q(amount__lt=0)}.get(self.type, Q(pk=None))
        if self.status and self.status != _DONE:
            wanted &= Q(pk=None)
        reference = self.reference.strip()
        exact = {
            "currency": self.currency.upper(),
            "kind": self.reference_type,
            "entry_sid": self.transaction_id,
            "description__icontains": self.description,
            "reference__in": [reference, f"+{reference}"] if reference else "",
        }
        return wanted & Q(**{name: value for name, value in exact.items() if value})


@router.get(
    "/account/{auth_id}/transactions/reference-types",
    operation_id="list_reference_types",
    response=answers({200: ReferenceTypes}),
)
def reference_types(request: HttpRequest, auth_id: str) -> HttpResponse:
    """What transactions can be for."""
    return json_answer({"reference_types": list(money.KINDS)})


@router.get(
    "/account/{auth_id}/transactions",
    operation_id="list_transactions",
    response=answers({200: TransactionPage}),
)
def list_all(request: HttpRequest, auth_id: str, params: Query[TransactionParams]) -> HttpResponse:
    """Debits and credits, newest first; the summary is of all that match, not of the page."""
    account: Account = request.auth  # type: ignore[attr-defined]
    payer = account.payer().partner_sid
    rows = LedgerEntry.objects.filter(params.condition(), partner_id=payer)
    page, size = params.window()
    found, total = cut(rows.order_by("-created", "-pk"), page, size)
    holder = account_ids([payer]).get(payer, "")
    return json_answer(
        {
            "transactions": [_transaction(each, holder) for each in found],
            "summary": _summary(rows),
            "total": total,
            "page": page,
            "per_page": size,
            "total_pages": -(-total // size),
        }
    )


def _transaction(entry: LedgerEntry, holder: str) -> dict[str, Any]:
    at = iso(entry.created)
    reference = {"reference": entry.reference} if entry.reference else {}
    return Transaction(
        id=entry.entry_sid,
        account_id=holder,
        balance_id=entry.partner_id,
        type="credit" if entry.amount > 0 else "debit",
        amount=float(abs(entry.amount)),
        currency=entry.currency,
        description=entry.description,
        reference_type=entry.kind,
        status=_DONE,
        processed_at=at,
        created_at=at,
        updated_at=at,
        **reference,
    ).told()


def _summary(rows: QuerySet[LedgerEntry]) -> dict[str, Any]:
    credit, debit = Q(amount__gt=0), Q(amount__lt=0)
    sums = {
        "count": Count("pk"),
        "credit": Sum("amount", filter=credit),
        "debit": Sum("amount", filter=debit),
    }
    kinds = list(rows.order_by("kind").values("kind").annotate(**sums))
    listed = [{"reference_type": each["kind"], "count": each["count"], **_totals([each])} for each in kinds]
    count = sum(each["count"] for each in kinds)
    return {"total_transactions": count, **_totals(kinds), "by_reference_type": listed}


def _totals(sums: list[dict[str, Any]]) -> dict[str, float]:
    credit = sum((each["credit"] or Decimal(0) for each in sums), Decimal(0))
    debit = -sum((each["debit"] or Decimal(0) for each in sums), Decimal(0))
    return {"total_debit": float(debit), "total_credit": float(credit), "net_amount": float(credit - debit)}
