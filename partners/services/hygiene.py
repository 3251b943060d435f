"""Tokens that deserve a second look, across ourselves and all sub-partners; from the mirror."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Q
from django.utils import timezone

from partners.models import Partner, Token
from portal.pages import Page, page_of

PAGE = 50
SOON = timedelta(days=14)
NEVER = timedelta(days=20 * 365)  # upstream's "no expiry" is a date a hundred years away (Core API §2.6)
RECENT = timedelta(days=14)
UNUSED_DAYS = 90


@dataclass(frozen=True)
class Finding:
    """`key` names it in addresses; `help` says why it matters."""

    key: str
    label: str
    help: str
    count: int = 0


@dataclass(frozen=True)
class Hygiene:
    """`tokens` carry their partner's name in `.holder` and the keys of what was found in `.found`."""

    findings: list[Finding]
    page: Page
    total: int
    as_of: datetime | None


_FINDINGS = (
    Finding("never_used", "Never used", "Issued more than a day ago and not used once: is it needed?"),
    Finding("unused", "Unused for long", "Whoever needed it may be gone."),
    Finding("never_expires", "Never expires", "A token that is lost stays good for ever."),
    Finding("expiring", "Expiring soon", "Rotate it before something stops working."),
    Finding("new_address", "From a new address", "Moved, or taken: ask its owner."),
)


def token_hygiene(*, finding: str = "", q: str = "", days: int = UNUSED_DAYS, page: str = "") -> Hygiene:
    """A page of tokens with `finding` ("" for all), of partners or with names that contain `q`."""
    conditions = _conditions(days)
    tokens = Token.objects.all()
    if q:
        holders = Partner.objects.filter(Q(name__icontains=q) | Q(display_id__istartswith=q))
        tokens = tokens.filter(
            Q(name__icontains=q) | Q(partner_sid__in=holders.values("pk")) | Q(used_from=q)
        )
    counted = tokens.aggregate(
        all=Count("pk"), **{key: _count(condition) for key, condition in conditions.items()}
    )
    if finding in conditions:
        tokens = tokens.filter(conditions[finding])
    shown = page_of(tokens.order_by("expires_at", "pk"), page, size=PAGE)
    _name_holders(shown.items)
    for token in shown.items:
        token.found = findings_of(token, days)
    return Hygiene(
        findings=[Finding(f.key, f.label, f.help, counted[f.key]) for f in _FINDINGS],
        page=shown,
        total=counted["all"],
        as_of=Token.objects.aggregate(at=Max("synced_at"))["at"],
    )


def tokens_of(partner_sid: str) -> list[Token]:
    """A partner's tokens, the newest first, each with what was found about it."""
    tokens = list(Token.objects.filter(partner_sid=partner_sid)[:500])
    for token in tokens:
        token.found = findings_of(token, UNUSED_DAYS)
    return tokens


def findings_of(token: Token, days: int) -> list[Finding]:
    """What is to be said about one token: the same as `_conditions`, without a query."""
    now = timezone.now()
    true = {
        "never_used": token.used_at is None
        and bool(token.issued_at)
        and token.issued_at < now - timedelta(days=1),
        "unused": token.used_at is not None and token.used_at < now - timedelta(days=days),
        "never_expires": token.expires_at is None or token.expires_at > now + NEVER,
        "expiring": token.expires_at is not None and token.expires_at < now + SOON,
        "new_address": token.new_address_at is not None and token.new_address_at > now - RECENT,
    }
    return [finding for finding in _FINDINGS if true[finding.key]]


def _conditions(days: int) -> dict[str, Q]:
    now = timezone.now()
    return {
        "never_used": Q(used_at=None, issued_at__lt=now - timedelta(days=1)),
        "unused": Q(used_at__lt=now - timedelta(days=days)),
        "never_expires": Q(expires_at=None) | Q(expires_at__gt=now + NEVER),
        "expiring": Q(expires_at__lt=now + SOON),
        "new_address": Q(new_address_at__gt=now - RECENT),
    }


def _count(condition: Q) -> Count:
    return Count("pk", filter=condition)


def _name_holders(tokens: list[Token]) -> None:
    sids = {token.partner_sid for token in tokens}
    names = dict(Partner.objects.filter(pk__in=sids).values_list("pk", "name"))
    for token in tokens:
        token.holder = names.get(token.partner_sid, token.partner_sid)
