"""Short codes: made by upstream's support, named and called back here (Core API §2.4)."""

from dataclasses import dataclass, field
from typing import Any

from portal.core_api.filters import Filter
from portal.core_api.lists import every
from portal.core_api.paging import Listing
from portal.core_api.sending import changed, nested
from portal.core_api.shape import Fields, about
from portal.core_api.transport import Transport, path_part

PATH = "/phonenumber/short_codes"
UPDATABLE = frozenset({"attributes", "callback_url", "did_group_sid", "name", "string_key_1", "string_key_2"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortCode:
    short_code_sid: str
    short_code: str
    name: str | None = None
    partner_sid: str | None = None
    country_code: str | None = None
    state: str | None = None
    locality: str | None = None
    did_group_sid: str | None = None
    lrn_sid: str | None = None
    callback_url: str | None = None
    string_key_1: str | None = None
    string_key_2: str | None = None
    attributes: dict[str, Any] = field(default_factory=dict, hash=False)
    payload: dict[str, Any] = field(default_factory=dict, hash=False, repr=False)

    @classmethod
    def parse(cls, payload: object) -> "ShortCode":
        fields = Fields(payload, "short code")
        return cls(
            short_code_sid=fields.required("short_code_sid"),
            short_code=fields.text("short_code") or "",
            name=fields.text("name"),
            partner_sid=fields.text("partner_sid"),
            country_code=fields.text("country_code"),
            state=fields.text("state"),
            locality=fields.text("locality"),
            did_group_sid=fields.text("did_group_sid"),
            lrn_sid=fields.text("lrn_sid"),
            callback_url=fields.text("callback_url"),
            string_key_1=fields.text("string_key_1"),
            string_key_2=fields.text("string_key_2"),
            attributes=fields.mapping("attributes"),
            payload=fields.payload,
        )


class ShortCodes:
    """`api.short_codes`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def iterate(self, filter: Filter | None = None) -> Listing[ShortCode]:  # noqa: A002
        return every(self._transport, PATH, ShortCode.parse, lambda code: code.short_code_sid, filter)

    def get(self, short_code_sid: str) -> ShortCode:
        return self._transport.request(
            "GET", _path(short_code_sid), about(ShortCode.parse, short_code_sid=short_code_sid)
        )

    def update(self, short_code_sid: str, /, *, replace_nested: bool = False, **fields: Any) -> ShortCode:
        """Set the given fields and leave the others alone; nested objects as in `phonenumbers.update`."""
        return self._transport.request(
            "PATCH",
            _path(short_code_sid),
            about(ShortCode.parse, short_code_sid=short_code_sid),
            params=nested(replace=replace_nested),
            json=changed(fields, UPDATABLE, "a short code"),
        )


def _path(short_code_sid: str) -> str:
    return f"{PATH}/{path_part(short_code_sid)}"
