"""The countries a partner can be in, as the Core API names them (Core API §2.9)."""

from dataclasses import dataclass

from django.conf import settings

from portal.core_api.errors import CoreApiError
from portal.freshness import keep
from portal.upstream import core_api

DAY = 24 * 60 * 60


@dataclass(frozen=True)
class Place:
    """A country's name, and its region (ISO 3166-1 alpha-2) in which phone numbers are read."""

    name: str
    region: str


HOME = {"USA": Place("United States", "US")}


def countries() -> dict[str, Place]:
    """Every country by alpha-3 code; what we know ourselves when upstream does not answer."""
    try:
        return keep(f"places:{settings.CORE_API_URL}", _fetch, fresh_for=DAY, keep_for=7 * DAY).value
    except CoreApiError:
        return HOME


def _fetch() -> dict[str, Place]:
    return {
        country.iso_3166_alpha_3: Place(
            country.common_name or country.iso_3166_alpha_3, country.iso_3166_alpha_2 or ""
        )
        for country in core_api().countries.iterate()
    }
