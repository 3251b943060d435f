"""What creating and editing a partner share."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.urls import reverse

from partners.forms.fields import phone, text_field
from partners.models import Partner
from portal.countries import HOME, countries
from portal.editing import Values
from portal.forms import NothingMasked, TicketForm


class Contact(TicketForm, NothingMasked):
    """The fields of a partner that creating and editing share."""

    company_name = text_field("Company", needed="Enter the company's name.")
    name = text_field("Short name", needed="Enter a short name, as people call it.")
    owner_email = text_field("Owner's e-mail", longest=254, inputmode="email")
    tech_email = text_field("Technical e-mail", longest=254, inputmode="email")
    billing_email = text_field("Billing e-mail", longest=500, inputmode="email")
    phonenumber = text_field("Phone", longest=30, inputmode="tel")
    address1 = text_field("Address")
    city = text_field("City", longest=100)
    state = text_field("State", longest=50)
    zip = text_field("ZIP", longest=20)
    country_code = forms.ChoiceField(label="Country")
    parent_sid = text_field("Parent", needed="Say below whom it stands.", longest=300, list="partner-choices")

    def __init__(self, data: Any = None, *, initial: Values | None = None) -> None:
        super().__init__(data, initial=initial)
        self.fields["country_code"].choices = _countries((initial or {}).get("country_code", ""))
        self.fields["parent_sid"].help_text = "A name, an account id (CX…) or a SID of a partner."
        self.fields["parent_sid"].widget.attrs |= {
            "hx-get": reverse("partner_suggestions"),
            "hx-trigger": "input changed delay:200ms",
            "hx-target": "#partner-choices",
            "hx-swap": "innerHTML",
        }
        self.fields["billing_email"].help_text = "Several with commas."

    def clean_owner_email(self) -> str:
        return _email(self.cleaned_data["owner_email"])

    def clean_tech_email(self) -> str:
        return _email(self.cleaned_data["tech_email"])

    def clean_billing_email(self) -> str:
        addresses = [text.strip() for text in self.cleaned_data["billing_email"].split(",")]
        return ",".join(_email(text) for text in addresses if text)

    def clean_parent_sid(self) -> str:
        return find_partner(self.cleaned_data["parent_sid"]).pk

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if {"phonenumber", "country_code"} <= data.keys():
            try:
                data["phonenumber"] = self.read_phone(data["phonenumber"], data["country_code"])
            except ValidationError as error:
                self.add_error("phonenumber", error)
        return data

    def read_phone(self, text: str, country_code: str) -> str:
        """E.164 digits of what was typed, read as people of that country write it."""
        return phone(text, countries().get(country_code, HOME["USA"]))


def find_partner(text: str) -> Partner:
    """The partner meant by a SID, an account id (also in parentheses behind a name), or its whole name.

    Raises ValidationError with what to do, also when several have that name.
    """
    text = text.replace("\x00", "").strip()
    display_id = re.search(r"\(?(CX\d+)\)?$", text)
    found = list(Partner.objects.filter(pk=text)[:1])
    if not found and display_id:
        found = list(Partner.objects.filter(display_id=display_id[1])[:2])
    if not found:
        found = list(Partner.objects.filter(name__iexact=text)[:2])
    if len(found) != 1:
        many = "Several partners are called that. Write the account id (CX…) of the one you mean."
        raise ValidationError(many if found else "There is no such partner. Pick one of the suggestions.")
    return found[0]


def _email(text: str) -> str:
    if text:
        try:
            validate_email(text)
        except ValidationError as error:
            raise ValidationError(f"{text[:60]} is not an e-mail address.") from error
    return text


def _countries(held: str) -> list[tuple[str, str]]:
    """Every country by name, our own first; also the one that is `held`, whoever knows it."""
    names = {code: place.name for code, place in countries().items()}
    if held:
        names.setdefault(held, held)
    return sorted(names.items(), key=lambda item: (item[0] != "USA", item[1]))
