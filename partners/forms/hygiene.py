"""Filters of the page of all tokens."""

from django import forms


class HygieneForm(forms.Form):
    """Filters of the page of all tokens."""

    q = forms.CharField(required=False, max_length=100)
    finding = forms.CharField(required=False, max_length=20)
    days = forms.IntegerField(required=False, min_value=1, max_value=3650)
