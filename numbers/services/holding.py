"""A number has changed hands: put it down, and bring what people had planned with it to an end."""

import logging

from django.db import DatabaseError, transaction
from django.utils import timezone

from numbers.models import Number, OverrideRequest, UnassignIntent
from portal import audit
from portal.core_api.errors import CoreApiError
from portal.models import AuditEntry
from portal.upstream import core_api

logger = logging.getLogger(__name__)


def moved_to(entry: AuditEntry, number: Number, partner_sid: str) -> AuditEntry:
    """Close `entry` as done and mirror the number's new holder.

    The answer to a move has no body, so the number is read once; without an answer the holder we
    know of is put down. Should our own database fail now, the clock settles the entry.
    """
    as_of = timezone.now()
    try:
        did = core_api().phonenumbers.get(number.did_sid)
    except CoreApiError:
        did = None
    try:
        with transaction.atomic():
            if did is not None:
                Number.upsert([did], as_of=as_of)
            else:
                payload = number.payload | {"partner_sid": partner_sid}
                Number.objects.filter(pk=number.pk).update(partner_sid=partner_sid, payload=payload)
            end_plans(number.phonenumber, except_entry=entry)
            return audit.close(entry, "done", after={"partner_sid": partner_sid}, upstream_status=200)
    except DatabaseError:
        logger.exception("moved upstream, not yet recorded here", extra={"fields": {"entry": entry.id}})
        return entry


def held_now_by(entry: AuditEntry, partner_sid: str) -> audit.Settled | None:
    """Read back whether the number of `entry` is with `partner_sid`; None while nobody can know.

    Raises `CoreApiError`.
    """
    as_of = timezone.now()
    did = core_api().phonenumbers.find(entry.target)
    if did is not None:
        Number.upsert([did], as_of=as_of)
    if did is not None and did.partner_sid == partner_sid:
        end_plans(entry.target, except_entry=entry)
        return audit.Settled("done", after={"partner_sid": partner_sid})
    if audit.grace_over(entry):
        return audit.Settled("failed", message="The number is where it was. Nothing was changed.")
    return None


def end_plans(phonenumber: str, *, except_entry: AuditEntry) -> None:
    """Whatever else waits for this number's cool-off has nothing to wait for any more."""
    now, why = timezone.now(), "The number has moved by other means."
    UnassignIntent.objects.filter(phonenumber=phonenumber, state=UnassignIntent.State.WAITING).update(
        state=UnassignIntent.State.MOOT, ended=now, message=why
    )
    OverrideRequest.objects.filter(phonenumber=phonenumber, state=OverrideRequest.State.WAITING).exclude(
        entry_id=except_entry.id
    ).update(state=OverrideRequest.State.MOOT, decided=now, decision_reason=why)
