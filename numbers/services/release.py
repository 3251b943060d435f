"""Give a number back to the carrier: never a side effect, never a number somebody locked.

Two ways: at once through the Core API (§2.1.5), or through the Phone Number API, which can be cancelled
for a day (§3.4). Either way the number rings nowhere from that moment.
"""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from numbers.models import Number, ReleaseLock
from numbers.services.consequences import Consequences, consequences_of
from numbers.services.holding import end_plans, now_or_known, under_way
from partners.models import Partner
from partners.services.family import own_account
from portal import audit, e164
from portal.core_api.errors import CoreApiError, NotFound
from portal.core_api.pool_types import CancelledRelease
from portal.models import UNSETTLED, AuditEntry
from portal.sentences import sentence
from portal.upstream import core_api, number_api, number_api_configured

NOW, CANCELLABLE = "now", "cancellable"
LEAVING = "aging"  # of a number we still hold: its release can be cancelled (Core API §2.1.5)


class CannotRelease(Exception):
    """Refused here, before upstream was asked; `str(error)` says why. Nothing was changed."""


@dataclass(frozen=True)
class ReleaseOutlook:
    """What the dialog shows. A number with a `lock` cannot be released until it is lifted."""

    number: Number
    lock: ReleaseLock | None
    consequences: Consequences
    cancellable: bool


@dataclass(frozen=True)
class Leaving:
    """A release that can still be cancelled; `until` (aware) is None when it was begun elsewhere."""

    until: datetime | None


def release_outlook(phonenumber: str) -> ReleaseOutlook:
    """No upstream call. Raises `CannotRelease` and `Number.DoesNotExist`."""
    number = Number.objects.get(phonenumber=phonenumber)
    if why := under_way(phonenumber):
        raise CannotRelease(why)
    _check_ours(number)
    return ReleaseOutlook(
        number=number,
        lock=ReleaseLock.objects.filter(pk=phonenumber).first(),
        consequences=consequences_of(number),
        cancellable=number_api_configured(),
    )


def number_release(*, actor: User, ticket: str, phonenumber: str, how: str) -> AuditEntry:
    """Give `phonenumber` (E.164 digits) back: `how` is `NOW` or `CANCELLABLE`.

    The entry keeps the whole number as it was. Raises `CannotRelease`, `portal.upstream.NotConfigured`,
    `audit.BadTicket` and `Number.DoesNotExist`.
    """
    if used := audit.used_entry(ticket=ticket, actor=actor, action="number.release", target=phonenumber):
        return used
    if how == CANCELLABLE:
        number_api()  # refuses before anything is on record
    _look(Number.objects.get(phonenumber=phonenumber))
    with transaction.atomic():
        # The row's lock keeps a release lock from being set between our look and our entry.
        number = Number.objects.select_for_update().get(phonenumber=phonenumber)
        if used := audit.used_entry(ticket=ticket, actor=actor, action="number.release", target=phonenumber):
            return used
        if why := under_way(phonenumber):
            raise CannotRelease(why)
        _check_ours(number)
        if lock := ReleaseLock.objects.filter(pk=phonenumber).first():
            raise CannotRelease(f"{lock.locked_by_text} locked it against release: {lock.reason}")
        opened = audit.open_entry(
            ticket=ticket,
            actor=actor,
            action="number.release",
            target=phonenumber,
            target_text=e164.display(phonenumber),
            params={"did_sid": number.did_sid, "how": how},
            before=number.payload,
        )
    return _release_now(opened.entry, number) if how == NOW else _release_later(opened.entry, number)


def number_release_cancel(*, actor: User, ticket: str, phonenumber: str) -> AuditEntry:
    """Keep a number whose release can still be cancelled; its routing does not come back (§3.2).

    Raises `CannotRelease`, `portal.upstream.NotConfigured`, `audit.BadTicket` and `Number.DoesNotExist`.
    """
    asked = {"actor": actor, "ticket": ticket, "action": "number.release_cancel", "target": phonenumber}
    with transaction.atomic():
        number = Number.objects.select_for_update().get(phonenumber=phonenumber)
        if used := audit.used_entry(**asked):
            return used
        if why := under_way(phonenumber):
            raise CannotRelease(why)
        api = number_api()
        entry = audit.open_entry(
            **asked,
            target_text=e164.display(phonenumber),
            params={"did_sid": number.did_sid},
            before={"status": number.status},
        ).entry
    try:
        cancelled = api.cancel_release(phonenumber)
    except CoreApiError as error:
        return audit.close_from_error(entry, error)
    return _kept(entry, number, cancelled)


def leaving(number: Number) -> Leaving | None:
    """The release of `number` that can still be cancelled, if there is one."""
    if number.status != LEAVING:
        return None
    entry = AuditEntry.objects.filter(
        target=number.phonenumber, action="number.release", outcome="done"
    ).first()
    return Leaving(cancellable_until(entry) if entry else None)


def cancellable_until(entry: AuditEntry) -> datetime | None:
    """When the release of `entry` becomes final (aware); None when upstream did not say."""
    until = (entry.after or {}).get("cooldown_ends_at")
    return parse_datetime(until) if until else None


# --- settling ------------------------------------------------------------------------------------


def settle_release(entry: AuditEntry) -> audit.Settled | None:
    """Read back whether the number has left our list, or is on its way out. Raises `CoreApiError`."""
    as_of = timezone.now()
    did = core_api().phonenumbers.find(entry.target)
    if did is None or did.did_sid != entry.params["did_sid"]:
        Number.forget([entry.params["did_sid"]], as_of=as_of)
        end_plans(entry.target, because=entry)
        return audit.Settled("done", after={"status": "released"})
    Number.upsert([did], as_of=as_of)
    if did.status == LEAVING:
        return audit.Settled("done", after={"status": "pending_release", "cooldown_ends_at": None})
    if audit.grace_over(entry):
        return audit.Settled("failed", message="The number is still yours. Nothing was changed.")
    return None


def settle_cancel(entry: AuditEntry) -> audit.Settled | None:
    """Read back whether the number is ours again. Raises `CoreApiError`."""
    as_of = timezone.now()
    did = core_api().phonenumbers.find(entry.target)
    if did is None:
        return audit.Settled("failed", message="It was too late: the number is not yours any more.")
    Number.upsert([did], as_of=as_of)
    if did.status != LEAVING:
        return audit.Settled("done", after={"status": did.status})
    if audit.grace_over(entry):
        return audit.Settled("failed", message="It is still being released. Nothing was changed; try again.")
    return None


# --- one step each -------------------------------------------------------------------------------


def _look(number: Number) -> None:
    """Upstream takes a number from a sub-account too: see who holds it now, not when it was last copied.

    One that is not listed any more is left to the release, which says so on record.
    """
    as_of = timezone.now()
    try:
        Number.upsert([core_api().phonenumbers.get(number.did_sid)], as_of=as_of)
    except NotFound:
        return
    except CoreApiError as error:
        raise CannotRelease(sentence(error)) from error


def _check_ours(number: Number) -> None:
    """Only a number of the parent pool can be released, and only once."""
    ourselves = own_account()
    if ourselves is None:
        raise CannotRelease("Our own account is not known here yet; the first copy is on its way.")
    if number.partner_sid != ourselves.pk:
        holder = Partner.objects.filter(pk=number.partner_sid).first()
        name = holder.name if holder else "a sub-account"
        raise CannotRelease(
            f"It is held by {name}. Unassign it first: a release never takes it from anybody."
        )
    if number.status == LEAVING:
        raise CannotRelease("It is being released already.")
    if number.status != "assigned":
        raise CannotRelease("Only a rented number can be released; this one is not there yet.")


def release_under_way(phonenumber: str) -> bool:
    """Whether a release of this number was begun and nobody knows yet what became of it."""
    return AuditEntry.objects.filter(
        target=phonenumber, action="number.release", outcome__in=UNSETTLED
    ).exists()


def _release_now(entry: AuditEntry, number: Number) -> AuditEntry:
    try:
        core_api().phonenumbers.release(number.did_sid)
    except CoreApiError as error:
        return _refused(entry, error)
    return _gone(entry, number, {"status": "released"}, upstream_status=204)


def _release_later(entry: AuditEntry, number: Number) -> AuditEntry:
    try:
        release = number_api().release(number.phonenumber)
    except CoreApiError as error:
        return _refused(entry, error)
    after = {
        "status": release.status,
        "cooldown_ends_at": release.cooldown_ends_at,
        "release_fee": str(release.release_fee) if release.release_fee is not None else None,
    }
    if release.status != "pending_release":  # an older service: it is gone at once (§3.4)
        return _gone(entry, number, after, upstream_status=200)
    return _changed(entry, number, LEAVING, after)


def _refused(entry: AuditEntry, error: CoreApiError) -> AuditEntry:
    if isinstance(error, NotFound):
        message = "The carrier does not list it as yours any more. Nothing was changed."
        return audit.close(entry, "rejected", upstream_status=error.status, message=message)
    return audit.close_from_error(entry, error)


def _gone(entry: AuditEntry, number: Number, after: dict[str, object], *, upstream_status: int) -> AuditEntry:
    with audit.recording(entry):
        Number.forget([number.pk], as_of=timezone.now())
        end_plans(number.phonenumber, because=entry)
        audit.close(entry, "done", after=after, upstream_status=upstream_status)
    return entry


def _kept(entry: AuditEntry, number: Number, cancelled: CancelledRelease) -> AuditEntry:
    message = "Its release fee was not given back; ask the carrier for it." if cancelled.refund_failed else ""
    refund = str(cancelled.refund_amount) if cancelled.refund_amount is not None else None
    after = {"status": cancelled.status, "refund": refund, "currency": cancelled.currency}
    return _changed(entry, number, "assigned", after, message)


def _changed(
    entry: AuditEntry, number: Number, status: str, after: dict[str, object], message: str = ""
) -> AuditEntry:
    """The number stays in the list, with another status; read once, or put down as we know it."""
    as_of = timezone.now()
    did = now_or_known(number, status=status)
    with audit.recording(entry):
        Number.upsert([did], as_of=as_of)
        audit.close(entry, "done", after=after, upstream_status=200, message=message)
    return entry
