"""An admin moves a number back in spite of its cool-off: other credentials, a reason, and on the record."""

from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from numbers.models import Number, OverrideRequest
from numbers.services.cooloff import known_cool_off
from numbers.services.holding import held_now_by, moved_to, under_way
from numbers.services.override import decide, wait_again
from numbers.services.unassign import CannotUnassign, held_by_sub_account
from partners.models import Partner
from partners.services.family import own_account
from portal import audit, e164
from portal.core_api.errors import CoreApiError
from portal.models import AuditEntry
from portal.upstream import number_api_admin


class NeedsSecondAdmin(Exception):
    """Two administrators are wanted: this one may ask, another may force. Nothing was changed."""


def number_force(
    *, actor: User, ticket: str, phonenumber: str, reason: str, request_id: UUID | None = None
) -> AuditEntry:
    """Unassign `phonenumber` with `force`, for a request of somebody else or on one's own account.

    The entry keeps what was overridden: the end of the cool-off, the seconds left, the holder, the
    reason. Raises `NeedsSecondAdmin`, `CannotDecide`, `CannotUnassign`, `portal.upstream.NotConfigured`,
    `audit.BadTicket` and `Number.DoesNotExist`.
    """
    with transaction.atomic():
        number = Number.objects.select_for_update().get(phonenumber=phonenumber)
        if used := audit.used_entry(ticket=ticket, actor=actor, action="number.force", target=phonenumber):
            return used
        if request_id is None and settings.FORCE_NEEDS_SECOND_ADMIN:
            raise NeedsSecondAdmin
        if why := under_way(phonenumber):
            raise CannotUnassign(why)
        holder, api = held_by_sub_account(number), number_api_admin()
        entry = _open(actor, ticket, number, holder, reason, request_id)
        if request_id is not None:
            asked = OverrideRequest.objects.get(pk=request_id, phonenumber=phonenumber)
            decide(asked, OverrideRequest.State.FORCING, actor=actor, reason=reason, entry_id=entry.id)
    try:
        api.unassign(phonenumber, force=True)
    except CoreApiError as error:
        with transaction.atomic():
            if audit.close_from_error(entry, error).settled:
                wait_again(entry)
        return entry
    return moved_to(entry, number, own_account().pk)


def _open(
    actor: User, ticket: str, number: Number, holder: Partner, reason: str, request_id: UUID | None
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
            "request": str(request_id) if request_id else "",
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
