"""Rent one number: look at it again, rent it once, and find out what became of it."""

import logging
from dataclasses import dataclass
from enum import StrEnum

from django.contrib.auth.models import User
from django.db import DatabaseError, transaction
from django.utils import timezone

from numbers.models import Number
from numbers.services.search import Offer, forget
from portal import audit, e164
from portal.core_api.errors import CoreApiError
from portal.core_api.filters import F
from portal.core_api.types import Did
from portal.models import AuditEntry
from portal.sentences import sentence
from portal.upstream import core_api

logger = logging.getLogger(__name__)

# The rented number carries the id of the entry that rented it, so that reading back can tell our
# rent from anybody else's with the same credentials. `attributes` is ours to fill (Core API §2.1.2).
MARK = "numberdesk_entry"


class RentState(StrEnum):
    """What to tell the person; each has its own part in `numbers/rent.html`."""

    RENTED = "rented"
    PENDING = "pending"
    TAKEN = "taken"
    BUSY = "busy"
    REJECTED = "rejected"
    FAILED = "failed"
    CHECKING = "checking"


@dataclass(frozen=True)
class Checked:
    """A second look at a number, just before it is rented: exactly one of the four is set."""

    offer: Offer | None = None
    ours: Number | None = None
    taken: bool = False
    trouble: str = ""


def number_check(*, phonenumber: str, country: str, external: bool) -> Checked:
    """Is `phonenumber` (E.164 digits) still rentable? One upstream call, none when it is ours.

    With `external` a number that the carrier itself does not offer is asked for at the external
    providers of `country` too. Never raises for upstream trouble; `trouble` then says what happened.
    """
    ours = Number.objects.filter(phonenumber=phonenumber).first()
    if ours:
        return Checked(ours=ours)
    try:
        offer = _offered(phonenumber) or (_offered_externally(phonenumber, country) if external else None)
    except CoreApiError as error:
        return Checked(trouble=sentence(error))
    if offer is None:
        forget(phonenumber)
    return Checked(offer=offer, taken=offer is None)


def _offered(phonenumber: str) -> Offer | None:
    page = core_api().phonenumbers.available(F("phonenumber") == phonenumber, limit=1)
    return next((Offer.from_did(did, external=False) for did in page.items), None)


def _offered_externally(phonenumber: str, country: str) -> Offer | None:
    # Country and digits are the only conditions an external search takes (Core API §2.1.4).
    wanted = (F("country_code") == country) & F("phonenumber").contains(phonenumber)
    page = core_api().phonenumbers.available(wanted, include_external=True)
    same = (did for did in page.items if did.phonenumber == phonenumber)
    return next((Offer.from_did(did, external=True) for did in same), None)


def number_rent(*, actor: User, ticket: str, phonenumber: str, country: str, external: bool) -> AuditEntry:
    """Rent `phonenumber` (E.164 digits) for our account; sends at most one request, ever, per ticket.

    Returns the entry with what became of it. A ticket that was used before returns its entry as it
    now stands. Raises `audit.BadTicket` for a ticket that was not issued for this.
    """
    opened = audit.open_entry(
        ticket=ticket,
        actor=actor,
        action="number.rent",
        target=phonenumber,
        target_text=e164.display(phonenumber),
        params={"country_code": country, "include_external": external},
    )
    if not opened.fresh:
        return opened.entry
    as_of = timezone.now()
    try:
        did = core_api().phonenumbers.rent(
            phonenumber, include_external=external, attributes={MARK: str(opened.entry.id)}
        )
    except CoreApiError as error:
        entry = audit.close_from_error(opened.entry, error)
        if rent_state(entry) == RentState.TAKEN:
            forget(phonenumber)
        return entry
    forget(phonenumber)
    return _rented(opened.entry, did, as_of)


def _rented(entry: AuditEntry, did: Did, as_of: timezone.datetime) -> AuditEntry:
    """Put down that the rent happened. Should our database fail now, the clock will do it later."""
    try:
        with transaction.atomic():
            Number.upsert([did], as_of=as_of)
            return audit.close(entry, "done", after=did.payload, upstream_status=200)
    except DatabaseError:
        logger.exception("rented upstream, not yet recorded here", extra={"fields": {"entry": entry.id}})
        return entry


def settle_rent(entry: AuditEntry) -> audit.Settled | None:
    """Read back what became of a rent whose answer never came; None while nobody can know.

    Raises `CoreApiError` when upstream cannot be read.
    """
    as_of = timezone.now()
    did = core_api().phonenumbers.find(entry.target)
    if did is None:
        if audit.grace_over(entry):
            return audit.Settled("failed", message="The number was not rented. Nothing was changed.")
        return None
    forget(entry.target)
    Number.upsert([did], as_of=as_of)
    if did.attributes.get(MARK) == str(entry.id):
        return audit.Settled("done", after=did.payload)
    return audit.Settled("rejected", message="Somebody else with your account rented it first.")


def rent_state(entry: AuditEntry) -> RentState:
    """What the entry of a rent means to the person who waits for it."""
    if entry.outcome in ("open", "unknown"):
        return RentState.CHECKING
    if entry.outcome == "done":
        pending = (entry.after or {}).get("status") == "pending_assignment"
        return RentState.PENDING if pending else RentState.RENTED
    if entry.outcome == "failed":
        return RentState.FAILED
    if entry.upstream_status == 409 and entry.params["include_external"]:  # Core API §2.1.3
        return RentState.BUSY
    if entry.upstream_status in (404, 409):
        return RentState.TAKEN
    return RentState.REJECTED
