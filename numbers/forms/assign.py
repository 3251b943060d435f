"""To whom a number goes, or which number goes to somebody."""

from typing import Any

from django import forms

from numbers.models import Number
from numbers.services.pool import pool_number
from partners.models import Partner
from portal import e164
from portal.forms import TicketForm


class AssignForm(TicketForm):
    """`receiver` is the partner the form was opened for, None when one is still to be picked."""

    partner = forms.ChoiceField(
        label="To",
        error_messages={
            "required": "Pick who shall hold it.",
            "invalid_choice": "This sub-account cannot hold numbers now. Pick one of the list.",
        },
    )

    def __init__(
        self, data: Any = None, *, partners: list[Partner], initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=initial)
        self.fields["partner"].choices = [("", "Pick a sub-account"), *((p.pk, p.name) for p in partners)]
        self.receiver = next((p for p in partners if p.pk == self.initial.get("partner")), None)
        if self.receiver:
            self.fields["partner"].widget = forms.HiddenInput()


class PickForm(forms.Form):
    """A number of the parent pool, in any format; `phonenumber` is cleaned to the `Number` itself."""

    phonenumber = forms.CharField(
        label="Number",
        max_length=60,
        widget=forms.TextInput(attrs={"list": "pool", "autocomplete": "off", "inputmode": "tel"}),
        help_text="Paste it in any format, or pick one of the parent pool.",
        error_messages={"required": "Which number?"},
    )

    def clean_phonenumber(self) -> Number:
        try:
            digits = e164.parse(self.cleaned_data["phonenumber"])
        except e164.NotANumber as error:
            raise forms.ValidationError(str(error)) from error
        number = pool_number(digits)
        if number is None:
            raise forms.ValidationError("This number is not in the parent pool, so it cannot be assigned.")
        return number
