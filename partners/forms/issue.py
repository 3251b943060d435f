"""A new token."""

from typing import Any

from django import forms

from partners.forms.fields import text_field, token_name
from partners.forms.life import Life
from partners.models import Partner
from partners.scopes import CHOOSE, areas, grantable, presets, scopes_of
from portal.editing import Values


class IssueForm(Life):
    """A new token: for whom is in the address; `partner` limits what can be granted."""

    name = text_field(
        "Name",
        needed="Give it a name that says what it is for.",
        longest=100,
        placeholder="e.g. Billing export",
    )
    preset = forms.ChoiceField(label="It may", error_messages={"required": "Say what it may do."})
    scopes = forms.MultipleChoiceField(label="Scopes", required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, data: Any = None, *, initial: Values | None = None, partner: Partner) -> None:
        super().__init__(data, initial=initial)
        self.available = partner.upstream.available_scopes
        names = grantable(self.available)
        self.presets = presets(self.available)
        self.fields["preset"].choices = [
            *((each.key, each.label) for each in self.presets),
            (CHOOSE, "What I choose"),
        ]
        self.fields["preset"].initial = self.presets[0].key if self.presets else CHOOSE
        self.fields["scopes"].choices = [(name, name) for name in names]
        self.fields["scopes"].error_messages["invalid_choice"] = (
            "%(value)s is not among what this partner may pass on. Leave it out."
        )
        self.areas = areas(names)

    def clean_name(self) -> str:
        return token_name(self.cleaned_data["name"])

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if "scopes" in self.errors or "preset" in self.errors:
            return data
        chosen = data["scopes"] if data["preset"] == CHOOSE else scopes_of(data["preset"], self.available)
        if not chosen:
            self.add_error("scopes", "A token that may do nothing is of no use. Choose at least one scope.")
        data["scopes"] = chosen
        return data
