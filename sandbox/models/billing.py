"""What things cost, and what partners were billed."""

from django.db import models

from sandbox.models.core import Partner, World, money, sid_field


class Rate(models.Model):
    """What a call costs: one line of a rate plan, the same in all worlds.

    Billing times are seconds; `price` is that of one minute. Made on the first look, by sandbox.rates.
    """

    key = models.CharField(max_length=60, primary_key=True)  # the plan and the prefix
    plan = models.CharField(max_length=40)
    prefix = models.CharField(max_length=20, null=True)  # None: whatever no other line is about
    country_code = models.CharField(max_length=3, null=True)
    country_name = models.CharField(max_length=100, null=True)
    billing_increment = models.DecimalField(max_digits=6, decimal_places=0)
    billing_minimum = models.DecimalField(max_digits=6, decimal_places=0)
    price = money()

    class Meta:
        indexes = [models.Index(fields=["plan", "prefix"], name="rate_by_plan")]

    def __str__(self) -> str:
        return self.key


class Invoice(models.Model):
    """A partner's bill for one calendar month (UTC); the running month's is open and still grows."""

    world = models.ForeignKey(World, models.CASCADE, related_name="invoices")
    partner = models.ForeignKey(
        Partner, models.CASCADE, to_field="partner_sid", db_column="partner_sid", related_name="invoices"
    )
    invoice_sid = sid_field()
    display_id = models.CharField(max_length=10)
    amount = money()
    amount_due = money()
    amount_tax = money()
    balance_forward = money()
    balance_previous = money()
    date_billing_period_start = models.DateTimeField()
    date_billing_period_end = models.DateTimeField()
    date_charge_expected = models.DateTimeField()
    date_charged = models.DateTimeField(null=True)
    date_created = models.DateTimeField()
    date_issued = models.DateTimeField(null=True)
    invoice_items = models.JSONField(default=list)
    pay_items = models.JSONField(default=list)
    tax_items = models.JSONField(default=list)
    paid = models.BooleanField(default=False)
    status = models.CharField(max_length=20, default="open")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "date_billing_period_start"], name="one_invoice_a_month"
            )
        ]
        indexes = [models.Index(fields=["world", "date_billing_period_start"], name="invoice_by_month")]

    def __str__(self) -> str:
        return f"{self.partner_id} {self.display_id}"
