"""The result filter's grammar (Core API §1.6): text in, conditions out.

    filter    := condition ("and" condition)*
    condition := attribute operator value | attribute ("in"|"notin") "(" value ("," value)* ")"
               | "capabilities" "bit" integer | "phonenumber" "nearby" place

Values are bare words or quoted with either quote; there is no escaping. This module knows nothing
of columns: sandbox.matching does.
"""

import re
from dataclasses import dataclass

from sandbox.errors import ApiError, bad_request

OPERATORS = ("eq", "ne", "ge", "gt", "le", "lt", "like", "ilike", "in", "notin", "bit", "nearby")
MAX_LENGTH = 8192
MAX_CONDITIONS = 50
MAX_VALUES = 1000

_SPACE = re.compile(r"\s*")
_ATTRIBUTE = re.compile(r"[A-Za-z_]\w*(?:\.\w+)*(?=\s|$)", re.ASCII)
_WORD = re.compile(r"[A-Za-z]+(?=[\s(]|$)")
_QUOTED = re.compile(r'"([^"]*)"|\'([^\']*)\'')
_BARE = re.compile(r"[^\s\"'(),]\S*")
_BARE_IN_LIST = re.compile(r"[^\s\"'(),][^\s,()]*")
_LATLNG = re.compile(r"latlng:[^\s,]+,\s*\S+")


@dataclass(frozen=True)
class Value:
    """One value; only an unquoted one can mean null, true or false."""

    text: str
    quoted: bool

    @property
    def is_null(self) -> bool:
        return not self.quoted and self.text.lower() == "null"


@dataclass(frozen=True)
class Condition:
    attribute: str
    operator: str
    values: tuple[Value, ...]

    @property
    def value(self) -> Value:
        return self.values[0]


def parse(text: str) -> list[Condition]:
    """The conditions of a filter, all of which must hold; none for an empty text.

    Raises ApiError 400 naming the place where the text stops making sense.
    """
    if len(text) > MAX_LENGTH:
        raise bad_request("filter", f"the filter is longer than {MAX_LENGTH} characters")
    reader = _Reader(text)
    conditions: list[Condition] = []
    while not reader.done:
        if conditions:
            reader.expect_and()
        conditions.append(reader.condition())
        if len(conditions) > MAX_CONDITIONS:
            raise bad_request("filter", f"the filter has more than {MAX_CONDITIONS} conditions")
    return conditions


class _Reader:
    """A cursor over the text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self._skip_space()

    @property
    def done(self) -> bool:
        return self.at >= len(self.text)

    def condition(self) -> Condition:
        attribute = self._take(_ATTRIBUTE)
        if attribute is None:
            raise self._error("an attribute name")
        operator = (self._take(_WORD) or "").lower()
        if operator not in OPERATORS:
            raise self._error(f"an operator after {attribute!r} (one of {', '.join(OPERATORS)})")
        return Condition(attribute, operator, self._values(operator))

    def expect_and(self) -> None:
        if (self._take(_WORD) or "").lower() != "and":
            raise self._error('"and" between conditions')

    def _values(self, operator: str) -> tuple[Value, ...]:
        if operator in ("in", "notin"):
            return self._list()
        place = self._take(_LATLNG) if operator == "nearby" else None
        return (Value(place, quoted=False) if place else self._value(_BARE),)

    def _list(self) -> tuple[Value, ...]:
        self._expect("(")
        values = [self._value(_BARE_IN_LIST)]
        while self.text.startswith(",", self.at):
            self._expect(",")
            values.append(self._value(_BARE_IN_LIST))
        self._expect(")")
        if len(values) > MAX_VALUES:
            raise bad_request("filter", f"a list in the filter has more than {MAX_VALUES} values")
        return tuple(values)

    def _value(self, bare: re.Pattern[str]) -> Value:
        quoted = _QUOTED.match(self.text, self.at)
        if quoted:
            self._move(quoted.end())
            return Value(quoted[1] if quoted[1] is not None else quoted[2], quoted=True)
        word = self._take(bare)
        if word is None:
            raise self._error("a value (quote it when it contains spaces, commas or parentheses)")
        return Value(word, quoted=False)

    def _expect(self, character: str) -> None:
        if not self.text.startswith(character, self.at):
            raise self._error(f'"{character}"')
        self._move(self.at + 1)

    def _take(self, pattern: re.Pattern[str]) -> str | None:
        match = pattern.match(self.text, self.at)
        if match is None:
            return None
        self._move(match.end())
        return match[0]

    def _move(self, position: int) -> None:
        self.at = position
        self._skip_space()

    def _skip_space(self) -> None:
        self.at = _SPACE.match(self.text, self.at).end()  # type: ignore[union-attr]

    def _error(self, expected: str) -> ApiError:
        found = f"at {self.text[self.at : self.at + 20]!r}" if not self.done else "at its end"
        return bad_request("filter", f"cannot read the filter {found}: expected {expected}")
