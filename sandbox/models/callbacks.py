"""The outbox: what partners are to be told by HTTP."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from sandbox.models.core import World


class Callback(models.Model):
    """One event and where it is to be sent.

    Times are real time, not the world's. While `status` is waiting, whoever moves `next_attempt_at`
    into the future by a conditional UPDATE has the attempt to itself until then.
    """

    world = models.ForeignKey(World, models.CASCADE, related_name="callbacks")
    partner_sid = models.CharField(max_length=36)
    event = models.CharField(max_length=40)  # sms, phonenumber_order, phonenumber_messaging_update
    url = models.CharField(max_length=500)
    payload = models.JSONField()
    created = models.DateTimeField(default=timezone.now)
    status = models.CharField(max_length=20, default="waiting")  # waiting, delivered, given_up, refused
    attempts = models.IntegerField(default=0)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(max_length=200, default="", blank=True)  # of the last attempt

    class Meta:
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=Q(status="waiting"), name="callback_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.status}"
