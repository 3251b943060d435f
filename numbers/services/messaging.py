"""Switch a number's messaging on or off (Core API §2.1.6)."""

from uuid import UUID

from django.contrib.auth.models import User

from numbers.models import Number
from portal import audit, e164
from portal.core_api.errors import CoreApiError, NotFound
from portal.core_api.types import Did
from portal.models import AuditEntry
from portal.upstream import core_api

BITS = 1 | 2 | 8 | 16  # SMS and MMS, in and out (Core API §2.1.2)


def messages_now(did: Did) -> bool:
    """Whether messaging is in effect: the number does what only messaging adds to it."""
    return bool((did.active_capabilities or 0) & BITS)


def number_messaging(
    *,
    actor: User | None,
    actor_text: str = "",
    phonenumber: str,
    enabled: bool,
    ticket: str = "",
    entry_id: UUID | None = None,
    reason: str = "",
) -> AuditEntry:
    """Ask upstream to switch messaging; it takes minutes there until it is in effect.

    Raises `audit.BadTicket` and `Number.DoesNotExist`.
    """
    number = Number.objects.get(phonenumber=phonenumber)
    opened = audit.open_entry(
        ticket=ticket,
        entry_id=entry_id,
        actor=actor,
        actor_text=actor_text,
        action="number.messaging",
        target=phonenumber,
        target_text=e164.display(phonenumber),
        params={"did_sid": number.did_sid, "enabled": enabled},
        before={"messaging": "on" if messages_now(number.did) else "off"},
        reason=reason,
    )
    if not opened.fresh:
        return opened.entry
    try:
        asked = core_api().phonenumbers.set_messaging(number.did_sid, enabled=enabled)
    except CoreApiError as error:
        return audit.close_from_error(opened.entry, error)
    with audit.recording(opened.entry):
        audit.close(opened.entry, "done", after={"messaging": asked.status}, upstream_status=200)
    return opened.entry


def settle_messaging(entry: AuditEntry) -> audit.Settled | None:
    """Read back what was last asked for; None while nobody can know. Raises `CoreApiError`."""
    try:
        now = core_api().phonenumbers.messaging(entry.params["did_sid"])
    except NotFound:
        return audit.gone(entry, "The number")
    if now.enabled == entry.params["enabled"]:
        return audit.Settled("done", after={"messaging": now.status})
    if audit.grace_over(entry):
        return audit.Settled("failed", message="Messaging is as it was. Nothing was changed.")
    return None
