"""One number: what the mirror knows at once, what the Core API says behind it."""

from dataclasses import dataclass

from django.utils import timezone

from numbers.models import (
    CoolOff,
    DidGroup,
    Number,
    OverrideRequest,
    ReleaseLock,
    TrunkGroup,
    UnassignIntent,
)
from numbers.services.cooloff import known_cool_off
from numbers.services.holding import open_move
from numbers.services.late_rent import note_late_rents
from numbers.services.release import Leaving, leaving
from partners.models import Partner
from partners.services.family import own_account
from portal import audit
from portal.core_api.errors import CoreApiError, NotFound
from portal.models import AuditEntry
from portal.sentences import sentence
from portal.templatetags.desk import money
from portal.upstream import core_api, number_api_configured


@dataclass(frozen=True)
class Fact:
    """A line of the overview; `nothing` is what to say when there is no value, `kind` a CSS class."""

    label: str
    value: str
    nothing: str = "–"
    kind: str = ""


@dataclass(frozen=True)
class Detail:
    """A number with the names of what it is joined to; empty where it is joined to nothing.

    `move` is one whose outcome is not known yet: until it is, the holder may be another.
    """

    number: Number
    holder: str
    trunk_group: str
    did_group: str
    history: list[AuditEntry]
    cool_off: CoolOff | None = None
    intent: UnassignIntent | None = None
    override: OverrideRequest | None = None
    assigned: bool = False
    move: AuditEntry | None = None
    lock: ReleaseLock | None = None
    leaving: Leaving | None = None
    trouble: str = ""
    gone: bool = False

    @property
    def number_api(self) -> bool:
        """Whether numbers can be assigned and unassigned here at all."""
        return number_api_configured()

    @property
    def place(self) -> str:
        """`Garden City, NY · USA`, as much of it as upstream knows."""
        did = self.number.did
        town = ", ".join(part for part in ((did.locality or "").title(), did.state) if part)
        return " · ".join(part for part in (town, did.country_code) if part)

    @property
    def use(self) -> list[Fact]:
        """What the number is used for; with the next two, everything the Core API tells (§2.1.2)."""
        did = self.number.did
        return [
            Fact("Name", self.number.name, "not named"),
            Fact("Held by", self.holder),
            Fact("Rings at", self.trunk_group, "nothing until a trunk group is set"),
            Fact("DID group", self.did_group, "none"),
            Fact("Messages go to", did.callback_url or "", "the account's own callback"),
            Fact("Price", f"{money(did.price)} a month" if did.price is not None else ""),
            Fact("String key 1", did.string_key_1 or "", "empty"),
            Fact("String key 2", did.string_key_2 or "", "empty"),
        ]

    @property
    def written(self) -> list[Fact]:
        """The number in its spellings, and where it belongs."""
        did = self.number.did
        return [
            Fact("E.164", "+" + did.phonenumber, kind="num"),
            Fact("In the country", did.in_country_format or "", kind="num"),
            Fact("From abroad", did.international_format or "", kind="num"),
            Fact("Where", self.place),
        ]

    @property
    def carrier(self) -> list[Fact]:
        """What only people of the trade ask for."""
        did = self.number.did
        return [
            Fact("Campaign", did.campaign_sid or "", "none", kind="sid"),
            Fact("Classification", did.classification_sid or "", kind="sid"),
            Fact("LATA", did.lata or "", kind="num"),
            Fact("OCN", did.ocn or "", kind="num"),
            Fact("LRN", did.lrn_sid or "", kind="sid"),
            Fact("Porting PIN", did.porting_pin or "", "none"),
        ]


def number_detail(phonenumber: str, *, history: int = 20, trouble: str = "", gone: bool = False) -> Detail:
    """From the mirror alone, with the newest `history` entries. Raises `Number.DoesNotExist`."""
    number = Number.objects.get(phonenumber=phonenumber)
    ourselves = own_account()
    return Detail(
        number=number,
        holder=_name(Partner, number.partner_sid),
        trunk_group=_name(TrunkGroup, number.did.trunk_group_sid),
        did_group=_name(DidGroup, number.did.did_group_sid),
        history=audit.history(phonenumber, limit=history),
        cool_off=known_cool_off(phonenumber),
        intent=UnassignIntent.objects.filter(phonenumber=phonenumber, state__in=UnassignIntent.LIVE).first(),
        override=OverrideRequest.objects.filter(phonenumber=phonenumber).last(),
        assigned=ourselves is not None and number.partner_sid != ourselves.pk,
        move=open_move(phonenumber),
        lock=ReleaseLock.objects.filter(pk=phonenumber).first(),
        leaving=leaving(number),
        trouble=trouble,
        gone=gone,
    )


def number_refresh(phonenumber: str) -> Detail:
    """The same, after asking the Core API once; without an answer, what we have, with `trouble`.

    A number the Core API no longer lists leaves the mirror and comes back marked `gone`.
    Raises `Number.DoesNotExist` when we never had it.
    """
    number, as_of = Number.objects.get(phonenumber=phonenumber), timezone.now()
    try:
        did = core_api().phonenumbers.get(number.did_sid)
    except NotFound:
        detail = number_detail(phonenumber, gone=True)
        Number.forget([number.did_sid], as_of=as_of)
        return detail
    except CoreApiError as error:
        return number_detail(phonenumber, trouble=sentence(error))
    Number.upsert([did], as_of=as_of)
    note_late_rents([did])
    return number_detail(phonenumber)


def number_adopt(phonenumber: str) -> bool:
    """Take a number into the mirror that is ours upstream but not yet here; one call, no raise."""
    as_of = timezone.now()
    try:
        did = core_api().phonenumbers.find(phonenumber)
    except CoreApiError:
        return False
    if did is not None:
        Number.upsert([did], as_of=as_of)
        note_late_rents([did])
    return did is not None


def _name(model: type[Partner] | type[TrunkGroup] | type[DidGroup], sid: str | None) -> str:
    if not sid:
        return ""
    row = model.objects.filter(pk=sid).only("name").first()
    return row.name if row else sid
