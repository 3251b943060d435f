"""How the portal is doing: the pulse of the Core API, signs of life, and whether we can serve at all."""

import logging
import threading
import time
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from portal.models import Beat

logger = logging.getLogger("portal.health")

_PULSE_KEY = "portal:pulse"
_WRITE_EVERY = 5.0  # seconds between two writes of an unchanged pulse, for each process
_SLOW_MS = 1_500


@dataclass(frozen=True)
class Pulse:
    """What the last calls to the Core API told. Times are aware and in UTC.

    `ms` is how long somebody last waited for an answer; None when only the clock has asked so far.
    """

    ok_at: datetime | None = None
    ms: int | None = None
    error_at: datetime | None = None
    error: str = ""

    @property
    def state(self) -> str:
        if self.error_at and (not self.ok_at or self.error_at > self.ok_at):
            return "trouble"
        if self.ok_at is None:
            return "unknown"
        return "slow" if (self.ms or 0) > _SLOW_MS else "ok"

    @property
    def words(self) -> str:
        if self.state == "trouble":
            return "Core API in trouble"
        if self.state == "unknown":
            return "Core API not asked yet"
        return "Core API answers" if self.ms is None else f"Core API {self.ms} ms"

    @property
    def href(self) -> str:
        return reverse("status")


def pulse() -> Pulse:
    """As it was last kept; of state `unknown` before the first call, and a day after the last."""
    return Pulse(**(cache.get(_PULSE_KEY) or {}))


class _LastWrite:
    """What this process wrote last, so that a busy portal does not write its pulse with every call."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.at = -_WRITE_EVERY
        self.healthy: bool | None = None

    def due(self, *, healthy: bool) -> bool:
        with self.lock:
            if healthy is self.healthy and time.monotonic() - self.at < _WRITE_EVERY:
                return False
            self.at, self.healthy = time.monotonic(), healthy
            return True


_last_write = _LastWrite()


def note_call(*, status: int | None, elapsed_ms: float, error: str, awaited: bool = True) -> None:
    """Take the pulse from one call. No answer, 401 and 5xx are trouble; a refusal is a healthy answer.

    One that nobody `awaited` may take its time: a copy of thousands says nothing of how quick it is.
    """
    healthy = status is not None and status < 500 and status != 401
    if not _last_write.due(healthy=healthy):
        return
    try:
        ms = round(elapsed_ms) if awaited else None
        _write(healthy=healthy, ms=ms, error=error or f"answered {status}")
    except Exception:
        # The call itself went as it went; a cache in trouble must not change its result.
        logger.exception("the pulse could not be kept")


def _write(*, healthy: bool, ms: int | None, error: str) -> None:
    now, before = datetime.now(UTC), pulse()
    if healthy:
        after = replace(before, ok_at=now, ms=before.ms if ms is None else ms)
    else:
        since = before.error_at if before.state == "trouble" else now
        after = replace(before, error_at=since, error=error[:200])
    cache.set(_PULSE_KEY, asdict(after), 24 * 60 * 60)


# --- signs of life -------------------------------------------------------------------------------


def beat(name: str, *, ok: bool = True, took_ms: float = 0, note: str = "") -> None:
    """Write down that `name` (a process or a duty) is alive or has just run."""
    Beat.objects.update_or_create(
        name=name,
        defaults={"at": timezone.now(), "ok": ok, "took_ms": round(took_ms), "note": note[:300]},
    )


def beats() -> dict[str, Beat]:
    """The last sign of life by name: `clock`, `worker`, `duty:…`. `at` is aware and in UTC."""
    return {beat.name: beat for beat in Beat.objects.all()}


@dataclass(frozen=True)
class Check:
    """One line of the status page or of the doctor: `state` is ok, warn or fail."""

    name: str
    state: str
    words: str


def processes() -> list[Check]:
    """Whether the clock and the worker have been seen lately."""
    seen = beats()
    return [_alive("Clock", seen.get("clock"), 60), _alive("Worker", seen.get("worker"), 180)]


def _alive(name: str, last: Beat | None, within_seconds: int) -> Check:
    if last is None:
        return Check(name, "warn", "never seen")
    age = timezone.now() - last.at
    seen = f"seen {max(0, round(age.total_seconds()))} s ago"
    return Check(name, "ok" if age < timedelta(seconds=within_seconds) else "fail", seen)


# --- can we serve? -------------------------------------------------------------------------------


def database() -> Check:
    """ok, with how long one query took in ms, or fail; raises nothing."""
    began = time.perf_counter()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception as error:  # noqa: BLE001 - whatever the driver raises means the same here
        return Check("Database", "fail", f"not reachable ({type(error).__name__})")
    return Check("Database", "ok", f"{connection.display_name}, {_ms(began)}")


def cache_works() -> Check:
    """ok, with how long one read took in ms, or fail; raises nothing."""
    began = time.perf_counter()
    try:
        cache.get("portal:readyz")
    except Exception as error:  # noqa: BLE001 - as above
        return Check("Cache", "fail", f"not usable ({type(error).__name__})")
    backend = settings.CACHES["default"]["BACKEND"].rpartition(".")[2]
    return Check("Cache", "ok", f"{backend}, {_ms(began)}")


def _ms(began: float) -> str:
    return f"{(time.perf_counter() - began) * 1000:.1f} ms"
