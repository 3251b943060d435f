"""The override of a cool-off."""

from django import forms

from numbers.forms.clear import ClearField
from numbers.forms.typed import TypedForm
from portal.forms import ReasonField


class ForceForm(TypedForm):
    request = forms.UUIDField(required=False, widget=forms.HiddenInput)
    clear = ClearField()
    reason = ReasonField(help_text="It stays on record with what was overridden.")
