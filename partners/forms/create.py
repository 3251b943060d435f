"""A new sub-partner."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from partners.forms.contact import Contact
from partners.forms.fields import text_field
from partners.models import Invitation, Partner
from partners.services.create import NewPartner
from portal.editing import Values


class CreateForm(Contact):
    """A new sub-partner. The password is never shown again, not even by a refused form."""

    login = text_field("Login", needed="Enter the login it will use.", longest=100)
    password = forms.CharField(
        label="First password",
        error_messages={"required": "Give it a first password."},
        min_length=10,
        max_length=100,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least 10 characters. Tell them in a safe way: nobody can read it here again.",
    )
    payment_type = forms.ChoiceField(
        label="Payment", choices=[("prepay", "Prepaid"), ("postpay", "Postpaid, with an invoice")]
    )
    sub_account = forms.BooleanField(label="With a sub-account, so that it can hold numbers", required=False)

    def __init__(self, data: Any = None, *, initial: Values | None = None, two_protocols: bool) -> None:
        super().__init__(data, initial=initial)
        owner = self.fields["owner_email"]
        owner.required, owner.label_suffix = True, ""
        owner.error_messages["required"] = "Enter the owner's e-mail: it gets the verification mail."
        self.fields["owner_email"].help_text = "Gets the verification mail."
        if not two_protocols:
            del self.fields["sub_account"]

    def clean_login(self) -> str:
        login = self.cleaned_data["login"]
        if not re.fullmatch(r"[A-Za-z0-9@+._-]{2,100}", login):
            raise ValidationError("A login has letters, digits and @ + . _ - only, at least two of them.")
        taken = Partner.objects.filter(login__iexact=login).exists()
        if taken or Invitation.objects.filter(login__iexact=login, state__in=Invitation.PENDING).exists():
            raise ValidationError("A partner with this login exists already. Choose another one.")
        return login

    def wanted(self) -> NewPartner:
        names = NewPartner.__dataclass_fields__
        return NewPartner(**{name: value for name, value in self.cleaned_data.items() if name in names})
