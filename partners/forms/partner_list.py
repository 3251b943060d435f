"""Filters of the list of partners."""

from typing import Any

from django import forms

from partners.services.partner_list import SORTS


class ListForm(forms.Form):
    """Filters of the list of partners."""

    q = forms.CharField(required=False, max_length=100)
    status = forms.ChoiceField(required=False)
    sort = forms.ChoiceField(
        required=False,
        choices=[
            ("name", "By name"),
            ("-balance", "Highest balance first"),
            ("balance", "Lowest balance first"),
        ],
    )
    parent = forms.CharField(required=False, max_length=64)

    def __init__(self, data: Any, *, statuses: list[str]) -> None:
        super().__init__(data)
        words = [(status, status) for status in dict.fromkeys(["invited", *statuses])]
        self.fields["status"].choices = [("", "Any status"), *words]

    def clean_sort(self) -> str:
        return self.cleaned_data["sort"] if self.cleaned_data["sort"] in SORTS else "name"
