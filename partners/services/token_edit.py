"""Rename a token, narrow its scopes, change when it ends."""

from datetime import UTC, date, datetime, time

from django.contrib.auth.models import User
from django.utils import timezone

from partners.models import Token, mark_of, unmarked
from partners.services.sync import keep_tokens
from portal import audit
from portal.core_api.errors import CoreApiError, NotFound
from portal.core_api.oauth import Token as UpstreamToken
from portal.editing import Edited, Values, edit
from portal.models import AuditEntry
from portal.upstream import core_api


def end_of(day: date) -> datetime:
    """The last second of `day`, UTC: a token works through the day its form names."""
    return datetime.combine(day, time(23, 59, 59), UTC)


def values(token: UpstreamToken) -> Values:
    """The editable fields as the form shows them; scopes in one text, with commas."""
    ends = token.date_expiration_access_token
    return {
        "name": unmarked(token.name or ""),
        "scopes": ",".join(sorted(token.scopes)),
        "expires": ends.astimezone(UTC).date().isoformat() if ends else "",
    }


def mirrored_values(token: Token) -> Values:
    """The same from the mirror."""
    ends = token.expires_at
    return {
        "name": unmarked(token.name),
        "scopes": ",".join(token.scopes),
        "expires": ends.astimezone(UTC).date().isoformat() if ends else "",
    }


def token_edit(*, actor: User, ticket: str, token: Token, wanted: Values, seen: Values) -> Edited:
    """Write what differs from `seen`, the values the form was opened with: two upstream calls, or none.

    Raises `audit.BadTicket`.
    """
    return edit(
        actor=actor,
        ticket=ticket,
        action="token.edit",
        target=f"{token.partner_sid}/{token.pk}",
        target_text=str(token),
        params={"token_sid": token.pk, "mark": mark_of(token.name)},
        wanted=wanted,
        seen=seen,
        look=lambda: values(core_api().oauth.tokens.get(token.pk)),
        write=_write,
    )


def _write(entry: AuditEntry, changes: Values) -> AuditEntry:
    try:
        token = core_api().oauth.tokens.update(entry.params["token_sid"], **_wire(entry, changes))
    except CoreApiError as error:
        return audit.close_from_error(entry, error)
    with audit.recording(entry):
        keep_tokens([token], as_of=timezone.now())
        audit.close(entry, "done", after=_only(changes, token), upstream_status=200)
    return entry


def settle_edit(entry: AuditEntry) -> audit.Settled | None:
    """Read back what became of it; None while nobody can know. Raises `CoreApiError`."""
    as_of = timezone.now()
    try:
        token = core_api().oauth.tokens.get(entry.params["token_sid"])
    except NotFound:
        return audit.gone(entry, "The token")
    keep_tokens([token], as_of=as_of)
    changes = entry.params["changes"]
    if audit.edit_happened(entry, _only(changes, token)):
        return audit.Settled("done", after=changes)
    if audit.grace_over(entry):
        return audit.Settled("failed", message="The token was not changed by this edit.")
    return None


def _only(changes: Values, token: UpstreamToken) -> Values:
    now = values(token)
    return {name: now[name] for name in changes}


def _wire(entry: AuditEntry, changes: Values) -> dict[str, object]:
    """A renamed token keeps our mark; both halves of a token end together."""
    wire: dict[str, object] = {}
    if "name" in changes:
        wire["name"] = changes["name"] + entry.params["mark"]
    if "scopes" in changes:
        wire["scopes"] = changes["scopes"].split(",")
    if "expires" in changes:
        ends = end_of(date.fromisoformat(changes["expires"]))
        wire["date_expiration_access_token"] = wire["date_expiration_refresh_token"] = ends
    return wire
