"""What every mirror of upstream objects has in common: the whole payload, its age, one writer."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models, transaction

from portal.models import Departed


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

        That is when a look began, and when the answer to a write came: a look from before may not have
        seen it. Rows of a later answer know better and stay, and what has left since stays away.
        """
        rows = [cls.from_upstream(thing, as_of) for thing in things]
        sids = [row.pk for row in rows]
        with transaction.atomic():
            # All of them are locked: one that somebody is just writing is compared when that is done.
            present = cls.objects.select_for_update().filter(pk__in=sids).order_by("pk")
            known_better = {pk for pk, at in present.values_list("pk", "synced_at") if at > as_of}
            known_better |= _gone_since(sids, as_of)
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
    def forget(cls, sids: Iterable[str], *, as_of: datetime) -> None:
        """Drop what upstream no longer had at `as_of` (aware). An older look does not bring it back."""
        gone = list(sids)
        with transaction.atomic():
            later = _gone_since(gone, as_of)
            Departed.objects.bulk_create(
                [Departed(sid=sid, at=as_of) for sid in gone if sid not in later],
                update_conflicts=True,
                unique_fields=["sid"],
                update_fields=["at"],
            )
            cls.objects.filter(pk__in=gone, synced_at__lte=as_of).delete()

    @classmethod
    def forget_unseen(cls, started: datetime) -> None:
        """Drop what a complete pass, begun at `started` (aware), did not see."""
        unseen = cls.objects.filter(synced_at__lt=started)
        cls.forget(unseen.values_list("pk", flat=True), as_of=started)


def _gone_since(sids: list[str], as_of: datetime) -> set[str]:
    return set(Departed.objects.filter(pk__in=sids, at__gt=as_of).values_list("pk", flat=True))
