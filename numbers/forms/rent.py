"""The one decision of the rent dialog."""

from django import forms

from portal.forms import TicketForm


class RentForm(TicketForm):
    """`country` and `external` say where the number was found: they have to be sent with the rent."""

    country = forms.RegexField(r"^[A-Z]{3}$", widget=forms.HiddenInput)
    external = forms.BooleanField(required=False, widget=forms.HiddenInput)
    confirm = forms.BooleanField(
        label="Yes, I want to rent this Phone Number",
        error_messages={"required": "Tick the box to say that you want to rent this number."},
    )
