"""How a partner pays (Core API §2.5). Card and account data go out and never come back in."""

from dataclasses import dataclass, field
from typing import Any

from portal.core_api.scrub import scrubbed
from portal.core_api.sending import created
from portal.core_api.shape import Fields, WrongShape
from portal.core_api.transport import Transport, nothing, path_part

CREATABLE = frozenset(
    {
        "address1",
        "address2",
        "cc_cid",
        "cc_expiration",
        "cc_number",
        "city",
        "country_code",
        "ec_account_number",
        "ec_routing_number",
        "first_name",
        "last_name",
        "phone",
        "state",
        "type",
        "zip",
    }
)
REQUIRED = frozenset({"country_code", "first_name", "last_name", "phone", "type", "zip"})


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingMethod:
    """`last4` are the last four digits of the card or account, None when upstream tells none."""

    type: str
    last4: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    phone: str | None = None
    address1: str | None = None
    address2: str | None = None
    city: str | None = None
    state: str | None = None
    zip: str | None = None
    country_code: str | None = None
    payload: dict[str, Any] = field(default_factory=dict, hash=False, repr=False)

    @classmethod
    def parse(cls, in_clear: object) -> "BillingMethod":
        """Takes the object with what upstream shows of card and account, and keeps four digits of it."""
        fields = Fields(scrubbed(in_clear), "billing method")
        return cls(
            type=fields.required("type"),
            last4=_last4(in_clear),
            first_name=fields.text("first_name"),
            last_name=fields.text("last_name"),
            phone=fields.text("phone"),
            address1=fields.text("address1"),
            address2=fields.text("address2"),
            city=fields.text("city"),
            state=fields.text("state"),
            zip=fields.text("zip"),
            country_code=fields.text("country_code"),
            payload=fields.payload,
        )


class BillingMethods:
    """`api.billing_methods`: at most one for each partner."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def get(self, partner_sid: str) -> BillingMethod:
        """NotFound: the partner has none."""
        return self._transport.request("GET", _path(partner_sid), BillingMethod.parse, in_clear=True)

    def create(self, partner_sid: str, /, **fields: Any) -> BillingMethod:
        """ValueError without what every type needs (`REQUIRED`), and for a field that cannot be set.

        What a card or an account needs beyond that is upstream's to say: Invalid. `cc_expiration` is mmyyyy.
        """
        missing = sorted(REQUIRED - {name for name, value in fields.items() if value})
        if missing:
            raise ValueError(f"A billing method needs these fields too: {', '.join(missing)}.")
        body = created(fields, CREATABLE, "a billing method")
        return self._transport.request(
            "POST", _path(partner_sid), BillingMethod.parse, json=body, in_clear=True
        )

    def delete(self, partner_sid: str) -> None:
        self._transport.request("DELETE", _path(partner_sid), nothing)


def _path(partner_sid: str) -> str:
    return f"/partners/{path_part(partner_sid)}/billing_method"


def _last4(in_clear: object) -> str | None:
    if not isinstance(in_clear, dict):
        raise WrongShape("billing method: expected an object")
    number = in_clear.get("cc_number") or in_clear.get("ec_account_number")
    digits = [letter for letter in str(number or "") if letter.isdigit()]
    return "".join(digits[-4:]) or None
