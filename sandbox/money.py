"""The one way money moves: every debit and credit of both protocols is an entry of the ledger.

A partner's balance is the sum of its entries. The partner's row is locked while it changes, so that
neither an entry nor a change of the balance is ever lost, and no prepaid balance is spent twice.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import F

from sandbox.models import Did, LedgerEntry, Partner, Rental, World

MONTH = timedelta(days=30)  # a rental's cycle

# What an entry can be for; the Phone Number API calls these reference types.
KINDS = (
    "opening_balance",
    "top_up",
    "did_purchase",
    "did_rental",
    "did_release_fee",
    "did_release_refund",
    "messaging_fee",
    "adjustment",
)


class NotEnoughMoney(Exception):
    """The balance does not allow the debit; nothing was changed."""

    def __init__(self, required: Decimal, available: Decimal, currency: str) -> None:
        super().__init__(f"{required} {currency} are needed, {available} are there")
        self.required = required
        self.available = available
        self.currency = currency


def move(
    partner_sid: str,
    amount: Decimal,
    *,
    kind: str,
    moment: datetime,
    description: str = "",
    reference: str | None = None,
    currency: str | None = None,
    overdraft: bool = False,
) -> LedgerEntry | None:
    """Credit `amount` to a partner's balance, or debit it when negative; None when it is zero.

    `moment` is the world's time, `reference` a number in E.164 with its plus or a sid. `currency`
    must be the account's own, which None stands for. `overdraft`: the debit is owed whatever the
    balance is. Call it last in a transaction: the partner stays locked until that ends. Raises
    NotEnoughMoney.
    """
    if not amount:
        return None
    with transaction.atomic():
        partner = Partner.objects.select_for_update(no_key=True).get(partner_sid=partner_sid)
        if currency not in (None, partner.currency):
            raise NotEnoughMoney(-amount, Decimal(0), currency or partner.currency)
        available = partner.balance + credit_limit(partner)
        bounded = amount < 0 and not overdraft and not _is_unlimited(partner)
        if bounded and available + amount < 0:
            raise NotEnoughMoney(-amount, available, partner.currency)
        Partner.objects.filter(pk=partner.pk).update(balance=partner.balance + amount)
        return LedgerEntry.objects.create(
            world_id=partner.world_id,
            partner=partner,
            amount=amount,
            currency=partner.currency,
            kind=kind,
            description=description,
            reference=reference,
            created=moment,
        )


def credit_limit(partner: Partner) -> Decimal:
    """How far below zero the balance of a partner that pays afterwards may go."""
    return partner.spending_limit or Decimal(0) if partner.payment_type == "postpay" else Decimal(0)


def _is_unlimited(partner: Partner) -> bool:
    return partner.payment_type == "postpay" and partner.spending_limit is None


def open_balances(partners: Iterable[Partner]) -> None:
    """The first entries of partners that were made with a balance."""
    LedgerEntry.objects.bulk_create(
        LedgerEntry(
            world_id=partner.world_id,
            partner=partner,
            amount=partner.balance,
            currency=partner.currency,
            kind="opening_balance",
            description="Opening balance",
            created=partner.date_created,
        )
        for partner in partners
        if partner.balance
    )


def begin_rental(
    did: Did,
    payer_sid: str,
    *,
    setup: Decimal,
    monthly: Decimal,
    moment: datetime,
    currency: str | None = None,
) -> None:
    """Charge `payer_sid` for a number just rented: setup and first month; later months follow by themselves.

    Amounts are in `currency`, which None leaves to the account. Raises NotEnoughMoney.
    """
    begin_unpaid(did, payer_sid, monthly=monthly, moment=moment)
    number = f"+{did.phonenumber}"
    move(
        payer_sid,
        -(setup + monthly),
        kind="did_purchase",
        moment=moment,
        description=f"Rent of {number}",
        reference=number,
        currency=currency,
    )


def begin_unpaid(did: Did, payer_sid: str, *, monthly: Decimal, moment: datetime) -> None:
    """Note what a number costs from its second month on."""
    Rental.objects.update_or_create(
        did_id=did.did_sid,
        defaults={
            "world_id": did.world_id,
            "payer_id": payer_sid,
            "monthly": monthly,
            "paid_until": moment + MONTH,
        },
    )


def end_rental(did_sid: str) -> None:
    """Nothing more is charged for the number."""
    Rental.objects.filter(did_id=did_sid).delete()


def settle(world: World, moment: datetime) -> None:
    """Charge every month that has begun by `moment`: one entry a number, however many months it is.

    Held numbers stay with their holders when the balance does not suffice; it goes below zero.
    """
    due = Rental.objects.filter(world=world, paid_until__lte=moment)
    if not due.exists():
        return
    with transaction.atomic():
        billed = due.filter(did__status__in=("assigned", "pending_assignment")).order_by("payer_id", "pk")
        for rental in billed.select_related("did").select_for_update(of=("self",), no_key=True):
            months = (moment - rental.paid_until) // MONTH + 1
            Rental.objects.filter(pk=rental.pk).update(paid_until=F("paid_until") + MONTH * months)
            number = f"+{rental.did.phonenumber}"
            told = "1 month" if months == 1 else f"{months} months"
            move(rental.payer_id, -rental.monthly * months, kind="did_rental", moment=moment,
                 description=f"{told} of {number}", reference=number, overdraft=True)  # fmt: skip
