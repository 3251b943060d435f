"""The countries of numbers and partners, as the Core API names them (Core API §2.9)."""

from dataclasses import dataclass

from django.conf import settings

from portal.core_api.errors import CoreApiError
from portal.freshness import keep
from portal.upstream import core_api

DAY = 24 * 60 * 60


@dataclass(frozen=True)
class Country:
    """A country's name, and its region (ISO 3166-1 alpha-2) in which phone numbers are read."""

    name: str
    region: str


HOME = {"USA": Country("United States", "US")}


def countries() -> dict[str, Country]:
    """Every country by alpha-3 code, asked for once a day; only our own when upstream does not answer."""
    try:
        return keep(f"named-countries:{settings.CORE_API_URL}", _fetch, fresh_for=DAY, keep_for=7 * DAY).value
    except CoreApiError:
        return HOME


def _fetch() -> dict[str, Country]:
    return {
        country.iso_3166_alpha_3: Country(
            country.common_name or country.iso_3166_alpha_3, country.iso_3166_alpha_2 or ""
        )
        for country in core_api().countries.iterate()
    }
