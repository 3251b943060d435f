"""Paths as clients write them: any casing of the first part, numbers with or without their plus."""

import re

PREFIX = "/api/v1/"
# Clients told to write %2B for the plus may have it encoded once more by their library.
_DIGITS = re.compile(r"(?:\+|%2B)?([0-9]{3,15})", re.IGNORECASE)


def is_number_api(path: str) -> bool:
    return f"{path}/".startswith(PREFIX)


def tidy(path: str) -> str:
    """The documents write /Account/, /account/ and /accounts/, and move endpoints between them."""
    first, slash, rest = path[len(PREFIX) :].partition("/")
    return f"{path[: len(PREFIX)]}{first.lower()}{slash}{rest}"


def digits(e164: str) -> str:
    """`+15162065575` as it stands in a path or a body, without the plus; "" when it is no number."""
    found = _DIGITS.fullmatch(e164)
    return found[1] if found else ""
