"""Reading a JSON object field by field: tolerant of what is extra or missing, strict about what is wrong.

Money and durations are strings in samples and numbers in tables (Core API §1.1): both are taken.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

T = TypeVar("T")


class WrongShape(ValueError):
    """A 2xx answer that is not what the documents promise. The transport turns it into an error of ours."""


def about(parse: Callable[[object], T], **expected: str) -> Callable[[object], T]:
    """`parse`, which also insists that the answer is about what was asked for."""

    def read(payload: object) -> T:
        found = parse(payload)
        for name, value in expected.items():
            if getattr(found, name) != value:
                raise WrongShape(f"another {name} than asked for")
        return found

    return read


class Fields:
    """One JSON object under its human name. Missing and null are both None; a wrong type is WrongShape."""

    def __init__(self, payload: object, name: str) -> None:
        if not isinstance(payload, dict):
            raise WrongShape(f"{name}: expected an object")
        self.payload: dict[str, Any] = payload
        self._name = name

    def _wrong(self, key: str, expected: str) -> WrongShape:
        return WrongShape(f"{self._name}: {key} is not {expected}")

    def text(self, key: str) -> str | None:
        """Text, or a plain number as text (a ZIP code, a name made of digits)."""
        value = self.payload.get(key)
        if value is None or isinstance(value, str):
            return value
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
        raise self._wrong(key, "text")

    def required(self, key: str) -> str:
        """Text that must be there and not empty."""
        value = self.payload.get(key)
        if not isinstance(value, str) or not value:
            raise self._wrong(key, "there")
        return value

    def whole(self, key: str) -> int | None:
        value = self.payload.get(key)
        if value is None:
            return None
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 19:
            return int(value)
        if isinstance(value, float) and value.is_integer():
            return int(value)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        raise self._wrong(key, "a whole number")

    def count(self, key: str) -> int:
        """A whole number that must be there and not below zero."""
        value = self.whole(key)
        if value is None or value < 0:
            raise self._wrong(key, "a count")
        return value

    def money(self, key: str) -> Decimal | None:
        value = self.payload.get(key)
        if value is None or value == "":
            return None
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            try:
                amount = Decimal(str(value))
            except InvalidOperation:
                raise self._wrong(key, "an amount") from None
            if amount.is_finite():
                return amount
        raise self._wrong(key, "an amount")

    def flag(self, key: str) -> bool | None:
        """A boolean, also as the string some services send (Core API §2.1.6)."""
        value = self.payload.get(key)
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str) and value.lower() in {"true", "false"}:
            return value.lower() == "true"
        raise self._wrong(key, "true or false")

    def moment(self, key: str) -> datetime | None:
        """An ISO 8601 instant as aware UTC; one without a zone is UTC (Core API §1.1)."""
        value = self.payload.get(key)
        if value is None or value == "":
            return None
        try:
            moment = datetime.fromisoformat(value)
            return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        except (TypeError, ValueError, OverflowError):
            raise self._wrong(key, "a date") from None

    def mapping(self, key: str) -> dict[str, Any]:
        value = self.payload.get(key)
        if value is None:
            return {}
        if isinstance(value, dict):
            return value
        raise self._wrong(key, "an object")

    def rows(self, key: str) -> tuple[Any, ...]:
        value = self.payload.get(key)
        if value is None:
            return ()
        if isinstance(value, list):
            return tuple(value)
        raise self._wrong(key, "a list")

    def words(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        rows = self.rows(key)
        if not all(isinstance(row, str) for row in rows):
            raise self._wrong(key, "a list of texts")
        return rows
