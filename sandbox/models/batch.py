"""Batch tasks: many changes asked for at once, made one after the other in the background."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from sandbox.models.core import Partner, World, sid_field

UNFINISHED = ("created", "queued", "approved", "running")  # what the background works on


class Task(models.Model):
    """A batch task (Core API §2.7), and how far it has come.

    `position` operations are done; `runner` is whoever works on it now, until `leased_until` (real
    time): a task whose lease has run out belongs to whoever claims it next.
    """

    world = models.ForeignKey(World, models.CASCADE, related_name="tasks")
    partner = models.ForeignKey(
        Partner, models.CASCADE, to_field="partner_sid", db_column="partner_sid", related_name="tasks"
    )
    task_sid = sid_field()
    method = models.CharField(max_length=10)  # POST, PATCH, DELETE
    type = models.CharField(max_length=20)  # phonenumber, prefix
    field = models.CharField(max_length=30, null=True)
    entries = models.JSONField(default=list)
    data = models.JSONField(null=True)
    review = models.BooleanField(default=False)
    # created, queued, running, completed; with a review pending_review, then approved or cancelled
    status = models.CharField(max_length=20, default="created")
    total = models.IntegerField(null=True)
    processed = models.IntegerField(null=True)
    success = models.IntegerField(null=True)
    failure = models.IntegerField(null=True)
    error_details = models.JSONField(default=list)
    review_items = models.JSONField(default=list)
    date_created = models.DateTimeField(default=timezone.now)
    date_modified = models.DateTimeField(default=timezone.now)
    position = models.IntegerField(default=0)
    runner = models.CharField(max_length=36, blank=True)
    leased_until = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["partner", "date_created"], name="task_by_partner"),
            models.Index(fields=["id"], condition=Q(status__in=UNFINISHED), name="task_unfinished"),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.type} {self.task_sid}"
