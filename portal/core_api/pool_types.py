"""What the Phone Number API returns, as frozen values; read as tolerantly as those of `types.py`.

Source: Phone Number API §3.3 to §3.7.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from portal.core_api.shape import Fields


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolNumber:
    """A number as this API sees it (§3.3). `e164` has its plus sign.

    `account_id` is who holds it, None in the inventory; the documents call it `account_id` or `auth_id`.
    Fees are in `currency`; dates are aware UTC.
    """

    e164: str
    id: str | None = None
    account_id: str | None = None
    country: str | None = None
    region: str | None = None
    status: str | None = None
    source: str | None = None
    currency: str | None = None
    setup_fee: Decimal | None = None
    monthly_fee: Decimal | None = None
    trunk_group_id: str | None = None
    application_id: str | None = None
    is_blocked: bool | None = None
    purchased_at: datetime | None = None
    released_at: datetime | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    payload: dict[str, Any] = field(default_factory=dict, hash=False, repr=False)

    @classmethod
    def parse(cls, payload: object) -> "PoolNumber":
        fields = Fields(payload, "number")
        return cls(
            e164=fields.required("e164"),
            id=fields.text("id"),
            account_id=fields.text("account_id") or fields.text("auth_id") or None,
            country=fields.text("country"),
            region=fields.text("region"),
            status=fields.text("status"),
            source=fields.text("source"),
            currency=fields.text("currency"),
            setup_fee=fields.money("setup_fee"),
            monthly_fee=fields.money("monthly_fee"),
            trunk_group_id=fields.text("trunk_group_id"),
            application_id=fields.text("application_id"),
            is_blocked=fields.flag("is_blocked"),
            purchased_at=fields.moment("purchased_at"),
            released_at=fields.moment("released_at"),
            created_at=fields.moment("created_at"),
            updated_at=fields.moment("updated_at"),
            payload=fields.payload,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """How far a release has come (§3.4).

    `status` is `pending_release` while it can be cancelled, until `cooldown_ends_at` (aware UTC); older
    services release at once and answer without a status, which is `released` here.
    """

    status: str
    cooldown_ends_at: datetime | None = None
    release_fee: Decimal | None = None

    @classmethod
    def parse(cls, payload: object) -> "Release":
        fields = Fields({} if payload is None else payload, "release")
        return cls(
            status=fields.text("status") or "released",
            cooldown_ends_at=fields.moment("cooldown_ends_at"),
            release_fee=fields.money("release_fee"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelledRelease:
    """The number is active again; `refund_failed` when its release fee could not be given back (§3.2)."""

    status: str
    refund_amount: Decimal | None = None
    currency: str | None = None
    refund_failed: bool = False

    @classmethod
    def parse(cls, payload: object) -> "CancelledRelease":
        fields = Fields(payload, "cancelled release")
        return cls(
            status=fields.required("status"),
            refund_amount=fields.money("refund_amount"),
            currency=fields.text("currency"),
            refund_failed=fields.text("refund_status") == "failed",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """Money of an account in one currency (§3.7)."""

    currency: str
    balance: Decimal | None = None
    available_balance: Decimal | None = None
    reserved_funds: Decimal | None = None
    credit_limit: Decimal | None = None
    status: str | None = None
    payload: dict[str, Any] = field(default_factory=dict, hash=False, repr=False)

    @classmethod
    def parse(cls, payload: object) -> "Balance":
        fields = Fields(payload, "balance")
        return cls(
            currency=fields.required("currency"),
            balance=fields.money("balance"),
            available_balance=fields.money("available_balance"),
            reserved_funds=fields.money("reserved_funds"),
            credit_limit=fields.money("credit_limit"),
            status=fields.text("status"),
            payload=fields.payload,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """One movement of money (§3.7). `amount` is in `currency`; `reference` is a number's E.164 or an id."""

    id: str
    type: str | None = None
    amount: Decimal | None = None
    currency: str | None = None
    description: str | None = None
    reference: str | None = None
    reference_type: str | None = None
    status: str | None = None
    processed_at: datetime | None = None
    created_at: datetime | None = None
    payload: dict[str, Any] = field(default_factory=dict, hash=False, repr=False)

    @classmethod
    def parse(cls, payload: object) -> "Transaction":
        fields = Fields(payload, "transaction")
        return cls(
            id=fields.required("id"),
            type=fields.text("type"),
            amount=fields.money("amount"),
            currency=fields.text("currency"),
            description=fields.text("description"),
            reference=fields.text("reference"),
            reference_type=fields.text("reference_type"),
            status=fields.text("status"),
            processed_at=fields.moment("processed_at"),
            created_at=fields.moment("created_at"),
            payload=fields.payload,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ForcedMove:
    """Upstream's own record of a number taken back inside its cool-off (§3.5).

    `from_account_id` held it, `to_account_id` got it; `performed_by` is the auth id that did it, for
    `acting_user` in the request `request_id` as our headers named them. `cool_off_until` is what was
    overridden, None when no cool-off stood in the way. Dates are aware UTC.
    """

    id: str
    e164: str
    action: str | None = None
    from_account_id: str | None = None
    to_account_id: str | None = None
    performed_by: str | None = None
    acting_user: str | None = None
    request_id: str | None = None
    last_call_at: datetime | None = None
    cool_off_until: datetime | None = None
    created_at: datetime | None = None
    payload: dict[str, Any] = field(default_factory=dict, hash=False, repr=False)

    @classmethod
    def parse(cls, payload: object) -> "ForcedMove":
        fields = Fields(payload, "assignment audit")
        return cls(
            id=fields.required("id"),
            e164=fields.required("e164"),
            action=fields.text("action"),
            from_account_id=fields.text("from_account_id"),
            to_account_id=fields.text("to_account_id"),
            performed_by=fields.text("performed_by"),
            acting_user=fields.text("acting_user"),
            request_id=fields.text("request_id"),
            last_call_at=fields.moment("last_call_at"),
            cool_off_until=fields.moment("cool_off_until"),
            created_at=fields.moment("created_at"),
            payload=fields.payload,
        )
