"""How many of a process's threads may wait for an upstream at once, and when nobody asks it at all.

Without this a silent upstream would take every thread there is, and pages that need no upstream, the
health check first of all, would wait behind it.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from django.conf import settings

from portal.core_api.errors import CoreApiError, NotSent, Refusal, Unavailable

BUSY = "busy"
READ_PATIENCE = 0.5  # seconds to wait for a place; a write is worth waiting a little longer
WRITE_PATIENCE = 2.0
REST_SECONDS = 3.0
SILENT_MS = 1_000  # a read that failed sooner was refused, not left waiting


class Gate:
    """Limits how many wait for one upstream, called `name`, at once.

    After a read that was never answered, reads are refused for three seconds: a small circuit breaker.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._resting_until = 0.0

    @contextmanager
    def passing(self, method: str) -> Iterator[None]:
        """Around a call with all its attempts. Raises `Unavailable`, or `NotSent` for a write."""
        if method == "GET" and time.monotonic() < self._resting_until:
            raise Unavailable(f"{self._name} did not answer a moment ago.")
        with place(method):
            try:
                yield
            except Unavailable as error:
                if error.status is None and error.elapsed_ms >= SILENT_MS:
                    self._resting_until = time.monotonic() + REST_SECONDS
                raise


@contextmanager
def place(method: str = "GET") -> Iterator[None]:
    """One of the places for those who wait. Raises `Unavailable` or `NotSent` when all stay taken."""
    places = _places(settings.UPSTREAM_PLACES)
    if not places.acquire(timeout=READ_PATIENCE if method == "GET" else WRITE_PATIENCE):
        raise _busy(method)
    try:
        yield
    finally:
        places.release()


@lru_cache(maxsize=1)
def _places(how_many: int) -> threading.BoundedSemaphore:
    return threading.BoundedSemaphore(how_many)


def _busy(method: str) -> CoreApiError:
    kind = Unavailable if method == "GET" else NotSent
    return kind("Too many requests wait for an answer already.", refusal=Refusal(code=BUSY))
