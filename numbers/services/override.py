"""An account manager asks an admin to override a cool-off; the admin decides, once, on the record."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from numbers.models import CoolOff, Number, OverrideRequest
from numbers.services.cooloff import known_cool_off, latest_cool_off
from numbers.services.unassign import held_by_sub_account
from partners.models import Partner
from portal import audit, e164, roles
from portal.models import AuditEntry

State = OverrideRequest.State
GONE = "This request is not there any more. Nothing was changed; open the queue again."
NOT_YOUR_OWN = "Nobody decides about their own request. Another administrator must."
DECIDED = {
    State.FORCING: "is being carried out",
    State.FORCED: "was granted",
    State.DECLINED: "was declined",
    State.MOOT: "has come to nothing, because the number has moved,",
}


class CannotDecide(Exception):
    """`str(error)` says why. Nothing was changed."""


def override_ask(
    *, actor: User, phonenumber: str, reason: str, ticket: str = "", entry_id: UUID | None = None
) -> OverrideRequest:
    """Put the number into the admins' queue, once for a ticket or an id. One live request per number.

    Raises `CannotDecide` when somebody asked already, `CannotUnassign`, `audit.BadTicket` and
    `Number.DoesNotExist`.
    """
    latest_cool_off(phonenumber)
    try:
        with transaction.atomic():
            # The row's lock keeps the number from moving between our look and our request.
            number = Number.objects.select_for_update().get(phonenumber=phonenumber)
            holder, cool_off = held_by_sub_account(number), known_cool_off(phonenumber)
            if cool_off is None or not cool_off.in_effect:
                raise CannotDecide("It is in no cool-off that we know of: unassign it, without an override.")
            until = cool_off.until
            opened = audit.open_entry(
                ticket=ticket,
                entry_id=entry_id,
                actor=actor,
                action="override.ask",
                target=phonenumber,
                target_text=e164.display(phonenumber),
                params={"holder_sid": holder.pk, "holder": holder.name, "cool_off_until": until},
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


def override_agree(*, actor: User, override_id: UUID, reason: str) -> bool:
    """Where two administrators are wanted: the first one's consent to a request, by `actor`.

    True when another one has to follow; False when `actor` is the second, because another administrator
    agreed before, or asked for it. Raises `CannotDecide`.
    """
    with transaction.atomic():
        asked = (
            OverrideRequest.objects.select_for_update().filter(pk=override_id, state=State.WAITING).first()
        )
        if asked is None:
            raise CannotDecide(GONE)
        if asked.asked_by_id == actor.pk:
            raise CannotDecide(NOT_YOUR_OWN)
        if asked.agreed_by_id == actor.pk:
            raise CannotDecide("You have agreed already. Another administrator has to force it.")
        if asked.agreed_by_id or (asked.asked_by and roles.role_of(asked.asked_by) == roles.ADMIN):
            return False
        opened = audit.open_entry(
            entry_id=uuid4(),
            actor=actor,
            action="override.agree",
            target=asked.phonenumber,
            target_text=e164.display(asked.phonenumber),
            params=_about(asked),
            reason=reason,
        )
        asked.agreed_by, asked.agreed_by_text = actor, opened.entry.actor_text
        asked.save(update_fields=["agreed_by", "agreed_by_text"])
        audit.close(opened.entry, "done")
        return True


def override_decline(*, actor: User, ticket: str, override_id: UUID, reason: str) -> AuditEntry:
    """Say no, with a reason the asker sees. Raises `CannotDecide` and `audit.BadTicket`."""
    with transaction.atomic():
        asked = OverrideRequest.objects.select_for_update().get(pk=override_id)
        opened = audit.open_entry(
            ticket=ticket,
            actor=actor,
            action="override.decline",
            target=asked.phonenumber,
            target_text=e164.display(asked.phonenumber),
            params=_about(asked),
            reason=reason,
        )
        if not opened.fresh:
            return opened.entry
        decide(asked, State.DECLINED, actor=actor, reason=reason)
        return audit.close(opened.entry, "done")


def _about(asked: OverrideRequest) -> dict[str, str]:
    """What an entry that decides keeps of the request."""
    return {"holder_sid": asked.holder_sid, "asked_by": asked.asked_by_text, "request": str(asked.id)}


def decide(
    asked: OverrideRequest, state: str, *, actor: User, reason: str, entry_id: UUID | None = None
) -> None:
    """Move a waiting request on; of two who decide at once, one is told that it is decided.

    Raises `CannotDecide`, also for one's own request: nobody approves what they asked for.
    """
    if asked.asked_by_id == actor.pk:
        raise CannotDecide(NOT_YOUR_OWN)
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
        raise CannotDecide(f"This request {DECIDED[asked.state]} already.")


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


@dataclass(frozen=True)
class Waiting:
    """A request that waits for a decision, and who holds the number now."""

    asked: OverrideRequest
    holder: str
    cool_off: CoolOff | None


def requests_waiting() -> list[Waiting]:
    """The admins' queue, oldest first. No upstream call."""
    requests = list(OverrideRequest.objects.filter(state__in=OverrideRequest.LIVE))
    digits = [asked.phonenumber for asked in requests]
    cool_offs = CoolOff.objects.in_bulk(digits)
    held = dict(Number.objects.filter(phonenumber__in=digits).values_list("phonenumber", "partner_sid"))
    holders = Partner.objects.in_bulk(set(held.values()))
    return [
        Waiting(
            asked=asked,
            holder=str(holders.get(held.get(asked.phonenumber, ""), asked.holder_text)),
            cool_off=cool_offs.get(asked.phonenumber),
        )
        for asked in requests
    ]


def end_outdated_requests() -> int:
    """End the requests about numbers that have left the holder they were asked from; returns how many."""
    waiting = OverrideRequest.objects.filter(state=State.WAITING)
    still = Number.objects.filter(phonenumber=OuterRef("phonenumber"), partner_sid=OuterRef("holder_sid"))
    return waiting.exclude(Exists(still)).update(
        state=State.MOOT, decided=timezone.now(), decision_reason="The number has moved by other means."
    )
