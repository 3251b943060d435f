"""Countries (Core API §2.9)."""

from portal.core_api.filters import Filter
from portal.core_api.lists import every
from portal.core_api.lookup import Place
from portal.core_api.paging import Listing
from portal.core_api.shape import about
from portal.core_api.transport import Transport, path_part
from portal.core_api.types import Country


class Countries:
    """`api.countries`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def iterate(self, filter: Filter | None = None) -> Listing[Country]:  # noqa: A002
        return every(
            self._transport, "/countries", Country.parse, lambda country: country.iso_3166_alpha_3, filter
        )

    def get(self, alpha_3: str) -> Country:
        """By its three letters, as in every `country_code`."""
        parse = about(Country.parse, iso_3166_alpha_3=alpha_3)
        return self._transport.request("GET", f"/countries/{path_part(alpha_3)}", parse)

    def by_ip(self, ip_address: str) -> Place:
        """The country an IPv4 address is in."""
        return self._transport.request("GET", f"/countries/ip/{path_part(ip_address)}", Place.parse)
