"""The documented objects as tables of fields.

One table per resource says how each public name is stored, written to JSON, filtered, ordered by,
and whether a client may set it. Lists and single objects are read straight from the columns.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from pydantic import create_model

from sandbox.dates import iso

_TYPES = {
    "text": str, "int": int, "bool": bool, "money": str, "date": str, "object": dict[str, Any],
    "array": list[Any],
}  # fmt: skip


@dataclass(frozen=True)
class Field:
    """One attribute of a documented object.

    kind: text, int, bool, money (a string in JSON), date, object, array. `write`: a client may set
    it. `admin`: only administrators see it. `shown` False: known to filters, absent from answers.
    """

    name: str
    kind: str = "text"
    column: str = ""
    null: bool = False
    write: bool = False
    admin: bool = False
    shown: bool = True

    @property
    def source(self) -> str:
        return self.column or self.name


@dataclass(frozen=True)
class Shape:
    """A documented object: its fields, the order of lists, and the limit they have by default."""

    name: str
    fields: tuple[Field, ...]
    order: tuple[str, ...]
    unique: str  # the column that makes an order total
    default_limit: int = 10
    # Arrays that live in a table of their own: public name -> (shape, lookup from here to there).
    related: Mapping[str, tuple["Shape", str]] = field(default_factory=dict)

    def by_name(self, *, admin: bool = False) -> dict[str, Field]:
        return {each.name: each for each in self.fields if admin or not each.admin}

    def chosen(self, include: str, exclude: str, *, admin: bool = False) -> list[Field]:
        """The fields to answer with: `include` first, then less `exclude` (comma lists).

        A dotted name stands for its first part; unknown names are ignored.
        """
        shown = [each for each in self.fields if each.shown and (admin or not each.admin)]
        if wanted := _names(include):
            shown = [each for each in shown if each.name in wanted]
        unwanted = _names(exclude)
        return [each for each in shown if each.name not in unwanted]

    def read(self, rows: QuerySet, fields: Iterable[Field]) -> list[dict[str, Any]]:
        """The rows as JSON-ready objects with just these fields, in the rows' order."""
        columns = {each.source: each for each in fields}
        if not columns:
            return [{} for _ in rows.values_list("pk")]
        writers = [(each.name, _WRITERS.get(each.kind)) for each in columns.values()]
        return [
            {
                name: value if write is None else write(value)
                for (name, write), value in zip(writers, row, strict=True)
            }
            for row in rows.values_list(*columns)
        ]

    def schema(self) -> type:
        """The same object for the OpenAPI document."""
        shown = [each for each in self.fields if each.shown and not each.admin]
        return create_model(
            self.name,
            **{
                each.name: (_TYPES[each.kind] | None if each.null else _TYPES[each.kind], None)
                for each in shown
            },
        )


def _names(text: str) -> set[str]:
    return {part.strip().split(".")[0] for part in text.split(",") if part.strip()}


def money_text(amount: Decimal | None) -> str | None:
    """Money is a string in this API, without superfluous zeros."""
    return None if amount is None else format(amount.normalize(), "f")


_WRITERS = {"money": money_text, "date": iso}
