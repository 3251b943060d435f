"""What may be changed about a partner."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError

from partners.forms.contact import Contact, find_partner
from partners.forms.fields import text_field
from partners.models import Partner
from partners.services.partner_list import lineage
from portal.editing import Values
from portal.forms import SeenField


class EditForm(Contact):
    """What may be changed about a partner; `seen` carries the values the form was opened with."""

    field_order = (
        "company_name", "name", "owner_email", "phonenumber", "tech_email", "billing_email",
        "address1", "address2", "city", "state", "zip", "country_code", "parent_sid", "daily_spending_limit",
    )  # fmt: skip
    seen = SeenField()
    address2 = text_field("Address, second line")
    daily_spending_limit = text_field("Daily spending limit, $", longest=20, inputmode="decimal")

    def __init__(self, data: Any = None, *, initial: Values | None = None, partner: Partner) -> None:
        above = Partner.objects.filter(pk=partner.parent_sid).first()
        super().__init__(data, initial={**(initial or {}), "parent_sid": above.label if above else ""})
        self.partner = partner
        if above is None:
            del self.fields["parent_sid"]

    def clean_parent_sid(self) -> str:
        parent = find_partner(self.cleaned_data["parent_sid"])
        if self.partner.pk in {above.pk for above in lineage(parent)}:
            raise ValidationError(
                f"{parent.name} is this partner itself or stands below it, so it cannot be its parent."
            )
        return parent.pk

    def read_phone(self, text: str, country_code: str) -> str:
        """As it is when nobody touched it, whatever it is."""
        seen = self.cleaned_data.get("seen", {})
        return text if text == seen.get("phonenumber") else super().read_phone(text, country_code)

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
