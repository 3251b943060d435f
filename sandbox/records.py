"""Windows of detail records found by a neighbour: `after` and `before` (Core API §1.5)."""

from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from pydantic import Field as Described

from sandbox.errors import bad_request, not_found
from sandbox.paging import ListParams, ordered, page, parameters_of
from sandbox.shapes import Shape


class RecordParams(ListParams):
    """What lists of detail records understand."""

    after: str = Described("", max_length=36, description="Only records that follow this one (its dr_sid).")
    before: str = Described("", max_length=36, description="Only records that precede this one (its dr_sid).")

    @property
    def backwards(self) -> bool:
        """Whether the window ends at the record named, instead of beginning there."""
        return bool(self.before and not self.after)


def records(
    request: HttpRequest, visible: QuerySet, wanted: Q, shape: Shape, params: RecordParams
) -> dict[str, Any]:
    """The list answer with those of the `visible` records that are `wanted`; `total` is null.

    Raises ApiError 400 and 404 as `_around` does.
    """
    if params.after or params.before:
        return _around(request, visible, wanted, shape, params)
    return page(request, ordered(visible.filter(wanted), shape, params.order), shape, params, counted=False)


def _around(
    request: HttpRequest, visible: QuerySet, wanted: Q, shape: Shape, params: RecordParams
) -> dict[str, Any]:
    """The window after the one, before the other, or between both records.

    Records stand in the order of the shape's first column (a date), or reversed when asked. Raises
    ApiError: 400 for an offset or another order, 404 for an unknown neighbour.
    """
    limit, offset = params.window(shape)
    if offset:
        raise bad_request("offset", "is not combined with after and before")
    descending = _descending(params.order, shape)
    rows = visible.filter(wanted)
    if params.after:
        rows = rows.filter(_beyond(visible, shape, "after", params.after, later=not descending))
    if params.before:
        rows = rows.filter(_beyond(visible, shape, "before", params.before, later=descending))
    fields = shape.chosen(params.include_fields, params.exclude_fields)
    window = _in_order(rows, shape, descending=descending != params.backwards)[: limit + 1]
    items = shape.read(window, fields)
    sids = list(window.values_list(shape.unique, flat=True))[:limit]
    more = len(items) > limit
    items = items[:limit]
    if params.backwards:
        items.reverse()
        sids.reverse()
    return {
        "count": len(items),
        "has_more": more,
        "items": items,
        "limit": limit,
        "offset": 0,
        "pagination": _links(request, params, sids, limit, more=more) if sids else {},
        "total": None,
    }


def _descending(order: str, shape: Shape) -> bool:
    words = order.lower().split()
    if words and (words[0] != shape.order[0] or words[1:] not in ([], ["asc"], ["desc"])):
        raise bad_request("order", f"after and before go by {shape.order[0]}, asc or desc")
    return words[1:] == ["desc"]


def _in_order(rows: QuerySet, shape: Shape, *, descending: bool) -> QuerySet:
    sign = "-" if descending else ""
    return rows.order_by(*(sign + column for column in shape.order))


def _beyond(visible: QuerySet, shape: Shape, argument: str, sid: str, *, later: bool) -> Q:
    """The records later or earlier than this one, which need not match the filter; equal dates go by sid."""
    column, tie = shape.order
    moment = visible.filter(**{tie: sid}).values_list(column, flat=True).first()
    if moment is None:
        raise not_found(field=argument)
    than = "gt" if later else "lt"
    return Q(**{f"{column}__{than}e": moment}) & (
        Q(**{f"{column}__{than}": moment}) | Q(**{f"{tie}__{than}": sid})
    )


def _links(
    request: HttpRequest, params: RecordParams, sids: list[str], limit: int, *, more: bool
) -> dict[str, str]:
    """The windows on both sides; between two records, only what is left of the span."""

    def at(argument: str, sid: str, *without: str) -> str:
        kept = parameters_of(request, without=(argument, "offset", *without), limit=limit)
        return f"{settings.SANDBOX_URL}{request.path}?{'&'.join((f'{argument}={sid}', *kept, 'offset=0'))}"

    if params.after and params.before:
        return {"next": at("after", sids[-1])} if more else {}
    found = {}
    if more or params.backwards:
        found["next"] = at("after", sids[-1], "before")
    if more or not params.backwards:
        found["previous"] = at("before", sids[0], "after")
    return found
