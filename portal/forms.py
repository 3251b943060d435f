"""What the filters of the audit page accept."""

from django import forms
from django.db.models import QuerySet

from portal.audit import ACTIONS
from portal.models import AuditEntry, Outcome


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
