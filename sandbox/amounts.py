"""Money in what clients send: a number or a text, as the documents' own samples write both."""

from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

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


Amount = Annotated[
    Decimal | None,
    BeforeValidator(read_amount),
    WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "string"}, {"type": "null"}]}),
]
PositiveAmount = Annotated[Amount, Field(ge=0)]
