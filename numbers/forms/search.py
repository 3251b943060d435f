"""What people search the rentable numbers by."""

import re
from typing import Any

from django import forms

from numbers.places import STATES
from numbers.services.search import CAPABILITIES, EXTERNAL_PAGE, PAGE, Near, Query
from numbers.services.stock import HOME_COUNTRY, Place

MAX_OFFSET = 10_000


class SearchForm(forms.Form):
    """The search of rentable numbers. `place` gives the choices of the three selects."""

    country = forms.CharField(required=False, max_length=3)
    state = forms.CharField(required=False, max_length=2)
    npa = forms.CharField(label="Area Code", required=False, max_length=3)
    can = forms.MultipleChoiceField(
        label="Capabilities",
        required=False,
        choices=[(name, name) for name in CAPABILITIES],
        error_messages={"invalid_choice": "A number can do voice, SMS or MMS; %(value)s is none of them."},
    )
    digits = forms.CharField(
        label="Digits it contains",
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"placeholder": "e.g. 5575", "inputmode": "tel", "autocomplete": "off"}),
    )
    locality = forms.CharField(
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"placeholder": "e.g. Garden City", "autocomplete": "off"}),
    )
    near = forms.CharField(
        required=False,
        max_length=60,
        label="Near",
        widget=forms.TextInput(attrs={"placeholder": "ZIP, area code", "autocomplete": "off"}),
    )
    external = forms.BooleanField(label="Include external providers", required=False)
    offset = forms.IntegerField(required=False, min_value=0, max_value=MAX_OFFSET)

    def __init__(self, data: Any, *, place: Place) -> None:
        super().__init__(data)
        self.place = place

    def clean_country(self) -> str:
        country = self.cleaned_data["country"].upper() or HOME_COUNTRY
        known = {stock.key for stock in self.place.countries} | {HOME_COUNTRY}
        if not re.fullmatch(r"[A-Z]{3}", country) or (not self.place.trouble and country not in known):
            raise forms.ValidationError(
                "There are no numbers of this country to search. Pick one of the list."
            )
        return country

    def clean_state(self) -> str:
        state = self.cleaned_data["state"].upper()
        if state and state not in STATES:
            raise forms.ValidationError("This is not a state. Pick one of the list.")
        return state

    def clean_npa(self) -> str:
        npa = self.cleaned_data["npa"]
        if npa and not re.fullmatch(r"[2-9][0-9]{2}", npa):
            raise forms.ValidationError("An area code has three digits and begins with 2 to 9.")
        return npa

    def clean_digits(self) -> str:
        digits = re.sub(r"[\s().+-]", "", self.cleaned_data["digits"])
        if digits and not re.fullmatch(r"[0-9]{1,15}", digits):
            raise forms.ValidationError("Only digits, please: at most 15 of them.")
        return digits

    def clean_locality(self) -> str:
        locality = " ".join(self.cleaned_data["locality"].split())
        if re.search(r"[^\w .'’-]", locality) or "_" in locality:
            raise forms.ValidationError("A locality has only letters, spaces, dots, hyphens and apostrophes.")
        return locality

    def clean_near(self) -> Near | None:
        near = self.cleaned_data["near"].strip()
        if not near:
            return None
        if re.fullmatch(r"[2-9][0-9]{2}", near):
            return Near(npa=near)
        if re.fullmatch(r"[0-9]{5}", near):
            return Near(zip=near)
        return Near(latlng=_latlng(near))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("external"):
            self._clean_external(data)
        elif data.get("country", HOME_COUNTRY) != HOME_COUNTRY:
            for name in ("state", "npa", "near"):
                if data.get(name):
                    self.add_error(
                        name, "Only numbers of the United States have this. Clear it, or change the country."
                    )
        elif data.get("npa") and data.get("state"):
            self._clean_area(data["npa"], data["state"])
        return data

    def _clean_external(self, data: dict[str, Any]) -> None:
        """External providers take a country and digits, nothing more (Core API §2.1.4)."""
        if not self.data.get("country"):
            self.add_error("country", "External providers are asked country by country. Pick one.")
        for name in ("state", "npa", "locality", "near", "can"):
            if data.get(name):
                self.add_error(name, "External providers cannot search by this. Clear it, or leave them out.")
        if data.get("offset"):
            self.add_error("external", "External providers show one page only.")

    def _clean_area(self, npa: str, state: str) -> None:
        areas = {stock.key for stock in self.place.areas}
        if self.place.state == state and areas and npa not in areas:
            self.add_error("npa", f"{npa} is not an area code of {STATES[state]} with numbers to rent.")

    def query(self) -> Query:
        data = self.cleaned_data
        return Query(
            country=data["country"],
            state=data["state"],
            npa=data["npa"],
            digits=data["digits"],
            locality=data["locality"],
            can=tuple(sorted(data["can"])),
            near=data["near"],
            external=data["external"],
            offset=data["offset"] or 0,
            limit=EXTERNAL_PAGE if data["external"] else PAGE,
        )


def _latlng(text: str) -> tuple[float, float]:
    match = re.fullmatch(r"(-?\d{1,3}(?:\.\d{1,8})?)\s*[,; ]\s*(-?\d{1,3}(?:\.\d{1,8})?)", text)
    if not match:
        raise forms.ValidationError(
            "Write a ZIP code (10025), an area code (516), or a latitude and longitude."
        )
    latitude, longitude = float(match[1]), float(match[2])
    if abs(latitude) > 90 or abs(longitude) > 180:
        raise forms.ValidationError("A latitude goes from -90 to 90, a longitude from -180 to 180.")
    return latitude, longitude
