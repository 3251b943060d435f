"""What is emptied when a number is taken back from a sub-account."""

from typing import Any

from django import forms

CLEARABLE = {
    "trunk_group_sid": "Where it rings (trunk group)",
    "callback_url": "Where its messages go (callback URL)",
    "messaging": "Its messaging, and the fee for it",
    "attributes": "Its attributes",
}


class ClearField(forms.MultipleChoiceField):
    """The names of the fields to empty on the way."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            label="Clear on the way",
            required=False,
            choices=list(CLEARABLE.items()),
            widget=forms.CheckboxSelectMultiple,
            help_text="So that it does not keep ringing at its former holder. Each can be undone.",
            **options,
        )
