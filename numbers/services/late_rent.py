"""Rents that arrived late: the ledger says they did not happen, and yet the number is here."""

from collections.abc import Iterable
from uuid import UUID

from portal import audit
from portal.core_api.types import Did
from portal.models import AuditEntry, Outcome

# The rented number carries the id of the entry that rented it, so that reading back can tell our
# rent from anybody else's with the same credentials. `attributes` is ours to fill (Core API §2.1.2).
MARK = "numberdesk_entry"


def note_late_rents(dids: Iterable[Did]) -> int:
    """Put on record which of `dids`, as the Core API lists them now, our ledger wrongly gave up.

    A settled entry is never changed: each gets a new one that sets it right, once. Returns how many
    there were to set right. No query when none of them carries a mark.
    """
    marked = {mark: did for did in dids if (mark := _mark(did))}
    given_up = AuditEntry.objects.filter(
        pk__in=marked, action="number.rent", outcome__in=(Outcome.FAILED, Outcome.REJECTED)
    )
    wrong = [entry for entry in given_up if entry.target == marked[entry.pk].phonenumber] if marked else []
    for entry in wrong:
        _set_right(entry, marked[entry.pk])
    return len(wrong)


def _mark(did: Did) -> UUID | None:
    try:
        return UUID(str(did.attributes.get(MARK, "")))
    except ValueError:
        return None


def _set_right(entry: AuditEntry, did: Did) -> None:
    audit.amend(
        entry,
        after=did.payload,
        message="The request arrived late, after it was given up. The number is yours and is charged; "
        "release it if it is not wanted.",
    )
