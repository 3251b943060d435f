"""When a number is taken back, and what is cleared on the way."""

from typing import Any

from django import forms

CLEARABLE = {
    "trunk_group_sid": "Where it rings (trunk group)",
    "callback_url": "Where its messages go (callback URL)",
    "messaging": "Its messaging, and the fee for it",
    "attributes": "Its attributes",
}


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
    clear = forms.MultipleChoiceField(
        label="Clear on the way",
        required=False,
        choices=list(CLEARABLE.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text="So that it does not keep ringing at its former holder. Each can be undone.",
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        button = f"ticket_{data.get('how', 'now')}"
        data["ticket"] = data.get(button, "")
        if not data["ticket"]:
            self.add_error(button, "This form lacks its ticket.")
        return data
