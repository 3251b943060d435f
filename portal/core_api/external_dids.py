"""Numbers of other carriers, registered here for messaging only (Core API §2.2)."""

from dataclasses import dataclass, field
from typing import Any

from portal.core_api.errors import BadAnswer
from portal.core_api.filters import F, Filter
from portal.core_api.lists import some
from portal.core_api.messaging import Messaging, read_messaging, switch_messaging
from portal.core_api.paging import LARGEST_PAGE, Listing, Page, by_key, window
from portal.core_api.sending import changed, check_number, created, nested
from portal.core_api.shape import Fields, about
from portal.core_api.transport import Transport, nothing, path_part

PATH = "/phonenumber/external_dids"
# The one request the documents print with a hyphen only.
DELETE_PATH = "/phonenumber/external-dids"
UPDATABLE = frozenset({"attributes", "callback_url", "name", "string_key_1", "string_key_2"})
MESSAGING_BITS = 1 | 2 | 8 | 16


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalDid:
    """Another carrier's number. Its `capabilities` (bits as those of a number, never 4) are for good."""

    phonenumber: str
    external_did_sid: str
    status: str | None = None
    name: str | None = None
    country_code: str | None = None
    state: str | None = None
    locality: str | None = None
    lata: str | None = None
    ocn: str | None = None
    ocn_block: str | None = None
    capabilities: int | None = None
    active_capabilities: int | None = None
    partner_sid: str | None = None
    underlying_carrier_sid: str | None = None
    campaign_sid: str | None = None
    classification_sid: str | None = None
    lrn_sid: str | None = None
    callback_url: str | None = None
    string_key_1: str | None = None
    string_key_2: str | None = None
    in_country_format: str | None = None
    international_format: str | None = None
    attributes: dict[str, Any] = field(default_factory=dict, hash=False)
    payload: dict[str, Any] = field(default_factory=dict, hash=False, repr=False)

    @classmethod
    def parse(cls, payload: object) -> "ExternalDid":
        fields = Fields(payload, "external number")
        return cls(
            phonenumber=fields.required("phonenumber"),
            external_did_sid=fields.required("external_did_sid"),
            status=fields.text("status"),
            name=fields.text("name"),
            country_code=fields.text("country_code"),
            state=fields.text("state"),
            locality=fields.text("locality"),
            lata=fields.text("lata"),
            ocn=fields.text("ocn"),
            ocn_block=fields.text("ocn_block"),
            capabilities=fields.whole("capabilities"),
            active_capabilities=fields.whole("active_capabilities"),
            partner_sid=fields.text("partner_sid"),
            underlying_carrier_sid=fields.text("underlying_carrier_sid"),
            campaign_sid=fields.text("campaign_sid"),
            classification_sid=fields.text("classification_sid"),
            lrn_sid=fields.text("lrn_sid"),
            callback_url=fields.text("callback_url"),
            string_key_1=fields.text("string_key_1"),
            string_key_2=fields.text("string_key_2"),
            in_country_format=fields.text("in_country_format"),
            international_format=fields.text("international_format"),
            attributes=fields.mapping("attributes"),
            payload=fields.payload,
        )


class ExternalDids:
    """`api.external_dids`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(
        self,
        filter: Filter | None = None,  # noqa: A002
        *,
        limit: int = 100,
        offset: int = 0,
        order: str | None = None,
    ) -> Page[ExternalDid]:
        return some(self._transport, PATH, ExternalDid.parse, window(filter, limit, offset, order))

    def iterate(
        self,
        filter: Filter | None = None,  # noqa: A002
        *,
        page_size: int = LARGEST_PAGE,
    ) -> Listing[ExternalDid]:
        """All of them in order of the number, however many; see `Listing` for `complete`."""
        wanted = Filter() if filter is None else filter

        def fetch(last: str | None) -> Page[ExternalDid]:
            after = Filter() if last is None else F("phonenumber") > last
            return self.list(wanted & after, limit=page_size, order="phonenumber")

        return by_key(fetch, lambda did: did.phonenumber, lambda: self.list(wanted, limit=1).total)

    def find(self, phonenumber: str) -> ExternalDid | None:
        """The one with exactly these digits. None: it is not registered."""
        check_number(phonenumber)
        page = self.list(F("phonenumber") == phonenumber, limit=2)
        if any(did.phonenumber != phonenumber for did in page) or (page.has_more and not page.items):
            raise BadAnswer("The Core API was reached, but it answered about another number.")
        return page.items[0] if page.items else None

    def get(self, external_did_sid: str) -> ExternalDid:
        return self._transport.request(
            "GET", _path(external_did_sid), about(ExternalDid.parse, external_did_sid=external_did_sid)
        )

    def register(
        self, phonenumber: str, capabilities: int, *, underlying_carrier_sid: str = "", **fields: Any
    ) -> ExternalDid:
        """Register another carrier's number (E.164 digits) for messaging.

        `capabilities` are bits of 1 SMS in, 2 SMS out, 8 MMS in, 16 MMS out: ValueError for none of them
        and for any other. `underlying_carrier_sid` is needed by partners without a default carrier
        (Invalid). Never retried: OutcomeUnknown has to be read back with `find`.
        """
        check_number(phonenumber)
        if not 0 < capabilities <= MESSAGING_BITS or capabilities & ~MESSAGING_BITS:
            raise ValueError("An external number can do SMS and MMS, at least one of them, and no voice.")
        body = created(fields, UPDATABLE, "an external number")
        body |= {"phonenumber": phonenumber, "capabilities": capabilities}
        body |= {"underlying_carrier_sid": underlying_carrier_sid} if underlying_carrier_sid else {}
        return self._transport.request(
            "POST", PATH, about(ExternalDid.parse, phonenumber=phonenumber), json=body
        )

    def update(self, external_did_sid: str, /, *, replace_nested: bool = False, **fields: Any) -> ExternalDid:
        """Set the given fields and leave the others alone. ValueError for `capabilities`: delete it and
        register it again. `attributes` are merged by key unless `replace_nested` (Core API §1.8)."""
        return self._transport.request(
            "PATCH",
            _path(external_did_sid),
            about(ExternalDid.parse, external_did_sid=external_did_sid),
            params=nested(replace=replace_nested),
            json=changed(fields, UPDATABLE, "an external number"),
        )

    def delete(self, external_did_sid: str) -> None:
        """End the registration. The number stays with its carrier."""
        self._transport.request("DELETE", f"{DELETE_PATH}/{path_part(external_did_sid)}", nothing)

    def messaging(self, external_did_sid: str) -> Messaging:
        return read_messaging(self._transport, f"{_path(external_did_sid)}/messaging")

    def set_messaging(
        self,
        external_did_sid: str,
        *,
        enabled: bool,
        type: str | None = None,  # noqa: A002
        campaign_sid: str | None = None,
        p2p_nnid: str | None = None,
        force: bool = False,
    ) -> Messaging:
        """Like `phonenumbers.set_messaging`."""
        return switch_messaging(
            self._transport,
            f"{_path(external_did_sid)}/messaging",
            enabled=enabled,
            type=type,
            campaign_sid=campaign_sid,
            p2p_nnid=p2p_nnid,
            force=force,
        )


def _path(external_did_sid: str) -> str:
    return f"{PATH}/{path_part(external_did_sid)}"
