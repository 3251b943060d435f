"""System checks: what would otherwise fail later, and less clearly."""

from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core import checks


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "Numberdesk"

    def ready(self) -> None:
        checks.register(upstream_settings)
        checks.register(settings_that_must_stay)


def upstream_settings(**_: object) -> list[checks.CheckMessage]:
    """The Core API needs an address that is one, and time-outs that add up."""
    found: list[checks.CheckMessage] = []
    url = urlsplit(settings.CORE_API_URL)
    if url.scheme not in ("http", "https") or not url.hostname:
        found.append(checks.Error("CORE_API_URL is not an http(s) address.", id="portal.E001"))
    if settings.UPSTREAM_DEADLINE < settings.UPSTREAM_CONNECT_TIMEOUT:
        found.append(
            checks.Error("UPSTREAM_DEADLINE is shorter than UPSTREAM_CONNECT_TIMEOUT.", id="portal.E002")
        )
    return found


def settings_that_must_stay(**_: object) -> list[checks.CheckMessage]:
    """A request in a transaction would hold locks while upstream answers, and lose entries on errors."""
    if any(database.get("ATOMIC_REQUESTS") for database in settings.DATABASES.values()):
        hint = "The ledger must keep an entry even when the request that wrote it fails."
        return [checks.Error("ATOMIC_REQUESTS must stay off.", hint=hint, id="portal.E003")]
    return []
