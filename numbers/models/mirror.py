"""The mirror of our numbers and of what they can be joined to. A read model; the Core API owns the truth."""

from collections.abc import Iterable
from datetime import datetime
from typing import Self

from django.db import models, transaction

from portal import e164
from portal.core_api.types import Did, DidGroup as UpstreamDidGroup, TrunkGroup as UpstreamTrunkGroup
from portal.mirror import Mirrored


class Number(Mirrored):
    """A number we or a sub-partner hold (Core API §2.1.2): columns to filter by, the rest in `payload`."""

    did_sid = models.CharField(max_length=64, primary_key=True)
    phonenumber = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=255, blank=True)
    status = models.CharField(max_length=32, db_index=True)
    country_code = models.CharField(max_length=3)
    state = models.CharField(max_length=8, blank=True, db_index=True)
    partner_sid = models.CharField(max_length=64, blank=True, db_index=True)

    class Meta:
        ordering = ["phonenumber"]

    def __str__(self) -> str:
        return e164.display(self.phonenumber)

    @property
    def did(self) -> Did:
        """The whole upstream object, typed."""
        return Did.parse(self.payload)

    @classmethod
    def from_upstream(cls, thing: Did, as_of: datetime) -> Self:
        return cls(
            did_sid=thing.did_sid,
            phonenumber=thing.phonenumber,
            name="" if thing.name in (None, "N/A") else thing.name,
            status=thing.status or "assigned",
            country_code=thing.country_code or "",
            state=thing.state or "",
            partner_sid=thing.partner_sid or "",
            payload=thing.payload,
            synced_at=as_of,
        )

    @classmethod
    def upsert(cls, things: Iterable[Did], *, as_of: datetime) -> None:
        """As in every mirror; a number that came back under another SID replaces the row it had."""
        dids = {did.phonenumber: did for did in things}
        with transaction.atomic():
            sids = [did.did_sid for did in dids.values()]
            for row in cls.objects.select_for_update().filter(phonenumber__in=dids).exclude(pk__in=sids):
                if row.synced_at > as_of:
                    del dids[row.phonenumber]
                else:
                    row.delete()
            super().upsert(dids.values(), as_of=as_of)


class TrunkGroup(Mirrored):
    """Where a number's calls go (Core API §2.11)."""

    trunk_group_sid = models.CharField(max_length=64, primary_key=True)
    name = models.CharField(max_length=255)

    class Meta:
        ordering = ["name", "trunk_group_sid"]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def from_upstream(cls, thing: UpstreamTrunkGroup, as_of: datetime) -> Self:
        name = thing.name or "N/A"
        return cls(trunk_group_sid=thing.trunk_group_sid, name=name, payload=thing.payload, synced_at=as_of)


class DidGroup(Mirrored):
    """A named set of numbers with one callback (Core API §2.3)."""

    did_group_sid = models.CharField(max_length=64, primary_key=True)
    name = models.CharField(max_length=255)

    class Meta:
        ordering = ["name", "did_group_sid"]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def from_upstream(cls, thing: UpstreamDidGroup, as_of: datetime) -> Self:
        name = thing.name or "N/A"
        return cls(did_group_sid=thing.did_group_sid, name=name, payload=thing.payload, synced_at=as_of)
