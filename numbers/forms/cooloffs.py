"""Filters of the cool-off page."""

from typing import Any

from django import forms

from numbers.services.cooloff_list import SORTS

SORT_WORDS = {
    "until": "Free soonest",
    "-until": "Free last",
    "last_call": "Called last",
    "holder": "Holder",
    "number": "Number",
}


class CoolOffFilterForm(forms.Form):
    """What cannot be used is left out: a filter is no reason to refuse a page."""

    holder = forms.CharField(required=False, max_length=64)
    sort = forms.ChoiceField(
        required=False, choices=[(sort, SORT_WORDS[sort]) for sort in SORTS], label="Sort by"
    )
    page = forms.IntegerField(required=False, min_value=1, max_value=1_000_000)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.is_valid()

    def wanted(self) -> dict[str, str]:
        """`holder` and `sort`, as `cooloff_list` takes them."""
        holder = self.cleaned_data.get("holder") or ""
        return {"holder": holder, "sort": self.cleaned_data.get("sort") or "until"}
