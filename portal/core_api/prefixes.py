"""Prefixes and LRN prefixes: blocks of numbers that are routed together (Core API §2.4)."""

from dataclasses import dataclass, field
from typing import Any

from portal.core_api.filters import Filter
from portal.core_api.lists import every
from portal.core_api.paging import Listing
from portal.core_api.sending import changed, created, nested
from portal.core_api.shape import Fields, about
from portal.core_api.transport import Transport, nothing, path_part

UPDATABLE = frozenset(
    {
        "attributes",
        "callback_url",
        "name",
        "string_key_1",
        "string_key_2",
        "transformations",
        "trunk_group_sid",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prefix:
    """A prefix; `sid` is its `prefix_sid`, or `lrn_prefix_sid`."""

    sid: str
    prefix: str
    name: str | None = None
    partner_sid: str | None = None
    lrn_sid: str | None = None
    trunk_group_sid: str | None = None
    source_trunk_group_sid: str | None = None
    callback_url: str | None = None
    string_key_1: str | None = None
    string_key_2: str | None = None
    attributes: dict[str, Any] = field(default_factory=dict, hash=False)
    transformations: tuple[Any, ...] = field(default=(), hash=False)
    payload: dict[str, Any] = field(default_factory=dict, hash=False, repr=False)

    @classmethod
    def parse(cls, payload: object) -> "Prefix":
        fields = Fields(payload, "prefix")
        return cls(
            sid=fields.text("prefix_sid") or fields.required("lrn_prefix_sid"),
            prefix=fields.required("prefix"),
            name=fields.text("name"),
            partner_sid=fields.text("partner_sid"),
            lrn_sid=fields.text("lrn_sid"),
            trunk_group_sid=fields.text("trunk_group_sid"),
            source_trunk_group_sid=fields.text("source_trunk_group_sid"),
            callback_url=fields.text("callback_url"),
            string_key_1=fields.text("string_key_1"),
            string_key_2=fields.text("string_key_2"),
            attributes=fields.mapping("attributes"),
            transformations=fields.rows("transformations"),
            payload=fields.payload,
        )


class Prefixes:
    """`api.prefixes` and `api.lrn_prefixes`."""

    def __init__(self, transport: Transport, path: str) -> None:
        self._transport = transport
        self._path = path

    def iterate(self, filter: Filter | None = None) -> Listing[Prefix]:  # noqa: A002
        return every(self._transport, self._path, Prefix.parse, lambda prefix: prefix.sid, filter)

    def get(self, sid: str) -> Prefix:
        return self._transport.request("GET", self._one(sid), about(Prefix.parse, sid=sid))

    def create(self, prefix: str, **fields: Any) -> Prefix:
        """`prefix` is digits: ValueError for anything else."""
        if not (prefix.isascii() and prefix.isdigit()):
            raise ValueError("A prefix is made of digits.")
        body = {"prefix": prefix, **created(fields, UPDATABLE, "a prefix")}
        return self._transport.request("POST", self._path, about(Prefix.parse, prefix=prefix), json=body)

    def update(self, sid: str, /, *, replace_nested: bool = False, **fields: Any) -> Prefix:
        """Set the given fields and leave the others alone; nested objects as in `phonenumbers.update`."""
        return self._transport.request(
            "PATCH",
            self._one(sid),
            about(Prefix.parse, sid=sid),
            params=nested(replace=replace_nested),
            json=changed(fields, UPDATABLE, "a prefix"),
        )

    def delete(self, sid: str) -> None:
        self._transport.request("DELETE", self._one(sid), nothing)

    def _one(self, sid: str) -> str:
        return f"{self._path}/{path_part(sid)}"
