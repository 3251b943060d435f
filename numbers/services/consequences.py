"""What will break when a number leaves its holder or us: said before anybody clicks."""

from dataclasses import dataclass, replace
from datetime import datetime

from numbers.models import CoolOff, DidGroup, Number, OverrideRequest, TrunkGroup, UnassignIntent
from numbers.services.cooloff import known_cool_off
from numbers.services.messaging import messages_now
from portal.core_api.types import Did

MESSAGING_FEE = "$0.03"  # a month for each number (Core API §2.1.6)


@dataclass(frozen=True)
class Consequence:
    """Something of the number (`label`: `now`, `at` aware), and what becomes of it (`then`).

    Where people choose whether `field` is cleared, `kept` says what becomes of it when it is not.
    """

    label: str
    now: str
    then: str
    kept: str = ""
    field: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Consequences:
    """`items` in the order of how much they hurt, `stays` what nothing happens to.

    `cool_off` tells its last call, as far as we know of one; None when it was never looked up.
    """

    items: tuple[Consequence, ...]
    cool_off: CoolOff | None
    stays: tuple[Consequence, ...] = ()

    @property
    def fields(self) -> set[str]:
        """What there is to clear."""
        return {each.field for each in self.items if each.field}


def consequences_of(number: Number) -> Consequences:
    """Of a release, which ends everything; from the mirror and our own plans alone: no upstream call."""
    clearable = [replace(each, field="", kept="") for each in _clearable(number.did)]
    items = [*clearable, *_plans(number.phonenumber), *_lasting(number.did)]
    return Consequences(tuple(items), known_cool_off(number.phonenumber))


def unassign_consequences(number: Number) -> Consequences:
    """Of taking a number back: what is cleared on the way ends, if people leave it ticked; the rest stays."""
    items = [*_clearable(number.did), *_plans(number.phonenumber)]
    stays = tuple(_lasting(number.did))
    return Consequences(tuple(items), known_cool_off(number.phonenumber), stays)


def _clearable(did: Did) -> list[Consequence]:
    """Messaging is on where the number does now what messaging adds to it (Core API §2.1.2)."""
    found = []
    if did.trunk_group_sid:
        name = _name(TrunkGroup, did.trunk_group_sid)
        then, kept = "Calls to it ring nowhere.", "Calls to it keep ringing there."
        found.append(Consequence("Rings at", name, then, kept, "trunk_group_sid"))
    if did.callback_url:
        then, kept = "Messages are no longer delivered to this address.", "Messages keep going there."
        found.append(Consequence("Messages go to", did.callback_url, then, kept, "callback_url"))
    if messages_now(did):
        campaign = f", campaign {did.campaign_sid}" if did.campaign_sid else ""
        now = f"on{campaign}, {MESSAGING_FEE} a month"
        then = "No messages in or out. Switching it on again takes minutes and is charged anew."
        found.append(Consequence("Messaging", now, then, "It stays on, and so does its fee.", "messaging"))
    if did.attributes:
        names = ", ".join(did.attributes)
        then, kept = "They are deleted. Copy them first.", "They stay."
        found.append(Consequence("Attributes", names, then, kept, "attributes"))
    return found


def _lasting(did: Did) -> list[Consequence]:
    """What only a release ends."""
    found = []
    if did.did_group_sid:
        name = _name(DidGroup, did.did_group_sid)
        found.append(Consequence("DID group", name, "It leaves the group."))
    if did.transformations:
        count = len(did.transformations)
        words = f"{count} transformation{'s' if count > 1 else ''}"
        found.append(Consequence("Rewriting", words, "Numbers in its calls are no longer rewritten."))
    keys = (("String key 1", did.string_key_1), ("String key 2", did.string_key_2))
    return found + [
        Consequence(key, value, "Lookups by this key stop working.") for key, value in keys if value
    ]


def _plans(phonenumber: str) -> list[Consequence]:
    found = []
    intents = UnassignIntent.objects.filter(phonenumber=phonenumber, state__in=UnassignIntent.LIVE)
    for intent in intents:
        now, then = f"unassign by {intent.asked_by_text}", "It ends with this."
        found.append(Consequence("Scheduled", now, then, at=intent.due_at))
    asked = OverrideRequest.objects.filter(phonenumber=phonenumber, state__in=OverrideRequest.LIVE)
    for request in asked:
        now = f"by {request.asked_by_text}, waiting for an administrator"
        found.append(Consequence("Override asked for", now, "The request ends with this."))
    return found


def _name(model: type[TrunkGroup] | type[DidGroup], sid: str) -> str:
    row = model.objects.filter(pk=sid).only("name").first()
    return row.name if row else sid
