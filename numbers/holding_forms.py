"""Forms of what moves a number between the parent pool and sub-accounts."""

from typing import Any

from django import forms

from numbers.models import Number
from numbers.services.pool import pool_number
from numbers.services.release import CANCELLABLE, NOW
from portal import e164

REASON_CHARACTERS = 10

CLEARABLE = {
    "trunk_group_sid": "Where it rings (trunk group)",
    "callback_url": "Where its messages go (callback URL)",
    "messaging": "Its messaging, and the fee for it",
    "attributes": "Its attributes",
}


class ReasonField(forms.CharField):
    """A sentence somebody else will read one day."""

    def __init__(self, **options: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 3})
        super().__init__(max_length=2000, widget=widget, **options)
        self.error_messages["required"] = "Say why; the reason stays on record."

    def clean(self, value: Any) -> str:
        reason = " ".join(super().clean(value).split())
        if len(reason) < REASON_CHARACTERS:
            raise forms.ValidationError(f"Say why, in at least {REASON_CHARACTERS} characters.")
        return reason


class TicketForm(forms.Form):
    """Every write carries a ticket, so that sending it twice is doing it once."""

    ticket = forms.CharField(max_length=600, widget=forms.HiddenInput)


class AssignForm(TicketForm):
    partner = forms.ChoiceField(
        label="To",
        error_messages={
            "required": "Pick who shall hold it.",
            "invalid_choice": "This sub-account cannot hold numbers now. Pick one of the list.",
        },
    )

    def __init__(
        self, data: Any = None, *, partners: list[Any], initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=initial)
        self.fields["partner"].choices = [("", "Pick a sub-account"), *((p.pk, p.name) for p in partners)]


class PickForm(forms.Form):
    """A number of the parent pool, in any format; `phonenumber` is cleaned to the `Number` itself."""

    phonenumber = forms.CharField(
        label="Number",
        max_length=60,
        widget=forms.TextInput(attrs={"list": "pool", "autocomplete": "off", "inputmode": "tel"}),
        help_text="Paste it in any format, or pick one of the parent pool.",
        error_messages={"required": "Which number?"},
    )

    def clean_phonenumber(self) -> Number:
        try:
            digits = e164.parse(self.cleaned_data["phonenumber"])
        except e164.NotANumber as error:
            raise forms.ValidationError(str(error)) from error
        number = pool_number(digits)
        if number is None:
            raise forms.ValidationError("This number is not in the parent pool, so it cannot be assigned.")
        return number


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


class OverrideForm(TicketForm):
    reason = ReasonField(help_text="What an administrator needs to know to decide.")


class DeclineForm(TicketForm):
    reason = ReasonField(label="Reason", help_text="The person who asked sees it.")


class TypedForm(TicketForm):
    """`typed` must be the number itself, in any format."""

    typed = forms.CharField(
        label="Type the number",
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
        error_messages={"required": "Type the number to show that you mean this one."},
    )

    def __init__(self, data: Any = None, *, phonenumber: str, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        self.phonenumber = phonenumber

    def clean_typed(self) -> str:
        try:
            typed = e164.parse(self.cleaned_data["typed"])
        except e164.NotANumber as error:
            raise forms.ValidationError(str(error)) from error
        if typed != self.phonenumber:
            raise forms.ValidationError("This is another number than the one you are looking at.")
        return typed


class ForceForm(TypedForm):
    request = forms.UUIDField(required=False, widget=forms.HiddenInput)
    reason = ReasonField(help_text="It stays on record with what was overridden.")


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


class LockForm(TicketForm):
    reason = ReasonField(help_text="Whoever wants to release it reads this.")
