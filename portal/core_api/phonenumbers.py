"""Numbers: what can be rented, what is rented (Core API §2.1, §2.3)."""

from typing import Any

from portal.core_api.did_groups import DidGroups
from portal.core_api.errors import BadAnswer
from portal.core_api.filters import F, Filter
from portal.core_api.messaging import Messaging, read_messaging, switch_messaging
from portal.core_api.paging import LARGEST_PAGE, Listing, Page, by_key, by_offset, page_of, window
from portal.core_api.sending import changed, check_number, created, nested
from portal.core_api.shape import WrongShape, about
from portal.core_api.transport import Transport, nothing, path_part
from portal.core_api.types import Coverage, Did, DidGroup

UPDATABLE = frozenset(
    {
        "attributes",
        "callback_url",
        "did_group_sid",
        "name",
        "string_key_1",
        "string_key_2",
        "transformations",
        "trunk_group_sid",
    }
)
Coverages = list[Coverage]  # named here: inside the class, `list` is the method


class PhoneNumbers:
    """`api.phonenumbers`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def available(
        self,
        filter: Filter | None = None,  # noqa: A002  the documents' name for it
        *,
        limit: int = 25,
        offset: int = 0,
        order: str | None = None,
        include_external: bool = False,
    ) -> Page[Did]:
        """Numbers anyone may rent now. `order` is an attribute, with " desc" behind it for descending.

        With `include_external` upstream also asks other providers: it then wants a `country_code` in the
        filter, knows no offset (ValueError), and returns at most ten of theirs, behind its own.
        """
        if include_external and offset:
            raise ValueError("Numbers of other providers come without paging.")
        params = window(filter, limit, offset, order)
        if include_external:
            params["include_external"] = "true"
        return self._transport.request(
            "GET", "/phonenumber/available_dids", page_of(Did.parse), params=params
        )

    def available_get(self, did_sid: str) -> Did:
        """One rentable number. NotFound when it is no longer one."""
        path = f"/phonenumber/available_dids/{path_part(did_sid)}"
        return self._transport.request("GET", path, about(_rented, did_sid=did_sid))

    def coverage(self, group_by: str, filter: Filter | None = None) -> Coverages:  # noqa: A002
        """How many numbers can be rented, by `state`, `npa`, `country_code` and the like: all keys."""

        def fetch(offset: int) -> Page[Coverage]:
            params = {"group_by": group_by, **window(filter, LARGEST_PAGE, offset, None)}
            return self._transport.request(
                "GET", "/phonenumber/coverage", page_of(Coverage.parse), params=params
            )

        return list(by_offset(fetch, lambda coverage: coverage.key))

    def rent(self, phonenumber: str, *, include_external: bool = False, **create_fields: Any) -> Did:
        """Rent this very number; the answer's status may be `pending_assignment` for an external one.

        Without a number upstream would rent any, so ValueError for what is not E.164 digits without "+",
        and for a field that cannot be set. Never retried: OutcomeUnknown has to be read back.
        Conflict: taken meanwhile, or an external provider is busy. Source: Core API §2.1.3.
        """
        check_number(phonenumber)
        body = created(create_fields, UPDATABLE, "a number")
        return self._transport.request(
            "POST",
            "/phonenumber/dids",
            about(_rented, phonenumber=phonenumber),
            params={"include_external": "true"} if include_external else None,
            json={"phonenumber": phonenumber, **body},
        )

    def list(
        self,
        filter: Filter | None = None,  # noqa: A002
        *,
        limit: int = 100,
        offset: int = 0,
        order: str | None = None,
    ) -> Page[Did]:
        """Rented numbers, ours and our sub-partners'."""
        params = window(filter, limit, offset, order)
        return self._transport.request("GET", "/phonenumber/dids", page_of(_rented), params=params)

    def iterate(self, filter: Filter | None = None, *, page_size: int = LARGEST_PAGE) -> Listing[Did]:  # noqa: A002
        """All rented numbers in order of the number, however many; see `Listing` for `complete`."""
        wanted = Filter() if filter is None else filter

        def fetch(last: str | None) -> Page[Did]:
            after = Filter() if last is None else F("phonenumber") > last
            return self.list(wanted & after, limit=page_size, order="phonenumber")

        return by_key(fetch, lambda did: did.phonenumber, lambda: self.list(wanted, limit=1).total)

    def find(self, phonenumber: str) -> Did | None:
        """The rented number with exactly these digits, ours or a sub-partner's. None: there is none."""
        check_number(phonenumber)
        page = self.list(F("phonenumber") == phonenumber, limit=2)
        if any(did.phonenumber != phonenumber for did in page) or (page.has_more and not page.items):
            raise BadAnswer("The Core API was reached, but it answered about another number.")
        return page.items[0] if page.items else None

    def get(self, did_sid: str) -> Did:
        """One rented number."""
        return self._transport.request("GET", _path(did_sid), about(_rented, did_sid=did_sid))

    def update(self, did_sid: str, /, *, replace_nested: bool = False, **fields: Any) -> Did:
        """Set the given fields and leave the others alone.

        `attributes` are merged by key, a None removes one; `replace_nested` replaces them as a whole.
        ValueError for no field at all, or for one that cannot be changed. Source: Core API §1.8, §2.1.2.
        """
        return self._transport.request(
            "PATCH",
            _path(did_sid),
            about(_rented, did_sid=did_sid),
            params=nested(replace=replace_nested),
            json=changed(fields, UPDATABLE, "a number"),
        )

    def release(self, did_sid: str) -> None:
        """Give the number back. It ages then, and cannot be rented again at once (Core API §2.1.5)."""
        self._transport.request("DELETE", _path(did_sid), nothing)

    def did_groups(self) -> Listing[DidGroup]:
        """The groups numbers can be put into; `api.did_groups` does more with them."""
        return DidGroups(self._transport).iterate()

    def messaging(self, did_sid: str) -> Messaging:
        """How messaging stands. NotFound also for a number that can only do voice (Core API §2.1.6)."""
        return read_messaging(self._transport, f"{_path(did_sid)}/messaging")

    def set_messaging(
        self,
        did_sid: str,
        *,
        enabled: bool,
        type: str | None = None,  # noqa: A002  the documents' name for it
        campaign_sid: str | None = None,
        p2p_nnid: str | None = None,
        force: bool = False,
    ) -> Messaging:
        """Switch messaging on or off; for minutes it is `in_progress`, and until then a Conflict.

        `force` changes type, campaign or NNID of a number that is and stays enabled. NotFound for a number
        that can only do voice, Invalid for an external number. Never retried: read it back.
        """
        return switch_messaging(
            self._transport,
            f"{_path(did_sid)}/messaging",
            enabled=enabled,
            type=type,
            campaign_sid=campaign_sid,
            p2p_nnid=p2p_nnid,
            force=force,
        )


def _path(did_sid: str) -> str:
    return f"/phonenumber/dids/{path_part(did_sid)}"


def _rented(payload: object) -> Did:
    did = Did.parse(payload)
    if not did.did_sid:
        raise WrongShape("number: a rented number without a did_sid")
    return did
