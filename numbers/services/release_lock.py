"""Lock a number against being released, and lift the lock: both with the ledger, neither upstream."""

from django.contrib.auth.models import User
from django.db import transaction

from numbers.models import Number, ReleaseLock
from numbers.services.release import LEAVING, release_under_way
from portal import audit, e164
from portal.models import AuditEntry


class CannotLock(Exception):
    """`str(error)` says why. Nothing was changed."""


def release_lock(*, actor: User, ticket: str, phonenumber: str, reason: str) -> ReleaseLock:
    """Keep `phonenumber` from being released until the lock is lifted.

    Raises `CannotLock` when it is locked, its release is under way, or this ticket's lock was lifted
    since; `audit.BadTicket` and `Number.DoesNotExist`.
    """
    with transaction.atomic():
        number = Number.objects.select_for_update().get(phonenumber=phonenumber)
        opened = audit.open_entry(
            ticket=ticket,
            actor=actor,
            action="number.lock",
            target=phonenumber,
            target_text=e164.display(phonenumber),
            params={},
            reason=reason,
        )
        lock = ReleaseLock.objects.filter(pk=phonenumber).first()
        if not opened.fresh and lock:
            return lock
        if lock:
            raise CannotLock(f"{lock.locked_by_text} locked it already.")
        if not opened.fresh:
            raise CannotLock("This form locked it once, and the lock was lifted since. Open it again.")
        if number.status == LEAVING or release_under_way(phonenumber):
            raise CannotLock("It is too late for a lock: the number is being released.")
        lock = ReleaseLock.objects.create(
            phonenumber=phonenumber,
            reason=reason,
            locked_by=actor,
            locked_by_text=opened.entry.actor_text,
        )
        audit.close(opened.entry, "done")
        return lock


def release_unlock(*, actor: User, ticket: str, phonenumber: str) -> AuditEntry:
    """Lift the lock. Raises `CannotLock` when there is none, and `audit.BadTicket`."""
    with transaction.atomic():
        if used := audit.used_entry(ticket=ticket, actor=actor, action="number.unlock", target=phonenumber):
            return used
        lock = ReleaseLock.objects.select_for_update().filter(pk=phonenumber).first()
        if lock is None:
            raise CannotLock("It is not locked, or not any more.")
        opened = audit.open_entry(
            ticket=ticket,
            actor=actor,
            action="number.unlock",
            target=phonenumber,
            target_text=e164.display(phonenumber),
            params={"locked_by": lock.locked_by_text, "reason": lock.reason},
        )
        lock.delete()
        return audit.close(opened.entry, "done")
