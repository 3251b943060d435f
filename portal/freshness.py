"""Answers from upstream that are kept for a while, with the truth about their age."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Generic, TypeGuard, TypeVar

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from portal.core_api.errors import CoreApiError, Unavailable
from portal.gate import place
from portal.sentences import sentence

T = TypeVar("T")

POLL_SECONDS = 0.02
FAILURE_KEPT_SECONDS = 2


@dataclass(frozen=True)
class Kept(Generic[T]):
    """A value, when it was asked for (aware), and why it is not newer if it should be."""

    value: T
    at: datetime
    trouble: str = ""


def keep(key: str, fetch: Callable[[], T], *, fresh_for: float, keep_for: float) -> Kept[T]:
    """The value of `fetch()`, asked for at most once in `fresh_for` seconds by all processes together.

    Whoever finds it too old asks again; others who want the same meanwhile wait for that answer
    instead of asking too. When upstream fails, an answer up to `keep_for` seconds old is given with
    `trouble` saying why; without one the `CoreApiError` is raised.
    """
    key = f"kept:{sha256(key.encode()).hexdigest()}"
    give_up = time.monotonic() + settings.UPSTREAM_DEADLINE * 2
    while True:
        kept: Kept[T] | None = cache.get(key)
        if _fresh(kept, fresh_for):
            return kept
        if cache.add(f"{key}:asking", 1, settings.UPSTREAM_DEADLINE * 2):
            return _ask(key, fetch, kept, keep_for)
        try:
            with place():
                _wait_for_others(key, give_up, fresh_for)
        except CoreApiError as error:
            return _make_do(kept, error)


def _wait_for_others(key: str, give_up: float, fresh_for: float) -> None:
    """Until whoever asks has an answer or went away without one. Raises `Unavailable` when they failed."""
    while cache.get(f"{key}:asking") is not None and time.monotonic() < give_up:
        time.sleep(POLL_SECONDS)
    if _fresh(cache.get(key), fresh_for):
        return
    failure = cache.get(f"{key}:failed")
    if failure is not None or time.monotonic() >= give_up:
        raise Unavailable(failure or "The Core API did not answer in time.")


def _fresh(kept: Kept[T] | None, fresh_for: float) -> TypeGuard[Kept[T]]:
    return kept is not None and timezone.now() - kept.at < timedelta(seconds=fresh_for)


def _ask(key: str, fetch: Callable[[], T], kept: Kept[T] | None, keep_for: float) -> Kept[T]:
    asked = timezone.now()
    try:
        kept = Kept(fetch(), asked)
        cache.set(key, kept, keep_for)
    except CoreApiError as error:
        cache.set(f"{key}:failed", sentence(error), FAILURE_KEPT_SECONDS)
        return _make_do(kept, error)
    finally:
        cache.delete(f"{key}:asking")
    return kept


def _make_do(kept: Kept[T] | None, error: CoreApiError) -> Kept[T]:
    if kept is None:
        raise error
    return replace(kept, trouble=sentence(error))
