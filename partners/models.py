"""The mirror of partners: who may hold a number. A read model; the Core API owns the truth."""

from datetime import datetime
from typing import Self

from django.db import models

from portal.core_api.types import Partner as UpstreamPartner
from portal.mirror import Mirrored


class Partner(Mirrored):
    """A Core API account: ours at the root, its sub-partners below (Core API §2.5)."""

    partner_sid = models.CharField(max_length=64, primary_key=True)
    parent_sid = models.CharField(max_length=64, blank=True, db_index=True)
    name = models.CharField(max_length=255, db_index=True)
    status = models.CharField(max_length=32)

    class Meta:
        ordering = ["name", "partner_sid"]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def from_upstream(cls, thing: UpstreamPartner, as_of: datetime) -> Self:
        return cls(
            partner_sid=thing.partner_sid,
            parent_sid=thing.parent_sid or "",
            name=thing.company_name or thing.name or thing.login or thing.partner_sid,
            status=thing.status or "",
            payload=thing.payload,
            synced_at=as_of,
        )
