"""What is known of a phone number (Core API §2.9)."""

from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field as Described

from sandbox import numbering
from sandbox.api.documents import READ_ERRORS
from sandbox.auth import Caller, Scopes
from sandbox.errors import bad_request, forbidden, json_answer, not_found
from sandbox.models import Area, Country, Did
from sandbox.numbering import Number
from sandbox.paging import FieldParams
from sandbox.shapes import Field, Shape

router = Router(tags=["Lookup"])

LOOKUP = Shape(
    "PhonenumberLookup",
    (
        Field("country_code", null=True),
        Field("details", "object"),
        Field("e164_format"),
        Field("in_country_format"),
        Field("international_format"),
        Field("phonenumber"),
        Field("state", null=True),
    ),
    order=(),
    unique="",
)
_LONGEST_CALLER_NAME = 15


class LookupParams(FieldParams):
    carrier: bool = Described(default=False, description="Adds the carrier; needs lookup.dids.allow_carrier.")
    cnam: bool = Described(default=False, description="Adds the caller's name; needs lookup.dids.allow_cnam.")
    lrn: bool = Described(default=False, description="Adds the routing number; needs lookup.dids.allow_lrn.")
    hlr: bool = Described(default=False, description="Accepted; there is no register to ask.")
    cnam_ttl: int | None = Described(default=None, ge=0, description="Accepted; nothing is kept.")
    country_code: str = Described("", description="Where the number is dialled: ISO 3166-1 alpha-3.")
    guess: Literal["e164", "north_america"] = "north_america"


@router.get(
    "/lookup/dids/{phonenumber}",
    operation_id="lookup_did",
    response={200: LOOKUP.schema(), **READ_ERRORS},
    auth=Scopes("lookup.dids.read"),
)
def lookup_did(request: HttpRequest, phonenumber: str, params: Query[LookupParams]) -> HttpResponse:
    """One number: how it is written, where it belongs, and what the flags ask for.

    As documented, a number that is no number is 404 and one that can be nobody's is 400.
    """
    caller: Caller = request.auth  # type: ignore[attr-defined]
    _require_scopes(caller, params)
    if not numbering.is_written_well(phonenumber):
        raise not_found("the format of the phone number is invalid", "phonenumber")
    region = _region(params.country_code)
    number = numbering.valid_number(phonenumber, region=region, abroad=params.guess == "e164")
    if number is None:
        raise bad_request("phonenumber", "no valid phone number matches")
    told = _told(caller, number, params)
    chosen = LOOKUP.chosen(params.include_fields, params.exclude_fields)
    return json_answer({field.name: told[field.name] for field in chosen})


def _require_scopes(caller: Caller, params: LookupParams) -> None:
    for flag in ("carrier", "cnam", "lrn"):
        if getattr(params, flag) and f"lookup.dids.allow_{flag}" not in caller.scopes:
            raise forbidden(flag)


def _region(country_code: str) -> str | None:
    if not country_code:
        return None
    country = Country.objects.filter(iso_3166_alpha_3=country_code.upper()).first()
    if country is None:
        raise bad_request("country_code", "is no ISO 3166-1 alpha-3 code of a known country")
    return country.iso_3166_alpha_2


def _told(caller: Caller, number: Number, params: LookupParams) -> dict[str, Any]:
    country = Country.objects.filter(iso_3166_alpha_2=number.region).first()
    details: dict[str, Any] = {}
    if params.carrier:
        details["carrier"] = _carrier(number, country)
    if params.cnam:
        details["cnam"] = _caller_name(caller, number)
    if params.lrn:
        details["lrn"] = f"{number.digits[1:7]}0000" if number.is_nanp else None
    area = Area.objects.filter(npa=number.npa).first() if number.region == "US" else None
    return {
        "country_code": country and country.iso_3166_alpha_3,
        "details": details,
        "e164_format": f"+{number.digits}",
        "in_country_format": number.in_country_format,
        "international_format": number.international_format,
        "phonenumber": number.digits,
        "state": area and area.state,
    }


def _carrier(number: Number, country: Country | None) -> dict[str, Any]:
    """What the numbering plan gives away: mobile numbers have a country's mobile code, nothing has a name."""
    mcc = country.mcc.split(",")[0] if number.kind == "mobile" and country and country.mcc else None
    return {"mcc": mcc and int(mcc), "mnc": None, "name": None, "type": number.kind}


def _caller_name(caller: Caller, number: Number) -> dict[str, str | None]:
    """The name of the partner that holds the number in this world, as displays show it."""
    held = Did.objects.filter(world=caller.world, phonenumber=number.digits, partner__isnull=False)
    name = held.values_list("partner__name", flat=True).first()
    return {"name": (name or "").upper()[:_LONGEST_CALLER_NAME], "type": "business" if name else None}
