"""The result filter of the Core API, built and never concatenated.

    (F("state") == "NY") & F("phonenumber").contains("516") & F("capabilities").bit(4) & nearby(npa="516")

    filter    := condition ("and" condition)*
    condition := attribute operator value
               | attribute ("in" | "notin") "(" value ("," value)* ")"
               | "phonenumber" "nearby" ("latlng:" lat "," lng | "npa:" npa | "zip:" zip)

Text is always quoted. The grammar knows two kinds of quotes and no way to escape them, so text with both
kinds cannot be sent and is refused; so is a backslash, which some parsers take for an escape and others do
not, and so are control characters. In `like` a `%` is a wildcard that cannot be escaped: `contains` and
`startswith` are for what a person typed and refuse it. Every refusal is a ValueError.

Source: Core API §1.6, §2.1.4 (`nearby`), §2.1.4a (`bit`).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from portal.core_api.sending import instant

Value = str | int | Decimal | datetime

_ATTRIBUTE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*")
_NPA = re.compile(r"[2-9][0-9]{2}")
# Control characters, line separators and halves of characters.
_UNSENDABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_ZIP = re.compile(r"[0-9]{5}")


@dataclass(frozen=True, slots=True)
class Filter:
    """Conditions that must all hold; `str()` is the text for the wire. `Filter()` lets everything pass.

    Filters are values: equal when their text is, usable as dictionary keys.
    """

    conditions: tuple[str, ...] = ()

    def __and__(self, other: "Filter") -> "Filter":
        return Filter(self.conditions + other.conditions)

    def __str__(self) -> str:
        return " and ".join(self.conditions)

    def __bool__(self) -> bool:
        raise TypeError("Filters are joined with &; `and` would silently drop one of them.")


class F:
    """One attribute, waiting for its condition. Nested attributes are named with dots."""

    __slots__ = ("_name",)
    __hash__ = None  # type: ignore[assignment]  # == builds a condition, so an F cannot be looked up

    def __init__(self, name: str) -> None:
        if not _ATTRIBUTE.fullmatch(name):
            raise ValueError(f"{name!r} is not the name of an attribute.")
        self._name = name

    def __repr__(self) -> str:
        return f"F({self._name!r})"

    def _is(self, operator: str, value: Value) -> Filter:
        return Filter((f"{self._name} {operator} {_literal(value)}",))

    def __eq__(self, value: Value) -> Filter:  # type: ignore[override]  # builds, does not compare
        return self._is("eq", value)

    def __ne__(self, value: Value) -> Filter:  # type: ignore[override]  # builds, does not compare
        return self._is("ne", value)

    def __lt__(self, value: Value) -> Filter:
        return self._is("lt", value)

    def __le__(self, value: Value) -> Filter:
        return self._is("le", value)

    def __gt__(self, value: Value) -> Filter:
        return self._is("gt", value)

    def __ge__(self, value: Value) -> Filter:
        return self._is("ge", value)

    def like(self, pattern: str) -> Filter:
        """Case matters; `%` stands for any text, also for none."""
        return self._is("like", _text(pattern))

    def ilike(self, pattern: str) -> Filter:
        """Like `like`, but case does not matter."""
        return self._is("ilike", _text(pattern))

    def contains(self, text: str) -> Filter:
        """Case does not matter. ValueError for empty text and for text with `%`."""
        return self._typed(f"%{_searchable(text)}%")

    def startswith(self, text: str) -> Filter:
        """Case does not matter. ValueError for empty text and for text with `%`."""
        return self._typed(f"{_searchable(text)}%")

    def _typed(self, pattern: str) -> Filter:
        """Digits have no case, and `like` is what the documents search numbers with."""
        return self.like(pattern) if pattern.lower() == pattern.upper() else self.ilike(pattern)

    def isin(self, values: Iterable[Value]) -> Filter:
        """One of the values. They all travel in the address: keep it to a hundred identifiers or so."""
        return self._among("in", values)

    def notin(self, values: Iterable[Value]) -> Filter:
        """None of the values."""
        return self._among("notin", values)

    def _among(self, operator: str, values: Iterable[Value]) -> Filter:
        if isinstance(values, str):
            raise TypeError("A list of values is needed; a text would be taken letter by letter.")
        literals = [_literal(value) for value in values]
        if not literals:
            raise ValueError("A list needs at least one value.")
        return Filter((f"{self._name} {operator} ({', '.join(literals)})",))

    def bit(self, number: int) -> Filter:
        """The bits of `number` are set: `F("capabilities").bit(4)` is what can do voice."""
        if isinstance(number, bool) or not isinstance(number, int) or number < 1:
            raise ValueError("A bit is a whole number above zero.")
        return self._is("bit", number)


def nearby(
    *,
    npa: str | None = None,
    zip: str | None = None,  # noqa: A002  the grammar's name for it
    latlng: tuple[float, float] | None = None,
) -> Filter:
    """Rentable numbers nearest to an area code, a US ZIP code or (latitude, longitude) in degrees.

    Exactly one of the three. ValueError for what cannot be one.
    """
    given = [place for place in (npa, zip, latlng) if place is not None]
    if len(given) != 1:
        raise ValueError("Near one place: an area code, a ZIP code or coordinates.")
    return Filter((f"phonenumber nearby {_place(npa, zip, latlng)}",))


def _place(npa: str | None, zip_code: str | None, latlng: tuple[float, float] | None) -> str:
    if npa is not None:
        if not _NPA.fullmatch(npa):
            raise ValueError("An area code has three digits and does not begin with 0 or 1.")
        return f"npa:{npa}"
    if zip_code is not None:
        if not _ZIP.fullmatch(zip_code):
            raise ValueError("A ZIP code has five digits.")
        return f"zip:{zip_code}"
    latitude, longitude = latlng or (0.0, 0.0)
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):  # also False for NaN
        raise ValueError("A latitude is between -90 and 90, a longitude between -180 and 180.")
    return f"latlng:{_degrees(latitude)},{_degrees(longitude)}"


def _degrees(value: float) -> str:
    """Plain notation, never 1e-05; seven decimals are a centimetre."""
    return f"{value:.7f}".rstrip("0").rstrip(".")


def _literal(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError("Only an amount can be compared with.")
        return f"{value:f}"
    if isinstance(value, datetime):
        return _quoted(instant(value))
    return _quoted(_text(value))


def _quoted(text: str) -> str:
    if '"' not in text:
        return f'"{text}"'
    if "'" not in text:
        return f"'{text}'"
    raise ValueError("Text with both kinds of quotes cannot be searched for.")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"A filter cannot compare with {type(value).__name__}.")
    if "\\" in value:
        raise ValueError("Text with a backslash cannot be searched for.")
    if _UNSENDABLE.search(value):
        raise ValueError("Text with invisible characters cannot be searched for.")
    return value


def _searchable(text: str) -> str:
    if not text:
        raise ValueError("There is nothing to search for.")
    if "%" in text:
        raise ValueError("Text with a percent sign cannot be searched for.")
    return text
