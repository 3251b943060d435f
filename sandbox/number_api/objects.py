"""The documented objects (Phone Number API §3.3, §3.6, §3.7), closed: no other key is ever told."""

import math
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from typing import Any

from pydantic import BaseModel, ConfigDict

from sandbox.dates import iso
from sandbox.models import Country, Did, World
from sandbox.money import MONTH
from sandbox.number_api.accounts import account_ids


class Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")

    def told(self) -> dict[str, Any]:
        """As JSON; what was not set is left out."""
        return self.model_dump(exclude_unset=True)


class Capabilities(Closed):
    voice: bool
    sms: bool
    mms: bool
    fax: bool


class _Number(Closed):
    id: str
    account_id: str
    e164: str
    country: str
    capabilities: Capabilities
    status: str
    provider: str
    setup_fee: int
    monthly_fee: int
    currency: str
    voice_enabled: bool
    tags: list[str]
    is_blocked: bool
    created_at: str
    updated_at: str
    is_trial_number: bool
    minimum_commitment_months: int
    aadhaar_verification_required: bool
    aadhaar_verified: bool


class InventoryNumber(_Number):
    """A number anyone may buy; nobody's, so `account_id` is empty."""

    region: str = ""


class AccountNumber(_Number):
    """A number somebody holds."""

    region: str
    purchased_at: str
    source: str
    application_id: str | None = None
    last_billing_date: str | None = None
    next_billing_date: str | None = None
    released_at: str | None = None
    trunk_group_id: str | None = None


class PurchasedNumber(AccountNumber):
    """A number just bought, its holder under both names the documents have for it."""

    auth_id: str


# The other protocol's statuses of a held number; one that is aging still has its holder for a while.
STATUSES = {"assigned": "active", "pending_assignment": "pending_purchase", "aging": "pending_release"}


def whole(fee: Decimal) -> int:
    """Fees are integers here, in whole units of the currency: rounded up, and charged as they are told."""
    return math.ceil(fee)


@cache
def _countries() -> dict[str, str]:
    return dict(Country.objects.values_list("iso_3166_alpha_3", "iso_3166_alpha_2"))


def country_code(alpha_2: str) -> str | None:
    """The other protocol's code of a country; None for no country."""
    wanted = alpha_2.strip().upper()
    return next((alpha_3 for alpha_3, known in _countries().items() if known == wanted), None)


def _common(did: Did, world: World, holder: str, status: str) -> dict[str, Any]:
    can = did.capabilities
    return {
        "id": did.did_sid,
        "account_id": holder,
        "e164": f"+{did.phonenumber}",
        "country": _countries().get(did.country_code, did.country_code),
        "capabilities": Capabilities(voice=bool(can & 4), sms=bool(can & 3), mms=bool(can & 24), fax=False),
        "status": status,
        "provider": "",
        "setup_fee": whole(did.setup_fee),
        "monthly_fee": whole(did.price),
        "currency": did.currency,
        "voice_enabled": bool(did.active_capabilities & 4),
        "tags": [],
        "is_blocked": False,
        "created_at": iso(min(world.created, did.date_status_changed)),
        "updated_at": iso(did.date_status_changed),
        "is_trial_number": False,
        "minimum_commitment_months": 0,
        "aadhaar_verification_required": False,
        "aadhaar_verified": False,
    }


def inventory_number(did: Did, world: World) -> dict[str, Any]:
    region = {"region": did.state} if did.state else {}
    return InventoryNumber(**_common(did, world, "", "active"), **region).told()


def account_numbers(dids: Iterable[Did], world: World) -> list[dict[str, Any]]:
    """Held numbers; `dids` come with their `rental`."""
    dids = list(dids)
    holders = account_ids(did.partner_id for did in dids if did.partner_id)
    return [_account_number(did, world, holders.get(did.partner_id or "", "")) for did in dids]


def _account_number(did: Did, world: World, holder: str) -> dict[str, Any]:
    rental = getattr(did, "rental", None)
    return AccountNumber(
        **_common(did, world, holder, STATUSES.get(did.status, did.status)),
        region=did.state or "",
        purchased_at=iso(did.date_rented or did.date_status_changed),
        source=_source(did),
        application_id=did.application_id,
        last_billing_date=iso(rental.paid_until - MONTH) if rental else None,
        next_billing_date=iso(rental.paid_until) if rental and did.status != "aging" else None,
        released_at=iso(did.date_released) if did.status == "aging" else None,
        trunk_group_id=did.trunk_group_id,
    ).told()


def purchased_number(did: Did, world: World, holder: str) -> dict[str, Any]:
    return {"auth_id": holder, **_account_number(did, world, holder)}


def _source(did: Did) -> str:
    """Numbers ordered from an external provider never were in this inventory."""
    return "purchased" if did.external else "inventory"
