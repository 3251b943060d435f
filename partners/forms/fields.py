"""What the forms of partners and tokens are made of."""

import re

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError

from portal import e164
from portal.countries import Country


def text_field(label: str, *, needed: str = "", longest: int = 200, **attrs: str) -> forms.CharField:
    """A line of text. `needed` is what to say when it is left empty; without it that is allowed."""
    return forms.CharField(
        label=label,
        label_suffix="" if needed else " (optional)",
        required=bool(needed),
        error_messages={"required": needed},
        max_length=longest,
        widget=forms.TextInput(attrs={"autocomplete": "off", **attrs}),
    )


def phone(text: str, place: Country) -> str:
    """E.164 digits of a phone number as people in `place` write it; "" stays.

    Raises ValidationError for what is no number there, also when it would be one somewhere else: only a
    plus or 00 leads abroad.
    """
    if not text.strip():
        return ""
    try:
        digits = e164.parse(text, region=place.region or "ZZ")
    except e164.NotANumber as error:
        raise ValidationError(str(error)) from error
    known = phonenumbers.parse(f"+{digits}")
    abroad = re.match(r"\W*(\+|＋|00)", text.strip().removeprefix("tel:"))
    at_home = known.country_code == phonenumbers.country_code_for_region(place.region)
    if not phonenumbers.is_valid_number(known) or not (abroad or at_home):
        raise ValidationError(
            f"There is no such phone number in {place.name}. Check its digits, or write it with + and its "
            "country code."
        )
    return digits


def token_name(text: str) -> str:
    """A token's name, its spaces put in order. Raises ValidationError for what upstream could not keep."""
    name = " ".join(text.split())
    if not re.fullmatch(r"[\w .,:;()/#&+@-]+", name):
        raise ValidationError("A name has letters, digits, spaces and . , : ; ( ) / # & + @ - only.")
    return name
