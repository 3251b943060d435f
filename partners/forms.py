"""What people type about partners and tokens, checked and turned into domain values."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.urls import reverse
from django.utils import timezone

from numbers.services.stock import country_names
from partners.models import Invitation, Partner, Token
from partners.scopes import CHOOSE, areas, grantable, presets, scopes_of
from partners.services.create import NewPartner
from partners.services.issue import LONGEST, OVERLAPS
from partners.services.link import Choices
from partners.services.partner_list import SORTS, lineage
from partners.services.token_edit import end_of
from portal.core_api.errors import CoreApiError
from portal.core_api.scrub import HIDDEN
from portal.editing import Values, clean_seen

DEFAULT_DAYS = 90
LIVES = {"30": "30 days", "90": "90 days", "365": "one year", "date": "until a date"}
TICKET = {"max_length": 600, "widget": forms.HiddenInput}


def _text(label: str, *, required: bool = False, longest: int = 200, **attrs: str) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off", **attrs})
    return forms.CharField(label=label, required=required, max_length=longest, widget=widget)


class NothingMasked(forms.Form):
    """A form that refuses our own mask, should somebody paste it back as if it were the value."""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name, value in list(data.items()):
            if value == HIDDEN:
                self.add_error(name, "This is the mask for a hidden value. Enter the value itself.")
        return data


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
    parent = forms.UUIDField(required=False)

    def __init__(self, data: Any, *, statuses: list[str]) -> None:
        super().__init__(data)
        words = [(status, status) for status in dict.fromkeys(["invited", *statuses])]
        self.fields["status"].choices = [("", "Any status"), *words]

    def clean_q(self) -> str:
        return self.cleaned_data["q"].replace("\x00", "").strip()

    def clean_sort(self) -> str:
        return self.cleaned_data["sort"] if self.cleaned_data["sort"] in SORTS else "name"


# --- partners ------------------------------------------------------------------------------------


class Contact(NothingMasked):
    """The fields of a partner that creating and editing share."""

    company_name = _text("Company", required=True)
    name = _text("Short name", required=True)
    owner_email = _text("Owner's e-mail", longest=254, inputmode="email")
    tech_email = _text("Technical e-mail", longest=254, inputmode="email")
    billing_email = _text("Billing e-mail", longest=500, inputmode="email")
    phonenumber = _text("Phone", longest=30, inputmode="tel")
    address1 = _text("Address")
    city = _text("City", longest=100)
    state = _text("State", longest=50)
    zip = _text("ZIP", longest=20)
    country_code = forms.ChoiceField(label="Country")
    parent_sid = _text("Parent", required=True, longest=300, list="partner-choices")

    def __init__(self, data: Any = None, *, initial: Values | None = None) -> None:
        super().__init__(data, initial=initial)
        self.fields["country_code"].choices = _countries((initial or {}).get("country_code", ""))
        self.fields["parent_sid"].help_text = "A name, an account id (CX…) or a SID of a partner."
        self.fields["parent_sid"].widget.attrs |= {
            "hx-get": reverse("partner_suggestions"),
            "hx-trigger": "input changed delay:200ms",
            "hx-target": "#partner-choices",
            "hx-swap": "innerHTML",
        }
        self.fields["billing_email"].help_text = "Several with commas."

    def clean_owner_email(self) -> str:
        return _email(self.cleaned_data["owner_email"])

    def clean_tech_email(self) -> str:
        return _email(self.cleaned_data["tech_email"])

    def clean_billing_email(self) -> str:
        addresses = [text.strip() for text in self.cleaned_data["billing_email"].split(",")]
        return ",".join(_email(text) for text in addresses if text)

    def clean_phonenumber(self) -> str:
        digits = re.sub(r"[\s().+-]", "", self.cleaned_data["phonenumber"])
        if digits and not re.fullmatch(r"[0-9]{7,15}", digits):
            raise ValidationError("A phone number has 7 to 15 digits.")
        return digits

    def clean_parent_sid(self) -> str:
        return find_partner(self.cleaned_data["parent_sid"]).pk


class CreateForm(Contact):
    """A new sub-partner. The password is never shown again, not even by a refused form."""

    ticket = forms.CharField(**TICKET)
    login = _text("Login", required=True, longest=100)
    password = forms.CharField(
        label="First password",
        min_length=10,
        max_length=100,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least 10 characters. Tell them in a safe way: nobody can read it here again.",
    )
    payment_type = forms.ChoiceField(
        label="Payment", choices=[("prepay", "Prepaid"), ("postpay", "Postpaid, with an invoice")]
    )
    sub_account = forms.BooleanField(label="With a sub-account, so that it can hold numbers", required=False)

    def __init__(self, data: Any = None, *, initial: Values | None = None, two_protocols: bool) -> None:
        super().__init__(data, initial=initial)
        self.fields["owner_email"].required = True
        self.fields["owner_email"].help_text = "Gets the verification mail."
        if not two_protocols:
            del self.fields["sub_account"]

    def clean_login(self) -> str:
        login = self.cleaned_data["login"]
        if not re.fullmatch(r"[A-Za-z0-9@+._-]{2,100}", login):
            raise ValidationError("A login has letters, digits and @ + . _ - only, at least two of them.")
        taken = Partner.objects.filter(login__iexact=login).exists()
        if taken or Invitation.objects.filter(login__iexact=login, state__in=Invitation.PENDING).exists():
            raise ValidationError("A partner with this login exists already. Choose another one.")
        return login

    def wanted(self) -> NewPartner:
        names = NewPartner.__dataclass_fields__
        return NewPartner(**{name: value for name, value in self.cleaned_data.items() if name in names})


class EditForm(Contact):
    """What may be changed about a partner; `seen` carries the values the form was opened with."""

    field_order = (
        "company_name", "name", "owner_email", "phonenumber", "tech_email", "billing_email",
        "address1", "address2", "city", "state", "zip", "country_code", "parent_sid", "daily_spending_limit",
    )  # fmt: skip
    ticket = forms.CharField(**TICKET)
    seen = forms.JSONField(widget=forms.HiddenInput)
    address2 = _text("Address, second line")
    daily_spending_limit = _text("Daily spending limit, $", longest=20, inputmode="decimal")

    def __init__(self, data: Any = None, *, initial: Values | None = None, partner: Partner) -> None:
        above = Partner.objects.filter(pk=partner.parent_sid).first()
        super().__init__(data, initial={**(initial or {}), "parent_sid": above.label if above else ""})
        self.partner = partner
        if above is None:
            del self.fields["parent_sid"]

    def clean_seen(self) -> Values:
        return _undamaged(self.cleaned_data["seen"])

    def clean_parent_sid(self) -> str:
        parent = find_partner(self.cleaned_data["parent_sid"])
        if self.partner.pk in {above.pk for above in lineage(parent)}:
            raise ValidationError(
                f"{parent.name} is this partner itself or stands below it, so it cannot be its parent."
            )
        return parent.pk

    def clean_daily_spending_limit(self) -> str:
        text = self.cleaned_data["daily_spending_limit"].replace(",", "").lstrip("$").strip()
        if not text:
            return ""
        try:
            amount = Decimal(text)
        except InvalidOperation:
            amount = Decimal(-1)
        if not amount.is_finite() or amount < 0 or amount >= 10**9:
            raise ValidationError("An amount of money, like 250 or 99.50; empty for no limit.")
        return f"{amount.normalize():f}"

    def shown(self, name: str, value: str) -> str:
        """A value as people read it: a parent's name, a country's name."""
        if name == "parent_sid":
            return str(Partner.objects.filter(pk=value).first() or value)
        return dict(getattr(self.fields[name], "choices", ())).get(value, value)

    def wanted(self) -> Values:
        """The editable fields as the person wants them; what was not typed over stays as it was written."""
        seen = self.cleaned_data["seen"]
        return {
            name: seen[name] if self.data.get(name) == seen.get(name) else value
            for name, value in self.cleaned_data.items()
            if name not in ("ticket", "seen")
        }


class LinkForm(forms.Form):
    """Which sub-account a partner is: one of `choices`, or none."""

    ticket = forms.CharField(**TICKET)
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


class ConfirmForm(forms.Form):
    """The thing's name has to be typed; `name` is what it must be."""

    ticket = forms.CharField(**TICKET)
    typed = _text(
        "Type its name to confirm", required=True, longest=300, autocapitalize="off", spellcheck="false"
    )
    reason = _text("Why", longest=500)

    def __init__(self, data: Any = None, *, initial: Values | None = None, name: str) -> None:
        super().__init__(data, initial=initial)
        self.name = name

    def clean_typed(self) -> str:
        if self.cleaned_data["typed"].strip() != self.name:
            raise ValidationError(f"This is not its name. Type {self.name} exactly.")
        return self.name


def find_partner(text: str) -> Partner:
    """The partner meant by a SID, an account id (also in parentheses behind a name), or its whole name.

    Raises ValidationError with what to do, also when several have that name.
    """
    text = text.replace("\x00", "").strip()
    display_id = re.search(r"\(?(CX\d+)\)?$", text)
    found = list(Partner.objects.filter(pk=text)[:1])
    if not found and display_id:
        found = list(Partner.objects.filter(display_id=display_id[1])[:2])
    if not found:
        found = list(Partner.objects.filter(name__iexact=text)[:2])
    if len(found) != 1:
        many = "Several partners are called that. Write the account id (CX…) of the one you mean."
        raise ValidationError(many if found else "There is no such partner. Pick one of the suggestions.")
    return found[0]


def _email(text: str) -> str:
    if text:
        try:
            validate_email(text)
        except ValidationError as error:
            raise ValidationError(f"{text[:60]} is not an e-mail address.") from error
    return text


def _countries(held: str) -> list[tuple[str, str]]:
    """Every country by name; what we know ourselves when upstream does not answer."""
    try:
        names = dict(country_names())
    except CoreApiError:
        names = {"USA": "United States"}
    if held:
        names.setdefault(held, held)
    return sorted(names.items(), key=lambda item: (item[0] != "USA", item[1]))


def _undamaged(seen: Any) -> Values:
    try:
        return clean_seen(seen)
    except ValueError as error:
        raise ValidationError(str(error)) from error


# --- tokens --------------------------------------------------------------------------------------


class Life(NothingMasked):
    """How long a token lives: a usual span, or until the end of a day."""

    life = forms.ChoiceField(label="Lives for", choices=list(LIVES.items()), initial=str(DEFAULT_DAYS))
    until = forms.DateField(
        label="Until the end of", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("life") == "date" and "until" not in self.errors:
            if not data.get("until"):
                self.add_error("until", "Pick the day on which it ends.")
            else:
                self._check_day(data["until"])
        return data

    def _check_day(self, day: date) -> None:
        if day < timezone.now().astimezone(UTC).date():
            self.add_error("until", "This day is over. A token has to end in the future.")
        elif end_of(day) > timezone.now() + LONGEST:
            self.add_error("until", "At most five years from now.")

    def expires_at(self) -> datetime:
        data = self.cleaned_data
        if data["life"] == "date":
            return end_of(data["until"])
        return timezone.now() + timedelta(days=int(data["life"]))


class IssueForm(Life):
    """A new token: for whom is in the address; `partner` limits what can be granted."""

    ticket = forms.CharField(**TICKET)
    name = _text("Name", required=True, longest=100, placeholder="e.g. Billing export")
    preset = forms.ChoiceField(label="It may")
    scopes = forms.MultipleChoiceField(label="Scopes", required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, data: Any = None, *, initial: Values | None = None, partner: Partner) -> None:
        super().__init__(data, initial=initial)
        self.available = partner.upstream.available_scopes
        names = grantable(self.available)
        self.presets = presets(self.available)
        self.fields["preset"].choices = [
            *((each.key, each.label) for each in self.presets),
            (CHOOSE, "What I choose"),
        ]
        self.fields["preset"].initial = self.presets[0].key if self.presets else CHOOSE
        self.fields["scopes"].choices = [(name, name) for name in names]
        self.fields["scopes"].error_messages["invalid_choice"] = (
            "%(value)s is not among what this partner may pass on. Leave it out."
        )
        self.areas = areas(names)

    def clean_name(self) -> str:
        return _token_name(self.cleaned_data["name"])

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if "scopes" in self.errors or "preset" in self.errors:
            return data
        chosen = data["scopes"] if data["preset"] == CHOOSE else scopes_of(data["preset"], self.available)
        if not chosen:
            self.add_error("scopes", "A token that may do nothing is of no use. Choose at least one scope.")
        data["scopes"] = chosen
        return data


class RotateForm(Life):
    """A new token with the settings of another one, which ends after the overlap."""

    ticket = forms.CharField(**TICKET)
    overlap = forms.TypedChoiceField(
        label="The old one is revoked", coerce=int, choices=list(OVERLAPS.items()), initial=24
    )


class TokenEditForm(NothingMasked):
    """Rename, narrow, end earlier or later. Scopes can only be taken away here."""

    ticket = forms.CharField(**TICKET)
    seen = forms.JSONField(widget=forms.HiddenInput)
    name = _text("Name", required=True, longest=100)
    expires = forms.DateField(
        label="Works until the end of", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    scopes = forms.MultipleChoiceField(label="Scopes", required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, data: Any = None, *, initial: Values | None = None, token: Token) -> None:
        held = dict(initial or {})
        held["scopes"] = [name for name in held.get("scopes", "").split(",") if name]
        super().__init__(data, initial=held)
        self.held = initial or {}
        names = token.scopes
        self.fields["scopes"].choices = [(name, name) for name in names]
        self.fields["scopes"].error_messages["invalid_choice"] = (
            "%(value)s is not among the scopes of this token; they can only be narrowed. Issue another one."
        )
        self.areas = areas(names)

    def clean_seen(self) -> Values:
        return _undamaged(self.cleaned_data["seen"])

    def clean_name(self) -> str:
        return _token_name(self.cleaned_data["name"])

    def clean_scopes(self) -> str:
        if not self.cleaned_data["scopes"]:
            raise ValidationError("A token that may do nothing is of no use: revoke it instead.")
        return ",".join(sorted(self.cleaned_data["scopes"]))

    def clean_expires(self) -> str:
        day = self.cleaned_data["expires"]
        if day.isoformat() == self.held.get("expires"):
            return day.isoformat()  # not touched, whatever it is
        if day < timezone.now().astimezone(UTC).date():
            raise ValidationError("This day is over. To end a token now, revoke it.")
        if end_of(day) > timezone.now() + LONGEST:
            raise ValidationError("At most five years from now.")
        return day.isoformat()

    def shown(self, name: str, value: Any) -> str:  # noqa: ARG002 -- as every edit form
        """Scopes as people read them."""
        return ", ".join(value if isinstance(value, list) else value.split(","))

    def wanted(self) -> Values:
        return {name: self.cleaned_data[name] for name in ("name", "scopes", "expires")}


def _token_name(text: str) -> str:
    name = " ".join(text.split())
    if not re.fullmatch(r"[\w .,:;()/#&+@-]+", name):
        raise ValidationError("A name has letters, digits, spaces and . , : ; ( ) / # & + @ - only.")
    return name


class HygieneForm(forms.Form):
    """Filters of the page of all tokens."""

    q = forms.CharField(required=False, max_length=100)
    finding = forms.CharField(required=False, max_length=20)
    days = forms.IntegerField(required=False, min_value=1, max_value=3650)

    def clean_q(self) -> str:
        return self.cleaned_data["q"].replace("\x00", "").strip()
