"""Undo an edit: a new entry that writes the before-values back."""

from uuid import UUID

from django.contrib.auth.models import User

from numbers.services.edit import number_write
from numbers.services.holding import moved_since
from numbers.services.messaging import number_messaging
from portal import audit, roles
from portal.core_api.errors import CoreApiError
from portal.models import AuditEntry
from portal.sentences import sentence


class CannotUndo(Exception):
    """`str(error)` says why. Nothing was changed."""


def number_undo(*, actor: User, ticket: str, phonenumber: str, entry_id: UUID) -> AuditEntry:
    """Write back what the entry `entry_id` changed, unless it was changed again or moved since.

    Raises `CannotUndo`, `audit.BadTicket` and `Number.DoesNotExist`.
    """
    entry = AuditEntry.objects.filter(pk=entry_id, target=phonenumber).first()
    if entry is None or not audit.undoable(entry) or not roles.may(actor, entry.action):
        raise CannotUndo("Only an edit that was carried out can be undone. Nothing was changed.")
    if moved_since(entry):
        # What was its former holder's would ring there again.
        raise CannotUndo("The number has changed hands since. Nothing was undone; edit the number instead.")
    if entry.action == "number.messaging":
        given = {"actor": actor, "ticket": ticket, "phonenumber": phonenumber, "reason": "Undo"}
        return number_messaging(enabled=not entry.params["enabled"], **given)
    try:
        changed = number_write(
            actor=actor,
            ticket=ticket,
            phonenumber=phonenumber,
            changes=entry.before,
            expected=entry.params["changes"],
            reason="Undo",
        )
    except CoreApiError as error:
        raise CannotUndo(sentence(error)) from error
    if changed is None:
        raise CannotUndo("It was changed again since. Nothing was undone; edit the number instead.")
    return changed
