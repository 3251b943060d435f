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
from portal.core_api import NumberApi
from portal.core_api.errors import CoreApiError, CredentialsRefused
from portal.core_api.types import Partner
from portal.health import Check
from portal.upstream import core_api, number_api, number_api_admin

# What the portal asks of the Core API, and the scopes of which one is enough (Core API §1.12, §2.1, §2.5,
# §2.6, §2.8). Without the needed ones it cannot do its main job, without a wanted one some of its screens
# are refused.
NEEDED_SCOPES = (
    ("see and search numbers", ("phonenumber.manage", "phonenumber.read")),
    ("rent numbers", ("phonenumber.manage", "phonenumber.create")),
    ("edit numbers", ("phonenumber.manage", "phonenumber.update")),
    ("see trunk groups", ("trunk_groups.manage", "trunk_groups.read")),
    ("see partners", ("partners.manage", "partners.read")),
    ("list countries", ("countries.manage", "countries.read")),
)
WANTED_SCOPES = (
    ("release numbers", ("phonenumber.manage", "phonenumber.delete")),
    ("see calls", ("calls.manage", "calls.read")),
    ("see sub-partners' calls", ("calls.read_descendant",)),
    ("create sub-partners", ("partners.manage", "partners.create")),
    ("edit partners", ("partners.manage", "partners.update")),
    ("delete sub-partners", ("partners.manage", "partners.delete")),
    ("issue tokens", ("oauth.manage_all_tokens", "oauth.manage", "oauth.create")),
    ("see sub-partners' tokens", ("oauth.manage_all_tokens",)),
    ("narrow tokens", ("oauth.allow_token_scope_update",)),
    ("revoke tokens", ("oauth.manage_all_tokens", "oauth.manage")),
)
# Which settings each optional part stands on, and what is missing from the portal without them.
OPTIONAL = (
    (
        "Token service",
        ("CORE_API_CLIENT_ID", "CORE_API_CLIENT_SECRET"),
        "tokens can be neither issued nor revoked",
    ),
    ("Own tokens", ("CORE_API_LOGIN", "CORE_API_PASSWORD"), "they are asked for as a sub-partner's are"),
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
    for name, needed, without in OPTIONAL:
        yield _configured(name, needed, without)
    yield from _number_apis()
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
    for lacking, needed in (("fail", NEEDED_SCOPES), ("warn", WANTED_SCOPES)):
        for purpose, any_of in needed:
            found = next((scope for scope in any_of if scope in granted), None)
            words = found or f"none of {', '.join(any_of)} is granted"
            yield Check(f"May {purpose}", "ok" if found else lacking, words)


def _number_apis() -> Iterator[Check]:
    master = ("NUMBER_API_URL", "NUMBER_API_AUTH_ID", "NUMBER_API_AUTH_TOKEN")
    admin = ("NUMBER_API_URL", "NUMBER_API_ADMIN_AUTH_ID", "NUMBER_API_ADMIN_AUTH_TOKEN")
    yield _number_api("Number API", number_api, master, "numbers cannot be assigned, unassigned or held back")
    yield _number_api("Number API, admin", number_api_admin, admin, "no cool-off can be forced")


def _number_api(name: str, client: Callable[[], NumberApi], needed: tuple[str, ...], without: str) -> Check:
    """Whether its account is configured, answers, and is let in (Phone Number API §3.1, §3.7)."""
    configured = _configured(name, needed, without)
    if configured.state != "ok":
        return configured
    try:
        client().balance()
    except CredentialsRefused:
        return Check(name, "fail", f"refused: {needed[1]} and {needed[2]} are not valid there")
    except (CoreApiError, ValueError) as error:
        return Check(name, "fail", f"{settings.NUMBER_API_URL}: {error}")
    return Check(name, "ok", f"answers at {settings.NUMBER_API_URL}, credentials accepted")


def _configured(name: str, needed: tuple[str, ...], without: str) -> Check:
    """`without` says what the portal lacks while no credentials are set; half of them are a mistake."""
    missing = [setting for setting in needed if not getattr(settings, setting)]
    if not missing:
        return Check(name, "ok", "configured")
    credentials = [setting for setting in needed if not setting.endswith("_URL")]
    if set(credentials) <= set(missing):
        return Check(name, "warn", f"not configured: {without}")
    return Check(name, "fail", f"half configured, not set: {', '.join(missing)}")
