"""Take a number back from a sub-account, when its cool-off allows it (Phone Number API §3.5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.dateparse import parse_datetime

from numbers.models import CoolOff, Number
from numbers.models.cooloff import COOL_OFF
from numbers.services.cooloff import UPSTREAM, cool_off_now, known_cool_off, note_refusal
from numbers.services.holding import held_now_by, moved_to, under_way
from partners.models import Partner
from partners.services.family import own_account
from portal import audit, e164
from portal.core_api.errors import CoolOffInEffect, CoreApiError
from portal.models import AuditEntry
from portal.sentences import sentence
from portal.upstream import number_api


class CannotUnassign(Exception):
    """Refused here, before upstream was asked; `str(error)` says why. Nothing was changed."""


@dataclass(frozen=True)
class Outlook:
    """Before anyone clicks: will it pass? Without anything known `cool_off` is None; `trouble` says why."""

    number: Number
    holder: Partner
    cool_off: CoolOff | None
    trouble: str = ""


def unassign_outlook(phonenumber: str) -> Outlook:
    """What an unassign would meet now: asks for the last call, and tells what is known without an answer.

    Raises `CannotUnassign` and `Number.DoesNotExist`.
    """
    number = Number.objects.get(phonenumber=phonenumber)
    if why := under_way(phonenumber):
        raise CannotUnassign(why)
    holder = held_by_sub_account(number)
    try:
        return Outlook(number, holder, cool_off_now(phonenumber))
    except CoreApiError as error:
        return Outlook(number, holder, known_cool_off(phonenumber), sentence(error))


def number_unassign(*, actor: User, ticket: str, phonenumber: str, clear: Sequence[str] = ()) -> AuditEntry:
    """Move `phonenumber` (E.164 digits) back to the parent pool, then clear the fields of `clear`.

    A refusal because of the cool-off closes the entry `rejected`, with upstream's `cool_off_until` and
    `remaining_seconds` in `after`. Each cleared field is an entry of its own. Raises `CannotUnassign`,
    `portal.upstream.NotConfigured`, `audit.BadTicket` and `Number.DoesNotExist`.
    """
    with transaction.atomic():
        Number.objects.select_for_update().get(phonenumber=phonenumber)
        if used := audit.used_entry(ticket=ticket, actor=actor, action="number.unassign", target=phonenumber):
            return used
        entry = unassign_open(actor=actor, ticket=ticket, phonenumber=phonenumber, clear=clear)
    return unassign_send(entry)


def unassign_open(
    *,
    actor: User,
    phonenumber: str,
    clear: Sequence[str],
    ticket: str = "",
    entry_id: UUID | None = None,
    actor_text: str = "",
    job: str = "",
) -> AuditEntry:
    """The first half: everything that can be refused here is checked, and the intent is on record.

    Call it with the number's row locked. Raises like `number_unassign`.
    """
    number = Number.objects.get(phonenumber=phonenumber)
    if why := under_way(phonenumber):
        raise CannotUnassign(why)
    holder = held_by_sub_account(number)
    number_api()  # says at once when it is not configured
    return audit.open_entry(
        ticket=ticket,
        entry_id=entry_id,
        actor=actor,
        actor_text=actor_text,
        action="number.unassign",
        target=phonenumber,
        target_text=e164.display(phonenumber),
        params={
            "holder_sid": holder.pk,
            "holder": holder.name,
            "sub_account": holder.sub_account_id,
            "clear": list(clear),
        },
        before={"partner_sid": number.partner_sid},
        job=job,
    ).entry


def unassign_send(entry: AuditEntry) -> AuditEntry:
    """The second half: one call, what was to be cleared is cleared, and the entry closed."""
    number = Number.objects.get(phonenumber=entry.target)
    try:
        number_api().unassign(number.phonenumber)
    except CoolOffInEffect as error:
        return refused_by_cool_off(entry, error)
    except CoreApiError as error:
        return audit.close_from_error(entry, error)
    return moved_to(entry, number, own_account().pk)


def held_by_sub_account(number: Number) -> Partner:
    """The sub-partner that holds `number`. Raises `CannotUnassign` when none does."""
    ourselves = own_account()
    if ourselves is None:
        raise CannotUnassign("Our own account is not known here yet; the first copy is on its way.")
    if number.partner_sid == ourselves.pk:
        raise CannotUnassign("This number is in the parent pool already.")
    holder = Partner.objects.filter(pk=number.partner_sid).first()
    if holder is None or not holder.sub_account_id:
        raise CannotUnassign(
            "Its holder has no sub-account that we know of, so it cannot be unassigned here."
        )
    return holder


def refused_by_cool_off(entry: AuditEntry, error: CoolOffInEffect) -> AuditEntry:
    """Close `entry` with upstream's own figures, and correct our forecast by them."""
    if error.until:
        note_refusal(entry.target, error.until)
    after = {
        "cool_off_until": error.until.isoformat() if error.until else None,
        "remaining_seconds": int(error.remaining.total_seconds()) if error.remaining else None,
    }
    return audit.close(entry, "rejected", after=after, upstream_status=error.status, message=sentence(error))


def cool_off_told(entry: AuditEntry) -> CoolOff | None:
    """The cool-off upstream refused `entry` for, in its own figures of that moment; None for other ends."""
    until = parse_datetime((entry.after or {}).get("cool_off_until") or "")
    if entry.outcome != "rejected" or until is None:
        return None
    return CoolOff(
        phonenumber=entry.target,
        until=until,
        last_call_at=until - COOL_OFF,
        told_by=UPSTREAM,
        checked_at=entry.closed,
    )


def settle_unassign(entry: AuditEntry) -> audit.Settled | None:
    """Read back who holds the number; None while nobody can know. Raises `CoreApiError`."""
    return held_now_by(entry, own_account().pk)
