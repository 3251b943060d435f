"""Settings -> clients. The only place that knows upstream's addresses and credentials."""

import logging
import threading
from collections.abc import Callable
from typing import TypeVar
from urllib.parse import quote

from django.conf import settings

from portal import health, requestinfo
from portal.core_api import Call, CoreApi, NumberApi
from portal.gate import Gate

logger = logging.getLogger("portal.upstream")

Client = TypeVar("Client", CoreApi, NumberApi)
Key = tuple[object, ...]

_lock = threading.Lock()
_made: dict[str, tuple[Key, CoreApi | NumberApi]] = {}


class NotConfigured(Exception):
    """What was asked for needs settings that are empty. `str()` is a sentence for people.

    `settings` names them.
    """

    def __init__(self, what: str, missing: list[str]) -> None:
        super().__init__(f"{what} is not configured here. An administrator has to set {', '.join(missing)}.")
        self.settings = tuple(missing)


def core_api(*, patience: float | None = None) -> CoreApi:
    """The process's client of the Core API. Thread-safe; made anew when the settings differ.

    `patience`: seconds one call may take in all, for a look that a person waits for and can do without.
    """
    names = ("CORE_API_URL", "CORE_API_TOKEN", "CORE_API_CLIENT_ID", "CORE_API_CLIENT_SECRET")

    def make() -> CoreApi:
        return CoreApi(
            url=settings.CORE_API_URL,
            token=settings.CORE_API_TOKEN,
            client_id=settings.CORE_API_CLIENT_ID,
            client_secret=settings.CORE_API_CLIENT_SECRET,
            headers=_headers,
            on_call=_on_call,
            gate=Gate("The Core API").passing,
            **_timeouts(patience),
        )

    return _kept("core" if patience is None else f"core, {patience} s", _key(*names), make)


def number_api() -> NumberApi:
    """The process's one client of the Phone Number API, as the master account. Raises NotConfigured."""
    return _number_api("number", "The Phone Number API", "NUMBER_API_AUTH_ID", "NUMBER_API_AUTH_TOKEN")


def number_api_admin() -> NumberApi:
    """The client with an admin's credentials, which may force a cool-off: for that and nothing else.

    Raises NotConfigured.
    """
    return _number_api(
        "admin",
        "The admin access to the Phone Number API",
        "NUMBER_API_ADMIN_AUTH_ID",
        "NUMBER_API_ADMIN_AUTH_TOKEN",
    )


def number_api_configured() -> bool:
    """Whether `number_api()` has what it needs."""
    return not _missing("NUMBER_API_URL", "NUMBER_API_AUTH_ID", "NUMBER_API_AUTH_TOKEN")


def number_api_admin_configured() -> bool:
    """Whether `number_api_admin()` has what it needs."""
    return not _missing("NUMBER_API_URL", "NUMBER_API_ADMIN_AUTH_ID", "NUMBER_API_ADMIN_AUTH_TOKEN")


def _number_api(role: str, what: str, id_name: str, token_name: str) -> NumberApi:
    missing = _missing("NUMBER_API_URL", id_name, token_name)
    if missing:
        raise NotConfigured(what, missing)

    def make() -> NumberApi:
        return NumberApi(
            url=settings.NUMBER_API_URL,
            auth_id=getattr(settings, id_name),
            auth_token=getattr(settings, token_name),
            headers=_headers,
            on_call=_note,
            gate=Gate("The Phone Number API").passing,
            **_timeouts(),
        )

    return _kept(role, _key("NUMBER_API_URL", id_name, token_name), make)


def _missing(*names: str) -> list[str]:
    return [name for name in names if not getattr(settings, name)]


def _key(*names: str) -> Key:
    return (*(getattr(settings, name) for name in names), *_timeouts().values())


def _timeouts(patience: float | None = None) -> dict[str, float]:
    longest = settings.UPSTREAM_DEADLINE if patience is None else min(patience, settings.UPSTREAM_DEADLINE)
    return {
        "connect_timeout": min(settings.UPSTREAM_CONNECT_TIMEOUT, longest),
        "read_timeout": min(settings.UPSTREAM_READ_TIMEOUT, longest),
        "deadline": longest,
    }


def _kept(role: str, key: Key, make: Callable[[], Client]) -> Client:
    """The client of this role; the one before is let go when the settings differ."""
    with _lock:
        known = _made.get(role)
        if known is None or known[0] != key:
            known = _made[role] = (key, make())
        return known[1]  # type: ignore[return-value]  # a role has one kind of client


def _headers() -> dict[str, str]:
    """Who asks, and under which id: percent-encoded, for a username may hold what a header may not."""
    info = requestinfo.current()
    values = {"X-Request-ID": info.request_id, "X-Acting-User": quote(info.acting_user, safe="@.+-_")}
    return {name: value for name, value in values.items() if value}


def _on_call(call: Call) -> None:
    """The pulse is the Core API's: the Phone Number API may be down while all else works."""
    _note(call)
    health.note_call(
        status=call.status,
        elapsed_ms=call.elapsed_ms,
        error=str(call.error or ""),
        awaited=bool(requestinfo.current().acting_user),
    )


def _note(call: Call) -> None:
    tally = requestinfo.current().upstream
    tally.calls += 1
    tally.ms += call.elapsed_ms
    fields = {"method": call.method, "path": call.path, "status": call.status, "ms": float(call.elapsed_ms)}
    fields |= {"attempt": call.attempt} if call.attempt > 1 else {}
    fields |= {"error": call.error} if call.error else {}
    logger.log(logging.WARNING if call.error else logging.INFO, "upstream", extra={"fields": fields})
