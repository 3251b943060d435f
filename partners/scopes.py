"""Scopes in words (Core API §1.12): what a partner may pass on to a token, in groups, and usual choices."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

_VERBS = ("read", "create", "update", "delete")
_AREAS = {
    "accesscontrol": "Access control",
    "admin": "Administration",
    "app": "Applications",
    "batch": "Batch tasks",
    "calls": "Calls",
    "countries": "Countries",
    "endpoints": "Endpoints",
    "invoices": "Invoices",
    "lookup.dids": "Number lookup",
    "oauth": "Tokens",
    "partners": "Partners",
    "partners.billing_method": "Billing methods",
    "phonenumber": "Phone numbers",
    "push": "Push",
    "rating": "Rating",
    "shortener": "Shortener",
    "sms": "Messages",
    "storage": "Storage",
    "trunk_groups": "Trunk groups",
    "trunk_groups.trunks": "Trunks",
    "verification": "Verification",
}
_WORDS = {"manage": "everything", "read": "read", "create": "create", "update": "change", "delete": "delete"}


@dataclass(frozen=True)
class Scope:
    """`name` as upstream calls it, `words` for people."""

    name: str
    words: str


@dataclass(frozen=True)
class Area:
    label: str
    scopes: tuple[Scope, ...]


@dataclass(frozen=True)
class Preset:
    """A usual choice; `wanted` are its scopes, none for one that is computed."""

    key: str
    label: str
    help: str
    wanted: tuple[str, ...] = ()


CHOOSE, EVERYTHING, READ_ALL = "choose", "everything", "read_all"
_PRESETS = (
    Preset("read_numbers", "Read numbers only", "See numbers, change nothing.", ("phonenumber.read",)),
    Preset("numbers", "Work with numbers", "Rent, change and release numbers.", ("phonenumber.manage",)),
    Preset("messages", "Messages", "Send and read messages.", ("sms.create", "sms.read")),
    Preset("calls", "Call records", "Read call records, for billing.", ("calls.read",)),
    Preset(READ_ALL, "Read everything", "See all there is, change nothing."),
    Preset(EVERYTHING, "Everything", "All that the partner itself may do."),
)


def grantable(available: Iterable[str]) -> tuple[str, ...]:
    """What a partner with the scopes `available` may pass on: those, and what its `manage` scopes include."""
    names = set(available)
    for name in tuple(names):
        area, _, verb = name.rpartition(".")
        if verb == "manage":
            names.update(f"{area}.{each}" for each in _VERBS)
    return tuple(sorted(names))


def areas(names: Iterable[str]) -> tuple[Area, ...]:
    """`names` in groups, each group with the widest first."""
    groups: dict[str, list[str]] = defaultdict(list)
    for name in names:
        groups[name.rpartition(".")[0] or name].append(name)
    order = ("manage", *_VERBS)

    def place(name: str) -> tuple[int, str]:
        verb = name.rpartition(".")[2]
        return (order.index(verb) if verb in order else len(order), verb)

    found = [
        Area(_AREAS.get(area, area), tuple(Scope(name, _words(name)) for name in sorted(held, key=place)))
        for area, held in groups.items()
    ]
    return tuple(sorted(found, key=lambda area: area.label))


def presets(available: Iterable[str]) -> tuple[Preset, ...]:
    """The usual choices that a partner with the scopes `available` can pass on as a whole."""
    held = set(grantable(available))
    return tuple(each for each in _PRESETS if held and (set(each.wanted) <= held if each.wanted else True))


def scopes_of(preset: str, available: Iterable[str]) -> list[str]:
    """The scopes a preset stands for; empty when it is none."""
    held = grantable(available)
    if preset == EVERYTHING:
        return sorted(set(available))
    if preset == READ_ALL:
        return [name for name in held if name.endswith((".read", ".read_descendant"))]
    return list(next((each.wanted for each in _PRESETS if each.key == preset), ()))


def _words(name: str) -> str:
    verb = name.rpartition(".")[2]
    return _WORDS.get(verb, verb.replace("_", " "))
