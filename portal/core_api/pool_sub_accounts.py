"""Sub-accounts of the Phone Number API (§3.6): the same sub-partners, seen by the other protocol."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from portal.core_api.paging import Listing
from portal.core_api.pool_paging import LARGEST_PAGE, PoolPage, by_page, pool_page_of, pool_window
from portal.core_api.scrub import scrubbed
from portal.core_api.sending import changed, created
from portal.core_api.shape import Fields, about
from portal.core_api.transport import Transport, nothing, path_part

# Those of the create request; an update takes any of them, and leaves the others alone.
SETTABLE = frozenset(
    {
        "business_type",
        "description",
        "email",
        "enabled",
        "kyc_mode",
        "name",
        "password",
        "permissions",
        "phone",
        "rate_limit",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubAccount:
    """A sub-account (§3.6). `auth_id` (SA_…) names it in paths, `id` does not.

    `api_id` has no documented meaning; the sandbox puts the sub-partner's `partner_sid` there.
    """

    auth_id: str
    id: str | None = None
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    description: str | None = None
    api_id: str | None = None
    rate_limit: int | None = None
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
            phone=fields.text("phone"),
            description=fields.text("description"),
            api_id=fields.text("api_id"),
            rate_limit=fields.whole("rate_limit"),
            parent_auth_id=fields.text("parent_auth_id"),
            enabled=fields.flag("enabled"),
            is_active=fields.flag("is_active"),
            created_at=fields.moment("created_at"),
            last_used=fields.moment("last_used"),
            payload=fields.payload,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSubAccount:
    """A sub-account the moment it was made: the only time anyone sees its secrets.

    They take no part in `repr` and comparison, and it cannot be pickled, so neither a cache nor a session
    nor a queue can keep one. The two tokens live for half an hour.
    """

    account: SubAccount
    auth_token: str = field(repr=False, compare=False)
    access_token: str = field(default="", repr=False, compare=False)
    refresh_token: str = field(default="", repr=False, compare=False)

    @classmethod
    def parse(cls, in_clear: object) -> "NewSubAccount":
        fields = Fields(in_clear, "new sub-account")
        credentials = Fields(fields.payload.get("auth_credentials"), "new sub-account")
        tokens = Fields(fields.payload.get("tokens") or {}, "new sub-account")
        return cls(
            account=SubAccount.parse(scrubbed(fields.payload.get("sub_account"))),
            auth_token=credentials.required("auth_token"),
            access_token=tokens.text("access_token") or "",
            refresh_token=tokens.text("refresh_token") or "",
        )

    def __reduce__(self) -> str:
        raise TypeError("New credentials are shown once and kept nowhere.")


class SubAccounts:
    """`number_api.sub_accounts`."""

    def __init__(self, transport: Transport, auth_id: str) -> None:
        self._transport = transport
        self._path = f"/accounts/{path_part(auth_id)}/sub-accounts/"

    def list(self, *, page: int = 1, size: int = 25, active_only: bool = False) -> PoolPage[SubAccount]:
        """Newest first. ValueError for a page below 1 or a size outside of 1 to 100."""
        params = pool_window(page, size, size_name="size")
        if active_only:
            params["active_only"] = "true"
        read = pool_page_of(SubAccount.parse, items="sub_accounts", size="size")
        return self._transport.request("GET", self._path, read, params=params)

    def iterate(self, *, active_only: bool = False) -> Listing[SubAccount]:
        """Like `list`, all of them; see `Listing` for `complete`."""
        return by_page(
            lambda page: self.list(page=page, size=LARGEST_PAGE, active_only=active_only),
            lambda account: account.auth_id,
        )

    def get(self, auth_id: str) -> SubAccount:
        return self._transport.request(
            "GET", self._path + path_part(auth_id), about(SubAccount.parse, auth_id=auth_id)
        )

    def create(self, name: str, **fields: Any) -> NewSubAccount:
        """Make a sub-account; its credentials are in the answer and never again.

        `email` is required with `kyc_mode` `customer_use` (Invalid). Never retried. ValueError for a field
        that cannot be set.
        """
        body = created({"name": name, **fields}, SETTABLE, "a sub-account")
        return self._transport.request("POST", self._path, NewSubAccount.parse, json=body, in_clear=True)

    def update(self, auth_id: str, /, **fields: Any) -> SubAccount:
        """Set the given fields and leave the others alone. `enabled=False` stops its traffic, it keeps its
        numbers. ValueError for no field at all, or for one that cannot be changed."""
        return self._transport.request(
            "PUT",
            self._path + path_part(auth_id),
            about(SubAccount.parse, auth_id=auth_id),
            json=changed(fields, SETTABLE, "a sub-account"),
        )

    def delete(self, auth_id: str) -> None:
        """What becomes of its numbers is not documented: take them back first."""
        self._transport.request("DELETE", self._path + path_part(auth_id), nothing)
