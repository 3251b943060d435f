"""Which calls and messages are let through: rules, and what is in effect (Core API §2.13)."""

from collections.abc import Iterable
from dataclasses import dataclass, field as held  # `field` is a name of the documents
from typing import Any

from portal.core_api.filters import Filter
from portal.core_api.lists import every
from portal.core_api.paging import Listing
from portal.core_api.sending import changed
from portal.core_api.shape import Fields, about
from portal.core_api.transport import Transport, nothing, path_part

PATH = "/accesscontrol/rules"
EFFECTIVE = "/accesscontrol/effective_acl"
UPDATABLE = frozenset({"entries", "field", "name", "operation", "quantifier"})
OPERATIONS = frozenset({"exact", "prefix", "regexp"})
QUANTIFIERS = frozenset({"all", "any", "none"})
DIRECTIONS = frozenset({"any", "inbound", "outbound", "undirected"})


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRule:
    """A criterion lists refer to: `quantifier` of the `entries` fit `field` by `operation`.

    `read_only` rules are our parent's, and cannot be changed.
    """

    rule_sid: str
    name: str | None = None
    field: str | None = None
    operation: str | None = None
    quantifier: str | None = None
    entries: tuple[str, ...] = ()
    read_only: bool | None = None
    payload: dict[str, Any] = held(default_factory=dict, hash=False, repr=False)

    @classmethod
    def parse(cls, payload: object) -> "AccessRule":
        fields = Fields(payload, "access rule")
        return cls(
            rule_sid=fields.required("rule_sid"),
            name=fields.text("name"),
            field=fields.text("field"),
            operation=fields.text("operation"),
            quantifier=fields.text("quantifier"),
            entries=fields.words("entries"),
            read_only=fields.flag("read_only"),
            payload=fields.payload,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessList:
    """What happens to a call or message when its rules hold (`_true`) and when not (`_false`)."""

    direction: str | None = None
    rule_sids: tuple[str, ...] = ()
    voice_action_true: str | None = None
    voice_action_false: str | None = None
    sms_action_true: str | None = None
    sms_action_false: str | None = None

    @classmethod
    def parse(cls, payload: object) -> "AccessList":
        fields = Fields(payload, "access list")
        return cls(
            direction=fields.text("direction"),
            rule_sids=fields.words("access_control_rules"),
            voice_action_true=fields.text("voice_action_true"),
            voice_action_false=fields.text("voice_action_false"),
            sms_action_true=fields.text("sms_action_true"),
            sms_action_false=fields.text("sms_action_false"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """The lists of one level, from the outermost partner (1) inwards."""

    layer: int
    acls: tuple[AccessList, ...]

    @classmethod
    def parse(cls, payload: object) -> "Layer":
        fields = Fields(payload, "effective access lists")
        return cls(
            layer=fields.count("layer"),
            acls=tuple(AccessList.parse(row) for row in fields.rows("effective_acls")),
        )


class AccessControl:
    """`api.access_control`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def iterate(self, filter: Filter | None = None) -> Listing[AccessRule]:  # noqa: A002
        """Our rules and our parent's (`read_only`), never a sub-partner's."""
        return every(self._transport, PATH, AccessRule.parse, lambda rule: rule.rule_sid, filter)

    def get(self, rule_sid: str) -> AccessRule:
        parse = about(AccessRule.parse, rule_sid=rule_sid)
        return self._transport.request("GET", _path(rule_sid), parse)

    def create(
        self, *, field: str, operation: str, quantifier: str, entries: Iterable[str], name: str = ""
    ) -> AccessRule:
        """`field` is `calling` or `called` for calls; `from`, `to` or `message` for messages.

        ValueError for no entries, and for an operation or quantifier that does not exist.
        """
        body = {"field": field, "operation": operation, "quantifier": quantifier, "entries": list(entries)}
        body |= {"name": name} if name else {}
        if not body["entries"]:
            raise ValueError("A rule needs entries to compare with.")
        _check(body)
        return self._transport.request("POST", PATH, AccessRule.parse, json=body)

    def update(self, rule_sid: str, /, **fields: Any) -> AccessRule:
        """Set the given fields and leave the others alone. Forbidden for a `read_only` rule."""
        body = changed(fields, UPDATABLE, "a rule")
        _check(body)
        parse = about(AccessRule.parse, rule_sid=rule_sid)
        return self._transport.request("PATCH", _path(rule_sid), parse, json=body)

    def delete(self, rule_sid: str) -> None:
        """Forbidden for a `read_only` rule."""
        self._transport.request("DELETE", _path(rule_sid), nothing)

    def effective_for_calls(
        self, *, partner_sid: str = "", trunk_group_sid: str = "", direction: str = ""
    ) -> Listing[Layer]:
        """The lists a call of this partner or trunk group meets, level by level."""
        given = {"partner_sid": partner_sid, "trunk_group_sid": trunk_group_sid, "direction": direction}
        return self._effective("calls", given)

    def effective_for_sms(self, *, partner_sid: str = "", direction: str = "") -> Listing[Layer]:
        """The lists a message of this partner meets, level by level."""
        return self._effective("sms", {"partner_sid": partner_sid, "direction": direction})

    def _effective(self, kind: str, given: dict[str, str]) -> Listing[Layer]:
        if given["direction"] and given["direction"] not in DIRECTIONS:
            raise ValueError(f"A direction is one of: {', '.join(sorted(DIRECTIONS))}.")
        params = {name: value for name, value in given.items() if value}
        return every(
            self._transport, f"{EFFECTIVE}/{kind}", Layer.parse, lambda layer: layer.layer, params=params
        )


def _check(body: dict[str, Any]) -> None:
    if "operation" in body and body["operation"] not in OPERATIONS:
        raise ValueError(f"An operation is one of: {', '.join(sorted(OPERATIONS))}.")
    if "quantifier" in body and body["quantifier"] not in QUANTIFIERS:
        raise ValueError(f"A quantifier is one of: {', '.join(sorted(QUANTIFIERS))}.")


def _path(rule_sid: str) -> str:
    return f"{PATH}/{path_part(rule_sid)}"
