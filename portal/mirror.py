"""What every mirror of upstream objects has in common: the whole payload, its age, one writer."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models, transaction


class Mirrored(models.Model):
    """A row that copies one upstream object. Its primary key is the object's SID.

    `own_columns` are not part of that object: something else fills them, and `upsert` leaves them alone.
    """

    own_columns: ClassVar[frozenset[str]] = frozenset()

    payload = models.JSONField()
    synced_at = models.DateTimeField(db_index=True)

    class Meta:
        abstract = True

    @classmethod
    def from_upstream(cls, thing: Any, as_of: datetime) -> Self:
        """An unsaved row of `thing`, the client's typed object, as it was at `as_of` (aware)."""
        raise NotImplementedError

    @classmethod
    def upsert(cls, things: Iterable[Any], *, as_of: datetime) -> None:
        """The mirror's one writer: keep `things` as the Core API had them at `as_of` (aware).

        Rows that were written from a later answer know better and stay.
        """
        rows = [cls.from_upstream(thing, as_of) for thing in things]
        with transaction.atomic():
            present = cls.objects.select_for_update().filter(pk__in=[row.pk for row in rows])
            known_better = set(present.filter(synced_at__gt=as_of).values_list("pk", flat=True))
            cls.objects.bulk_create(
                [row for row in rows if row.pk not in known_better],
                update_conflicts=True,
                unique_fields=[cls._meta.pk.name],
                update_fields=[
                    field.name
                    for field in cls._meta.fields
                    if not field.primary_key and field.name not in cls.own_columns
                ],
            )

    @classmethod
    def forget_unseen(cls, started: datetime) -> None:
        """Drop what a complete pass, begun at `started` (aware), did not see."""
        cls.objects.filter(synced_at__lt=started).delete()
