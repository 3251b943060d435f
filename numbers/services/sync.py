"""Bring the mirror of numbers, trunk groups and DID groups in step with the Core API."""

from datetime import datetime
from itertools import islice

from django.utils import timezone

from numbers.models import DidGroup, Number, TrunkGroup
from numbers.services.late_rent import note_late_rents
from numbers.services.override import end_outdated_requests
from portal.models import Beat
from portal.upstream import core_api

BATCH = 1000
COMPLETE = "mirror:numbers"


def sync_numbers() -> int:
    """Copy every number we hold, and what numbers can be joined to; returns how many numbers.

    A row leaves the mirror only after a pass that provably saw them all. Raises `CoreApiError` when
    a page fails; what was copied until then stays.
    """
    started = timezone.now()
    sync_groups()
    listing = core_api().phonenumbers.iterate(page_size=BATCH)
    dids, seen = iter(listing), 0
    while batch := list(islice(dids, BATCH)):
        Number.upsert(batch, as_of=started)
        note_late_rents(batch)
        seen += len(batch)
    if listing.complete:
        Number.forget_unseen(started)
        end_outdated_requests()
        Beat.objects.update_or_create(name=COMPLETE, defaults={"at": started})
    return seen


def mirrored_at() -> datetime | None:
    """When the last complete copy of our numbers began (aware); None before the first."""
    return Beat.objects.filter(name=COMPLETE).values_list("at", flat=True).first()


def sync_groups() -> None:
    """Copy the trunk groups and DID groups, and forget those that are gone."""
    started = timezone.now()
    trunk_groups, did_groups = core_api().trunk_groups.iterate(), core_api().phonenumbers.did_groups()
    TrunkGroup.upsert(list(trunk_groups), as_of=started)
    DidGroup.upsert(list(did_groups), as_of=started)
    if trunk_groups.complete:
        TrunkGroup.forget_unseen(started)
    if did_groups.complete:
        DidGroup.forget_unseen(started)
