"""Which sub-account a partner is."""

from typing import Any

from django import forms

from partners.services.link import Choices
from portal.forms import TicketForm


class LinkForm(TicketForm):
    """One of the free sub-accounts, or none."""

    sub_account_id = forms.ChoiceField(
        label="Sub-account",
        required=False,
        error_messages={
            "invalid_choice": "This one is gone, or another partner is linked to it. Pick another one."
        },
    )

    def __init__(self, data: Any = None, *, choices: Choices, initial: dict[str, str]) -> None:
        super().__init__(data, initial=initial)
        free = [(each.auth_id, f"{each.name or 'without a name'} · {each.auth_id}") for each in choices.free]
        self.fields["sub_account_id"].choices = [("", "None: it cannot hold numbers"), *free]
