"""Steps that creating and changing documented objects have in common (Core API §1.8)."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.db import models, transaction
from django.db.models import QuerySet

from sandbox.auth import Caller
from sandbox.bodies import merged, without_nulls
from sandbox.errors import ApiError, Problem, invalid, not_found
from sandbox.shapes import Shape
from sandbox.tree import family

MAX_KEYS = 100

Row = TypeVar("Row", bound=models.Model)
Values = dict[str, Any]


def first(rows: QuerySet[Row]) -> Row:
    """The first of `rows`; ApiError 404 when there is none."""
    row = rows.first()
    if row is None:
        raise not_found()
    return row


def columns(shape: Shape, sent: Values) -> Values:
    """Public names to the columns that hold them."""
    fields = shape.by_name(admin=True)
    return {fields[name].source: value for name, value in sent.items()}


def as_new(shape: Shape, sent: Values) -> Values:
    """`sent` as a new object holds it: inside nested objects null means that the key is absent."""
    return {name: without_nulls(value) if _is_nested(shape, name) else value for name, value in sent.items()}


def update(
    rows: QuerySet, shape: Shape, sent: Values, *, replace: bool, check: Callable[[Any, Values], Values]
) -> None:
    """Set `sent` (by public name) on the only one of `rows`, locked meanwhile.

    Nested objects merge into what is there unless `replace`. `check` takes the row and what it is to
    hold, and gives that back, or raises. Raises ApiError 404 when there is no row.
    """
    with transaction.atomic():
        row = first(rows.select_for_update(of=("self",)))
        wanted = {}
        for name, value in sent.items():
            old = {} if replace else getattr(row, shape.by_name(admin=True)[name].source)
            wanted[name] = merged(old, value) if _is_nested(shape, name) else value
        values = columns(shape, check(row, wanted))
        if values:
            rows.model.objects.filter(pk=row.pk).update(**values)


def _is_nested(shape: Shape, name: str) -> bool:
    return shape.by_name(admin=True)[name].kind == "object"


def require_unchanged(row: models.Model, shape: Shape, sent: Values, *names: str) -> None:
    """ApiError 422 when one of `names`, fixed since creation, is sent with another value."""
    fields = shape.by_name(admin=True)
    problems = [
        Problem(name, "cannot be changed once the object exists")
        for name in names
        if name in sent and sent[name] != getattr(row, fields[name].source)
    ]
    if problems:
        raise invalid(*problems)


def require_existing(caller: Caller, field: str, model: type[models.Model], sid: str | None) -> None:
    """ApiError 422 unless `sid` is null or the `field` of an object of the caller or a descendant."""
    if sid is None:
        return
    known = model._default_manager.filter(partner_id__in=family(caller.partner))  # noqa: SLF001 - any model
    if not known.filter(**{field: sid}).exists():
        raise invalid(Problem(field, "there is no such object", sid))


def require_few_keys(name: str, value: dict[str, Any]) -> None:
    if len(value) > MAX_KEYS:
        raise invalid(Problem(name, f"has more than {MAX_KEYS} keys"))


def in_use(field: str, count: int, what: str, sid: str) -> ApiError:
    """409: others still refer to the object."""
    return ApiError(
        409, "conflict", Problem(field, f"{count} {what} still refer to it; nothing was deleted", sid)
    )
