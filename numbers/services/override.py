"""An account manager asks an admin to override a cool-off; the admin decides, once, on the record."""

from uuid import UUID

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from numbers.models import Number, OverrideRequest
from numbers.services.cooloff import known_cool_off
from numbers.services.unassign import held_by_sub_account
from portal import audit, e164
from portal.models import AuditEntry

State = OverrideRequest.State


class CannotDecide(Exception):
    """`str(error)` says why. Nothing was changed."""


def override_ask(*, actor: User, ticket: str, phonenumber: str, reason: str) -> OverrideRequest:
    """Put the number into the admins' queue. One live request per number.

    Raises `CannotDecide` when somebody asked already, `CannotUnassign`, `audit.BadTicket` and
    `Number.DoesNotExist`.
    """
    try:
        with transaction.atomic():
            # The row's lock keeps the number from moving between our look and our request.
            number = Number.objects.select_for_update().get(phonenumber=phonenumber)
            holder, cool_off = held_by_sub_account(number), known_cool_off(phonenumber)
            until = cool_off.until if cool_off else None
            opened = audit.open_entry(
                ticket=ticket,
                actor=actor,
                action="override.ask",
                target=phonenumber,
                target_text=e164.display(phonenumber),
                params={"holder": holder.name, "cool_off_until": until},
                reason=reason,
            )
            if not opened.fresh:
                return OverrideRequest.objects.get(pk=opened.entry.id)
            asked = OverrideRequest.objects.create(
                id=opened.entry.id,
                phonenumber=phonenumber,
                holder_sid=holder.pk,
                holder_text=holder.name,
                cool_off_until=until,
                reason=reason,
                asked_by=actor,
                asked_by_text=opened.entry.actor_text,
            )
            audit.close(opened.entry, "done")
            return asked
    except IntegrityError as error:
        raise CannotDecide("An override for this number is being asked for already.") from error


def override_decline(*, actor: User, ticket: str, request_id: UUID, reason: str) -> AuditEntry:
    """Say no, with a reason the asker sees. Raises `CannotDecide` and `audit.BadTicket`."""
    with transaction.atomic():
        asked = OverrideRequest.objects.select_for_update().get(pk=request_id)
        opened = audit.open_entry(
            ticket=ticket,
            actor=actor,
            action="override.decline",
            target=asked.phonenumber,
            target_text=e164.display(asked.phonenumber),
            params={"asked_by": asked.asked_by_text, "request": str(asked.id)},
            reason=reason,
        )
        if not opened.fresh:
            return opened.entry
        decide(asked, State.DECLINED, actor=actor, reason=reason)
        return audit.close(opened.entry, "done")


def decide(
    asked: OverrideRequest, state: str, *, actor: User, reason: str, entry_id: UUID | None = None
) -> None:
    """Move a waiting request on; of two who decide at once, one is told that it is decided.

    Raises `CannotDecide`, also for one's own request: nobody approves what they asked for.
    """
    if asked.asked_by_id == actor.pk:
        raise CannotDecide("Nobody decides about their own request. Another administrator must.")
    changed = OverrideRequest.objects.filter(pk=asked.pk, state=State.WAITING).update(
        state=state,
        decided_by=actor,
        decided_by_text=(actor.get_full_name() or actor.get_username())[:200],
        decision_reason=reason,
        decided=timezone.now(),
        entry_id=entry_id,
    )
    if not changed:
        asked.refresh_from_db()
        raise CannotDecide(f"This request was {asked.get_state_display().lower()} already.")


def wait_again(entry: AuditEntry) -> None:
    """The force `entry` came to nothing: the request it was for, if any, waits for another decision."""
    OverrideRequest.objects.filter(entry_id=entry.id, state=State.FORCING).update(
        state=State.WAITING,
        entry_id=None,
        decided=None,
        decided_by=None,
        decided_by_text="",
        decision_reason="",
    )


def requests_waiting() -> list[OverrideRequest]:
    """The admins' queue, oldest first."""
    return list(OverrideRequest.objects.filter(state__in=OverrideRequest.LIVE))
