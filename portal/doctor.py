"""Is everything here that the portal needs? Looked at one by one, before anyone is surprised.

Never shows a value that is a secret: only whether it is there.
"""

from collections.abc import Callable, Iterator
from io import StringIO

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import DatabaseError, connection

from portal import health, ledger_triggers
from portal.core_api.errors import CoreApiError, CredentialsRefused
from portal.core_api.types import Partner
from portal.health import Check
from portal.upstream import core_api

# What the portal asks of the Core API, and the scopes of which one is enough (Core API §1.12, §2.1.1).
NEEDED_SCOPES = (
    ("see and search numbers", ("phonenumber.manage", "phonenumber.read")),
    ("rent numbers", ("phonenumber.manage", "phonenumber.create")),
    ("edit numbers", ("phonenumber.manage", "phonenumber.update")),
    ("see trunk groups", ("trunk_groups.manage", "trunk_groups.read")),
    ("see partners", ("partners.manage", "partners.read")),
    ("list countries", ("countries.manage", "countries.read")),
)


def examine() -> Iterator[Check]:
    """Every check, as it is made. What cannot be checked because of an earlier failure is left out."""
    yield _settings()
    yield _secret_key()
    database = health.database()
    yield database
    if database.state == "ok":
        yield _migrations()
        yield from _guarded(_triggers, "Ledger")
        yield health.cache_works()
    yield from _core_api()
    yield _number_api("Number API", "NUMBER_API_AUTH_ID", "NUMBER_API_AUTH_TOKEN")
    yield _number_api("Number API, admin", "NUMBER_API_ADMIN_AUTH_ID", "NUMBER_API_ADMIN_AUTH_TOKEN")
    if database.state == "ok":
        yield from _guarded(health.processes, "Processes")


def _settings() -> Check:
    missing = [name for name in ("CORE_API_URL", "CORE_API_TOKEN") if not getattr(settings, name)]
    if missing:
        return Check("Settings", "fail", f"not set: {', '.join(missing)} (see docs/settings.md)")
    debug = ", DEBUG is on: never in production" if settings.DEBUG else ""
    return Check("Settings", "warn" if debug else "ok", f"all set{debug}")


def _secret_key() -> Check:
    try:
        length = len(settings.SECRET_KEY)
    except ImproperlyConfigured:
        return Check("Secret key", "fail", "SECRET_KEY is not set")
    if length < 50:
        return Check("Secret key", "warn", f"only {length} characters; 50 or more are advised")
    return Check("Secret key", "ok", "set")


def _migrations() -> Check:
    try:
        call_command("migrate", check_unapplied=True, plan=True, stdout=StringIO(), verbosity=0)
    except SystemExit:
        return Check("Migrations", "fail", "some are not applied: run manage.py migrate")
    return Check("Migrations", "ok", "all applied")


def _triggers() -> list[Check]:
    missing = ledger_triggers.missing(connection)
    if missing:
        return [Check("Ledger", "fail", f"not protected, triggers missing: {', '.join(missing)}")]
    return [Check("Ledger", "ok", "append-only")]


def _guarded(look: Callable[[], list[Check]], name: str) -> list[Check]:
    """A table that is not there yet is a finding, not a crash."""
    try:
        return look()
    except DatabaseError as error:
        return [Check(name, "fail", f"its table cannot be read ({type(error).__name__})")]


def _core_api() -> Iterator[Check]:
    try:
        partner = core_api().whoami()
    except CredentialsRefused:
        yield Check("Core API", "ok", f"answers at {settings.CORE_API_URL}")
        yield Check("Credentials", "fail", "refused: CORE_API_TOKEN is not valid there")
        return
    except (CoreApiError, ValueError) as error:
        yield Check("Core API", "fail", f"{settings.CORE_API_URL}: {error}")
        return
    yield Check("Core API", "ok", f"answers at {settings.CORE_API_URL}")
    yield Check("Credentials", "ok", f"accepted, as {partner.name}")
    yield from _scopes(partner)


def _scopes(partner: Partner) -> Iterator[Check]:
    granted = set(partner.available_scopes)
    for purpose, any_of in NEEDED_SCOPES:
        found = next((scope for scope in any_of if scope in granted), None)
        words = found or f"none of {', '.join(any_of)} is granted"
        yield Check(f"May {purpose}", "ok" if found else "fail", words)


def _number_api(name: str, id_name: str, token_name: str) -> Check:
    needed = ("NUMBER_API_URL", id_name, token_name)
    missing = [setting for setting in needed if not getattr(settings, setting)]
    if not missing:
        return Check(name, "ok", f"configured, {settings.NUMBER_API_URL}")
    if len(missing) == len(needed) or missing == list(needed[1:]):
        return Check(name, "warn", "not configured; what needs it is switched off")
    return Check(name, "fail", f"half configured, not set: {', '.join(missing)}")
