"""The clock: one works, the others wait; a duty in trouble stops nobody; it stops cleanly."""

import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from portal import clock
from portal.models import AuditEntry, Beat, Lease, Outcome

pytestmark = pytest.mark.django_db

RAN: list[str] = []


def good() -> int:
    RAN.append("good")
    return 3


def bad() -> None:
    RAN.append("bad")
    raise RuntimeError("this duty always fails")


@pytest.fixture(autouse=True)
def nothing_ran():
    RAN.clear()


@pytest.fixture
def two_duties(monkeypatch):
    """A clock with a duty that fails and, after it, one that works."""
    table = [
        clock.Duty("bad", "Fail", 0.2, f"{__name__}.bad"),
        clock.Duty("good", "Work", 0.2, f"{__name__}.good"),
    ]
    monkeypatch.setattr(clock, "duties", lambda: table)
    return table


# --- the lease -----------------------------------------------------------------------------------


def test_one_clock_holds_the_lease_and_the_other_waits():
    assert clock.hold_lease("test", "first")
    assert not clock.hold_lease("test", "second")
    assert clock.hold_lease("test", "first")


def test_a_lease_that_is_not_renewed_goes_to_the_next():
    with time_machine.travel(timezone.now(), tick=False) as now:
        assert clock.hold_lease("test", "first", seconds=15)
        now.shift(14)
        assert not clock.hold_lease("test", "second", seconds=15)
        now.shift(2)
        assert clock.hold_lease("test", "second", seconds=15)
        assert not clock.hold_lease("test", "first", seconds=15)


def test_a_clock_that_stops_lets_the_next_begin_at_once():
    clock.hold_lease("test", "first")
    clock.drop_lease("test", "first")
    assert clock.hold_lease("test", "second")


def test_nobody_drops_the_lease_of_another():
    clock.hold_lease("test", "first")
    clock.drop_lease("test", "second")
    assert not clock.hold_lease("test", "second")


@pytest.mark.django_db(transaction=True)
def test_many_clocks_at_once_have_one_winner():
    start, won = threading.Barrier(6), []

    def take(holder: str) -> None:
        try:
            start.wait()
            if clock.hold_lease("test", holder):
                won.append(holder)
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=(f"clock {index}",)) for index in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert Lease.objects.get(name="test").holder == won[0]


# --- duties --------------------------------------------------------------------------------------


def test_a_failing_duty_is_noted_and_does_not_stop_the_next(two_duties):
    call_command("clock", once=True)
    assert RAN == ["bad", "good"]
    assert Beat.objects.get(name="duty:bad").ok is False
    assert Beat.objects.get(name="duty:bad").note == "RuntimeError: this duty always fails"
    assert (Beat.objects.get(name="duty:good").ok, Beat.objects.get(name="duty:good").note) == (True, "3")
    assert Beat.objects.filter(name="clock").exists()


def test_the_status_page_hears_of_it(two_duties):
    assert [state.state for state in clock.duty_states()] == ["never", "never"]
    call_command("clock", once=True)
    assert [state.state for state in clock.duty_states()] == ["failing", "ok"]
    Beat.objects.filter(name="duty:good").update(at=timezone.now() - timedelta(hours=1))
    assert [state.state for state in clock.duty_states()] == ["failing", "late"]


def test_once_does_nothing_while_another_clock_works(two_duties, capsys):
    clock.hold_lease(clock.LEASE, "another")
    call_command("clock", once=True)
    assert RAN == []
    assert "Another clock is running" in capsys.readouterr().out


def test_every_duty_leads_to_something():
    from django.utils.module_loading import import_string

    for duty in clock.duties():
        assert callable(import_string(duty.call))


def test_one_round_settles_what_is_unknown_and_copies_what_is_ours(upstream):
    entry = AuditEntry.objects.create(
        action="number.rent",
        actor_text="Sam Okafor",
        target="15162065575",
        target_text="(516) 206-5575",
        params={"country_code": "USA", "include_external": False},
        outcome=Outcome.UNKNOWN,
        created=timezone.now() - timedelta(hours=1),
    )
    call_command("clock", once=True)
    entry.refresh_from_db()
    assert entry.outcome == Outcome.FAILED
    from numbers.models import Number

    assert Number.objects.filter(phonenumber="12125550148").exists()
    assert [state.state for state in clock.duty_states()] == ["ok"] * len(clock.duties())


@pytest.mark.django_db(transaction=True)
def test_the_running_clock_repeats_its_duties_until_it_is_told_to_stop(two_duties):
    stop = threading.Event()
    running = threading.Thread(target=_run, args=(stop,))
    running.start()
    until = time.monotonic() + 10
    while RAN.count("good") < 2 and time.monotonic() < until:
        time.sleep(0.05)
    stop.set()
    running.join(10)
    assert RAN.count("good") >= 2
    assert RAN.count("bad") >= 2
    assert not running.is_alive()
    assert clock.hold_lease(clock.LEASE, "the next")


@pytest.mark.django_db(transaction=True)
def test_a_rare_duty_that_failed_is_tried_again_soon(monkeypatch):
    monkeypatch.setattr(clock, "duties", lambda: [clock.Duty("bad", "Fail", 3600, f"{__name__}.bad")])
    monkeypatch.setattr(clock, "RETRY_SECONDS", 0.1)
    stop = threading.Event()
    running = threading.Thread(target=_run, args=(stop,))
    running.start()
    until = time.monotonic() + 10
    while RAN.count("bad") < 2 and time.monotonic() < until:
        time.sleep(0.05)
    stop.set()
    running.join(10)
    assert RAN.count("bad") >= 2


def _run(stop: threading.Event) -> None:
    try:
        clock.Clock(stop).run()
    finally:
        connection.close()


def test_the_command_stops_at_once_when_it_is_asked_to(tmp_path):
    root = Path(__file__).resolve().parents[2]
    environment = {
        "DATA_DIR": str(tmp_path),
        "SECRET_KEY": "x" * 60,
        "CORE_API_URL": "http://127.0.0.1:9/core/v2",
    }
    manage = [sys.executable, "manage.py"]
    subprocess.run([*manage, "migrate", "-v0"], cwd=root, env=environment, check=True)
    subprocess.run([*manage, "createcachetable"], cwd=root, env=environment, check=True)
    process = subprocess.Popen(
        [*manage, "clock"], cwd=root, env=environment, stderr=subprocess.PIPE, text=True
    )
    silent = threading.Timer(60, process.kill)  # ends the waiting for a line that never comes
    silent.start()
    try:
        assert any("clock works" in line for line in process.stderr)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    finally:
        silent.cancel()
        process.kill()
        process.stderr.close()
