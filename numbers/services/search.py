"""Search the carrier's rentable numbers, through a short cache that tells its age."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.core.cache import cache

from numbers.services.stock import HOME_COUNTRY
from portal import e164
from portal.core_api.errors import CoreApiError, Invalid
from portal.core_api.filters import F, Filter, nearby
from portal.core_api.types import Did
from portal.freshness import keep
from portal.sentences import sentence, status_for
from portal.upstream import core_api

PAGE = 25
EXTERNAL_PAGE = 100  # there is one page only, and external numbers come after the carrier's own
KEPT_SECONDS = 15 * 60
AGAIN_FRESH_SECONDS = 2

# A number that was rented or refused is hidden from results that were kept before; this outlives them.
GONE_SECONDS = KEPT_SECONDS + 60

VOICE, SMS, MMS = 4, 1 | 2, 8 | 16
CAPABILITIES = {"voice": VOICE, "sms": SMS, "mms": MMS}


@dataclass(frozen=True)
class Near:
    """A place to search around: exactly one of an area code, a ZIP code, or a latitude and longitude."""

    npa: str = ""
    zip: str = ""
    latlng: tuple[float, float] | None = None

    def __str__(self) -> str:
        if self.latlng:
            return "{:g}, {:g}".format(*self.latlng)
        return self.zip or f"area code {self.npa}"

    def filter(self) -> Filter:
        if self.latlng:
            return nearby(latlng=self.latlng)
        return nearby(zip=self.zip) if self.zip else nearby(npa=self.npa)


@dataclass(frozen=True)
class Query:
    """What the form asked for, already validated."""

    country: str = HOME_COUNTRY
    state: str = ""
    npa: str = ""
    digits: str = ""
    locality: str = ""
    can: tuple[str, ...] = ()
    near: Near | None = None
    external: bool = False
    offset: int = 0
    limit: int = PAGE

    def filter(self) -> Filter:
        """The query in the Core API's filter grammar (§1.6); equal queries give equal text."""
        wanted = F("country_code") == self.country
        if self.state:
            wanted &= F("state") == self.state
        if self.npa:
            wanted &= F("phonenumber").startswith("1" + self.npa)
        if self.digits:
            wanted &= F("phonenumber").contains(self.digits)
        if self.locality:
            wanted &= F("locality").ilike(f"%{self.locality}%")
        for bit in (1, 2, 4, 8, 16):
            if any(CAPABILITIES[name] & bit for name in self.can):
                wanted &= F("capabilities").bit(bit)
        if self.near:
            wanted &= self.near.filter()
        return wanted

    @property
    def counted(self) -> bool:
        """Whether the stock counts of the selects are the count of this query too."""
        return not (self.digits or self.locality or self.can or self.near or self.external)


@dataclass(frozen=True)
class Offer:
    """A rentable number as the result list and the rent dialog show it. `price` is in US dollars a month.

    `external`: it may be an external provider's. A search that includes those does not say which
    are (Core API §2.1.4 leaves open how they look); the rent dialog finds out.
    """

    phonenumber: str
    did_sid: str | None
    country_code: str
    state: str
    locality: str
    capabilities: int
    price: Decimal | None
    external: bool

    @classmethod
    def from_did(cls, did: Did, *, external: bool) -> "Offer":
        return cls(
            phonenumber=did.phonenumber,
            did_sid=did.did_sid,
            country_code=did.country_code or "",
            state=did.state or "",
            locality=did.locality or "",
            capabilities=did.capabilities or 0,
            price=did.price,
            external=external,
        )

    def __str__(self) -> str:
        return e164.display(self.phonenumber)


@dataclass(frozen=True)
class Found:
    """One page of results; `at` (aware) is when the carrier was asked, None when it never answered.

    `next_offset` is where the next page begins, None on the last one. `cut`: external numbers were
    asked for, and did not fit behind the carrier's own. `wrong` maps fields of the form to why the
    carrier could not search by them; `status` is what a page that shows this answers with.
    """

    offers: tuple[Offer, ...] = ()
    at: datetime | None = None
    next_offset: int | None = None
    trouble: str = ""
    cut: bool = False
    wrong: dict[str, str] = field(default_factory=dict)
    status: int = 200


def search(query: Query, *, again: bool = False) -> Found:
    """One page of rentable numbers for `query`: at most one upstream call, none while fresh.

    `again`: somebody wants to know it now, so an answer is fresh for two seconds only.

    Numbers known to be gone are left out at once. Never raises for upstream trouble: an older answer
    is given when there is one, and `trouble` says why it is not newer.
    """

    def fetch() -> tuple[tuple[Offer, ...], bool]:
        page = core_api().phonenumbers.available(
            query.filter(),
            limit=query.limit,
            offset=query.offset,
            order=None if query.near else "phonenumber",
            include_external=query.external,
        )
        offers = tuple(Offer.from_did(did, external=query.external) for did in page.items)
        return offers, page.has_more or (query.external and len(offers) >= query.limit)

    try:
        fresh_for = AGAIN_FRESH_SECONDS if again else settings.SEARCH_FRESH_SECONDS
        kept = keep(_key(query), fetch, fresh_for=fresh_for, keep_for=KEPT_SECONDS)
    except CoreApiError as error:
        if query.near and isinstance(error, Invalid):  # all else was checked before it was asked
            return Found(wrong={"near": f"The carrier knows no place like {query.near}."}, status=422)
        return Found(trouble=sentence(error), status=status_for(error))
    offers, has_more = kept.value
    return Found(
        offers=_without_gone(offers),
        at=kept.at,
        next_offset=query.offset + query.limit if has_more and not query.external else None,
        trouble=kept.trouble,
        cut=has_more and query.external,
    )


def forget(phonenumber: str) -> None:
    """Hide a number from every kept result from now on: it was rented, or somebody else has it."""
    cache.set(_gone(phonenumber), 1, GONE_SECONDS)


def alternatives(phonenumber: str, *, country: str, how_many: int = 3) -> tuple[Offer, ...]:
    """Rentable numbers near one that was taken: the same area code, closest digits first.

    Outside the North American plan there is no telling what is near: none.
    """
    npa = e164.area_code(phonenumber)
    if not npa:
        return ()
    offers = search(Query(country=country, npa=npa)).offers
    closest = sorted(offers, key=lambda offer: abs(int(offer.phonenumber) - int(phonenumber)))
    return tuple(offer for offer in closest if offer.phonenumber != phonenumber)[:how_many]


def _key(query: Query) -> str:
    return f"search:{settings.CORE_API_URL}:{query.external}:{query.limit}:{query.offset}:{query.filter()}"


def _without_gone(offers: tuple[Offer, ...]) -> tuple[Offer, ...]:
    gone = cache.get_many([_gone(offer.phonenumber) for offer in offers])
    return tuple(offer for offer in offers if _gone(offer.phonenumber) not in gone)


def _gone(phonenumber: str) -> str:
    return f"gone:{phonenumber}"
