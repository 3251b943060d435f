"""Bring the mirror of partners and their tokens in step with the Core API."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from itertools import islice

from django.utils import timezone

from partners.models import Invitation, Partner, Token, TokenAddress
from partners.services.family import note_own_account
from portal.core_api.oauth import Token as UpstreamToken
from portal.upstream import core_api

BATCH = 500


def sync_partners() -> int:
    """Copy ourselves and every sub-partner; returns how many there are.

    A partner leaves the mirror only after a pass that provably saw them all. Raises `CoreApiError`
    when a page fails; what was copied until then stays.
    """
    started = timezone.now()
    listing = core_api().partners.iterate()
    partners = {partner.partner_sid: partner for partner in listing}
    myself = core_api().whoami()
    partners[myself.partner_sid] = myself
    Partner.upsert(partners.values(), as_of=started)
    note_own_account(myself.partner_sid)
    if listing.complete:
        Partner.forget_unseen(started)
    note_appeared()
    return len(partners)


def note_appeared() -> None:
    """Invited partners that upstream shows now need no record of ours any more."""
    invited = Invitation.objects.filter(state=Invitation.State.INVITED)
    visible = invited.filter(partner_sid__in=Partner.objects.values("pk"))
    visible.update(state=Invitation.State.APPEARED, appeared=timezone.now())


def sync_tokens() -> int:
    """Copy the tokens of ourselves and every sub-partner, without their secrets; returns how many.

    Those that were revoked or have expired leave the mirror after a complete pass. Raises `CoreApiError`.
    """
    started, seen = timezone.now(), 0
    listing = core_api().oauth.tokens.iterate()
    tokens = iter(listing)
    while batch := list(islice(tokens, BATCH)):
        keep_tokens(batch, as_of=started)
        seen += len(batch)
    if listing.complete:
        Token.forget_unseen(started)
        TokenAddress.objects.exclude(token_sid__in=Token.objects.values("pk")).delete()
    return seen


def keep_tokens(tokens: Iterable[UpstreamToken], *, as_of: datetime) -> None:
    """The mirror's writer for tokens; also remembers from which addresses they were used."""
    tokens = list(tokens)
    Token.upsert(tokens, as_of=as_of)
    used = {token.token_sid: token.ip_last_accessed[:64] for token in tokens if token.ip_last_accessed}
    known: dict[str, set[str]] = defaultdict(set)
    for sid, address in TokenAddress.objects.filter(token_sid__in=used).values_list("token_sid", "address"):
        known[sid].add(address)
    moved = [sid for sid, address in used.items() if known[sid] and address not in known[sid]]
    Token.objects.filter(pk__in=moved).update(new_address_at=as_of)
    TokenAddress.objects.bulk_create(
        [TokenAddress(token_sid=sid, address=address, first_seen=as_of) for sid, address in used.items()],
        ignore_conflicts=True,
    )


def forget_token(token_sid: str) -> None:
    """Drop a token that upstream no longer has."""
    Token.forget([token_sid], as_of=timezone.now())
    TokenAddress.objects.filter(token_sid=token_sid).delete()
