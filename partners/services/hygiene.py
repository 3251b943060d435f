"""Tokens that deserve a second look, across ourselves and all sub-partners; from the mirror."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone

from partners.models import Partner, PlannedRevocation, Token
from partners.services.revoke import planned_for
from partners.services.token_origin import Origin, origins_of
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
class Row:
    """A token, whose it is, what was found about it, where it comes from, and what is planned for it."""

    token: Token
    holder: str
    found: list[Finding]
    origin: Origin
    planned: PlannedRevocation | None


@dataclass(frozen=True)
class Hygiene:
    """`page` is what was turned to, `rows` its tokens; `total` counts all that match without a finding."""

    findings: list[Finding]
    page: Page
    rows: list[Row]
    total: int
    as_of: datetime | None


_FINDINGS = (
    Finding("never_used", "Never used", "Not used once since it was issued: is it needed?"),
    Finding("unused", "Unused for long", "Whoever needed it may be gone."),
    Finding("never_expires", "Never expires", "A token that is lost stays good for ever."),
    Finding("expiring", "Expiring soon", "Rotate it before something stops working."),
    Finding("new_address", "From a new address", "Moved, or taken: ask its owner."),
)


def token_hygiene(*, finding: str = "", q: str = "", days: int = UNUSED_DAYS, page: str = "") -> Hygiene:
    """A page of tokens with `finding` ("" for all), of partners or with names that contain `q`."""
    tokens = _looked_over(Token.objects.all(), days)
    if q:
        holders = Partner.objects.filter(Q(name__icontains=q) | Q(display_id__istartswith=q))
        tokens = tokens.filter(
            Q(name__icontains=q) | Q(partner_sid__in=holders.values("pk")) | Q(used_from=q)
        )
    counted = tokens.aggregate(
        all=Count("pk"), **{f.key: Count("pk", filter=Q(**{_flag(f.key): True})) for f in _FINDINGS}
    )
    if finding in {f.key for f in _FINDINGS}:
        tokens = tokens.filter(**{_flag(finding): True})
    shown = page_of(tokens.order_by("expires_at", "pk"), page, size=PAGE)
    return Hygiene(
        findings=[Finding(f.key, f.label, f.help, counted[f.key]) for f in _FINDINGS],
        page=shown,
        rows=_rows(shown.items),
        total=counted["all"],
        as_of=Token.objects.aggregate(at=Max("synced_at"))["at"],
    )


def tokens_of(partner_sid: str) -> list[Row]:
    """A partner's tokens, the newest first."""
    return _rows(list(_looked_over(Token.objects.filter(partner_sid=partner_sid), UNUSED_DAYS)[:500]))


def token_row(token_sid: str) -> Row:
    """One token with all that is known about it. Raises `Token.DoesNotExist`."""
    return _rows([_looked_over(Token.objects.all(), UNUSED_DAYS).get(pk=token_sid)])[0]


def _looked_over(tokens: QuerySet[Token], days: int) -> QuerySet[Token]:
    """`tokens`, each with a flag for every finding."""
    now = timezone.now()
    rules = {
        "never_used": Q(used_at=None),
        "unused": Q(used_at__isnull=False, used_at__lt=now - timedelta(days=days)),
        "never_expires": Q(expires_at=None) | Q(expires_at__gt=now + NEVER),
        "expiring": Q(expires_at__isnull=False, expires_at__lt=now + SOON),
        "new_address": Q(new_address_at__isnull=False, new_address_at__gt=now - RECENT),
    }
    return tokens.annotate(**{_flag(key): rule for key, rule in rules.items()})


def _flag(key: str) -> str:
    return f"is_{key}"


def _rows(tokens: list[Token]) -> list[Row]:
    names = dict(
        Partner.objects.filter(pk__in={token.partner_sid for token in tokens}).values_list("pk", "name")
    )
    origins = origins_of(tokens)
    planned = planned_for([token.pk for token in tokens])
    return [
        Row(
            token=token,
            holder=names.get(token.partner_sid, token.partner_sid),
            found=[finding for finding in _FINDINGS if getattr(token, _flag(finding.key))],
            origin=origins[token.pk],
            planned=planned.get(token.pk),
        )
        for token in tokens
    ]
