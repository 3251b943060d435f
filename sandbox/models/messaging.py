"""Messaging on numbers, and the numbers of other carriers that are registered for nothing else."""

from django.db import models
from django.db.models import Q

from sandbox.models.core import Partner, World, money, sid_field


class Messaging(models.Model):
    """How messaging stands on one number; a number nobody ever switched has no row.

    `number_sid` is the sid of a DID or of an external DID. `enabled` is what was last asked for,
    `status` what became of it.
    """

    world = models.ForeignKey(World, models.CASCADE, related_name="messaging")
    number_sid = models.CharField(max_length=36, unique=True)
    external = models.BooleanField(default=False)
    enabled = models.BooleanField(default=False)
    status = models.CharField(max_length=20, default="disabled")  # disabled, in_progress, enabled, failed
    type = models.CharField(max_length=10)  # a2p, p2p
    campaign_sid = models.CharField(max_length=36, null=True)
    campaign_external_id = models.CharField(max_length=36, null=True)
    p2p_nnid = models.CharField(max_length=36, null=True)
    due_at = models.DateTimeField(null=True)  # when in_progress ends, world's time
    fee_due_at = models.DateTimeField(null=True)  # the 1st of the next month to be paid for

    class Meta:
        indexes = [
            models.Index(fields=["world", "due_at"], condition=Q(due_at__isnull=False), name="messaging_due"),
            models.Index(
                fields=["world", "fee_due_at"],
                condition=Q(fee_due_at__isnull=False),
                name="messaging_fee_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number_sid} {self.status}"


class MessagingFee(models.Model):
    """One month of messaging on one number, noted when its holder came to owe it."""

    world = models.ForeignKey(World, models.CASCADE, related_name="messaging_fees")
    number_sid = models.CharField(max_length=36)
    partner_sid = models.CharField(max_length=36)  # the holder when it fell due
    month = models.DateField()  # its first day
    amount = money()
    date_created = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["number_sid", "partner_sid", "month"], name="one_messaging_fee_a_month"
            )
        ]

    def __str__(self) -> str:
        return f"{self.number_sid} {self.month}"


class ExternalDid(models.Model):
    """A number rented from another provider, known here for messaging only."""

    world = models.ForeignKey(World, models.CASCADE, related_name="external_dids")
    partner = models.ForeignKey(
        Partner, models.CASCADE, to_field="partner_sid", db_column="partner_sid", related_name="external_dids"
    )
    external_did_sid = sid_field()
    phonenumber = models.CharField(max_length=20)  # E.164 digits, no plus
    status = models.CharField(max_length=20, default="assigned")
    capabilities = models.IntegerField()  # messaging bits only, and for good
    active_capabilities = models.IntegerField()
    underlying_carrier_sid = models.CharField(max_length=36)
    name = models.CharField(max_length=200)
    attributes = models.JSONField(default=dict)
    callback_url = models.CharField(max_length=500, null=True)
    campaign_sid = models.CharField(max_length=36, null=True)
    classification_sid = models.CharField(max_length=36, null=True)
    country_code = models.CharField(max_length=3, null=True)
    in_country_format = models.CharField(max_length=40, null=True)
    international_format = models.CharField(max_length=40, null=True)
    lata = models.CharField(max_length=10, null=True)
    locality = models.CharField(max_length=100, null=True)
    lrn_sid = models.CharField(max_length=36, null=True)
    ocn = models.CharField(max_length=10, null=True)
    ocn_block = models.CharField(max_length=10, null=True)
    provider_sid = models.CharField(max_length=36, null=True)
    state = models.CharField(max_length=10, null=True)
    string_key_1 = models.CharField(max_length=200, null=True)
    string_key_2 = models.CharField(max_length=200, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["world", "phonenumber"], name="one_external_did_a_number")
        ]
        indexes = [models.Index(fields=["partner", "phonenumber"], name="external_did_held_by")]

    def __str__(self) -> str:
        return self.phonenumber
