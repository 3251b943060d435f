"""The mirror of partners: who may hold a number. A read model; the Core API owns the truth."""

from collections.abc import Iterable
from datetime import datetime

from django.db import models

from portal.core_api.types import Partner as UpstreamPartner


class Partner(models.Model):
    """A Core API account: ours at the root, its sub-partners below (Core API §2.5)."""

    partner_sid = models.CharField(max_length=64, primary_key=True)
    parent_sid = models.CharField(max_length=64, blank=True, db_index=True)
    name = models.CharField(max_length=255, db_index=True)
    status = models.CharField(max_length=32)
    payload = models.JSONField()
    synced_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["name", "partner_sid"]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def upsert(cls, partners: Iterable[UpstreamPartner], *, as_of: datetime) -> None:
        """The mirror's one writer: keep `partners` as the Core API had them at `as_of` (aware)."""
        cls.objects.bulk_create(
            [
                cls(
                    partner_sid=partner.partner_sid,
                    parent_sid=partner.parent_sid or "",
                    name=partner.company_name or partner.name or partner.login or partner.partner_sid,
                    status=partner.status or "",
                    payload=partner.payload,
                    synced_at=as_of,
                )
                for partner in partners
            ],
            update_conflicts=True,
            unique_fields=["partner_sid"],
            update_fields=["parent_sid", "name", "status", "payload", "synced_at"],
        )
