"""Issue a security token. Its text is shown once, by the answer to the form, and kept nowhere.

It passes through memory only, inside the client's `IssuedToken`: never into the ledger, the mirror, the
cache, a session or a log line. So when the answer is lost nobody has it, nobody can get it any more, and
the token that came into being is an open door. Settling finds it by the mark in its name and revokes it.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid5

from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone

from partners.models import Partner, PlannedRevocation, Token, mark_of, marked
from partners.scopes import grantable
from partners.services.family import own_account
from partners.services.revoke import carry_out
from partners.services.sync import keep_tokens
from portal import audit
from portal.core_api.errors import CoreApiError
from portal.core_api.filters import F
from portal.core_api.oauth import IssuedToken, Token as UpstreamToken
from portal.models import AuditEntry
from portal.upstream import core_api

OVERLAPS = {
    0: "at once",
    1: "after an hour",
    24: "after a day",
    7 * 24: "after a week",
    30 * 24: "after 30 days",
}
LONGEST = timedelta(days=5 * 366)
ATTEMPTS = 5  # at revoking a token nobody saw, before a person has to


class CannotIssue(Exception):
    """Refused here, before upstream was asked; `str(error)` says why. Nothing was changed."""


@dataclass(frozen=True)
class NewToken:
    """What the form asked for: `expires_at` is aware. `replaces` is the token a rotation ends, `overlap`
    how many hours after this one came into being."""

    partner_sid: str
    name: str
    scopes: tuple[str, ...]
    expires_at: datetime
    replaces: str = ""
    overlap: int = 0


@dataclass(frozen=True)
class Issued:
    """`token` is there when it was issued just now, and never again for the same form."""

    entry: AuditEntry
    token: IssuedToken | None = field(default=None, repr=False)


def why_not(partner: Partner) -> str:
    """Why no token can be issued for `partner`, "" when one can."""
    if not (settings.CORE_API_CLIENT_ID and settings.CORE_API_CLIENT_SECRET):
        return (
            "Tokens cannot be issued or revoked here: the portal has no client of the OAuth service. "
            "An administrator has to set CORE_API_CLIENT_ID and CORE_API_CLIENT_SECRET."
        )
    if partner.status not in ("active", "suspended"):
        return (
            f"{partner.name} is {partner.status or 'not active'}: only an active partner can be given tokens."
        )
    if not partner.upstream.available_scopes:
        return f"{partner.name} was not granted any scope by the carrier yet, so a token could do nothing."
    return ""


def token_issue(*, actor: User, ticket: str, wanted: NewToken) -> Issued:
    """Issue a token for ourselves or a sub-partner: one upstream call, never sent again.

    Raises `CannotIssue`, `audit.BadTicket`, `Partner.DoesNotExist`, and `Token.DoesNotExist` for a
    rotation of a token that is not the partner's.
    """
    action = "token.rotate" if wanted.replaces else "token.issue"
    target = f"{wanted.partner_sid}/{wanted.replaces}" if wanted.replaces else wanted.partner_sid
    if used := audit.used_entry(ticket=ticket, actor=actor, action=action, target=target):
        return Issued(used)
    partner, replaced = _checked(wanted)
    opened = audit.open_entry(
        ticket=ticket,
        actor=actor,
        action=action,
        target=target,
        target_text=f"{wanted.name} · {partner.name}",
        params=_params(wanted),
    )
    if not opened.fresh:
        return Issued(opened.entry)
    try:
        token = _send(opened.entry, wanted)
    except CoreApiError as error:
        return Issued(audit.close_from_error(opened.entry, error))
    return _issued(opened.entry, token, replaced, wanted)


def _checked(wanted: NewToken) -> tuple[Partner, Token | None]:
    partner = Partner.objects.get(pk=wanted.partner_sid)
    if reason := why_not(partner):
        raise CannotIssue(reason)
    lacking = set(wanted.scopes) - set(grantable(partner.upstream.available_scopes))
    if not wanted.scopes or lacking:
        raise CannotIssue(
            f"{partner.name} may not pass on: {', '.join(sorted(lacking)) or 'nothing at all'}."
        )
    if not timezone.now() < wanted.expires_at <= timezone.now() + LONGEST:
        raise CannotIssue("A token has to end in the future, at most five years from now.")
    if not wanted.replaces:
        return partner, None
    replaced = Token.objects.get(pk=wanted.replaces, partner_sid=wanted.partner_sid)
    if replaced.ours:
        raise CannotIssue("This is the token the portal itself works with. It is changed in the settings.")
    return partner, replaced


def _params(wanted: NewToken) -> dict[str, object]:
    rotation = {"replaces": wanted.replaces, "overlap_hours": wanted.overlap} if wanted.replaces else {}
    return rotation | {
        "partner_sid": wanted.partner_sid,
        "name": wanted.name,
        "scopes": sorted(wanted.scopes),
        "expires_at": wanted.expires_at.isoformat(),
    }


def _send(entry: AuditEntry, wanted: NewToken) -> IssuedToken:
    """Ourselves by our own login where it is configured (`POST /oauth/token`), anyone else by SID."""
    tokens = core_api().oauth.tokens
    wishes = {
        "name": marked(wanted.name, entry.id),
        "scopes": wanted.scopes,
        "expires_in": wanted.expires_at - timezone.now(),
    }
    ourselves = own_account()
    if settings.CORE_API_LOGIN and ourselves and ourselves.pk == wanted.partner_sid:
        return tokens.issue_for_self(settings.CORE_API_LOGIN, settings.CORE_API_PASSWORD, **wishes)
    return tokens.issue(wanted.partner_sid, **wishes)


def _issued(entry: AuditEntry, token: IssuedToken, replaced: Token | None, wanted: NewToken) -> Issued:
    """Put down that it was issued; only then may it be shown. Else the clock revokes it, unseen."""
    with audit.recording(entry):
        keep_tokens([_public(token)], as_of=timezone.now())
        if replaced is not None:
            _plan_revocation(replaced, entry, wanted)
        audit.close(entry, "done", after={"token_sid": token.token_sid}, upstream_status=200)
    return Issued(entry, token) if entry.outcome == "done" else Issued(entry)


def _public(token: IssuedToken) -> UpstreamToken:
    """The same without its secrets."""
    names = UpstreamToken.__dataclass_fields__
    return UpstreamToken(**{name: getattr(token, name) for name in names})


def _plan_revocation(replaced: Token, entry: AuditEntry, wanted: NewToken) -> None:
    planned = {
        "partner_sid": replaced.partner_sid,
        "token_text": str(replaced),
        "planned_by": entry.actor,
        "planned_by_text": entry.actor_text,
        "due_at": timezone.now() + timedelta(hours=wanted.overlap),
    }
    PlannedRevocation.objects.update_or_create(
        token_sid=replaced.pk, state=PlannedRevocation.State.WAITING, defaults=planned
    )


# --- settling ------------------------------------------------------------------------------------


def settle_issue(entry: AuditEntry) -> audit.Settled | None:
    """Find the token whose answer was lost and revoke it, for nobody ever saw it.

    None while it may still come into being. Raises `CoreApiError`.
    """
    mark = mark_of(marked("", entry.id)).strip(" []")
    orphans = list(core_api().oauth.tokens.iterate(F("name").contains(mark)))
    if not orphans:
        if audit.grace_over(entry):
            return audit.Settled("failed", message="No token was issued.")
        return None
    revoked = [_revoke_orphan(entry, orphan) for orphan in orphans]
    if None in revoked:
        return None
    if all(revoked):
        return audit.Settled(
            "failed",
            after={"revoked": [orphan.token_sid for orphan in orphans]},
            message="The token was issued, but the answer was lost and nobody saw it. "
            "So it was revoked. Issue another one.",
        )
    keep_tokens(orphans, as_of=timezone.now())
    return audit.Settled(
        "failed",
        after={"token_sid": orphans[0].token_sid},
        message="The token was issued, but the answer was lost and nobody saw it. It could not be revoked: "
        "revoke it in the list of tokens.",
    )


def _revoke_orphan(entry: AuditEntry, orphan: UpstreamToken) -> bool | None:
    """Whether the orphan is gone; None while that is not known. Each attempt is an entry of its own."""
    for attempt in range(ATTEMPTS):
        opened = audit.open_entry(
            entry_id=uuid5(entry.id, f"{orphan.token_sid}/{attempt}"),
            actor=entry.actor,
            actor_text=entry.actor_text,
            action="token.revoke",
            target=f"{entry.params['partner_sid']}/{orphan.token_sid}",
            target_text=entry.target_text,
            params={"token_sid": orphan.token_sid},
            reason="Its text was lost on the way here.",
        )
        known = carry_out(opened.entry) if opened.fresh else opened.entry
        if known.outcome == "done":
            return True
        if opened.fresh or not known.settled:
            return None
    return False
