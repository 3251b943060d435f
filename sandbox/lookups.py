"""Comparisons the ORM lacks, for SQLite and PostgreSQL: LIKE as the Core API means it, JSON paths."""

import json
import re
from typing import Any

from django.db.models import BooleanField, F, Func, Lookup, TextField
from django.db.models.functions import Cast

_RUN_OF_PERCENT = re.compile("%{2,}")


def _like_pattern(text: str) -> str:
    """Only % is a wildcard: what LIKE itself would treat specially is escaped by a backslash."""
    return text.replace("\\", "\\\\").replace("_", "\\_")


def _glob_pattern(text: str) -> str:
    return re.sub(r"[*?[]", lambda match: f"[{match[0]}]", text).replace("%", "*")


class Like(Lookup):
    """`%` is any run of characters, everything else is itself; case matters."""

    lookup_name = "core_like"
    prepare_rhs = False

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, list]:
        lhs, params = self.process_lhs(compiler, connection)
        return f"{lhs} GLOB %s", [*params, _glob_pattern(self.rhs)]

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list]:
        lhs, params = self.process_lhs(compiler, connection)
        return f"{lhs} LIKE %s", [*params, _like_pattern(self.rhs)]


class ILike(Lookup):
    """As Like, but case does not matter (on SQLite: of ASCII letters)."""

    lookup_name = "core_ilike"
    prepare_rhs = False

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, list]:
        lhs, params = self.process_lhs(compiler, connection)
        return f"{lhs} LIKE %s ESCAPE '\\'", [*params, _like_pattern(self.rhs)]

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list]:
        lhs, params = self.process_lhs(compiler, connection)
        return f"{lhs} ILIKE %s", [*params, _like_pattern(self.rhs)]


def like(column: str, pattern: str, *, case: bool, text: bool = True) -> Lookup:
    """A condition on `column`; `text` False casts it to text first."""
    side = F(column) if text else Cast(column, TextField())
    return (Like if case else ILike)(side, _RUN_OF_PERCENT.sub("%", pattern))


class JsonPathMatch(Func):
    """Whether any value found at `path` inside a JSON column compares true.

    An array on the way, or at the end, means any of its elements; no path, those of the column
    itself. `operator` is one of
    eq ge gt le lt like ilike; `value` a str, a number or a bool.
    """

    output_field = BooleanField()

    def __init__(self, column: str, path: list[str], operator: str, value: str | float | bool) -> None:  # noqa: FBT001
        super().__init__(F(column))
        self.path, self.operator, self.value = path, operator, value

    def as_sqlite(self, compiler: Any, _connection: Any, **_: Any) -> tuple[str, list]:
        column, params = compiler.compile(self.source_expressions[0])
        comparison, compared = self._sqlite_comparison()
        if not self.path:
            elements, given = f"json_each({column}) AS b", params
        else:
            path = "$" + "".join(f".{json.dumps(part)}" for part in self.path)
            whole = f"CASE json_type({column}) WHEN 'array' THEN {column} ELSE json_array(json({column})) END"
            inner = (
                "CASE WHEN a.type = 'object' THEN CASE json_type(a.value, %s)"
                " WHEN 'array' THEN json_extract(a.value, %s)"
                " ELSE json_array(json_extract(a.value, %s)) END ELSE '[]' END"
            )
            elements, given = (
                f"json_each({whole}) AS a, json_each({inner}) AS b",
                [*params * 3, path, path, path],
            )
        return f"EXISTS (SELECT 1 FROM {elements} WHERE {comparison})", [*given, *compared]  # noqa: S608 - our own text

    def _sqlite_comparison(self) -> tuple[str, list]:
        text = str(self.value)
        if self.operator == "like":
            return "CAST(b.value AS TEXT) GLOB %s", [_glob_pattern(text)]
        if self.operator == "ilike":
            return "CAST(b.value AS TEXT) LIKE %s ESCAPE '\\'", [_like_pattern(text)]
        symbol = _SYMBOLS[self.operator]
        if isinstance(self.value, bool):
            return f"b.value {symbol} %s AND b.type = 'integer'", [int(self.value)]
        if isinstance(self.value, int | float):
            number = f"b.type IN ('integer', 'real') AND b.value {symbol} %s"
            return f"({number} OR b.type = 'text' AND b.value {symbol} %s)", [self.value, text]
        return f"b.type = 'text' AND b.value {symbol} %s", [text]

    def as_sql(self, compiler: Any, _connection: Any, **_: Any) -> tuple[str, list]:
        """PostgreSQL: a lax JSON path unwraps arrays by itself."""
        column, params = compiler.compile(self.source_expressions[0])
        path = "$" + "".join(f".{json.dumps(part)}" for part in self.path)
        return f"jsonb_path_exists({column}, %s::jsonpath)", [
            *params,
            f"{path} ? ({self._path_comparison()})",
        ]

    def _path_comparison(self) -> str:
        if self.operator in ("like", "ilike"):
            pattern = ".*".join(re.escape(part) for part in str(self.value).split("%"))
            flag = ' flag "is"' if self.operator == "ilike" else ' flag "s"'
            return f"@ like_regex {json.dumps(f'^{pattern}$')}{flag}"
        symbol = {"=": "=="}.get(_SYMBOLS[self.operator], _SYMBOLS[self.operator])
        literal = f"@ {symbol} {json.dumps(self.value)}"
        if isinstance(self.value, int | float) and not isinstance(self.value, bool):
            return f"{literal} || @ {symbol} {json.dumps(str(self.value))}"
        return literal


_SYMBOLS = {"eq": "=", "ge": ">=", "gt": ">", "le": "<=", "lt": "<"}
