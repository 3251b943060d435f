"""Lists: the query parameters, the order, the envelope and its links (Core API §1.5)."""

from typing import Annotated, Any
from urllib.parse import unquote_plus

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Schema
from pydantic import Field, create_model

from sandbox import related
from sandbox.errors import bad_request, not_found
from sandbox.shapes import Shape

MAX_LIMIT = 1000
_LARGEST_OFFSET = 2**31


class FieldParams(Schema):
    """What every GET understands."""

    include_fields: str = Field("", description="Comma-separated; only these fields are answered.")
    exclude_fields: str = Field("", description="Comma-separated; these fields are left out.")

    @property
    def with_partner(self) -> bool:
        return False


class RelatedFieldParams(FieldParams):
    """The same, where objects can be shown with their partner."""

    with_related: bool = Field(default=False, description="Adds the whole partner to each object.")

    @property
    def with_partner(self) -> bool:
        return self.with_related


class ListParams(FieldParams):
    """What every list understands; unknown parameters are ignored."""

    filter: str = Field("", description='For example: state eq "NY" and phonenumber like "%516%"')
    limit: Annotated[int, Field(ge=0, le=MAX_LIMIT)] | None = None
    offset: Annotated[int, Field(ge=0, le=_LARGEST_OFFSET)] | None = None
    order: str = Field("", description="An attribute, with asc or desc after it; or: shuffle")

    def window(self, shape: Shape) -> tuple[int, int]:
        """Limit and offset as applied to this collection."""
        return (shape.default_limit if self.limit is None else self.limit), self.offset or 0


class RelatedListParams(ListParams, RelatedFieldParams):
    """Lists whose objects can be shown with their partner."""


def ordered(rows: QuerySet, shape: Shape, order: str, *, admin: bool = False) -> QuerySet:
    """`rows` in the order asked for, made total by the shape's unique column.

    Raises ApiError 400 for an unknown attribute or direction.
    """
    words = order.split()
    if not words:
        return rows.order_by(*shape.order)
    if words[0] == "shuffle" and len(words) == 1:
        return rows.order_by("?")
    field = shape.by_name(admin=admin).get(words[0])
    direction = words[1].lower() if len(words) == 2 else "asc"
    if field is None or field.kind in ("object", "array"):
        raise bad_request("order", f"cannot order by {words[0]!r}")
    if len(words) > 2 or direction not in ("asc", "desc"):
        raise bad_request("order", "write an attribute, then asc or desc; or shuffle alone")
    sign = "-" if direction == "desc" else ""
    tie = () if field.source == shape.unique else (sign + shape.unique,)
    return rows.order_by(sign + field.source, *tie)


def envelope(
    request: HttpRequest, items: list[dict], *, limit: int, offset: int, more: bool, total: int | None
) -> dict[str, Any]:
    """The documented list answer around `items`; `more`: further objects follow this window."""
    return {
        "count": len(items),
        "has_more": more,
        "items": items,
        "limit": limit,
        "offset": offset,
        "pagination": links(request, limit=limit, offset=offset, more=more),
        "total": total,
    }


def links(request: HttpRequest, *, limit: int, offset: int, more: bool) -> dict[str, str]:
    """Absolute URLs of the neighbouring windows: the request's own parameters as they were
    written and in their order, the offset taken out and put last."""
    if not limit:
        return {}
    kept = parameters_of(request, without=("offset",), limit=limit)

    def at(position: int) -> str:
        return f"{settings.SANDBOX_URL}{request.path}?{'&'.join(kept)}&offset={position}"

    found = {}
    if more:
        found["next"] = at(offset + limit)
    if offset:
        found["previous"] = at(max(offset - limit, 0))
    return found


def parameters_of(request: HttpRequest, *, without: tuple[str, ...], limit: int) -> list[str]:
    """The request's parameters for a link, as they were written; the applied limit when it named none."""
    pieces = [piece for piece in request.META.get("QUERY_STRING", "").split("&") if piece]
    kept = [piece for piece in pieces if _key(piece) not in without]
    if not any(_key(piece) == "limit" and not piece.endswith("=") for piece in kept):
        kept = [piece for piece in kept if _key(piece) != "limit"]
        kept.append(f"limit={limit}")
    return kept


def _key(piece: str) -> str:
    return unquote_plus(piece.partition("=")[0])


def page(
    request: HttpRequest,
    rows: QuerySet,
    shape: Shape,
    params: ListParams,
    *,
    counted: bool = True,
    admin: bool = False,
) -> dict[str, Any]:
    """One window of `rows`, which come filtered and ordered. `counted` False: `total` is null."""
    limit, offset = params.window(shape)
    fields = shape.chosen(params.include_fields, params.exclude_fields, admin=admin)
    wanted = rows[offset : offset + limit + 1]
    items = related.read(wanted, shape, fields, related=params.with_partner, admin=admin)
    total = rows.order_by().count() if counted else None
    return envelope(request, items[:limit], limit=limit, offset=offset, more=len(items) > limit, total=total)


def one(rows: QuerySet, shape: Shape, params: FieldParams, *, admin: bool = False) -> dict[str, Any]:
    """The only one of `rows` as an object; ApiError 404 when there is none."""
    fields = shape.chosen(params.include_fields, params.exclude_fields, admin=admin)
    items = related.read(rows[:1], shape, fields, related=params.with_partner, admin=admin)
    if not items:
        raise not_found()
    return items[0]


def page_schema(shape: Shape, *, counted: bool = True) -> type:
    """The list envelope for the OpenAPI document."""
    return create_model(
        f"{shape.name}List" if counted else f"{shape.name}Window",
        count=(int, ...),
        has_more=(bool, ...),
        items=(list[shape.schema()], ...),  # type: ignore[misc]
        limit=(int, ...),
        offset=(int, ...),
        pagination=(dict[str, str], ...),
        total=(int if counted else None, ...),
    )
