"""Unassign when the cool-off ends: planned by a person, carried out by the clock and the worker, once."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from numbers.models import Number, UnassignIntent
from numbers.services.cooloff import known_cool_off
from numbers.services.holding import under_way
from numbers.services.unassign import CannotUnassign, held_by_sub_account, unassign_open, unassign_send
from portal import audit, e164, roles
from portal.models import AuditEntry
from portal.upstream import NotConfigured

logger = logging.getLogger(__name__)
State = UnassignIntent.State

AFTER_THE_END = timedelta(seconds=1)
HAND_OUT_AGAIN = timedelta(seconds=60)
TRY_AGAIN = timedelta(seconds=60)
TRY_AGAIN_BLINDLY = timedelta(hours=1)  # when upstream did not say how long the cool-off lasts


class CannotSchedule(Exception):
    """`str(error)` says why. Nothing was changed."""


def unassign_when_free(*, actor: User, ticket: str, phonenumber: str, clear: Sequence[str]) -> UnassignIntent:
    """Plan the unassign of `phonenumber` for the end of its cool-off, with the fields to clear then.

    Raises `CannotSchedule`, `CannotUnassign`, `audit.BadTicket` and `Number.DoesNotExist`.
    """
    try:
        with transaction.atomic():
            # The row's lock keeps the number from moving between our look and our plan.
            number = Number.objects.select_for_update().get(phonenumber=phonenumber)
            holder, cool_off = held_by_sub_account(number), known_cool_off(phonenumber)
            if cool_off is None or not cool_off.in_effect:
                raise CannotSchedule("This number is in no cool-off that we know of. Unassign it now.")
            due = cool_off.until + AFTER_THE_END
            opened = audit.open_entry(
                ticket=ticket,
                actor=actor,
                action="number.unassign_later",
                target=phonenumber,
                target_text=e164.display(phonenumber),
                params={
                    "holder_sid": holder.pk,
                    "holder": holder.name,
                    "due_at": due,
                    "clear": list(clear),
                },
            )
            if not opened.fresh:
                return UnassignIntent.objects.get(pk=opened.entry.id)
            intent = UnassignIntent.objects.create(
                id=opened.entry.id,
                phonenumber=phonenumber,
                holder_sid=holder.pk,
                holder_text=holder.name,
                clear=list(clear),
                asked_by=actor,
                asked_by_text=opened.entry.actor_text,
                due_at=due,
                give_up_at=timezone.now() + timedelta(days=settings.UNASSIGN_GIVE_UP_DAYS),
            )
            audit.close(opened.entry, "done")
            return intent
    except IntegrityError as error:
        raise CannotSchedule("The unassign of this number is scheduled already.") from error


def unassign_cancel(*, actor: User, ticket: str, intent_id: UUID) -> AuditEntry:
    """Call a planned unassign off. Raises `CannotSchedule` when it is too late, `audit.BadTicket`."""
    with transaction.atomic():
        intent = UnassignIntent.objects.get(pk=intent_id)
        opened = audit.open_entry(
            ticket=ticket,
            actor=actor,
            action="number.keep",
            target=intent.phonenumber,
            target_text=e164.display(intent.phonenumber),
            params={"holder_sid": intent.holder_sid, "due_at": intent.due_at},
        )
        if not opened.fresh:
            return opened.entry
        cancelled = UnassignIntent.objects.filter(pk=intent_id, state=State.WAITING).update(
            state=State.CANCELLED, ended=timezone.now(), message=f"Cancelled by {opened.entry.actor_text}."
        )
        if not cancelled:
            raise CannotSchedule("It is too late: the unassign is under way, or over.")
        return audit.close(opened.entry, "done")


# --- what clock and worker do --------------------------------------------------------------------


def hand_out_due(limit: int = 2000) -> int:
    """Give what is due to the worker; returns how many. Handing out twice is harmless."""
    from numbers.tasks import carry_out_unassign  # tasks import this module

    now = timezone.now()
    free = Q(handed_out=None) | Q(handed_out__lt=now - HAND_OUT_AGAIN)
    due = UnassignIntent.objects.filter(free, state=State.WAITING, due_at__lte=now)
    ids = list(due.values_list("pk", flat=True)[:limit])
    for pk in ids:
        if UnassignIntent.objects.filter(free, pk=pk, state=State.WAITING).update(handed_out=now):
            carry_out_unassign.enqueue(str(pk))
    return len(ids)


def carry_out(intent_id: UUID) -> None:
    """Carry one due intent out. Whoever claims it does; for everybody else there is nothing to do.

    The claim and the ledger's entry are written together: a running intent always has its entry.
    """
    with transaction.atomic():
        now = timezone.now()
        claimed = UnassignIntent.objects.filter(pk=intent_id, state=State.WAITING, due_at__lte=now).update(
            state=State.RUNNING, running_since=now, entry_id=uuid4()
        )
        if not claimed:
            return
        intent = UnassignIntent.objects.select_related("asked_by").get(pk=intent_id)
        entry = _open(intent)
    if entry is not None:
        _follow(intent, unassign_send(entry))


def pick_up_lost() -> int:
    """Find out what became of intents whose process died; returns how many were picked up."""
    cutoff = timezone.now() - timedelta(seconds=2 * settings.UPSTREAM_DEADLINE + 5)
    lost = list(UnassignIntent.objects.filter(state=State.RUNNING, running_since__lt=cutoff)[:200])
    for intent in lost:
        _follow(intent, audit.settle_if_due(AuditEntry.objects.get(pk=intent.entry_id)))
    return len(lost)


def _open(intent: UnassignIntent) -> AuditEntry | None:
    """The entry of this run; None when there is nothing to do now, or any more: then the intent says so."""
    person = intent.asked_by
    if person is None or not person.is_active or not roles.may(person, "number.unassign"):
        _end(intent, State.GAVE_UP, f"{intent.asked_by_text} may not unassign numbers any more.")
        return None
    number = Number.objects.select_for_update().filter(phonenumber=intent.phonenumber).first()
    if why := under_way(intent.phonenumber):
        _again(intent, timezone.now() + TRY_AGAIN, why)
        return None
    if number is None or number.partner_sid != intent.holder_sid:
        _end(intent, State.MOOT, "The number has moved by other means.")
        return None
    try:
        return unassign_open(
            actor=person,
            actor_text=f"The clock, for {intent.asked_by_text}",
            entry_id=intent.entry_id,
            phonenumber=intent.phonenumber,
            clear=intent.clear,
            job=f"intent:{intent.pk}",
        )
    except (CannotUnassign, NotConfigured) as error:  # it may pass; that it does not is for the notice
        _again(intent, timezone.now() + TRY_AGAIN, str(error))
        return None


def _follow(intent: UnassignIntent, entry: AuditEntry) -> None:
    """What the entry means for the intent; an entry that is not settled yet keeps it running."""
    if entry.outcome == "done":
        _end(intent, State.DONE, "")
    elif entry.outcome == "failed":
        _again(intent, timezone.now() + TRY_AGAIN, entry.message)
    elif entry.outcome == "rejected":
        _after_refusal(intent, entry)


def _after_refusal(intent: UnassignIntent, entry: AuditEntry) -> None:
    """Wait as long as upstream says: its seconds count, for its clock and ours need not agree."""
    if entry.after is None:  # not because of the cool-off
        _end(intent, State.GAVE_UP, entry.message)
        return
    until = parse_datetime(entry.after["cool_off_until"] or "")
    if until is None:
        _again(intent, timezone.now() + TRY_AGAIN_BLINDLY, entry.message)
        return
    seconds = entry.after["remaining_seconds"]
    due = until if seconds is None else timezone.now() + timedelta(seconds=seconds)
    longer = until + AFTER_THE_END > intent.due_at
    why = "A new call has extended the cool-off." if longer else "The cool-off is not over for the carrier."
    _again(intent, due + AFTER_THE_END, why)


def _again(intent: UnassignIntent, due: datetime, why: str) -> None:
    if due > intent.give_up_at:
        _end(intent, State.GAVE_UP, f"{why} It was tried until now and is given up.".strip())
        return
    _running(intent).update(
        state=State.WAITING,
        due_at=due,
        entry_id=None,
        running_since=None,
        handed_out=None,
        rearmed=intent.rearmed + 1,
        message=why,
    )


def _end(intent: UnassignIntent, state: str, message: str) -> None:
    _running(intent).update(state=state, ended=timezone.now(), message=message)


def _running(intent: UnassignIntent):
    """Only the run we know of is ours to end."""
    return UnassignIntent.objects.filter(pk=intent.pk, state=State.RUNNING, entry_id=intent.entry_id)
