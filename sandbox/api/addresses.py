"""Where IP addresses are (Core API §2.9), asked in two ways."""

from ipaddress import ip_address

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from sandbox.api.documents import READ_ERRORS
from sandbox.auth import Scopes
from sandbox.errors import bad_request, json_answer, not_found
from sandbox.models import Country
from sandbox.networks import place_of
from sandbox.paging import FieldParams
from sandbox.shapes import Field, Shape

COUNTRY_BY_IP = Shape(
    "CountryByIp",
    (
        Field("city", null=True),
        Field("common_name"),
        Field("iso_3166_alpha_2"),
        Field("region", null=True),
        Field("state", null=True),
    ),
    order=(),
    unique="",
)
IP_LOCATION = Shape("IpLocation", (*COUNTRY_BY_IP.fields, Field("iso_3166_alpha_3")), order=(), unique="")

router = Router()


@router.get(
    "/countries/ip/{ip}",
    operation_id="get_country_by_ip",
    response={200: COUNTRY_BY_IP.schema(), **READ_ERRORS},
    auth=Scopes("countries.manage", "countries.read"),
    tags=["Countries"],
)
def country_by_ip(request: HttpRequest, ip: str, params: Query[FieldParams]) -> HttpResponse:  # noqa: ARG001 - ninja's
    """The country an address is in."""
    return json_answer(_located(ip, COUNTRY_BY_IP, params))


def lookup_ip(request: HttpRequest, ip: str, params: Query[FieldParams]) -> HttpResponse:  # noqa: ARG001 - ninja's
    """Where an address is."""
    return json_answer(_located(ip, IP_LOCATION, params))


# The documents print the path in two ways and name no scope; the one for numbers is surely enough.
for path, operation_id in (
    ("/lookup/ip_addresses/{ip}", "lookup_ip_address"),
    ("/lookup/lookup/ip_addresses/{ip}", "lookup_ip_address_as_headed"),
):
    router.get(
        path,
        operation_id=operation_id,
        response={200: IP_LOCATION.schema(), **READ_ERRORS},
        auth=Scopes("lookup.dids.read", "lookup.ip_addresses.read"),
        tags=["Lookup"],
    )(lookup_ip)


def _located(ip: str, shape: Shape, params: FieldParams) -> dict[str, str | None]:
    """ApiError: 400 for what is no address, 404 for one whose place is not known."""
    try:
        place = place_of(ip_address(ip))
    except ValueError:
        raise bad_request("ip_address", f"{ip[:100]!r} is not an IP address") from None
    if place is None:
        raise not_found("cannot find item by ip address", "ip_address")
    country = Country.objects.get(iso_3166_alpha_3=place.country_code)
    told = {
        "city": place.city,
        "common_name": country.common_name,
        "iso_3166_alpha_2": country.iso_3166_alpha_2,
        "iso_3166_alpha_3": country.iso_3166_alpha_3,
        "region": place.region,
        "state": place.state,
    }
    chosen = shape.chosen(params.include_fields, params.exclude_fields)
    return {field.name: told[field.name] for field in chosen}
