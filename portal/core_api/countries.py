"""Countries (Core API §2.9)."""

from portal.core_api.paging import LARGEST_PAGE, Listing, Page, by_offset, checked_limit, page_of
from portal.core_api.transport import Transport
from portal.core_api.types import Country


class Countries:
    """`api.countries`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def iterate(self) -> Listing[Country]:
        def fetch(offset: int) -> Page[Country]:
            params = checked_limit(LARGEST_PAGE, offset)
            return self._transport.request("GET", "/countries", page_of(Country.parse), params=params)

        return by_offset(fetch, lambda country: country.iso_3166_alpha_3)
