"""Cool-off: what we know of a number's last call, and what people want done about it.

A number that had a call within the last fifteen days cannot be unassigned (Phone Number API §3.5).
Upstream decides; what we keep here is a forecast, corrected by every answer upstream gives.
"""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal import e164

COOL_OFF = timedelta(days=15)


class CoolOff(models.Model):
    """A number's last call and the end of its cool-off; both None for a number never called.

    `told_by` says where `until` comes from: `calls` (call records plus fifteen days) or `upstream`
    (the refusal of an unassign, which wins until a later call is seen).
    """

    phonenumber = models.CharField(max_length=20, primary_key=True)
    last_call_at = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True, db_index=True)
    told_by = models.CharField(max_length=8, default="calls")
    checked_at = models.DateTimeField()

    def __str__(self) -> str:
        return e164.display(self.phonenumber)

    @property
    def remaining(self) -> timedelta:
        """How long it lasts from now; zero when it is over."""
        return max(timedelta(), self.until - timezone.now()) if self.until else timedelta()

    @property
    def in_effect(self) -> bool:
        return self.remaining > timedelta()

    @property
    def passed(self) -> timedelta:
        """How much of it is over."""
        return max(timedelta(), COOL_OFF - self.remaining)

    @property
    def passed_percent(self) -> int:
        return round(100 * (self.passed / COOL_OFF))


class UnassignIntent(models.Model):
    """Somebody wants this number back as soon as its cool-off ends; the clock sees to it.

    A running intent holds the id of its ledger entry, which tells what became of it should its
    process die.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        CANCELLED = "cancelled"
        MOOT = "moot"  # the number has moved by other means
        GAVE_UP = "gave_up"

    LIVE = (State.WAITING, State.RUNNING)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    phonenumber = models.CharField(max_length=20)
    holder_sid = models.CharField(max_length=64)
    holder_text = models.CharField(max_length=255)
    clear = models.JSONField(default=list)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)
    asked_by_text = models.CharField(max_length=200)
    due_at = models.DateTimeField()
    give_up_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    entry_id = models.UUIDField(null=True)
    running_since = models.DateTimeField(null=True)
    handed_out = models.DateTimeField(null=True)
    rearmed = models.PositiveIntegerField(default=0)
    message = models.TextField(blank=True)
    created = models.DateTimeField(default=timezone.now)
    ended = models.DateTimeField(null=True)

    class Meta:
        ordering = ["due_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["phonenumber"],
                condition=Q(state__in=["waiting", "running"]),
                name="one_live_unassign_intent_per_number",
            )
        ]
        indexes = [models.Index(fields=["state", "due_at"], name="unassign_intents_due")]

    def __str__(self) -> str:
        return f"unassign {e164.display(self.phonenumber)} when its cool-off ends"


class OverrideRequest(models.Model):
    """An account manager asks an admin to force a number out of its cool-off; the admin decides once.

    `agreed_by`: where two administrators are wanted, the first one to agree to somebody else's request.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        FORCING = "forcing"  # an admin has decided so; the write is under way
        FORCED = "forced"
        DECLINED = "declined"
        MOOT = "moot"  # the number has moved by other means

    LIVE = (State.WAITING, State.FORCING)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    phonenumber = models.CharField(max_length=20)
    holder_sid = models.CharField(max_length=64)
    holder_text = models.CharField(max_length=255)
    cool_off_until = models.DateTimeField(null=True)
    reason = models.TextField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    asked_by_text = models.CharField(max_length=200)
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    agreed_by_text = models.CharField(max_length=200, blank=True, default="")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    decided_by_text = models.CharField(max_length=200, blank=True)
    decision_reason = models.TextField(blank=True)
    entry_id = models.UUIDField(null=True)
    created = models.DateTimeField(default=timezone.now)
    decided = models.DateTimeField(null=True)

    class Meta:
        ordering = ["created", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["phonenumber"],
                condition=Q(state__in=["waiting", "forcing"]),
                name="one_live_override_request_per_number",
            )
        ]
        indexes = [models.Index(fields=["phonenumber", "created"], name="override_requests_of_number")]

    def __str__(self) -> str:
        return f"override for {e164.display(self.phonenumber)}"

    @property
    def words(self) -> str:
        """Who wants what, and why, in a sentence."""
        return f"{self.asked_by_text} wants it back from {self.holder_text}: “{self.reason}”"
