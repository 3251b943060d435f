"""Money in what clients send: a number or a text, as the documents' own samples write both."""

from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

_LARGEST = 10**9


def read_amount(value: Any) -> Decimal | None:
    """The amount; None for null and an empty text. Raises ValueError for what is no amount."""
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError("is not an amount of money")
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        raise ValueError("is not an amount of money") from None
    if not amount.is_finite() or abs(amount) > _LARGEST or amount != round(amount, 4):
        raise ValueError(f"is an amount of at most {_LARGEST} with at most four decimals")
    return amount


def _positive(value: Any) -> Decimal | None:
    amount = read_amount(value)
    if amount is not None and amount < 0:
        raise ValueError("is not below zero")
    return amount


_SCHEMA = WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "string"}, {"type": "null"}]})
Amount = Annotated[Decimal | None, BeforeValidator(read_amount), _SCHEMA]
PositiveAmount = Annotated[Decimal | None, BeforeValidator(_positive), _SCHEMA]
