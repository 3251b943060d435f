"""What cannot be undone asks for the number to be typed."""

from typing import Any

from django import forms

from portal import e164
from portal.forms import TicketForm


class TypedForm(TicketForm):
    """`typed` must be the number itself, in any format."""

    typed = forms.CharField(
        label="Type the number",
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
        error_messages={"required": "Type the number to show that you mean this one."},
    )

    def __init__(self, data: Any = None, *, phonenumber: str, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        self.phonenumber = phonenumber

    def clean_typed(self) -> str:
        try:
            typed = e164.parse(self.cleaned_data["typed"])
        except e164.NotANumber as error:
            raise forms.ValidationError(str(error)) from error
        if typed != self.phonenumber:
            raise forms.ValidationError("This is another number than the one you are looking at.")
        return typed
