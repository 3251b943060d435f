"""Rent one number: look at it again, rent it once, and find out what became of it."""

from dataclasses import dataclass
from enum import StrEnum

from django.contrib.auth.models import User
from django.utils import timezone

from numbers.models import Number
from numbers.services.detail import number_adopt
from numbers.services.late_rent import MARK, note_late_rents
from numbers.services.search import Offer, alternatives, forget
from partners.models import Partner
from partners.services.family import own_account
from portal import audit, e164
from portal.core_api.errors import CoreApiError
from portal.core_api.filters import F
from portal.core_api.types import Did
from portal.models import AuditEntry
from portal.sentences import sentence, status_for
from portal.upstream import core_api


class RentState(StrEnum):
    """What to tell the person; each has its own part in `numbers/rent.html`."""

    RENTED = "rented"
    PENDING = "pending"
    TAKEN = "taken"
    OURS = "ours"
    BUSY = "busy"
    REJECTED = "rejected"
    FAILED = "failed"
    CHECKING = "checking"


@dataclass(frozen=True)
class Held:
    """A number that our account, or a sub-partner of ours, has already.

    `holder` is the sub-partner's name, empty when it is our own; `rented_by` is who rented it from
    here, empty when nobody did.
    """

    number: Number
    holder: str
    rented_by: str

    def __str__(self) -> str:
        holder = f"Your sub-partner {self.holder}" if self.holder else "Your account"
        by = f" (rented by {self.rented_by})" if self.rented_by else ""
        return f"{holder} holds it already{by}."


@dataclass(frozen=True)
class Checked:
    """A second look at a number, just before it is rented: one of offer, held, taken and trouble is set.

    `near` are numbers to offer instead of one that is taken; `status` is what the page answers with.
    """

    offer: Offer | None = None
    held: Held | None = None
    taken: bool = False
    trouble: str = ""
    status: int = 200
    near: tuple[Offer, ...] = ()


def number_check(*, phonenumber: str, country: str, external: bool) -> Checked:
    """Is `phonenumber` (E.164 digits) still rentable? One upstream call, none when it is ours.

    With `external` a number that the carrier itself does not offer is asked for at the external
    providers of `country` too. For a number that is taken, others near it are searched.
    Never raises for upstream trouble; `trouble` then says what happened.
    """
    if held := _held(phonenumber):
        return Checked(held=held)
    try:
        offer = _offered(phonenumber) or (_offered_externally(phonenumber, country) if external else None)
    except CoreApiError as error:
        return Checked(trouble=sentence(error), status=status_for(error))
    if offer is None:
        forget(phonenumber)
        return Checked(taken=True, near=alternatives(phonenumber, country=country))
    return Checked(offer=offer)


def _held(phonenumber: str) -> Held | None:
    """From the mirror and the ledger alone."""
    number = Number.objects.filter(phonenumber=phonenumber).first()
    if number is None:
        return None
    ourselves = own_account()
    elsewhere = Partner.objects.filter(pk=number.partner_sid).exclude(pk=ourselves and ourselves.pk).first()
    rents = AuditEntry.objects.filter(
        target=phonenumber, action__in=("number.rent", "number.rent_found"), outcome="done"
    )
    rent = rents.first()  # the newest
    return Held(number, elsewhere.name if elsewhere else "", rent.actor_text if rent else "")


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
    if held := _held(phonenumber):
        return audit.close(opened.entry, "rejected", message=f"{held} Nothing was sent to the carrier.")
    try:
        did = core_api().phonenumbers.rent(
            phonenumber, include_external=external, attributes={MARK: str(opened.entry.id)}
        )
    except CoreApiError as error:
        entry = audit.close_from_error(opened.entry, error)
        if _state(entry) == RentState.TAKEN:
            forget(phonenumber)
            number_adopt(phonenumber)  # somebody else has it, or one of us a moment ago
        return entry
    forget(phonenumber)
    return _rented(opened.entry, did)


def _rented(entry: AuditEntry, did: Did) -> AuditEntry:
    """Put down that the rent happened. Should our database fail now, the clock will do it later."""
    with audit.recording(entry):
        Number.upsert([did], as_of=timezone.now())
        audit.close(entry, "done", after=did.payload, upstream_status=200)
    return entry


def settle_rent(entry: AuditEntry) -> audit.Settled | None:
    """Read back what became of a rent whose answer never came; None while nobody can know.

    Raises `CoreApiError` when upstream cannot be read.
    """
    as_of = timezone.now()
    did = core_api().phonenumbers.find(entry.target)
    if did is None:
        if audit.grace_over(entry):
            return audit.Settled("failed", message=_not_rented_yet())
        return None
    forget(entry.target)
    Number.upsert([did], as_of=as_of)
    note_late_rents([did])
    if did.attributes.get(MARK) == str(entry.id):
        return audit.Settled("done", after=did.payload)
    return audit.Settled("rejected", message="Somebody else with your account rented it first.")


def _not_rented_yet() -> str:
    """No more than we know: a request that was lost may still arrive."""
    return (
        "Not rented so far: the carrier does not list it as yours. "
        "Should the request still arrive there, your first page will say so."
    )


@dataclass(frozen=True)
class RentOutcome:
    """What became of a rent, as it looks now.

    `held` is set when the number is ours although this entry did not rent it; `near` are others to
    rent instead of one that is taken.
    """

    entry: AuditEntry
    state: RentState
    held: Held | None = None
    near: tuple[Offer, ...] = ()


def rent_outcome(entry: AuditEntry) -> RentOutcome:
    """For the person who waits for `entry`. At most one upstream call, for numbers near a taken one.

    An entry that was settled wrongly is answered with the one that sets it right.
    """
    entry = audit.amendment(entry) or entry
    state = _state(entry)
    refused_here = state == RentState.REJECTED and entry.upstream_status is None
    if state != RentState.TAKEN and not refused_here:
        return RentOutcome(entry, state)
    if held := _held(entry.target):
        return RentOutcome(entry, RentState.OURS, held=held)
    near = alternatives(entry.target, country=entry.params["country_code"])
    return RentOutcome(entry, state, near=near)


def _state(entry: AuditEntry) -> RentState:
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
