"""A new token in the place of another."""

from django import forms

from partners.forms.life import Life
from partners.services.issue import OVERLAPS


class RotateForm(Life):
    """A new token with the settings of another one, which ends after the overlap."""

    overlap = forms.TypedChoiceField(
        label="The old one is revoked", coerce=int, choices=list(OVERLAPS.items()), initial=24
    )
