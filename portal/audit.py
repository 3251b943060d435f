"""The ledger: every write is an entry, written before the call and closed after it.

A form carries a *ticket*: a signed entry id, bound to one person, one action and one target. Posting it
twice is the same entry, so a double click writes once. An entry whose outcome is not known is *settled*
by reading back what is true upstream; nothing is ever sent again to find out.
"""

import json
import logging
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string

from portal import requestinfo, roles
from portal.core_api.errors import (
    BadAnswer,
    CoreApiError,
    CredentialsRefused,
    NotSent,
    Rejected,
    Unavailable,
)
from portal.models import UNSETTLED, AuditEntry, Outcome
from portal.sentences import sentence
from portal.vocabulary import ACTIONS, AMENDED_BY, AuditAction

logger = logging.getLogger("portal.audit")

TICKET_SECONDS = 24 * 60 * 60
REASON_CHARACTERS = 2_000
MESSAGE_CHARACTERS = 2_000
JSON_BYTES = 64 * 1024
# The most a read-back asks upstream: who holds the number, and then to clear four fields, one by one.
CALLS_TO_SETTLE = 6


class BadTicket(Exception):
    """The ticket is forged, too old, or for somebody or something else; `str(error)` says so to people."""


@dataclass(frozen=True)
class Opened:
    """`fresh` is False when this ticket was used before: show `entry`, never write again."""

    entry: AuditEntry
    fresh: bool


@dataclass(frozen=True)
class Settled:
    """What reading back found: `outcome` is done, rejected or failed; `message` is for people."""

    outcome: str
    after: Mapping[str, Any] | None = None
    message: str = ""
    upstream_status: int | None = None


# --- tickets -------------------------------------------------------------------------------------


def mint(user, action: str, target: str) -> str:
    """A ticket for one write of `action` on `target` by `user`, valid for a day."""
    _word(action)
    return signing.dumps({"e": uuid.uuid4().hex, **_bound_to(user, action, target)}, salt=_SALT)


def _entry_id(ticket: str, user, action: str, target: str) -> uuid.UUID:
    try:
        held = signing.loads(ticket, salt=_SALT, max_age=TICKET_SECONDS)
    except signing.SignatureExpired as error:
        raise BadTicket("This form is more than a day old. Nothing was changed; open it again.") from error
    except signing.BadSignature as error:
        raise BadTicket("This form is not one of ours. Nothing was changed; open it again.") from error
    entry_id = held.pop("e")
    if held != _bound_to(user, action, target):
        raise BadTicket("This form was not made for you and this. Nothing was changed; open it again.")
    return uuid.UUID(entry_id)


def _bound_to(user, action: str, target: str) -> dict[str, object]:
    return {"u": user.pk, "a": action, "t": target}


_SALT = "portal.audit.ticket"


# --- opening and closing -------------------------------------------------------------------------


def open_entry(
    *,
    ticket: str = "",
    entry_id: uuid.UUID | None = None,
    actor,
    actor_text: str = "",
    action: str,
    target: str,
    target_text: str,
    params: Mapping[str, Any],
    before: Mapping[str, Any] | None = None,
    reason: str = "",
    job: str = "",
) -> Opened:
    """Write the intent, before anything is sent.

    A form brings a `ticket`; work without a form brings the `entry_id` it was planned with, so that
    planning it once is doing it once too. `actor_text` names who did it when that is not just `actor`:
    the clock for somebody, or somebody whose account is gone.

    Raises `BadTicket`; ValueError when `params` are not the ones the vocabulary names, or too large.
    """
    _check_params(action, params)
    entry = AuditEntry(
        id=entry_id or _entry_id(ticket, actor, action, target),
        action=action,
        actor=actor,
        actor_text=(actor_text or actor.get_full_name() or actor.get_username())[:200],
        target=target,
        target_text=target_text[:200],
        params=dict(params),
        before=_fitting(before),
        reason=reason[:REASON_CHARACTERS],
        request_id=requestinfo.current().request_id,
        ip=requestinfo.current().client_ip,
        job=job,
    )
    return _inserted(entry)


def _inserted(entry: AuditEntry) -> Opened:
    try:
        with transaction.atomic():
            entry.save(force_insert=True)
    except IntegrityError:
        known = AuditEntry.objects.filter(pk=entry.pk).first()
        if known is None:
            raise
        return Opened(known, fresh=False)
    _tell(entry)
    return Opened(entry, fresh=True)


def close(
    entry: AuditEntry,
    outcome: str,
    *,
    after: Mapping[str, Any] | None = None,
    upstream_status: int | None = None,
    message: str = "",
) -> AuditEntry:
    """Write down what became of `entry` and give it back as it is now stored.

    An entry that is settled already stays as it is: whoever learned the truth first was right.
    """
    if outcome not in Outcome or outcome == Outcome.OPEN:
        raise ValueError(f"an entry cannot be closed as {outcome!r}")
    known = outcome != Outcome.UNKNOWN
    changed = _unsettled(entry).update(
        outcome=outcome,
        after=_fitting(after),
        upstream_status=upstream_status,
        message=message[:MESSAGE_CHARACTERS],
        closed=timezone.now() if known else None,
        settle_after=None,
    )
    entry.refresh_from_db()
    if changed:
        _tell(entry)
    return entry


@contextmanager
def recording(entry: AuditEntry) -> Iterator[None]:
    """One transaction around all that is put down about a write that was carried out, its closing included.

    Should our own database fail, that is logged and not raised: the entry stays open, and is settled like
    any other whose answer was lost.
    """
    try:
        with transaction.atomic():
            yield
    except DatabaseError:
        entry.outcome = Outcome.OPEN
        fields = {"entry": entry.pk, "action": entry.action}
        logger.exception("done upstream, not yet recorded here", extra={"fields": fields})


def amend(entry: AuditEntry, *, after: Mapping[str, Any], message: str) -> AuditEntry:
    """Put on record, in an entry of its own, that the settled `entry` was carried out after all.

    Asking again gives the entry that was written first. Raises KeyError for an action that has no
    such word.
    """
    action, params = AMENDED_BY[entry.action], {"entry": str(entry.pk)}
    _check_params(action, params)
    amended = AuditEntry(
        id=uuid.uuid5(entry.pk, action),
        action=action,
        actor_id=entry.actor_id,
        actor_text=entry.actor_text,
        target=entry.target,
        target_text=entry.target_text,
        params=params,
        request_id=requestinfo.current().request_id,
    )
    if known := amendment(entry):
        return known
    opened = _inserted(amended)
    return close(opened.entry, Outcome.DONE, after=after, message=message)


def amendment(entry: AuditEntry) -> AuditEntry | None:
    """The entry that sets the settled `entry` right, if there is one."""
    action = AMENDED_BY.get(entry.action)
    if action is None or not entry.settled or entry.outcome == Outcome.DONE:
        return None
    return AuditEntry.objects.filter(pk=uuid.uuid5(entry.pk, action)).first()


def close_from_error(entry: AuditEntry, error: CoreApiError) -> AuditEntry:
    """Close `entry` as the client's `error` says, with a sentence for people.

    Refused by upstream is `rejected`; certainly not done is `failed`; anything less certain is `unknown`.
    The entry given back has upstream's reasons by field in `refusals`.
    """
    closed = close(entry, _outcome_of(error), upstream_status=error.status, message=sentence(error))
    closed.refusals = error.fields
    return closed


def _outcome_of(error: CoreApiError) -> str:
    if isinstance(error, Rejected):
        return Outcome.REJECTED
    # Unavailable and BadAnswer come from reads: the write that should have followed was never sent.
    if isinstance(error, NotSent | CredentialsRefused | Unavailable | BadAnswer):
        return Outcome.FAILED
    return Outcome.UNKNOWN


def _word(action: str) -> AuditAction:
    if action not in ACTIONS:
        raise ValueError(f"{action!r} is not in the ledger's vocabulary")
    return ACTIONS[action]


def _check_params(action: str, params: Mapping[str, Any]) -> None:
    expected = _word(action).params
    if set(params) != expected:
        raise ValueError(f"{action} carries {sorted(expected)}, not {sorted(params)}")
    if _bytes(params) > JSON_BYTES:
        raise ValueError(f"the parameters of {action} are too large to be recorded")


def _fitting(value: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """`value`, or a note in its place: an answer too large to keep must not stop an entry from closing."""
    if value is None:
        return None
    size = _bytes(value)
    return dict(value) if size <= JSON_BYTES else {"omitted": f"{size} bytes, too large to keep"}


def _bytes(value: Mapping[str, Any]) -> int:
    return len(json.dumps(value, cls=DjangoJSONEncoder))


def _unsettled(entry: AuditEntry) -> QuerySet[AuditEntry]:
    return AuditEntry.objects.filter(pk=entry.pk, outcome__in=UNSETTLED)


def _tell(entry: AuditEntry) -> None:
    fields = {"entry": entry.pk, "action": entry.action, "target": entry.target, "outcome": entry.outcome}
    logger.info("entry", extra={"fields": fields})


# --- settlement ----------------------------------------------------------------------------------


def settle_if_due(entry: AuditEntry) -> AuditEntry:
    """Read back what became of `entry` when that is due, and give the entry as it now is.

    Only one process settles an entry at a time. Trouble is logged, never raised: the entry then stays
    as it is, and is tried again later.
    """
    if entry.settled:
        return entry
    if _has_a_way(entry) and _due().filter(pk=entry.pk).exists() and _claim(entry):
        try:
            found = _settle_function(entry.action)(entry)
        except CoreApiError as error:
            logger.warning("not settled yet", extra={"fields": {"entry": entry.pk, "error": error.message}})
            found = None
        except Exception:
            logger.exception("settling failed", extra={"fields": {"entry": entry.pk}})
            found = None
        if found is not None:
            return close(
                entry,
                found.outcome,
                after=found.after,
                upstream_status=found.upstream_status,
                message=found.message,
            )
        _try_again_later(entry)
    entry.refresh_from_db()
    return entry


def settle_due(limit: int = 100) -> int:
    """Settle the unknown and the stale open entries, oldest first. Returns how many are known now."""
    settled = 0
    with_a_way = [name for name, action in ACTIONS.items() if action.settle]
    for entry in _due().filter(action__in=with_a_way).order_by("created")[:limit]:
        settled += settle_if_due(entry).settled
    return settled


def grace_over(entry: AuditEntry) -> bool:
    """Whether "not there" proves that the write did not happen.

    A write whose answer was lost may still arrive upstream a little later than its deadline.
    """
    wait = timedelta(seconds=settings.UPSTREAM_DEADLINE + settings.SETTLE_GRACE)
    return timezone.now() > entry.created + wait


def edit_happened(entry: AuditEntry, now: Mapping[str, Any]) -> bool:
    """Whether the changes of the edit `entry` are there `now`, or were when somebody edited over them."""
    later = AuditEntry.objects.filter(target=entry.target, action=entry.action, created__gt=entry.created)
    seen = [now, *(before for before in later.values_list("before", flat=True) if before)]
    return all(
        any(values.get(name) == value for values in seen) for name, value in entry.params["changes"].items()
    )


def gone(entry: AuditEntry, what: str) -> Settled | None:
    """What is known of a change to `what` when that is there no more; None before the grace is over."""
    if grace_over(entry):
        return Settled("failed", message=f"{what} is gone, and whatever this changed went with it.")
    return None


def _due() -> QuerySet[AuditEntry]:
    """Unknown, or open for so long that its process cannot be waiting for an answer any more."""
    now = timezone.now()
    stale = now - timedelta(seconds=settings.UPSTREAM_DEADLINE + 5)
    return AuditEntry.objects.filter(
        Q(outcome=Outcome.UNKNOWN) | Q(outcome=Outcome.OPEN, created__lt=stale),
        Q(settle_after=None) | Q(settle_after__lte=now),
    )


def _has_a_way(entry: AuditEntry) -> bool:
    action = ACTIONS.get(entry.action)  # None: written by a version that knew more words
    return action is not None and bool(action.settle)


def claim_span() -> timedelta:
    """How long one process alone reads back: long enough to finish, and it ends by itself should it die."""
    return timedelta(seconds=CALLS_TO_SETTLE * settings.UPSTREAM_DEADLINE)


def _claim(entry: AuditEntry) -> bool:
    return _due().filter(pk=entry.pk).update(settle_after=timezone.now() + claim_span()) == 1


def _try_again_later(entry: AuditEntry) -> None:
    """At first every two seconds, for someone is waiting; later at most once a minute."""
    age = (timezone.now() - entry.created).total_seconds()
    pause = timedelta(seconds=min(60, max(2, age / 10)))
    _unsettled(entry).update(settle_after=timezone.now() + pause)


def _settle_function(action: str) -> Callable[[AuditEntry], Settled | None]:
    return import_string(ACTIONS[action].settle)


# --- reading -------------------------------------------------------------------------------------


def visible_to(user) -> QuerySet[AuditEntry]:
    """Everyone's entries for those who may see them, one's own for the others."""
    if roles.may(user, "audit.everyone"):
        return AuditEntry.objects.all()
    return AuditEntry.objects.filter(actor=user)


def recent(user, limit: int = 10) -> list[AuditEntry]:
    """The newest entries `user` may see."""
    return list(visible_to(user)[:limit])


def undoable(entry: AuditEntry) -> bool:
    """Whether an undo may write back what was before `entry`."""
    word = ACTIONS.get(entry.action)  # None: written by a version that knew more words
    return word is not None and word.undoable and entry.outcome == Outcome.DONE and bool(entry.before)


def unsettled() -> QuerySet[AuditEntry]:
    """Entries of which nobody knows yet what became of them."""
    return AuditEntry.objects.filter(outcome__in=UNSETTLED)


def attention(user, limit: int = 20) -> list[AuditEntry]:
    """The entries `user` may see whose outcome is not known yet, oldest first."""
    return list(visible_to(user).filter(outcome__in=UNSETTLED).order_by("created")[:limit])


def attention_count(user) -> int:
    """How many entries `attention` has, without reading them."""
    return visible_to(user).filter(outcome__in=UNSETTLED).count()


def history(target: str, limit: int = 20) -> list[AuditEntry]:
    """The newest entries about `target`, whoever wrote them."""
    return list(AuditEntry.objects.filter(target=target)[:limit])


def visible_entry(user, entry_id: uuid.UUID) -> AuditEntry | None:
    """The entry, when it exists and `user` may see it."""
    return visible_to(user).filter(pk=entry_id).first()


def used_entry(*, ticket: str, actor, action: str, target: str) -> AuditEntry | None:
    """The entry this ticket was already used for. Raises `BadTicket` like `open_entry`."""
    return AuditEntry.objects.filter(pk=_entry_id(ticket, actor, action, target)).first()
