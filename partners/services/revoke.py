"""End a token: at once by a person, or by the clock when the overlap of a rotation is over."""

from datetime import timedelta
from uuid import uuid5

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from partners.models import PlannedRevocation, Token
from partners.services.sync import forget_token
from portal import audit
from portal.core_api.errors import CoreApiError, NotFound
from portal.core_api.oauth import NoClient, OwnToken
from portal.models import AuditEntry
from portal.upstream import core_api

State = PlannedRevocation.State
ATTEMPTS = 6
AGAIN_AFTER = timedelta(minutes=10)


class CannotRevoke(Exception):
    """Refused here, before upstream was asked; `str(error)` says why. Nothing was changed."""


def token_revoke(*, actor: User, ticket: str, token_sid: str, reason: str) -> AuditEntry:
    """Revoke a token, and end whatever was planned for it.

    Raises `CannotRevoke`, `audit.BadTicket` and `Token.DoesNotExist`.
    """
    token = Token.objects.filter(pk=token_sid).first()
    target = _target(token) if token else ""
    if token is None:
        raise Token.DoesNotExist
    if used := audit.used_entry(ticket=ticket, actor=actor, action="token.revoke", target=target):
        return used
    if token.ours:
        raise CannotRevoke(
            "This is the token the portal itself works with: revoking it would lock everybody out."
        )
    opened = audit.open_entry(
        ticket=ticket,
        actor=actor,
        action="token.revoke",
        target=target,
        target_text=str(token),
        params={"token_sid": token_sid},
        reason=reason,
    )
    return carry_out(opened.entry) if opened.fresh else opened.entry


def _target(token: Token) -> str:
    return f"{token.partner_sid}/{token.pk}"


def carry_out(entry: AuditEntry) -> AuditEntry:
    """Send the revocation that `entry`, just opened, intends, and close it. Raises nothing upstream does."""
    sid, message = entry.params["token_sid"], ""
    try:
        core_api().oauth.tokens.revoke(sid)
    except NotFound:
        message = "It was gone already."
    except (NoClient, OwnToken) as error:
        return audit.close(entry, "failed", message=f"{error} Nothing was changed.")
    except CoreApiError as error:
        return audit.close_from_error(entry, error)
    with audit.recording(entry):
        _gone(sid, entry)
        audit.close(entry, "done", upstream_status=204, message=message)
    return entry


def _gone(token_sid: str, entry: AuditEntry) -> None:
    forget_token(token_sid)
    PlannedRevocation.objects.filter(token_sid=token_sid, state__in=PlannedRevocation.LIVE).update(
        state=State.DONE, ended=timezone.now(), entry_id=entry.id
    )


def settle_revoke(entry: AuditEntry) -> audit.Settled | None:
    """Read back whether the token is gone; None while nobody can know. Raises `CoreApiError`."""
    try:
        core_api().oauth.tokens.get(entry.params["token_sid"])
    except NotFound:
        _gone(entry.params["token_sid"], entry)
        return audit.Settled("done")
    if audit.grace_over(entry):
        return audit.Settled("failed", message="The token was not revoked: it still works.")
    return None


# --- planned ones --------------------------------------------------------------------------------


def planned_for(token_sids: list[str]) -> dict[str, PlannedRevocation]:
    """The revocations that are still to come, by token SID."""
    rows = PlannedRevocation.objects.filter(token_sid__in=token_sids, state__in=PlannedRevocation.LIVE)
    return {row.token_sid: row for row in rows}


def revocation_cancel(*, actor: User, ticket: str, planned: PlannedRevocation) -> bool:
    """Keep the token after all; False when the clock was quicker. Raises `audit.BadTicket`."""
    with transaction.atomic():
        opened = audit.open_entry(
            ticket=ticket,
            actor=actor,
            action="token.keep",
            target=f"{planned.partner_sid}/{planned.token_sid}",
            target_text=planned.token_text,
            params={"due_at": planned.due_at.isoformat()},
        )
        if not opened.fresh:
            return opened.entry.outcome == "done"
        waiting = PlannedRevocation.objects.filter(pk=planned.pk, state=State.WAITING)
        cancelled = waiting.update(state=State.CANCELLED, ended=timezone.now()) == 1
        outcome, message = (
            ("done", "") if cancelled else ("rejected", "The clock was quicker: it is revoked.")
        )
        audit.close(opened.entry, outcome, message=message)
        return cancelled


def revoke_due(limit: int = 500) -> int:
    """Carry out what is due, each exactly once, whoever else does the same. Returns how many ended."""
    due = PlannedRevocation.objects.filter(state=State.WAITING, due_at__lte=timezone.now())
    left_behind = PlannedRevocation.objects.filter(state=State.RUNNING)
    rows = [*due.order_by("due_at")[:limit], *left_behind[:limit]]
    return sum(_carry_out(row) for row in rows)


def _carry_out(row: PlannedRevocation) -> bool:
    """Whether the row has ended now. Its entry's id is planned, so the ledger lets one process send."""
    if row.state == State.WAITING and not _claim(row):
        return False
    opened = audit.open_entry(
        entry_id=row.entry_id,
        actor=row.planned_by,
        actor_text=f"The clock, for {row.planned_by_text}",
        action="token.revoke",
        target=f"{row.partner_sid}/{row.token_sid}",
        target_text=row.token_text,
        params={"token_sid": row.token_sid},
        reason="Replaced by another token; the overlap is over.",
        job="rotation",
    )
    entry = carry_out(opened.entry) if opened.fresh else opened.entry
    return _end(row, entry)


def _claim(row: PlannedRevocation) -> bool:
    row.entry_id = uuid5(row.id, str(row.attempts))
    waiting = PlannedRevocation.objects.filter(pk=row.pk, state=State.WAITING, attempts=row.attempts)
    row.attempts += 1
    return waiting.update(state=State.RUNNING, entry_id=row.entry_id, attempts=row.attempts) == 1


def _end(row: PlannedRevocation, entry: AuditEntry) -> bool:
    """Follow the entry: done is done, unknown waits, refused is tried again later, a few times."""
    running = PlannedRevocation.objects.filter(pk=row.pk, state=State.RUNNING, entry_id=entry.id)
    if entry.outcome == "done":
        running.update(state=State.DONE, ended=timezone.now())
        return True
    if entry.outcome not in ("rejected", "failed"):
        return False
    if row.attempts >= ATTEMPTS:
        running.update(state=State.GAVE_UP, ended=timezone.now(), message=entry.message)
        return True
    running.update(state=State.WAITING, due_at=timezone.now() + AGAIN_AFTER, message=entry.message)
    return False
