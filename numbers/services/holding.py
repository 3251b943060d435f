"""A number changes hands: one move at a time, put down when it is done, with all that hung on it."""

import logging

from django.db import DatabaseError, transaction
from django.utils import timezone

from numbers.models import Number, OverrideRequest, UnassignIntent
from numbers.services.edit import number_clear
from portal import audit
from portal.core_api.errors import CoreApiError
from portal.core_api.types import Did
from portal.models import AuditEntry
from portal.upstream import core_api
from portal.vocabulary import ACTIONS

logger = logging.getLogger(__name__)

MOVES = ("number.assign", "number.unassign", "number.force", "number.release", "number.release_cancel")


def open_move(phonenumber: str) -> AuditEntry | None:
    """The move of this number whose outcome nobody knows yet, if there is one."""
    return audit.unsettled().filter(target=phonenumber, action__in=MOVES).first()


def moved_since(entry: AuditEntry) -> bool:
    """Whether the number that `entry` is about has been moved from here after `entry` was begun."""
    moves = AuditEntry.objects.filter(target=entry.target, action__in=MOVES, outcome="done")
    return moves.filter(created__gt=entry.created).exists()


def under_way(phonenumber: str) -> str:
    """Why nobody may move this number just now; "" when no other move of it waits for its outcome.

    Two moves at once could not be told apart by reading back. Ask with the number's row locked, and open
    the entry before the lock ends.
    """
    move = open_move(phonenumber)
    if move is None:
        return ""
    doing = f"{move.actor_text} is {ACTIONS[move.action].doing} this number"
    return (
        f"{doing}, and it is not known yet what became of that. Nothing was changed. Try again in a moment."
    )


def moved_to(entry: AuditEntry, number: Number, partner_sid: str) -> AuditEntry:
    """Mirror the number's new holder, clear what was to be cleared, and close `entry` as done.

    The answer to a move has no body, so the number is read once; without an answer the holder we
    know of is put down. The entry is closed last: should our process or our database fail before, the
    clock settles it and does what is left.
    """
    as_of = timezone.now()
    did = now_or_known(number, partner_sid=partner_sid)
    try:
        Number.upsert([did], as_of=as_of)
        number_clear(cause=entry)
        with transaction.atomic():
            end_plans(number.phonenumber, because=entry)
            return audit.close(entry, "done", after={"partner_sid": partner_sid}, upstream_status=200)
    except DatabaseError:
        logger.exception("moved upstream, not yet recorded here", extra={"fields": {"entry": entry.id}})
        return entry


def now_or_known(number: Number, **known: str) -> Did:
    """`number` as the Core API has it after a write; without an answer as we had it, with what is `known`."""
    try:
        return core_api().phonenumbers.get(number.did_sid)
    except CoreApiError:
        return Did.parse(number.payload | known)


def held_now_by(entry: AuditEntry, partner_sid: str) -> audit.Settled | None:
    """Read back whether the number of `entry` is with `partner_sid`; None while nobody can know.

    What was to be cleared on the way is cleared now. Raises `CoreApiError`.
    """
    as_of = timezone.now()
    did = core_api().phonenumbers.find(entry.target)
    if did is not None:
        Number.upsert([did], as_of=as_of)
    if did is not None and did.partner_sid == partner_sid:
        number_clear(cause=entry)
        end_plans(entry.target, because=entry)
        return audit.Settled("done", after={"partner_sid": partner_sid})
    if audit.grace_over(entry):
        return audit.Settled("failed", message=_where(entry, did))
    return None


def _where(entry: AuditEntry, did: Did | None) -> str:
    """What a move that did not happen found in its place."""
    if did is None:
        return "The carrier does not list the number as yours any more. It was not moved by this."
    if did.partner_sid == (entry.before or {}).get("partner_sid"):
        return "The number is where it was. Nothing was changed."
    return "Somebody else moved the number meanwhile. It was not moved by this."


def end_plans(phonenumber: str, *, because: AuditEntry) -> None:
    """What waited for this number's cool-off has nothing to wait for any more; what was asked for is done."""
    now, why = timezone.now(), "The number has moved by other means."
    UnassignIntent.objects.filter(phonenumber=phonenumber, state=UnassignIntent.State.WAITING).update(
        state=UnassignIntent.State.MOOT, ended=now, message=why
    )
    asked = OverrideRequest.objects.filter(phonenumber=phonenumber)
    asked.filter(entry_id=because.id, state=OverrideRequest.State.FORCING).update(
        state=OverrideRequest.State.FORCED
    )
    asked.filter(state=OverrideRequest.State.WAITING).update(
        state=OverrideRequest.State.MOOT, decided=now, decision_reason=why
    )
