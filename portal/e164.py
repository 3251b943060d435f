"""Phone numbers as text: read in any form a person pastes, kept as E.164 digits, shown the local way."""

import re

import phonenumbers

# "＋" and the Unicode dashes and spaces that word processors and chat tools put into pasted numbers.
_DRESSING = re.compile(r"[\s.\-‐-―−()/\u200b-\u200f\u202a-\u202e\u2060\ufeff]+")


LENGTHS = range(7, 16)  # of E.164 digits; the addresses of our pages have room for no others


class NotANumber(ValueError):
    """The text cannot be read as a phone number; `str(error)` says why, to the person who typed it."""


def parse(text: str, *, region: str = "US") -> str:
    """Read a phone number in any usual form.

    `text` may carry spaces, dashes, brackets, a leading `+` or `00`, a `tel:` prefix; without a
    country code it is read as a number of `region` (ISO 3166-1 alpha-2). Digits that already are a
    whole E.164 number are taken as such.
    Returns E.164 digits without the plus (Core API §1.1). Raises `NotANumber`.
    """
    if not text.strip():
        raise NotANumber("Enter a phone number.")
    if len(text) > 60:
        raise NotANumber("This is too long for a phone number.")
    bare = _DRESSING.sub("", text.strip().removeprefix("tel:")).replace("＋", "+")
    if not re.fullmatch(r"\+?[0-9]+", bare):
        raise NotANumber("A phone number has only digits, spaces and the signs + - ( ) in it.")
    if bare.startswith("00"):
        bare = "+" + bare[2:]
    for attempt in (bare, "+" + bare.lstrip("+")):
        try:
            number = phonenumbers.parse(attempt, region)
        except phonenumbers.NumberParseException:
            continue
        digits = f"{number.country_code}{phonenumbers.national_significant_number(number)}"
        whole = attempt.startswith("+") or phonenumbers.is_valid_number(number)
        if whole and phonenumbers.is_possible_number(number) and len(digits) in LENGTHS:
            return digits
    raise NotANumber(
        "This is not a whole phone number. Write it with its area code, or with + and a country code."
    )


def whole(text: str) -> str:
    """E.164 digits when `text` is a whole number in any format, else an empty string."""
    try:
        return parse(text)
    except NotANumber:
        return ""


def is_whole(digits: str) -> bool:
    """Whether `digits` are a whole E.164 number, one that some numbering plan has room for."""
    return whole("+" + digits) == digits


def display(digits: str) -> str:
    """`15162065575` as `(516) 206-5575`, numbers of other plans as `+46 501 81 80 82`.

    Text that is no number comes back as it is, so that old records always show something.
    """
    if len(digits) == 11 and digits.startswith("1") and digits.isdecimal():
        return f"({digits[1:4]}) {digits[4:7]}-{digits[7:]}"
    try:
        number = phonenumbers.parse("+" + digits, None)
    except phonenumbers.NumberParseException:
        return digits
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def area_code(digits: str) -> str:
    """The NANP area code of E.164 `digits`, or an empty string outside the North American plan."""
    return digits[1:4] if len(digits) == 11 and digits.startswith("1") else ""
