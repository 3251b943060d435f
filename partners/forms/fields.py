"""What the forms of partners and tokens are made of."""

import re

from django import forms
from django.core.exceptions import ValidationError


def text_field(label: str, *, required: bool = False, longest: int = 200, **attrs: str) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off", **attrs})
    return forms.CharField(label=label, required=required, max_length=longest, widget=widget)


def token_name(text: str) -> str:
    """A token's name, its spaces put in order. Raises ValidationError for what upstream could not keep."""
    name = " ".join(text.split())
    if not re.fullmatch(r"[\w .,:;()/#&+@-]+", name):
        raise ValidationError("A name has letters, digits, spaces and . , : ; ( ) / # & + @ - only.")
    return name
