"""Numbers as people write them: what they mean, and what kind of number it is (Core API §2.9).

Read by the numbering plans of the `phonenumbers` package; never by its geocoder.
"""

import re
from dataclasses import dataclass

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

_WRITTEN = re.compile(r"\+?[0-9(][0-9 ().\-]{2,30}", re.ASCII)
_KINDS = {PhoneNumberType.FIXED_LINE: "landline", PhoneNumberType.MOBILE: "mobile"}


@dataclass(frozen=True)
class Number:
    digits: str  # E.164 without the plus
    region: str  # ISO 3166-1 alpha-2
    in_country_format: str
    international_format: str
    kind: str | None  # landline, mobile; None where the plan does not tell them apart

    @property
    def is_nanp(self) -> bool:
        return self.digits.startswith("1")

    @property
    def npa(self) -> str | None:
        return self.digits[1:4] if self.is_nanp else None


def is_written_well(text: str) -> bool:
    """Whether a text could be a number at all: digits and what people put between them."""
    return bool(_WRITTEN.fullmatch(text)) and 3 <= sum(map(str.isdigit, text)) <= 15


def valid_number(text: str, *, region: str | None, abroad: bool) -> Number | None:
    """The first valid number this text can be read as; None when there is none.

    `region` (alpha-2): read it as dialled there. Else as dialled in North America first and with
    its country code after that, or the other way round with `abroad`.
    """
    plain = text.lstrip("+")
    dialled, whole = (plain, "US"), (f"+{plain}", None)
    if text.startswith("+"):
        readings: list[tuple[str, str | None]] = [whole]
    elif region:
        readings = [(plain, region), whole]
    else:
        readings = [whole, dialled] if abroad else [dialled, whole]
    return next((number for each in readings if (number := _read(*each)) and _in(number, region)), None)


def _in(number: Number, region: str | None) -> bool:
    return region is None or number.region == region


def _read(text: str, region: str | None) -> Number | None:
    try:
        parsed = phonenumbers.parse(text, region)
    except NumberParseException:
        return None
    found = phonenumbers.region_code_for_number(parsed)
    if found is None or not phonenumbers.is_valid_number(parsed):
        return None
    return Number(
        f"{parsed.country_code}{phonenumbers.national_significant_number(parsed)}",
        found,
        phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL),
        phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL),
        _KINDS.get(phonenumbers.number_type(parsed)),
    )
