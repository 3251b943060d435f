"""Money: the ledger both protocols write, and what held numbers cost."""

from django.db import models
from django.utils import timezone

from sandbox.models.core import Partner, World, money, sid_field
from sandbox.models.numbers import Did


class LedgerEntry(models.Model):
    """One debit (negative) or credit of a partner's balance, which is the sum of its entries.

    Written by `sandbox.money` only.
    """

    world = models.ForeignKey(World, models.CASCADE, related_name="ledger")
    partner = models.ForeignKey(
        Partner, models.CASCADE, to_field="partner_sid", db_column="partner_sid", related_name="ledger"
    )
    entry_sid = sid_field()
    amount = money()
    currency = models.CharField(max_length=3, default="USD")
    kind = models.CharField(max_length=30)  # one of sandbox.money.KINDS
    description = models.CharField(max_length=200, blank=True)
    reference = models.CharField(max_length=40, null=True)  # a number in E.164 with its plus, or a sid
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(fields=["partner", "created"], name="ledger_by_partner"),
            models.Index(fields=["partner", "reference"], name="ledger_by_reference"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"


class Rental(models.Model):
    """What a held number costs a month, who pays it, and until when it is paid."""

    world = models.ForeignKey(World, models.CASCADE, related_name="rentals")
    did = models.OneToOneField(
        Did, models.CASCADE, to_field="did_sid", db_column="did_sid", related_name="rental"
    )
    payer = models.ForeignKey(
        Partner, models.CASCADE, to_field="partner_sid", db_column="payer_sid", related_name="rentals"
    )
    monthly = money()
    paid_until = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["world", "paid_until"], name="rental_due")]

    def __str__(self) -> str:
        return f"{self.did_id} {self.monthly}"
