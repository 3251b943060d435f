"""What cannot be undone asks for the name to be typed."""

from typing import Any

from django.core.exceptions import ValidationError

from partners.forms.fields import text_field
from portal.editing import Values
from portal.forms import TicketForm


class ConfirmForm(TicketForm):
    """The thing's name has to be typed; `name` is what it must be."""

    typed = text_field(
        "Type its name to confirm",
        needed="Type its name to confirm.",
        longest=300,
        autocapitalize="off",
        spellcheck="false",
    )
    reason = text_field("Why", longest=500)

    def __init__(self, data: Any = None, *, initial: Values | None = None, name: str) -> None:
        super().__init__(data, initial=initial)
        self.name = name
        self.fields["typed"].error_messages["required"] = f"Type {name} to confirm."

    def clean_typed(self) -> str:
        if self.cleaned_data["typed"].strip() != self.name:
            raise ValidationError(f"This is not its name. Type {self.name} exactly.")
        return self.name
