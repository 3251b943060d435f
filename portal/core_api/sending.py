"""What goes out: only what can be set, with dates and money as the documents print them."""

import re
from collections.abc import Mapping, Set
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

_E164 = re.compile(r"[1-9][0-9]{6,14}")


def check_number(phonenumber: str) -> None:
    """ValueError for what is not a number as E.164 digits without a plus sign."""
    if not _E164.fullmatch(phonenumber or ""):
        raise ValueError("A number is needed, as digits with its country code and without a plus sign.")


def instant(moment: datetime) -> str:
    """An aware moment as `2026-12-03T14:23:00.000Z` (Core API §1.1). ValueError without a time zone."""
    if moment.tzinfo is None:
        raise ValueError("A date needs its time zone.")
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def created(fields: Mapping[str, Any], allowed: Set[str], thing: str) -> dict[str, Any]:
    """The body of a POST. ValueError for a field of `thing` that cannot be set."""
    unknown = sorted(fields.keys() - allowed)
    if unknown:
        raise ValueError(f"These fields of {thing} cannot be set: {', '.join(unknown)}.")
    return {name: _wire(value) for name, value in fields.items()}


def changed(fields: Mapping[str, Any], allowed: Set[str], thing: str) -> dict[str, Any]:
    """The body of a PATCH. ValueError for no field at all, and for one of `thing` that cannot be changed."""
    if not fields:
        raise ValueError("There is nothing to change.")
    return created(fields, allowed, thing)


def nested(*, replace: bool) -> dict[str, str | int] | None:
    """The query that makes a PATCH replace nested objects instead of merging them (Core API §1.8)."""
    return {"nested_objects": "replace"} if replace else None


def _wire(value: Any) -> Any:
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError("Only an amount can be sent.")
        return f"{value:f}"
    if isinstance(value, Mapping):
        return {name: _wire(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_wire(item) for item in value]
    if isinstance(value, Set):
        return sorted(_wire(item) for item in value)
    return value
