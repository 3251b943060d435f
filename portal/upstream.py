"""Settings -> client. The only place that knows the Core API's address and credentials."""

import logging
import threading
from urllib.parse import quote

from django.conf import settings

from portal import health, requestinfo
from portal.core_api import Call, CoreApi

logger = logging.getLogger("portal.upstream")

_lock = threading.Lock()
_made: dict[tuple[object, ...], CoreApi] = {}


def core_api() -> CoreApi:
    """The process's one client of the Core API. Thread-safe; made anew when the settings differ."""
    key = (
        settings.CORE_API_URL,
        settings.CORE_API_TOKEN,
        settings.UPSTREAM_CONNECT_TIMEOUT,
        settings.UPSTREAM_READ_TIMEOUT,
        settings.UPSTREAM_DEADLINE,
    )
    with _lock:
        if key not in _made:
            _made.clear()
            _made[key] = _make(*key)
        return _made[key]


def _make(url: str, token: str, connect_timeout: float, read_timeout: float, deadline: float) -> CoreApi:
    return CoreApi(
        url=url,
        token=token,
        headers=_headers,
        on_call=_on_call,
        connect_timeout=connect_timeout,
        read_timeout=read_timeout,
        deadline=deadline,
    )


def _headers() -> dict[str, str]:
    """Who asks, and under which id: percent-encoded, for a username may hold what a header may not."""
    info = requestinfo.current()
    values = {"X-Request-ID": info.request_id, "X-Acting-User": quote(info.acting_user, safe="@.+-_")}
    return {name: value for name, value in values.items() if value}


def _on_call(call: Call) -> None:
    tally = requestinfo.current().upstream
    tally.calls += 1
    tally.ms += call.elapsed_ms
    fields = {"method": call.method, "path": call.path, "status": call.status, "ms": float(call.elapsed_ms)}
    fields |= {"attempt": call.attempt} if call.attempt > 1 else {}
    fields |= {"error": call.error} if call.error else {}
    logger.log(logging.WARNING if call.error else logging.INFO, "upstream", extra={"fields": fields})
    health.note_call(status=call.status, elapsed_ms=call.elapsed_ms, error=str(call.error or ""))
