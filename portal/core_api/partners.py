"""Partners: ourselves and our sub-partners (Core API §2.5)."""

from typing import Any

from portal.core_api.filters import Filter
from portal.core_api.paging import LARGEST_PAGE, Listing, Page, by_offset, page_of, window
from portal.core_api.sending import changed, created, nested
from portal.core_api.shape import about
from portal.core_api.transport import Transport, nothing, path_part
from portal.core_api.types import Partner

# The object's table and the list of updatable fields differ: whatever either of them allows.
UPDATABLE = frozenset(
    {
        "acls",
        "address1",
        "address2",
        "attributes",
        "billing_email",
        "callbacks",
        "charge_at",
        "city",
        "company_name",
        "country_code",
        "daily_spending_limit",
        "name",
        "owner_email",
        "parent_assigned_acls",
        "parent_sid",
        "password",
        "phonenumber",
        "prepay_amount",
        "state",
        "tech_email",
        "transformations",
        "zip",
    }
)
CREATABLE = UPDATABLE | {"login", "payment_type", "spending_limit"}


class Partners:
    """`api.partners`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self, filter: Filter | None = None, *, limit: int = 100, offset: int = 0) -> Page[Partner]:  # noqa: A002
        """Ourselves and everyone below us; one whose e-mail is not verified yet is not among them."""
        params = window(filter, limit, offset)
        return self._transport.request("GET", "/partners", page_of(Partner.parse), params=params)

    def iterate(self, filter: Filter | None = None) -> Listing[Partner]:  # noqa: A002
        """Like `list`, all of them; see `Listing` for `complete`."""
        return by_offset(
            lambda offset: self.list(filter, limit=LARGEST_PAGE, offset=offset),
            lambda partner: partner.partner_sid,
        )

    def get(self, partner_sid: str) -> Partner:
        """One partner. NotFound also while its e-mail is not verified."""
        return self._transport.request(
            "GET", _path(partner_sid), about(Partner.parse, partner_sid=partner_sid)
        )

    def create(self, **fields: Any) -> Partner:
        """Make a sub-partner (below us, or below `parent_sid`).

        It begins `unverified`: its e-mail fields come back empty, and `get` and `iterate` do not find it
        until those addresses are verified. `password` is sent and never comes back. Money may be Decimal.
        The documents do not say which fields are required: Invalid names the missing ones.
        """
        return self._transport.request(
            "POST", "/partners", Partner.parse, json=created(fields, CREATABLE, "a partner")
        )

    def update(self, partner_sid: str, /, *, replace_nested: bool = False, **fields: Any) -> Partner:
        """Set the given fields and leave the others alone.

        `attributes`, `callbacks` are merged by key, a None removes one; `replace_nested` replaces them as a
        whole (Core API §1.8). ValueError for no field at all, or for one that cannot be changed.
        """
        return self._transport.request(
            "PATCH",
            _path(partner_sid),
            about(Partner.parse, partner_sid=partner_sid),
            params=nested(replace=replace_nested),
            json=changed(fields, UPDATABLE, "a partner"),
        )

    def delete(self, partner_sid: str) -> None:
        """Remove a sub-partner. Rejected (Conflict in the sandbox) while it has sub-partners itself."""
        self._transport.request("DELETE", _path(partner_sid), nothing)


def _path(partner_sid: str) -> str:
    return f"/partners/{path_part(partner_sid)}"
