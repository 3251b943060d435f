"""The mirror of our numbers and of what they can be joined to. A read model; the Core API owns the truth."""

from collections.abc import Iterable
from datetime import datetime
from typing import Self

from django.db import models, transaction

from portal import e164
from portal.core_api.types import Did, DidGroup as UpstreamDidGroup, TrunkGroup as UpstreamTrunkGroup


class Number(models.Model):
    """A number we or a sub-partner hold (Core API §2.1.2): columns to filter by, the rest in `payload`."""

    did_sid = models.CharField(max_length=64, primary_key=True)
    phonenumber = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=255, blank=True)
    status = models.CharField(max_length=32, db_index=True)
    country_code = models.CharField(max_length=3)
    state = models.CharField(max_length=8, blank=True, db_index=True)
    partner_sid = models.CharField(max_length=64, blank=True, db_index=True)
    payload = models.JSONField()
    synced_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["phonenumber"]

    def __str__(self) -> str:
        return e164.display(self.phonenumber)

    @property
    def did(self) -> Did:
        """The whole upstream object, typed."""
        return Did.from_payload(self.payload)

    @classmethod
    def from_upstream(cls, did: Did, as_of: datetime) -> Self:
        return cls(
            did_sid=did.did_sid,
            phonenumber=did.phonenumber,
            name="" if did.name in (None, "N/A") else did.name,
            status=did.status or "assigned",
            country_code=did.country_code or "",
            state=did.state or "",
            partner_sid=did.partner_sid or "",
            payload=did.payload,
            synced_at=as_of,
        )

    @classmethod
    def upsert(cls, dids: Iterable[Did], *, as_of: datetime) -> None:
        """The mirror's one writer: keep `dids` as the Core API had them at `as_of` (aware).

        Rows that were written later than `as_of` know better and stay. A number that came back
        under another SID replaces the row it had.
        """
        rows = [cls.from_upstream(did, as_of) for did in dids]
        with transaction.atomic():
            cls._write(rows, as_of)

    @classmethod
    def _write(cls, rows: list[Self], as_of: datetime) -> None:
        present = cls.objects.select_for_update().filter(phonenumber__in=[row.phonenumber for row in rows])
        known = {row.phonenumber: row for row in present.only("phonenumber", "synced_at")}
        rows = [r for r in rows if r.phonenumber not in known or known[r.phonenumber].synced_at <= as_of]
        moved = [
            known[r.phonenumber].did_sid
            for r in rows
            if r.phonenumber in known and known[r.phonenumber].did_sid != r.did_sid
        ]
        if moved:
            cls.objects.filter(did_sid__in=moved).delete()
        cls.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["did_sid"],
            update_fields=[
                "phonenumber", "name", "status", "country_code", "state", "partner_sid", "payload", "synced_at",
            ],
        )  # fmt: skip


class TrunkGroup(models.Model):
    """Where a number's calls go (Core API §2.11)."""

    trunk_group_sid = models.CharField(max_length=64, primary_key=True)
    name = models.CharField(max_length=255)
    payload = models.JSONField()
    synced_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "trunk_group_sid"]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def upsert(cls, groups: Iterable[UpstreamTrunkGroup], *, as_of: datetime) -> None:
        """The mirror's one writer; `as_of` (aware) is when the Core API answered."""
        cls.objects.bulk_create(
            [
                cls(trunk_group_sid=g.trunk_group_sid, name=g.name or "N/A", payload=g.payload, synced_at=as_of)
                for g in groups
            ],
            update_conflicts=True,
            unique_fields=["trunk_group_sid"],
            update_fields=["name", "payload", "synced_at"],
        )


class DidGroup(models.Model):
    """A named set of numbers with one callback (Core API §2.3)."""

    did_group_sid = models.CharField(max_length=64, primary_key=True)
    name = models.CharField(max_length=255)
    payload = models.JSONField()
    synced_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "did_group_sid"]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def upsert(cls, groups: Iterable[UpstreamDidGroup], *, as_of: datetime) -> None:
        """The mirror's one writer; `as_of` (aware) is when the Core API answered."""
        cls.objects.bulk_create(
            [
                cls(did_group_sid=g.did_group_sid, name=g.name or "N/A", payload=g.payload, synced_at=as_of)
                for g in groups
            ],
            update_conflicts=True,
            unique_fields=["did_group_sid"],
            update_fields=["name", "payload", "synced_at"],
        )
