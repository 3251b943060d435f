"""Partners: ourselves and our sub-partners (Core API §2.5)."""

from portal.core_api.paging import LARGEST_PAGE, Listing, Page, by_offset, checked_limit, page_of
from portal.core_api.shape import WrongShape
from portal.core_api.transport import Transport, path_part
from portal.core_api.types import Partner


class Partners:
    """`api.partners`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def iterate(self) -> Listing[Partner]:
        """Ourselves and everyone below us; one whose e-mail is not verified yet is not among them."""

        def fetch(offset: int) -> Page[Partner]:
            params = checked_limit(LARGEST_PAGE, offset)
            return self._transport.request("GET", "/partners", page_of(Partner.parse), params=params)

        return by_offset(fetch, lambda partner: partner.partner_sid)

    def get(self, partner_sid: str) -> Partner:
        def read(payload: object) -> Partner:
            partner = Partner.parse(payload)
            if partner.partner_sid != partner_sid:
                raise WrongShape("partner: another one than asked for")
            return partner

        return self._transport.request("GET", f"/partners/{path_part(partner_sid)}", read)
