"""When a number is taken back, and what is cleared on the way."""

from typing import Any

from django import forms

from numbers.forms.clear import ClearField


class UnassignForm(forms.Form):
    """`how` is `now` or `later`; `clear` names the fields to empty on the way.

    Each of its two buttons has a ticket of its own; cleaned, `ticket` is that of the one pressed.
    """

    ticket_now = forms.CharField(required=False, max_length=600, widget=forms.HiddenInput)
    ticket_later = forms.CharField(required=False, max_length=600, widget=forms.HiddenInput)
    how = forms.ChoiceField(
        choices=[("now", "now"), ("later", "later")],
        error_messages={"required": "Say when.", "invalid_choice": "It goes now, or when its cool-off ends."},
    )
    clear = ClearField()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        button = f"ticket_{data.get('how', 'now')}"
        data["ticket"] = data.get(button, "")
        if not data["ticket"]:
            self.add_error(button, "This form lacks its ticket.")
        return data
