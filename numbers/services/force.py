"""An admin moves a number back in spite of its cool-off: other credentials, a reason, and on the record."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from numbers.models import CoolOff, Number, OverrideRequest
from numbers.services.consequences import Consequences, unassign_consequences
from numbers.services.cooloff import known_cool_off, latest_cool_off
from numbers.services.holding import held_now_by, moved_to, under_way
from numbers.services.override import (
    GONE,
    CannotDecide,
    decide,
    override_agree,
    override_ask,
    wait_again,
)
from numbers.services.unassign import CannotUnassign, held_by_sub_account
from partners.models import Partner
from partners.services.family import own_account
from portal import audit, e164
from portal.core_api.errors import CoreApiError
from portal.models import AuditEntry
from portal.upstream import number_api_admin


class NeedsSecondAdmin(Exception):
    """Two administrators are wanted, and this was the first: the request waits for another one."""


@dataclass(frozen=True)
class ForceOutlook:
    """What a force would override; `asked` is the request it is for, if any."""

    number: Number
    holder: Partner
    cool_off: CoolOff | None
    consequences: Consequences
    asked: OverrideRequest | None


def force_outlook(phonenumber: str, *, override_id: UUID | None) -> ForceOutlook:
    """What a force would meet now: asks for the last call, and tells what is known without an answer.

    Raises `CannotDecide`, `CannotUnassign`, `portal.upstream.NotConfigured` and `Number.DoesNotExist`.
    """
    number = Number.objects.get(phonenumber=phonenumber)
    if why := under_way(phonenumber):
        raise CannotUnassign(why)
    holder = held_by_sub_account(number)
    number_api_admin()  # says at once when it is not configured
    asked = _asked(override_id, number, holder) if override_id else None
    return ForceOutlook(number, holder, latest_cool_off(phonenumber), unassign_consequences(number), asked)


def number_force(
    *,
    actor: User,
    ticket: str,
    phonenumber: str,
    reason: str,
    override_id: UUID | None = None,
    clear: Sequence[str] = (),
) -> AuditEntry:
    """Unassign `phonenumber` with `force`, for a request of somebody else or on one's own account.

    The entry keeps what was overridden: the end of the cool-off, the seconds left, the holder, the
    reason. The fields of `clear` are emptied afterwards. Raises `NeedsSecondAdmin`, `CannotDecide`,
    `CannotUnassign`, `portal.upstream.NotConfigured`, `audit.BadTicket` and `Number.DoesNotExist`.
    """
    if used := audit.used_entry(ticket=ticket, actor=actor, action="number.force", target=phonenumber):
        return used
    if settings.FORCE_NEEDS_SECOND_ADMIN:
        _two_admins(actor, phonenumber, reason, override_id)
    latest_cool_off(phonenumber)  # the entry is to carry the figures of now
    with transaction.atomic():
        number = Number.objects.select_for_update().get(phonenumber=phonenumber)
        if used := audit.used_entry(ticket=ticket, actor=actor, action="number.force", target=phonenumber):
            return used
        if why := under_way(phonenumber):
            raise CannotUnassign(why)
        holder, api = held_by_sub_account(number), number_api_admin()
        asked = _asked(override_id, number, holder) if override_id else None
        entry = _open(actor, ticket, number, holder, reason, asked, clear)
        if asked is not None:
            decide(asked, OverrideRequest.State.FORCING, actor=actor, reason=reason, entry_id=entry.id)
    try:
        api.unassign(phonenumber, force=True)
    except CoreApiError as error:
        with transaction.atomic():
            if audit.close_from_error(entry, error).settled:
                wait_again(entry)
        return entry
    return moved_to(entry, number, own_account().pk)


def _two_admins(actor: User, phonenumber: str, reason: str, override_id: UUID | None) -> None:
    """Let the second of two administrators pass; the first one's decision is a request to the others."""
    number = Number.objects.get(phonenumber=phonenumber)
    if override_id is None:
        override_ask(actor=actor, entry_id=uuid4(), phonenumber=phonenumber, reason=reason)
        raise NeedsSecondAdmin
    _asked(override_id, number, held_by_sub_account(number))
    if override_agree(actor=actor, override_id=override_id, reason=reason):
        raise NeedsSecondAdmin


def _asked(override_id: UUID, number: Number, holder: Partner) -> OverrideRequest:
    """The request that is to be decided: it has to be about this number, with this holder."""
    asked = OverrideRequest.objects.filter(pk=override_id, phonenumber=number.phonenumber).first()
    if asked is None:
        raise CannotDecide(GONE)
    if asked.holder_sid != holder.pk:
        raise CannotDecide(
            f"It was asked for while {asked.holder_text} held the number; now {holder.name} does. "
            "Nothing was changed; it has to be asked for again."
        )
    return asked


def _open(
    actor: User,
    ticket: str,
    number: Number,
    holder: Partner,
    reason: str,
    asked: OverrideRequest | None,
    clear: Sequence[str],
) -> AuditEntry:
    cool_off = known_cool_off(number.phonenumber)
    return audit.open_entry(
        ticket=ticket,
        actor=actor,
        action="number.force",
        target=number.phonenumber,
        target_text=e164.display(number.phonenumber),
        params={
            "holder_sid": holder.pk,
            "holder": holder.name,
            "sub_account": holder.sub_account_id,
            "cool_off_until": cool_off.until if cool_off else None,
            "remaining_seconds": int(cool_off.remaining.total_seconds()) if cool_off else None,
            "request": str(asked.pk) if asked else "",
            "clear": list(clear),
        },
        before={"partner_sid": number.partner_sid},
        reason=reason,
    ).entry


def settle_force(entry: AuditEntry) -> audit.Settled | None:
    """Read back who holds the number; None while nobody can know. Raises `CoreApiError`."""
    settled = held_now_by(entry, own_account().pk)
    if settled is not None and settled.outcome == "failed":
        wait_again(entry)
    return settled
