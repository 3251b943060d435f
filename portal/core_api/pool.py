"""The client of the Phone Number API: numbers of a master account (MA_…) and its sub-accounts (SA_…).

A second protocol over the same world: other credentials, other paths, E.164 with a plus sign. Numbers are
accepted here with or without it. The casing of each path is the one current documents ask for.
Source: Phone Number API §3.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar

from portal.core_api.shape import Fields, WrongShape
from portal.core_api.transport import Call, Credentials, Limits, Transport, nothing, path_part

LARGEST_PAGE = 100
_E164 = re.compile(r"[1-9][0-9]{6,14}")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PoolPage(Generic[T]):
    """One page, counted from 1; `total` is how many there are on all pages."""

    items: tuple[T, ...]
    page: int
    per_page: int
    total: int

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    @property
    def has_more(self) -> bool:
        return self.page * self.per_page < self.total


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
class SubAccount:
    """A sub-account (§3.6). `auth_id` (SA_…) names it in paths, `id` does not."""

    auth_id: str
    id: str | None = None
    name: str | None = None
    email: str | None = None
    description: str | None = None
    parent_auth_id: str | None = None
    enabled: bool | None = None
    is_active: bool | None = None
    created_at: datetime | None = None
    last_used: datetime | None = None
    payload: dict[str, Any] = field(default_factory=dict, hash=False, repr=False)

    @classmethod
    def parse(cls, payload: object) -> "SubAccount":
        fields = Fields(payload, "sub-account")
        return cls(
            auth_id=fields.required("auth_id"),
            id=fields.text("id"),
            name=fields.text("name"),
            email=fields.text("email"),
            description=fields.text("description"),
            parent_auth_id=fields.text("parent_auth_id"),
            enabled=fields.flag("enabled"),
            is_active=fields.flag("is_active"),
            created_at=fields.moment("created_at"),
            last_used=fields.moment("last_used"),
            payload=fields.payload,
        )


class SubAccounts:
    """`number_api.sub_accounts`."""

    def __init__(self, transport: Transport, auth_id: str) -> None:
        self._transport = transport
        self._path = f"/accounts/{path_part(auth_id)}/sub-accounts/"

    def list(self, *, page: int = 1, size: int = 25, active_only: bool = False) -> PoolPage[SubAccount]:
        """Newest first. ValueError for a page below 1 or a size outside of 1 to 100."""
        params = {**_window(page, "size", size), **({"active_only": "true"} if active_only else {})}
        read = _page_of(SubAccount.parse, items="sub_accounts", size="size")
        return self._transport.request("GET", self._path, read, params=params)

    def get(self, auth_id: str) -> SubAccount:
        def read(payload: object) -> SubAccount:
            account = SubAccount.parse(payload)
            if account.auth_id != auth_id:
                raise WrongShape("sub-account: another one than asked for")
            return account

        return self._transport.request("GET", self._path + path_part(auth_id), read)


class NumberApi:
    """One account of the Phone Number API. Long-lived and thread-safe, like `CoreApi` and with its options.

    A client with an admin's credentials may force an unassignment; give it an object of its own.
    """

    def __init__(
        self,
        *,
        url: str,
        auth_id: str,
        auth_token: str,
        headers: Callable[[], Mapping[str, str]] | None = None,
        on_call: Callable[[Call], None] | None = None,
        connect_timeout: float = 3,
        read_timeout: float = 8,
        deadline: float = 15,
        ca_bundle: str = "",
        proxy: str = "",
    ) -> None:
        self._transport = Transport(
            url,
            Credentials({"X-Auth-ID": auth_id, "X-Auth-Token": auth_token}, secret=auth_token),
            Limits(connect_timeout, read_timeout, deadline),
            headers=headers,
            on_call=on_call,
            ca_bundle=ca_bundle,
            proxy=proxy,
        )
        self._auth_id = path_part(auth_id)
        self.sub_accounts = SubAccounts(self._transport, auth_id)

    def __repr__(self) -> str:
        return f"<NumberApi {self._auth_id} {self._transport!r}>"

    def close(self) -> None:
        """Let go of all connections."""
        self._transport.close()

    def numbers(
        self, *, page: int = 1, per_page: int = 25, search: str = "", include_subaccounts: bool = True
    ) -> PoolPage[PoolNumber]:
        """Numbers of the account, for a master account also those its sub-accounts hold (§3.2)."""
        params = _window(page, "per_page", per_page)
        if search:
            params["search"] = search
        if not include_subaccounts:
            params["include_subaccounts"] = "false"
        read = _page_of(PoolNumber.parse)
        return self._transport.request("GET", f"/Account/{self._auth_id}/numbers", read, params=params)

    def inventory(
        self,
        *,
        country: str = "",
        search: str = "",
        exclude: Iterable[str] = (),
        page: int = 1,
        per_page: int = 25,
    ) -> PoolPage[PoolNumber]:
        """Numbers anyone may buy. `country` is ISO alpha-2, `exclude` prefixes with country code (§3.2)."""
        params = _window(page, "per_page", per_page)
        given = {"country": country, "search": search, "exclude": ",".join(exclude)}
        params.update({name: value for name, value in given.items() if value})
        read = _page_of(PoolNumber.parse)
        return self._transport.request(
            "GET", f"/Account/{self._auth_id}/inventory/numbers", read, params=params
        )

    def assign_subaccount(self, e164: str, sub_account_id: str) -> None:
        """Give a number of the parent pool to a sub-account. NotFound for either (§3.5)."""
        self._transport.request(
            "POST", self._assignment(e164), nothing, json={"sub_account_id": sub_account_id}
        )

    def unassign_subaccount(self, e164: str, *, force: bool = False) -> None:
        """Take a number back into the parent pool.

        CoolOffInEffect when it had a call within 15 days; `force` overrides that with an admin's
        credentials, and is Forbidden with any other (§3.5).
        """
        params = {"force": "true"} if force else None
        self._transport.request("DELETE", self._assignment(e164), nothing, params=params)

    def release(self, e164: str, *, immediate: bool = False) -> Release:
        """Give a number up. For 24 hours it can be cancelled, unless `immediate` (§3.4)."""
        path = f"/Account/{self._auth_id}/numbers/{_number_part(e164)}"
        params = {"immediate": "true"} if immediate else None
        return self._transport.request("DELETE", path, Release.parse, params=params)

    def cancel_release(self, e164: str) -> CancelledRelease:
        """Keep a number after all. Its routing does not come back. Invalid when it is not pending (§3.2)."""
        path = f"/account/{self._auth_id}/numbers/{_number_part(e164)}/cancel-release"
        return self._transport.request("POST", path, CancelledRelease.parse)

    def balance(self, currency: str = "USD") -> Balance:
        path = f"/Account/{self._auth_id}/balance/{path_part(currency)}"
        return self._transport.request("GET", path, Balance.parse)

    def _assignment(self, e164: str) -> str:
        return f"/account/{self._auth_id}/numbers/{_number_part(e164)}/assign-subaccount"


def _number_part(e164: str) -> str:
    digits = e164.removeprefix("+")
    if not _E164.fullmatch(digits):
        raise ValueError("A number is needed, as digits with its country code.")
    return path_part(f"+{digits}")


def _window(page: int, size_name: str, size: int) -> dict[str, str | int]:
    if page < 1 or not 1 <= size <= LARGEST_PAGE:
        raise ValueError(f"Pages count from 1 and have 1 to {LARGEST_PAGE} items.")
    return {"page": page, size_name: size}


def _page_of(
    parse: Callable[[object], T], *, items: str = "items", size: str = "per_page"
) -> Callable[[object], PoolPage[T]]:
    def read(payload: object) -> PoolPage[T]:
        fields = Fields(payload, "list")
        if not isinstance(fields.payload.get(items), list):
            raise WrongShape(f"list: {items} is not a list")
        rows = tuple(parse(row) for row in fields.rows(items))
        return PoolPage(rows, fields.count("page"), fields.count(size), fields.count("total"))

    return read
