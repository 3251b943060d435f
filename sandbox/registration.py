"""Registering numbers of other carriers for messaging (Core API §2.2)."""

from typing import Any

import phonenumbers
from django.db import IntegrityError, transaction

from sandbox.auth import Caller
from sandbox.errors import Problem, conflict, forbidden, invalid
from sandbox.messaging import ALL_BITS
from sandbox.models import Area, Country, Did, Exchange, ExternalDid
from sandbox.seeding.stock import lata_of
from sandbox.worlds import setting

_UNKNOWN_OCN = "XXXX"  # as the documents print it


def register(caller: Caller, phonenumber: str, capabilities: int, values: dict[str, Any]) -> ExternalDid:
    """Make an external DID of the caller's; messaging works on it at once.

    `values`: further columns. Raises ApiError: 403 when this is not open to partners, 409 when the
    number is registered already or is one of this carrier's, 422 for what cannot be.
    """
    if not setting(caller.world, "external_dids"):
        raise forbidden("cause", "external DIDs are not enabled for this partner, ask support")
    _require_number(caller, phonenumber)
    _require_messaging_only(capabilities)
    try:
        with transaction.atomic():
            return ExternalDid.objects.create(
                world=caller.world,
                partner=caller.partner,
                phonenumber=phonenumber,
                capabilities=capabilities,
                active_capabilities=capabilities,
                **{**_described(phonenumber), **values, "underlying_carrier_sid": _carrier(caller, values)},
            )
    except IntegrityError:
        raise conflict("phonenumber", "this number is registered already") from None


def _require_number(caller: Caller, phonenumber: str) -> None:
    if _read(phonenumber) is None:
        raise invalid(Problem("phonenumber", "is not a phone number in E.164 without the plus"))
    allowed = caller.partner.system_attributes.get("external_did_prefixes")
    if isinstance(allowed, list) and not phonenumber.startswith(tuple(map(str, allowed))):
        raise invalid(Problem("phonenumber", "this partner may not register numbers of this range"))
    if Did.objects.filter(world=caller.world, phonenumber=phonenumber).exclude(status="deleted").exists():
        raise conflict("phonenumber", "this is a number of this carrier, not of another one")


def _require_messaging_only(capabilities: int) -> None:
    if capabilities & ~ALL_BITS:
        raise invalid(Problem("capabilities", "external DIDs have no voice: only 1, 2, 8 and 16 add up"))
    if not capabilities:
        raise invalid(Problem("capabilities", "at least one of SMS and MMS is needed: 1, 2, 8 or 16"))


def _carrier(caller: Caller, values: dict[str, Any]) -> str:
    """The carrier named, or the partner's usual one, or the world's."""
    usual = caller.partner.system_attributes.get("default_carrier_sid")
    sid = values.get("underlying_carrier_sid") or usual or setting(caller.world, "default_carrier_sid")
    if not sid:
        raise invalid(Problem("underlying_carrier_sid", "is required: the partner has no default carrier"))
    return str(sid)[:36]


def _read(phonenumber: str) -> phonenumbers.PhoneNumber | None:
    """None for what is too short or too long for its country, or of no country."""
    try:
        number = phonenumbers.parse(f"+{phonenumber}")
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_possible_number(number) else None


def _described(phonenumber: str) -> dict[str, Any]:
    """What the number itself tells: its country and, when the exchange is known, its place."""
    number = phonenumbers.parse(f"+{phonenumber}")
    region = phonenumbers.region_code_for_number(number)
    country = Country.objects.filter(
        iso_3166_alpha_2=region or phonenumbers.region_code_for_country_code(number.country_code)
    ).first()
    told: dict[str, Any] = {
        "name": f"External DID {phonenumber[-6:]}",
        "ocn": _UNKNOWN_OCN,
        "ocn_block": _UNKNOWN_OCN,
        "country_code": country and country.iso_3166_alpha_3,
    }
    return told | _place(phonenumber) if region == "US" else told


def _place(phonenumber: str) -> dict[str, Any]:
    """Of a US number: by its exchange or, when that is not known, by its area code."""
    exchange = Exchange.objects.filter(npa_nxx=phonenumber[1:7]).first()
    known = exchange or Area.objects.filter(npa=phonenumber[1:4]).first()
    if known is None:
        return {}
    locality = exchange.locality if exchange else None
    return {"state": known.state, "locality": locality, "lata": lata_of(known.state)}
