"""Where tokens come from, by the ledger: who issued each, and which came in the place of which."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from partners.models import Token
from portal.models import AuditEntry, Outcome


@dataclass(frozen=True)
class Origin:
    """`issued_by` is "" for a token issued elsewhere; the two SIDs are those of a rotation, "" for none."""

    issued_by: str = ""
    replaces: str = ""
    replaced_by: str = ""


def origins_of(tokens: list[Token]) -> dict[str, Origin]:
    """By token SID: two queries by index, however many `tokens` there are."""
    issued = _issued(tokens)
    rotated = _rotated(tokens)
    return {token.pk: _origin(token, issued, rotated) for token in tokens}


def _origin(token: Token, issued: dict[str, AuditEntry], rotated: dict[str, str]) -> Origin:
    entry = issued.get(token.pk)
    return Origin(
        issued_by=entry.actor_text if entry else "",
        replaces=entry.params.get("replaces", "") if entry else "",
        replaced_by=rotated.get(token.pk, ""),
    )


def _issued(tokens: list[Token]) -> dict[str, AuditEntry]:
    """The entries that issued them, found by the beginning of their ids, which the tokens' names carry."""
    of_marks = Q()
    for begin in filter(None, (token.entry_begin for token in tokens)):
        of_marks |= Q(pk__range=(UUID(begin.ljust(32, "0")), UUID(begin.ljust(32, "f"))))
    if not of_marks:
        return {}
    return {(entry.after or {}).get("token_sid", ""): entry for entry in AuditEntry.objects.filter(of_marks)}


def _rotated(tokens: list[Token]) -> dict[str, str]:
    """By the old token's SID, that of the newest one that came in its place."""
    targets = {f"{token.partner_sid}/{token.pk}": token.pk for token in tokens}
    entries = AuditEntry.objects.filter(target__in=targets, action="token.rotate", outcome=Outcome.DONE)
    return {targets[entry.target]: entry.after["token_sid"] for entry in entries.order_by("created")}
