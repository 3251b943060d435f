"""Our account and its sub-partners, from the mirror: a level of the tree at a time, or all that match."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Max, Q, QuerySet

from numbers.models import Number
from partners.models import Invitation, Partner
from partners.services.family import own_account
from portal.pages import Page, page_of

PAGE = 50
DEEPEST = 30  # a chain of parents longer than this is a circle, or nothing anybody could read
SORTS = {
    "name": ("name", "pk"),
    "-balance": (F("balance").desc(nulls_last=True), "name", "pk"),
    "balance": (F("balance").asc(nulls_last=True), "name", "pk"),
}


@dataclass(frozen=True)
class Row:
    """A partner; how many numbers it holds itself, how many partners stand right below it."""

    partner: Partner
    numbers: int
    children: int
    parent: str


@dataclass(frozen=True)
class Listed:
    """`above` leads from our own account to the one whose sub-partners these are, itself included.

    `flat`: a search through all of them, wherever they stand. `as_of` is the mirror's age (aware).
    """

    page: Page
    rows: list[Row]
    above: list[Partner]
    invited: list[Invitation]
    flat: bool
    as_of: datetime | None


def partner_list(
    *, q: str = "", status: str = "", parent: str = "", sort: str = "", page: str = ""
) -> Listed:
    """Partners that match `q` (name, login, account id, sub-account, SID) and `status`; without, one level.

    `parent` is the SID whose sub-partners to list, empty for our own account. `page` and `sort` fall
    back when they are not known.
    """
    flat = bool(q or status)
    top = _named(parent) or own_account()
    partners = Partner.objects.all()
    if status:
        partners = partners.filter(status=status)
    if q:
        partners = partners.filter(_matches(q))
    if not flat:
        partners = partners.filter(parent_sid=top.pk) if top else partners.none()
    shown = page_of(partners.order_by(*SORTS.get(sort, SORTS["name"])), page, size=PAGE)
    return Listed(
        page=shown,
        rows=rows_of(shown.items),
        above=lineage(top) if top and not flat else [],
        invited=_invited(q, "" if flat or top is None else top.pk) if status in ("", "invited") else [],
        flat=flat,
        as_of=Partner.objects.aggregate(at=Max("synced_at"))["at"],
    )


def rows_of(partners: list[Partner]) -> list[Row]:
    """`partners` with what is counted about them: three queries, however many they are."""
    sids = [partner.pk for partner in partners]
    numbers = _counts(Number.objects.filter(partner_sid__in=sids), "partner_sid")
    children = _counts(Partner.objects.filter(parent_sid__in=sids), "parent_sid")
    parents = dict(Partner.objects.filter(pk__in={p.parent_sid for p in partners}).values_list("pk", "name"))
    return [
        Row(each, numbers.get(each.pk, 0), children.get(each.pk, 0), parents.get(each.parent_sid, ""))
        for each in partners
    ]


def lineage(partner: Partner) -> list[Partner]:
    """The partners above `partner`, topmost first, and itself. A circle upstream ends where it closes."""
    found, seen = [partner], {partner.pk}
    while len(found) < DEEPEST and partner.parent_sid and partner.parent_sid not in seen:
        above = _named(partner.parent_sid)
        if above is None:
            break
        found.insert(0, above)
        seen.add(above.pk)
        partner = above
    return found


def statuses() -> list[str]:
    """The statuses there are, to filter by."""
    return list(
        Partner.objects.exclude(status="").order_by("status").values_list("status", flat=True).distinct()
    )


def suggestions(q: str, *, among: QuerySet[Partner], limit: int = 12) -> list[Partner]:
    """Partners to pick from while somebody types."""
    return list(among.filter(_matches(q))[:limit]) if q else []


def _named(sid: str) -> Partner | None:
    return Partner.objects.filter(pk=sid).first() if sid else None


def _invited(q: str, parent: str) -> list[Invitation]:
    invited = Invitation.objects.filter(state__in=Invitation.PENDING)
    if q:
        invited = invited.filter(Q(name__icontains=q) | Q(login__icontains=q))
    elif parent:
        invited = invited.filter(parent_sid=parent)
    return list(invited[:PAGE])


def _matches(q: str) -> Q:
    named = Q(name__icontains=q) | Q(login__icontains=q)
    return named | Q(display_id__istartswith=q) | Q(sub_account_id__istartswith=q) | Q(pk=q)


def _counts(rows: QuerySet, column: str) -> dict[str, int]:
    return dict(rows.order_by().values_list(column).annotate(Count("pk")))
