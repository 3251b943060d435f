"""To whom a number goes, or which number goes to somebody."""

from typing import Any

from django import forms
from django.urls import reverse

from numbers.models import Number
from numbers.services.assign import assignable_partners
from numbers.services.pool import pool_number
from partners.forms.contact import find_partner
from portal import e164
from portal.forms import TicketForm

MANY = 100


class AssignForm(TicketForm):
    """`receiver` is the partner the form was opened for, None when one is still to be picked.

    A few are offered as a list; of more than `MANY` one is found while typing.
    """

    partner = forms.CharField(
        label="To", max_length=300, error_messages={"required": "Pick who shall hold it."}
    )

    def __init__(self, data: Any = None, *, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        self.offered = list(assignable_partners()[: MANY + 1])
        self.receiver = assignable_partners().filter(pk=self.initial.get("partner", "")).first()
        field = self.fields["partner"]
        if self.receiver:
            field.widget = forms.HiddenInput()
        elif len(self.offered) > MANY:
            field.widget = forms.TextInput(attrs=_SUGGESTED | {"hx-get": _suggestions()})
            field.help_text = "Its name or account id (CX…)."
        else:
            field.widget = forms.Select(
                choices=[("", "Pick a sub-account"), *((p.pk, p.label) for p in self.offered)]
            )

    def clean_partner(self) -> str:
        partner = find_partner(self.cleaned_data["partner"])
        if not assignable_partners().filter(pk=partner.pk).exists():
            raise forms.ValidationError("This sub-account cannot hold numbers now. Pick another one.")
        return partner.pk


_SUGGESTED = {
    "autocomplete": "off",
    "list": "receivers",
    "hx-trigger": "input changed delay:200ms",
    "hx-target": "#receivers",
    "hx-swap": "innerHTML",
}


def _suggestions() -> str:
    return reverse("partner_suggestions", query={"can_hold": "yes"})


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
