"""How numbers are written for people: inside their country, and internationally."""


def nanp_formats(digits: str) -> tuple[str, str]:
    """The two ways to write a number of country code 1, given with that 1: the fast path."""
    npa, nxx, line = digits[1:4], digits[4:7], digits[7:]
    return f"({npa}) {nxx}-{line}", f"+1 {npa}-{nxx}-{line}"


def formats(digits: str) -> tuple[str, str]:
    """`in_country_format` and `international_format` of E.164 digits (no plus), of any country."""
    if len(digits) == 11 and digits[0] == "1":
        return nanp_formats(digits)
    from phonenumbers import NumberParseException, PhoneNumberFormat, format_number, parse

    try:
        number = parse(f"+{digits}")
    except NumberParseException:
        return digits, f"+{digits}"
    national = format_number(number, PhoneNumberFormat.NATIONAL)
    return national, format_number(number, PhoneNumberFormat.INTERNATIONAL)
