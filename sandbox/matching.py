"""From filter conditions (sandbox.filters) to database conditions, for the fields of a shape."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.lookups import Exact

from sandbox.errors import ApiError, bad_request
from sandbox.filters import Condition, Value, parse
from sandbox.lookups import JsonPathMatch, like
from sandbox.models import Trunk
from sandbox.places import Place, place_of
from sandbox.shapes import Field, Shape

_LARGEST_INTEGER = 2**63 - 1
_NUMBER = re.compile(r"-?(0|[1-9]\d{0,15})(\.\d{1,10})?$")


@dataclass(frozen=True)
class Match:
    """A filter ready for a query.

    `q` is the condition, `near` where `nearby` measures from, `conditions` what both came from.
    """

    q: Q
    near: Place | None
    conditions: list[Condition]


def match(text: str, shape: Shape, *, admin: bool = False, nearby: bool = False) -> Match:
    """Compile a filter for the rows of `shape`.

    Raises ApiError 400 for what cannot be read, unknown attributes, and values of the wrong kind.
    `nearby` says whether the collection can be ordered by distance.
    """
    conditions = parse(text)
    fields = shape.by_name(admin=admin)
    q, near = Q(), None
    for condition in conditions:
        if condition.operator == "nearby":
            near = _nearby(condition, allowed=nearby)
        else:
            q &= _condition(condition, shape, fields)
    return Match(q, near, conditions)


def _nearby(condition: Condition, *, allowed: bool) -> Place:
    if not allowed:
        raise bad_request("filter", '"nearby" works for available_dids only')
    if condition.attribute != "phonenumber":
        raise bad_request("filter", '"nearby" works with phonenumber only')
    return place_of(condition.value.text)


def _condition(condition: Condition, shape: Shape, fields: dict[str, Field]) -> Q:
    top, *path = condition.attribute.split(".")
    if path and top in shape.related:
        return _related(condition, shape, top, ".".join(path))
    field = fields.get(top)
    if field is None or (path and field.kind not in ("object", "array")):
        raise _unknown(condition.attribute, fields)
    if field.kind in ("object", "array"):
        return _either(condition, lambda operator, value: _json(field, path, operator, value))
    return _either(condition, lambda operator, value: _column(field, operator, value))


def _unknown(attribute: str, fields: dict[str, Field]) -> ApiError:
    names = ", ".join(sorted(fields))
    return bad_request("filter", f"unknown attribute {attribute!r}; known are: {names}")


def _either(condition: Condition, one: Callable[[str, Value], Q]) -> Q:
    """Spell the operators that speak of several values, or of all others, with the plain ones."""
    if condition.operator == "in":
        return _any(one("eq", value) for value in condition.values)
    if condition.operator == "notin":
        return ~_any(one("eq", value) for value in condition.values)
    if condition.operator == "ne":
        return ~one("eq", condition.value)
    return one(condition.operator, condition.value)


def _any(conditions: Any) -> Q:
    result = Q()
    for condition in conditions:
        result |= condition
    return result


def _column(field: Field, operator: str, value: Value) -> Q:
    if operator == "bit":
        return _bit(field, value)
    if operator in ("like", "ilike"):
        if field.kind in ("date", "bool"):
            raise bad_request("filter", f"{field.name} cannot be matched with {operator}")
        return Q(like(field.source, value.text, case=operator == "like", text=field.kind == "text"))
    if operator == "eq" and value.is_null:
        return Q(**{f"{field.source}__isnull": True})
    typed = _typed(field, value)
    if operator == "eq":
        # With the null test a negation means "any other value, or none", in three-valued logic too.
        equal = Q(**{field.source: typed})
        return equal & Q(**{f"{field.source}__isnull": False}) if field.null else equal
    return Q(**{f"{field.source}__{_COMPARISONS[operator]}": typed})


_COMPARISONS = {"ge": "gte", "gt": "gt", "le": "lte", "lt": "lt"}


def _bit(field: Field, value: Value) -> Q:
    if field.kind != "int":
        raise bad_request("filter", f'"bit" works with capabilities, not with {field.name}')
    bits = _integer(field, value)
    if bits <= 0:
        raise bad_request("filter", f"{value.text!r} has no bit to test")
    return Q(Exact(F(field.source).bitand(bits), bits))


def _typed(field: Field, value: Value) -> Any:
    return _READERS[field.kind](field, value)


def _integer(field: Field, value: Value) -> int:
    text = value.text
    if not re.fullmatch(r"-?\d{1,19}", text, re.ASCII) or abs(int(text)) > _LARGEST_INTEGER:
        raise bad_request("filter", f"{field.name} is compared with an integer, not with {text!r}")
    return int(text)


def _decimal(field: Field, value: Value) -> Decimal:
    try:
        amount = Decimal(value.text)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or abs(amount) >= 10**12:
        raise bad_request("filter", f"{field.name} is compared with a number, not with {value.text!r}")
    return amount


def _boolean(field: Field, value: Value) -> bool:
    answers = {"true": True, "1": True, "false": False, "0": False}
    if value.text.lower() not in answers:
        raise bad_request("filter", f"{field.name} is true or false, not {value.text!r}")
    return answers[value.text.lower()]


def _date(field: Field, value: Value) -> datetime:
    """ISO 8601, a date alone being its first moment; without an offset it is UTC."""
    try:
        moment = datetime.fromisoformat(value.text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise bad_request(
            "filter", f"{field.name} is compared with an ISO date, not with {value.text!r}"
        ) from None


_READERS: dict[str, Callable[[Field, Value], Any]] = {
    "text": lambda _field, value: value.text,
    "int": _integer,
    "money": _decimal,
    "bool": _boolean,
    "date": _date,
}


def _json(field: Field, path: list[str], operator: str, value: Value) -> Q:
    if operator == "bit" or (not path and field.kind == "object"):
        raise bad_request("filter", f"say which value inside {field.name} is meant, like {field.name}.key")
    if value.is_null:
        raise bad_request("filter", f"values inside {field.name} cannot be compared with null")
    return Q(JsonPathMatch(field.source, path, operator, _json_value(value)))


def _json_value(value: Value) -> str | float | bool:
    """A bare word that reads as a number or truth value is one; everything quoted is text."""
    if value.quoted:
        return value.text
    if value.text in ("true", "false"):
        return value.text == "true"
    if _NUMBER.match(value.text):
        return float(value.text) if "." in value.text else int(value.text)
    return value.text


def _related(condition: Condition, shape: Shape, top: str, rest: str) -> Q:
    """Any row of the related table: `trunks.name eq "x"`, negated as a whole."""
    inner_shape, lookup = shape.related[top]
    fields = inner_shape.by_name()

    def one(operator: str, value: Value) -> Q:
        inner = _condition(Condition(rest, operator, (value,)), inner_shape, fields)
        return Q(Exists(Trunk.objects.filter(inner, **{lookup: OuterRef(shape.unique)})))

    return _either(condition, one)
