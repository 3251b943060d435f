"""Messages that went through the carrier."""

from django.db import models

from sandbox.models.core import Partner, World, money, sid_field


class MessageRecord(models.Model):
    """One SMS or MMS of a number, as its detail record tells it; written by sandbox.events."""

    world = models.ForeignKey(World, models.CASCADE, related_name="messages")
    partner = models.ForeignKey(
        Partner, models.CASCADE, to_field="partner_sid", db_column="partner_sid", related_name="messages"
    )
    dr_sid = sid_field()
    direction = models.CharField(max_length=10)  # inbound, outbound
    date_insert = models.DateTimeField()
    date_sent = models.DateTimeField()
    message = models.TextField()
    message_segments = models.IntegerField(default=1)
    number_billing = models.CharField(max_length=20)  # ours
    number_external = models.CharField(max_length=20)  # the other one
    number_src = models.CharField(max_length=20)
    number_dst = models.CharField(max_length=20)
    price = money()
    status = models.CharField(max_length=20)  # sent, received

    class Meta:
        indexes = [models.Index(fields=["partner", "date_insert"], name="message_by_partner")]

    def __str__(self) -> str:
        return self.dr_sid
