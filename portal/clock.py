"""What runs periodically. Several clocks are harmless: one holds the lease and works, the others wait."""

import logging
import os
import socket
import threading
import time
import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import close_old_connections, connections
from django.db.models import Q
from django.utils import timezone
from django.utils.module_loading import import_string

from portal import health, requestinfo
from portal.models import Beat, Lease

logger = logging.getLogger("portal.clock")

LEASE = "clock"
LEASE_SECONDS = 15
TICK_SECONDS = 0.5
RETRY_SECONDS = 10  # a duty that failed does not wait for its next turn: upstream may just be starting
PATIENCE_SECONDS = 3  # for work that runs when the clock is told to stop; all of it may be cut short


@dataclass(frozen=True)
class Duty:
    """`call` is the dotted path of a function without arguments, safe to cut short and to run twice.

    `after` names a duty that must have succeeded once before: what this one builds upon.
    """

    name: str
    label: str
    every: float
    call: str
    after: str = ""

    @property
    def every_words(self) -> str:
        minutes, hours = self.every / 60, self.every / 3600
        if hours >= 1:
            return f"every {hours:.0f} h"
        return f"every {minutes:.0f} min" if minutes >= 1 else f"every {self.every:.0f} s"


def duties() -> list[Duty]:
    """What the clock runs, `every` in seconds; each stands below the one it comes `after`, for `run_once`."""
    sync = settings.SYNC_EVERY_SECONDS
    return [
        Duty("settle", "Settle unanswered writes", 5, "portal.audit.settle_due"),
        Duty("sync_numbers", "Copy our numbers", sync, "numbers.services.sync.sync_numbers"),
        Duty("sync_partners", "Copy our partners", sync, "partners.services.sync.sync_partners"),
        Duty(
            "sub_accounts",
            "Link sub-accounts",
            sync,
            "partners.services.sub_accounts.sync_sub_accounts",
            after="sync_partners",
        ),
        Duty(
            "sync_tokens",
            "Copy tokens, without their secrets",
            sync,
            "partners.services.sync.sync_tokens",
            after="sync_partners",
        ),
        Duty("revoke", "Revoke tokens that were replaced", 5, "partners.services.revoke.revoke_due"),
        Duty(
            "sync_calls",
            "Read the calls of our numbers",
            sync,
            "numbers.services.cooloff.sync_calls",
            after="sync_numbers",
        ),
        Duty("due", "Unassign what is free now", 2, "numbers.services.unassign_later.hand_out_due"),
        Duty("lost", "Pick up what a lost worker held", 10, "numbers.services.unassign_later.pick_up_lost"),
        Duty("sign", "Ask the worker for a sign of life", 30, "portal.tasks.ask_for_a_sign"),
        Duty("reap", "Take work back from lost workers", 60, "portal.tasks.reap"),
        Duty("prune", "Forget old tasks and sessions", 24 * 60 * 60, "portal.tasks.prune"),
    ]


# --- the lease -----------------------------------------------------------------------------------


def hold_lease(name: str, holder: str, seconds: float = LEASE_SECONDS) -> bool:
    """Take or renew the lease `name`; False while somebody else holds it. One winner on any database."""
    now = timezone.now()
    Lease.objects.get_or_create(name=name, defaults={"holder": "", "until": now})
    free = Lease.objects.filter(Q(holder=holder) | Q(until__lte=now), name=name)
    return free.update(holder=holder, until=now + timedelta(seconds=seconds)) == 1


def drop_lease(name: str, holder: str) -> None:
    """Let the next clock start at once instead of after the lease's end."""
    Lease.objects.filter(name=name, holder=holder).update(holder="", until=timezone.now())


def own_name() -> str:
    """`host:process id:random`, to hold a lease under; another one with each call."""
    return f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"


# --- running -------------------------------------------------------------------------------------


def run_duty(duty: Duty) -> bool:
    """Run one duty and note how it went. A failing duty is logged and stops nothing else."""
    with requestinfo.begin(acting_user=""):
        began = time.perf_counter()
        try:
            result = import_string(duty.call)()
        except Exception as error:
            logger.exception("duty failed", extra={"fields": {"duty": duty.name}})
            _note(duty, began, ok=False, note=f"{type(error).__name__}: {error}")
            return False
        _note(duty, began, ok=True, note="" if result is None else str(result))
        return True


def _note(duty: Duty, began: float, *, ok: bool, note: str) -> None:
    took_ms = (time.perf_counter() - began) * 1000
    health.beat(f"duty:{duty.name}", ok=ok, took_ms=took_ms, note=note)


def run_once() -> bool:
    """Every duty once, one after the other. False when another clock holds the lease."""
    holder = own_name()
    if not hold_lease(LEASE, holder, seconds=300):
        return False
    try:
        health.beat("clock")
        for duty in duties():
            run_duty(duty)
    finally:
        drop_lease(LEASE, holder)
    return True


class Clock:
    """Looks twice a second which duty is due; each runs in a thread of its own, never beside itself."""

    def __init__(self, stop: threading.Event) -> None:
        self._stop = stop
        self._holder = own_name()
        self._due = {duty.name: 0.0 for duty in duties()}
        self._running: dict[str, threading.Thread] = {}
        self._succeeded = {""}
        self._renew_at = 0.0
        self._holding = False

    def run(self) -> None:
        """Until `stop` is set."""
        try:
            while not self._stop.is_set():
                self._tick()
                self._stop.wait(TICK_SECONDS)
        finally:
            self._leave()

    def _tick(self) -> None:
        try:
            self._renew()
        except Exception:
            logger.exception("the lease could not be renewed")
            close_old_connections()
            self._holding = False
        if self._holding:
            for duty in duties():
                self._start_if_due(duty)

    def _renew(self) -> None:
        if time.monotonic() < self._renew_at:
            return
        self._renew_at = time.monotonic() + LEASE_SECONDS / 3
        held = hold_lease(LEASE, self._holder)
        if held != self._holding:
            logger.info("clock works" if held else "clock waits", extra={"fields": {"holder": self._holder}})
        self._holding = held
        if held:
            health.beat("clock", note=self._holder)

    def _start_if_due(self, duty: Duty) -> None:
        running = self._running.get(duty.name)
        if time.monotonic() < self._due[duty.name] or (running and running.is_alive()):
            return
        if duty.after not in self._succeeded:
            return
        self._due[duty.name] = time.monotonic() + duty.every
        # Daemons, so that a long copy does not keep a stopping clock alive.
        thread = threading.Thread(target=self._run, args=(duty,), name=duty.name, daemon=True)
        self._running[duty.name] = thread
        thread.start()

    def _run(self, duty: Duty) -> None:
        try:
            if run_duty(duty):
                self._succeeded.add(duty.name)
            else:
                self._due[duty.name] = min(self._due[duty.name], time.monotonic() + RETRY_SECONDS)
        finally:
            connections.close_all()  # the thread's own; it ends here

    def _leave(self) -> None:
        until = time.monotonic() + PATIENCE_SECONDS
        for thread in self._running.values():
            thread.join(max(0.0, until - time.monotonic()))
        if self._holding:
            drop_lease(LEASE, self._holder)


# --- for the status page -------------------------------------------------------------------------


@dataclass(frozen=True)
class DutyState:
    """`state` is ok, late, failing or never; `beat` is the last run, None before the first."""

    label: str
    every: str
    beat: Beat | None
    state: str


def duty_states() -> list[DutyState]:
    """How each of `duties` last went, in their order, whichever clock ran it."""
    seen = health.beats()
    return [
        DutyState(duty.label, duty.every_words, beat := seen.get(f"duty:{duty.name}"), _state(duty, beat))
        for duty in duties()
    ]


def _state(duty: Duty, beat: Beat | None) -> str:
    if beat is None:
        return "never"
    if not beat.ok:
        return "failing"
    late = timezone.now() - beat.at > timedelta(seconds=duty.every * 2 + 60)
    return "late" if late else "ok"
