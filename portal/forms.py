"""What the forms of all apps are made of, and the filters of the audit page."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from portal.audit import ACTIONS
from portal.core_api.scrub import HIDDEN
from portal.models import AuditEntry, Outcome

SHORTEST_REASON = 10


class TicketForm(forms.Form):
    """Every write carries a ticket, so that sending it twice is doing it once."""

    ticket = forms.CharField(max_length=600, widget=forms.HiddenInput)


class ReasonField(forms.CharField):
    """A sentence somebody else will read one day."""

    def __init__(self, **options: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 3})
        super().__init__(max_length=2000, widget=widget, **options)
        self.error_messages["required"] = "Say why; the reason stays on record."

    def clean(self, value: Any) -> str:
        reason = " ".join(super().clean(value).split())
        if len(reason) < SHORTEST_REASON:
            raise forms.ValidationError(f"Say why, in at least {SHORTEST_REASON} characters.")
        return reason


class SeenField(forms.JSONField):
    """The values an edit form was opened with, so that nobody's change is lost unseen: `dict[str, str]`."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> dict[str, str]:
        seen = super().clean(value)
        if not isinstance(seen, dict) or not all(isinstance(text, str) for text in seen.values()):
            raise forms.ValidationError("This form is damaged. Nothing was changed; open it again.")
        return seen


class NothingMasked(forms.Form):
    """A form that refuses our own mask, should somebody paste it back as if it were the value."""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name, value in list(data.items()):
            if value == HIDDEN:
                self.add_error(name, "This is the mask for a hidden value. Enter the value itself.")
        return data


def focus_first_wrong(form: forms.Form) -> str:
    """Put the cursor into the first field with an error, and name it; an empty string when all is well."""
    name = next((name for name in form.fields if form.errors.get(name)), "")
    if name:
        form.fields[name].widget.attrs["autofocus"] = True
    return name


class AuditFilterForm(forms.Form):
    """`everyone` adds the filter by person, for those who see more than their own entries."""

    action = forms.ChoiceField(
        required=False,
        choices=[("", "Every action"), *((name, word.label) for name, word in ACTIONS.items())],
    )
    outcome = forms.ChoiceField(required=False, choices=[("", "Every outcome"), *Outcome.choices])
    actor = forms.CharField(required=False, max_length=150, label="Person")
    target = forms.CharField(required=False, max_length=60, label="Number or name")

    def __init__(self, *args: object, everyone: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        if not everyone:
            del self.fields["actor"]

    def clean_target(self) -> str:
        """A number in whatever form it was pasted becomes the digits the ledger holds."""
        text = self.cleaned_data["target"]
        digits = "".join(character for character in text if character.isdecimal())
        looks_like_a_number = digits and not any(character.isalpha() for character in text)
        return digits if looks_like_a_number else text

    def narrow(self, entries: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        """`entries` with the filters applied that are filled in and valid."""
        wanted = self.cleaned_data
        lookups = {
            "action": wanted.get("action"),
            "outcome": wanted.get("outcome"),
            "actor_text__icontains": wanted.get("actor"),
            "target__contains": wanted.get("target"),
        }
        return entries.filter(**{lookup: value for lookup, value in lookups.items() if value})
