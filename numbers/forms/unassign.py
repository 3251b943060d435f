"""When a number is taken back, and what is cleared on the way."""

from django import forms

from portal.forms import TicketForm

CLEARABLE = {
    "trunk_group_sid": "Where it rings (trunk group)",
    "callback_url": "Where its messages go (callback URL)",
    "messaging": "Its messaging, and the fee for it",
    "attributes": "Its attributes",
}


class UnassignForm(TicketForm):
    """`how` is `now` or `later`; `clear` names the fields to empty on the way."""

    how = forms.ChoiceField(choices=[("now", "now"), ("later", "later")])
    clear = forms.MultipleChoiceField(
        label="Clear on the way",
        required=False,
        choices=list(CLEARABLE.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text="So that it does not keep ringing at its former holder. Each can be undone.",
    )
