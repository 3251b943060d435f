"""What people may change about a number."""

import ipaddress
import re
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings

from portal.forms import SeenField, TicketForm


class EditForm(TicketForm):
    """What may be changed about a number; `seen` carries the values the form was opened with."""

    seen = SeenField()
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
