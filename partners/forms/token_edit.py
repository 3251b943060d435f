"""What may be changed about a token."""

from datetime import UTC
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from partners.forms.fields import text_field, token_name
from partners.models import Token
from partners.scopes import areas
from partners.services.issue import LONGEST
from partners.services.token_edit import end_of
from portal.editing import Values
from portal.forms import NothingMasked, SeenField, TicketForm


class TokenEditForm(TicketForm, NothingMasked):
    """Rename, narrow, end earlier or later. Scopes can only be taken away here."""

    seen = SeenField()
    name = text_field("Name", needed="Give it a name that says what it is for.", longest=100)
    expires = forms.DateField(
        label="Works until the end of (UTC)",
        error_messages={"required": "Pick the day on which it ends."},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    scopes = forms.MultipleChoiceField(label="Scopes", required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, data: Any = None, *, initial: Values | None = None, token: Token) -> None:
        held = dict(initial or {})
        held["scopes"] = [name for name in held.get("scopes", "").split(",") if name]
        super().__init__(data, initial=held)
        self.held = initial or {}
        names = token.scopes
        self.fields["scopes"].choices = [(name, name) for name in names]
        self.fields["scopes"].error_messages["invalid_choice"] = (
            "%(value)s is not among the scopes of this token; they can only be narrowed. Issue another one."
        )
        self.areas = areas(names)

    def clean_name(self) -> str:
        return token_name(self.cleaned_data["name"])

    def clean_scopes(self) -> str:
        if not self.cleaned_data["scopes"]:
            raise ValidationError("A token that may do nothing is of no use: revoke it instead.")
        return ",".join(sorted(self.cleaned_data["scopes"]))

    def clean_expires(self) -> str:
        day = self.cleaned_data["expires"]
        if day.isoformat() == self.held.get("expires"):
            return day.isoformat()  # not touched, whatever it is
        if day < timezone.now().astimezone(UTC).date():
            raise ValidationError("This day is over. To end a token now, revoke it.")
        if end_of(day) > timezone.now() + LONGEST:
            raise ValidationError("At most five years from now.")
        return day.isoformat()

    def shown(self, name: str, value: Any) -> str:  # noqa: ARG002 -- as every edit form
        """Scopes as people read them."""
        return ", ".join(value if isinstance(value, list) else value.split(","))

    def wanted(self) -> Values:
        return {name: self.cleaned_data[name] for name in ("name", "scopes", "expires")}
