"""What will break when a number leaves its holder or us: said before anybody clicks."""

from dataclasses import dataclass
from datetime import datetime

from numbers.models import CoolOff, DidGroup, Number, OverrideRequest, TrunkGroup, UnassignIntent
from numbers.services.cooloff import known_cool_off
from portal.core_api.types import Did

MESSAGING_BITS = 1 | 2 | 8 | 16  # SMS and MMS, in and out (Core API §2.1.2)
MESSAGING_FEE = "$0.03"  # a month for each number (Core API §2.1.6)


@dataclass(frozen=True)
class Consequence:
    """What hangs on the number (`label`: `now`, `at` aware), and what becomes of it (`then`)."""

    label: str
    now: str
    then: str
    at: datetime | None = None


@dataclass(frozen=True)
class Consequences:
    """`items` in the order of how much they hurt; empty for a number nothing hangs on.

    `cool_off` tells its last call, as far as we know of one; None when it was never looked up.
    """

    items: tuple[Consequence, ...]
    cool_off: CoolOff | None


def consequences_of(number: Number) -> Consequences:
    """From the mirror and our own plans alone: no upstream call."""
    did = number.did
    items = [*_routing(did), *_messaging(did), *_plans(number.phonenumber), *_keys(did)]
    return Consequences(tuple(items), known_cool_off(number.phonenumber))


def _routing(did: Did) -> list[Consequence]:
    found = []
    if did.trunk_group_sid:
        name = _name(TrunkGroup, did.trunk_group_sid)
        found.append(Consequence("Rings at", name, "Calls to it ring nowhere."))
    if did.did_group_sid:
        name = _name(DidGroup, did.did_group_sid)
        found.append(Consequence("DID group", name, "It leaves the group, and what the group does for it."))
    if did.transformations:
        count = len(did.transformations)
        words = f"{count} transformation{'s' if count > 1 else ''}"
        found.append(Consequence("Rewriting", words, "Numbers in its calls are not rewritten any more."))
    return found


def _messaging(did: Did) -> list[Consequence]:
    """Messaging is on where the number does now what messaging adds to it (Core API §2.1.2)."""
    found = []
    if did.callback_url:
        found.append(
            Consequence("Messages go to", did.callback_url, "This address hears of no message more.")
        )
    if (did.active_capabilities or 0) & MESSAGING_BITS:
        campaign = f", campaign {did.campaign_sid}" if did.campaign_sid else ""
        now = f"on{campaign}, {MESSAGING_FEE} a month"
        then = "No message comes or goes; enabling it again takes minutes and is charged anew."
        found.append(Consequence("Messaging", now, then))
    return found


def _plans(phonenumber: str) -> list[Consequence]:
    found = []
    intents = UnassignIntent.objects.filter(phonenumber=phonenumber, state__in=UnassignIntent.LIVE)
    for intent in intents:
        now, then = f"unassign by {intent.asked_by_text}", "It has nothing to do any more and ends."
        found.append(Consequence("Scheduled", now, then, intent.due_at))
    asked = OverrideRequest.objects.filter(phonenumber=phonenumber, state__in=OverrideRequest.LIVE)
    for request in asked:
        now = f"by {request.asked_by_text}, waiting for an administrator"
        found.append(Consequence("Override asked for", now, "There is nothing to decide any more."))
    return found


def _keys(did: Did) -> list[Consequence]:
    then = "Whatever finds the number by it finds it no more."
    keys = (("String key 1", did.string_key_1), ("String key 2", did.string_key_2))
    found = [Consequence(label, value, then) for label, value in keys if value]
    if did.attributes:
        found.append(
            Consequence("Attributes", ", ".join(did.attributes), "Read them off before they are gone.")
        )
    return found


def _name(model: type[TrunkGroup] | type[DidGroup], sid: str) -> str:
    row = model.objects.filter(pk=sid).only("name").first()
    return row.name if row else sid
