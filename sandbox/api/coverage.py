"""How many numbers can be rented, by group (Core API §2.1.4a)."""

from typing import Literal

from django.db.models import Count, F, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field as Described

from sandbox import stock_counts
from sandbox.api.documents import READ_ERRORS
from sandbox.api.objects import DID
from sandbox.auth import Caller, Scopes
from sandbox.errors import json_answer
from sandbox.matching import Match, match
from sandbox.models import StockCount, World
from sandbox.paging import ListParams, envelope, ordered, page_schema
from sandbox.pool import own_pool
from sandbox.shapes import Field, Shape

router = Router(tags=["Phone numbers"])

COVERAGE = Shape("Coverage", (Field("count", "int"), Field("key")), order=("key",), unique="key")


class CoverageParams(ListParams):
    group_by: Literal["country_code", "state", "npa", "npa_nxx", "locality"] = Described(
        ..., description="What to count by; numbers that have no such value are not counted."
    )


@router.get(
    "/phonenumber/coverage",
    operation_id="browse_coverage",
    response={200: page_schema(COVERAGE), **READ_ERRORS},
    auth=Scopes("phonenumber.manage", "phonenumber.read"),
)
def coverage(request: HttpRequest, params: Query[CoverageParams]) -> HttpResponse:
    """Counts of rentable numbers; the filter is that of available_dids."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    found = match(params.filter, DID, admin=caller.is_admin)
    groups = _counted(caller.world, params.group_by, found).filter(count__gt=0)
    limit, offset = params.window(COVERAGE)
    names = {field.name for field in COVERAGE.chosen(params.include_fields, params.exclude_fields)}
    counted = list(ordered(groups, COVERAGE, params.order))
    window = [{name: group[name] for name in names} for group in counted[offset : offset + limit]]
    more = len(counted) > offset + limit
    return json_answer(envelope(request, window, limit=limit, offset=offset, more=more, total=len(counted)))


# What stock is counted by all the time; other groups and conditions are counted when asked.
_KEPT = frozenset(("country_code", "state", "npa", "capabilities"))


def _counted(world: World, group_by: str, found: Match) -> QuerySet:
    """A row for each group: its `key` and the `count` of its numbers that match."""
    present = {f"{group_by}__isnull": False}
    if _KEPT.issuperset((group_by, *(each.attribute for each in found.conditions))):
        stock_counts.tidy(world.pk)
        kept = StockCount.objects.filter(found.q, world_id=world.pk, **present)
        return kept.values(key=F(group_by)).annotate(count=Sum("numbers"))
    return own_pool(world).filter(found.q, **present).values(key=F(group_by)).annotate(count=Count("pk"))
