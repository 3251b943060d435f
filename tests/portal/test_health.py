"""/healthz, /readyz, the pulse of the Core API and the status page."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from portal import health
from portal.models import Beat

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_pulse(monkeypatch):
    """Each test is a new process as far as the pulse is concerned."""
    monkeypatch.setattr(health, "_last_write", health._LastWrite())


def test_alive_is_plain(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert "no-store" in response["Cache-Control"]


def test_ready_when_database_and_cache_work(client):
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (200, {"ready": True, "reasons": []})


@pytest.mark.django_db(transaction=True)
def test_not_ready_without_a_cache(client):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE portal_cache RENAME TO portal_cache_away")
    try:
        response = client.get("/readyz")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE portal_cache_away RENAME TO portal_cache")
    assert response.status_code == 503
    assert response.json()["reasons"][0].startswith("Cache: not usable")


# --- the pulse -----------------------------------------------------------------------------------


def test_before_the_first_call_the_pulse_is_unknown():
    assert (health.pulse().state, health.pulse().words) == ("unknown", "Core API not asked yet")


def test_a_good_call_is_the_pulse():
    health.note_call(status=200, elapsed_ms=38.4, error="")
    assert (health.pulse().state, health.pulse().words) == ("ok", "Core API 38 ms")


@pytest.mark.parametrize("status", [404, 409, 422, 403])
def test_a_refusal_is_a_healthy_answer(status):
    health.note_call(status=status, elapsed_ms=20, error="NotFound")
    assert health.pulse().state == "ok"


@pytest.mark.parametrize("status", [None, 401, 500, 503])
def test_silence_refused_credentials_and_5xx_are_trouble(status):
    with time_machine.travel("2026-11-21T10:42:07Z", tick=False):
        health.note_call(status=status, elapsed_ms=20, error="Unavailable")
    assert (health.pulse().state, health.pulse().words) == ("trouble", "Core API in trouble")
    assert health.pulse().error_at == datetime(2026, 11, 21, 10, 42, 7, tzinfo=UTC)
    assert health.pulse().error == "Unavailable"


def test_a_slow_answer_is_said():
    health.note_call(status=200, elapsed_ms=4000, error="")
    assert health.pulse().state == "slow"


def test_only_what_somebody_waited_for_tells_how_quick_it_is():
    health.note_call(status=200, elapsed_ms=4000, error="", awaited=False)
    assert (health.pulse().state, health.pulse().words) == ("ok", "Core API answers")


def test_trouble_and_recovery_are_noticed_at_once():
    health.note_call(status=200, elapsed_ms=20, error="")
    health.note_call(status=None, elapsed_ms=20, error="Unavailable")
    assert health.pulse().state == "trouble"
    health.note_call(status=200, elapsed_ms=20, error="")
    assert health.pulse().state == "ok"


def test_trouble_is_dated_from_its_beginning(monkeypatch):
    with time_machine.travel("2026-11-21T10:42:07Z", tick=False) as clock:
        health.note_call(status=None, elapsed_ms=20, error="Unavailable")
        clock.shift(timedelta(minutes=9))
        monkeypatch.setattr(health, "_last_write", health._LastWrite())
        health.note_call(status=None, elapsed_ms=20, error="Unavailable")
    assert health.pulse().error_at == datetime(2026, 11, 21, 10, 42, 7, tzinfo=UTC)


def test_the_bar_tells_since_when_by_the_readers_clock(staff, visit):
    with time_machine.travel("2026-11-21T10:42:07Z", tick=False):
        health.note_call(status=None, elapsed_ms=20, error="Unavailable")
    page = visit(staff, "/audit/")
    assert "Core API in trouble since 10:42:07 UTC" in page.text
    assert page.all("time", datetime="2026-11-21T10:42:07+00:00")


def test_a_busy_portal_does_not_write_its_pulse_with_every_call(django_assert_num_queries):
    health.note_call(status=200, elapsed_ms=20, error="")
    with django_assert_num_queries(0):
        for _ in range(50):
            health.note_call(status=200, elapsed_ms=20, error="")


# --- the status page -----------------------------------------------------------------------------


def test_the_status_page_says_what_was_never_seen(staff, visit):
    page = visit(staff, "/status/")
    visit(staff, "/status/", queries=10)
    assert "Core API not asked yet" in page.text
    assert "Settle unanswered writes" in page.text
    assert "never seen" in page.text


def test_the_status_page_says_what_fails(staff, visit):
    Beat.objects.create(name="duty:sync_numbers", at=timezone.now(), ok=False, note="Unavailable: no answer")
    assert "Unavailable: no answer" in visit(staff, "/status/").text


def test_the_status_page_refreshes_a_piece(staff, visit):
    assert "<html" not in visit(staff, "/status/", htmx=True).html


def test_a_silent_clock_is_noticed():
    health.beat("clock")
    assert health.processes()[0].state == "ok"
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        assert health.processes()[0].state == "fail"
