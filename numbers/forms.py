"""What people type, checked and turned into domain values before anything is asked upstream."""

import ipaddress
import re
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings

from numbers.places import STATES
from numbers.services.search import CAPABILITIES, EXTERNAL_PAGE, PAGE, Near, Query
from numbers.services.stock import HOME_COUNTRY, Place
from portal import e164

MAX_OFFSET = 10_000


def focus_first_wrong(form: forms.Form) -> str:
    """Put the cursor into the first field with an error, and name it; an empty string when all is well."""
    name = next((name for name in form.fields if form.errors.get(name)), "")
    if name:
        form.fields[name].widget.attrs["autofocus"] = True
    return name


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


class RentForm(forms.Form):
    """The one decision of the rent dialog."""

    ticket = forms.CharField(max_length=600, widget=forms.HiddenInput)
    country = forms.RegexField(r"^[A-Z]{3}$", widget=forms.HiddenInput)
    external = forms.BooleanField(required=False, widget=forms.HiddenInput)
    confirm = forms.BooleanField(
        label="Yes, I want to rent this Phone Number",
        error_messages={"required": "Tick the box to say that you want to rent this number."},
    )


class EditForm(forms.Form):
    """What may be changed about a number; `seen_…` carries the values the form was opened with."""

    ticket = forms.CharField(max_length=600, widget=forms.HiddenInput)
    seen = forms.JSONField(widget=forms.HiddenInput)
    name = forms.CharField(required=False, max_length=255)
    trunk_group_sid = forms.ChoiceField(label="Trunk group", required=False)
    did_group_sid = forms.ChoiceField(label="DID group", required=False)
    callback_url = forms.CharField(
        label="Callback URL",
        required=False,
        max_length=2000,
        widget=forms.URLInput(attrs={"placeholder": "https://…", "autocomplete": "off"}),
        help_text="Where events of its messages are sent.",
    )
    string_key_1 = forms.CharField(label="String key 1", required=False, max_length=200)
    string_key_2 = forms.CharField(label="String key 2", required=False, max_length=200)

    def __init__(
        self,
        data: Any = None,
        *,
        groups: dict[str, list[tuple[str, str]]],
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        current = initial or {}
        for name, offered in groups.items():
            choices = [("", "None"), *offered]
            held = current.get(name)
            if held and held not in dict(choices):  # the mirror may be older than the number
                choices.append((held, held))
            self.fields[name].choices = choices
            self.fields[name].error_messages["invalid_choice"] = (
                "There is no such group. Pick one of the list."
            )

    def clean_seen(self) -> dict[str, str]:
        seen = self.cleaned_data["seen"]
        if not isinstance(seen, dict) or not all(isinstance(value, str) for value in seen.values()):
            raise forms.ValidationError("This form is damaged. Nothing was changed; open it again.")
        return seen

    def clean_callback_url(self) -> str:
        url = self.cleaned_data["callback_url"]
        untouched = url == (self.cleaned_data.get("seen") or {}).get("callback_url")
        if url and not untouched:  # what is there already stands in nobody's way
            _check_callback(url)
        return url

    def shown(self, name: str, value: str) -> str:
        """A value of field `name` as people read it: the name of a group, not its SID."""
        return dict(getattr(self.fields[name], "choices", ())).get(value, value)

    def wanted(self) -> dict[str, str]:
        """The editable fields as the person wants them."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("ticket", "seen")}


def _check_callback(url: str) -> None:
    """Refuse what the carrier could never call: no web address, no host, an address that is only ours."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise forms.ValidationError(
            "This is not a web address. It should look like https://example.com/sms."
        ) from error
    if parts.scheme not in ("http", "https"):
        raise forms.ValidationError("A callback must begin with https:// or http://.")
    if parts.username or parts.password:
        raise forms.ValidationError(
            "Leave the name and password out of the address; everybody here can read it."
        )
    if not re.fullmatch(r"[A-Za-z0-9.:-]+", host) or re.search(r"\s", url):
        raise forms.ValidationError("This address names no host that could be called.")
    if not _reachable(host):
        raise forms.ValidationError("The carrier cannot reach this host; it needs a public name or address.")


def _reachable(host: str) -> bool:
    """Whether the Core API could call `host`; one on this machine can only call this machine."""
    upstream_is_here = urlsplit(settings.CORE_API_URL).hostname in ("127.0.0.1", "localhost", "::1")
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        if host == "localhost":
            return upstream_is_here
        return "." in host.strip(".") and ".." not in host
    return address.is_global or (address.is_loopback and upstream_is_here)


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

    def clean_q(self) -> str:
        return self.cleaned_data["q"].replace("\x00", "").strip()


def pasted_number(text: str) -> str:
    """E.164 digits when `text` is a whole number in any format, else an empty string."""
    try:
        return e164.parse(text)
    except e164.NotANumber:
        return ""
