"""The tables all apps share: the ledger, what has left the mirrors, and the two the clock needs."""

import uuid
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone


class Outcome(models.TextChoices):
    OPEN = "open", "in progress"
    DONE = "done", "done"
    REJECTED = "rejected", "refused"
    FAILED = "failed", "failed"
    UNKNOWN = "unknown", "checking"


UNSETTLED = (Outcome.OPEN, Outcome.UNKNOWN)


class Concerned(models.Func):
    """The partner an entry is about, as the database itself can index it: the one a number went to or came
    from, else what its target begins with (a token's target is its partner's SID, a slash, its own)."""

    output_field = models.CharField()

    def as_sqlite(self, compiler: Any, _connection: Any) -> tuple[str, list[Any]]:
        params, target = (compiler.compile(each)[0] for each in self.source_expressions)
        return (
            f"COALESCE(json_extract({params}, '$.partner_sid'), json_extract({params}, '$.holder_sid'),"
            f" substr({target}, 1, instr({target} || '/', '/') - 1))"
        ), []

    def as_postgresql(self, compiler: Any, _connection: Any) -> tuple[str, list[Any]]:
        params, target = (compiler.compile(each)[0] for each in self.source_expressions)
        return (
            f"COALESCE({params} ->> 'partner_sid', {params} ->> 'holder_sid', split_part({target}, '/', 1))"
        ), []


class AuditEntry(models.Model):
    """One write: who intended what, and what became of it. Written through `portal.audit` only.

    Database triggers (`portal.ledger_triggers`) refuse every change but the ones that settle an entry.
    The text columns repeat what the references say, so that the record outlives its objects.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    action = models.CharField(max_length=64)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="entries", db_index=False
    )
    actor_text = models.CharField(max_length=200)
    target = models.CharField(max_length=200)
    target_text = models.CharField(max_length=200)
    params = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    reason = models.TextField(blank=True)
    before = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    after = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.OPEN)
    message = models.TextField(blank=True)
    upstream_status = models.PositiveSmallIntegerField(null=True)
    request_id = models.CharField(max_length=64, blank=True)
    ip = models.CharField(max_length=45, blank=True)
    job = models.CharField(max_length=64, blank=True)
    created = models.DateTimeField(default=timezone.now)
    closed = models.DateTimeField(null=True)
    # Nobody reads back what became of this entry before this moment: it is being done, or was just tried.
    settle_after = models.DateTimeField(null=True)
    # What upstream refused, by field: known to the one who just sent it, and not kept.
    refusals: Mapping[str, str] = MappingProxyType({})

    class Meta:
        verbose_name_plural = "audit entries"
        ordering = ["-created", "-id"]
        indexes = [
            models.Index(fields=["-created", "-id"], name="ledger_newest"),
            models.Index(fields=["actor", "-created"], name="ledger_actor"),
            models.Index(fields=["target", "-created"], name="ledger_target"),
            models.Index(
                Concerned("params", "target"),
                models.F("created").desc(),
                models.F("id").desc(),
                name="ledger_concerned",
            ),
            models.Index(
                fields=["created"],
                name="ledger_unsettled",
                condition=models.Q(outcome__in=[Outcome.OPEN, Outcome.UNKNOWN]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.actor_text}: {self.action} {self.target_text} ({self.outcome})"

    @property
    def settled(self) -> bool:
        """Whether what became of it is known, for good."""
        return self.outcome not in UNSETTLED


class Departed(models.Model):
    """An upstream object that was gone `at` this moment; its mirror believes no look from before."""

    sid = models.CharField(max_length=64, primary_key=True)
    at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name_plural = "departed"

    def __str__(self) -> str:
        return f"{self.sid} gone at {self.at:%H:%M:%S}"


class Lease(models.Model):
    """`holder` alone does the work called `name`, until `until` passes without a renewal."""

    name = models.CharField(max_length=64, primary_key=True)
    holder = models.CharField(max_length=200, blank=True)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} held by {self.holder or 'nobody'}"


class Beat(models.Model):
    """The last sign of life of a process, or the last run of one of the clock's duties."""

    name = models.CharField(max_length=64, primary_key=True)
    at = models.DateTimeField()
    ok = models.BooleanField(default=True)
    took_ms = models.PositiveIntegerField(default=0)
    note = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"{self.name} at {self.at:%H:%M:%S}"
