"""How a number is given back to the carrier, and why it must not be."""

from typing import Any

from django import forms

from numbers.forms.typed import TypedForm
from numbers.services.release import CANCELLABLE, NOW


class ReleaseForm(TypedForm):
    """`how` is `now` or `cancellable`; where only the Core API is configured there is only `now`."""

    how = forms.ChoiceField(
        label="How",
        widget=forms.RadioSelect,
        error_messages={"required": "Say how.", "invalid_choice": "This way is not open here."},
    )

    def __init__(self, data: Any = None, *, cancellable: bool, **options: Any) -> None:
        super().__init__(data, **options)
        later = [(CANCELLABLE, "With a day to change your mind")] if cancellable else []
        self.fields["how"].choices = [*later, (NOW, "At once; it cannot be cancelled")]
