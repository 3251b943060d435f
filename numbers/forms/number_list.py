"""What people find their numbers by."""

from django import forms

from numbers.places import STATES


class ListForm(forms.Form):
    """Filters of the list of numbers."""

    q = forms.CharField(required=False, max_length=100)
    holder = forms.CharField(required=False, max_length=64)
    state = forms.ChoiceField(required=False, choices=[("", "Any state"), *STATES.items()])
    status = forms.ChoiceField(
        required=False,
        choices=[
            ("", "Any status"),
            ("assigned", "Rented"),
            ("pending_assignment", "Pending"),
            ("aging", "Released"),
        ],
    )
    page = forms.IntegerField(required=False, min_value=1, max_value=1_000_000)
