"""A read is tried again within bounds; a write never."""

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from portal.core_api.errors import BadAnswer, CredentialsRefused, OutcomeUnknown, Unavailable
from tests.portal.core_api.raw_server import hang_up, raw, reply, reset, silence
from tests.portal.core_api.samples import NUMBER, PARTNER, envelope

GOOD = reply(200, PARTNER)


def late(play, seconds):
    return lambda line: line.rest(seconds) or play(line)


@pytest.mark.parametrize(
    "trouble",
    [
        reply(500, envelope("internal server error")),
        reply(502, b"<html>bad gateway</html>"),
        reply(503),
        reply(429, {"error": "rate_limit"}),
        reply(408),
        reset(),
        hang_up(),
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{", then_close=True),
        raw(b"no http at all\r\n\r\n", then_close=True),
    ],
    ids=["500", "502 html", "503", "429", "408", "reset", "hang up", "cut short", "not http"],
)
def test_a_read_survives_trouble_that_passes(server, api, trouble):
    server.plays(trouble, trouble, GOOD)
    assert api.whoami().name == "CarrierX Main"
    assert len(server.requests) == 3


def test_a_read_is_tried_three_times_and_then_unavailable(server, api):
    server.plays(reply(500))
    with pytest.raises(Unavailable, match="Nothing was changed") as caught:
        api.whoami()
    assert len(server.requests) == 3
    assert caught.value.status == 500


def test_a_read_that_is_always_cut_short_is_a_bad_answer(server, api):
    server.plays(raw(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{", then_close=True))
    with pytest.raises(BadAnswer, match="cut short"):
        api.whoami()
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("answer", "error"), [(reply(401), CredentialsRefused), (reply(200, b"<html>hello</html>"), BadAnswer)]
)
def test_a_definite_answer_is_not_asked_for_again(server, api, answer, error):
    server.plays(answer)
    with pytest.raises(error):
        api.whoami()
    assert len(server.requests) == 1


@pytest.mark.parametrize("trouble", [reply(500), reply(503, headers={"Retry-After": 0}), reset(), hang_up()])
def test_a_write_is_sent_once(server, api, trouble):
    server.plays(trouble, reply(200, NUMBER))
    with pytest.raises(OutcomeUnknown):
        api.phonenumbers.rent("15162065575")
    assert len(server.requests) == 1
    assert api.phonenumbers.rent("15162065575").phonenumber == "15162065575"
    assert len(server.requests) == 2


# A pause that was read as a longer one would pass the deadline, and so end in `Unavailable`.


def test_retry_after_is_honoured(server, client, monkeypatch):
    monkeypatch.setattr("portal.core_api.transport.LONGEST_PAUSE", 60)
    api = client(server.url, deadline=10)
    server.plays(reply(503, headers={"Retry-After": 1}), GOOD)
    started = time.monotonic()
    api.whoami()
    assert time.monotonic() - started > 0.95


def test_retry_after_as_a_date_is_honoured(server, client, monkeypatch):
    monkeypatch.setattr("portal.core_api.transport.LONGEST_PAUSE", 60)
    api = client(server.url, deadline=10)
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=3), usegmt=True)
    server.plays(reply(503, headers={"Retry-After": soon}), GOOD)
    started = time.monotonic()
    api.whoami()
    assert time.monotonic() - started > 0.5  # by itself it pauses for 0.2 seconds at most


def test_retry_after_is_honoured_up_to_a_cap(server, client, monkeypatch):
    monkeypatch.setattr("portal.core_api.transport.LONGEST_PAUSE", 0.3)
    api = client(server.url, deadline=10)
    server.plays(reply(503, headers={"Retry-After": 3600}), GOOD)
    started = time.monotonic()
    api.whoami()
    assert time.monotonic() - started > 0.25


def test_a_pause_that_would_pass_the_deadline_is_not_begun(server, client, monkeypatch):
    monkeypatch.setattr("portal.core_api.transport.LONGEST_PAUSE", 60)
    api = client(server.url, deadline=10)
    server.plays(reply(503, headers={"Retry-After": 20}))
    started = time.monotonic()
    with pytest.raises(Unavailable):
        api.whoami()
    assert time.monotonic() - started < 5
    assert len(server.requests) == 1


@pytest.mark.parametrize("header", ["soon", "-1", "", "9" * 400])
def test_a_retry_after_that_makes_no_sense_does_no_harm(server, client, monkeypatch, header):
    monkeypatch.setattr("portal.core_api.transport.LONGEST_PAUSE", 0.2)
    api = client(server.url)
    server.plays(reply(503, headers={"Retry-After": header}), GOOD)
    assert api.whoami().name == "CarrierX Main"


def test_each_attempt_is_told_to_the_listener(server, client):
    calls = []
    api = client(server.url, on_call=calls.append, headers=lambda: {"X-Request-ID": "req-1"})
    server.plays(late(reply(500), 0.5), reset(), GOOD)
    api.whoami()
    assert [(call.attempt, call.status, call.error) for call in calls] == [
        (1, 500, "Unavailable"),
        (2, None, "Unavailable"),
        (3, 200, None),
    ]
    assert {(call.method, call.path, call.request_id) for call in calls} == {
        ("GET", "/oauth/whoami", "req-1")
    }
    first, *_, last = (call.elapsed_ms for call in calls)
    assert 450 < first < 5000  # milliseconds of this attempt
    assert last < first  # and not of the whole call


def test_a_silent_server_costs_one_read_timeout_per_attempt(server, client):
    api = client(server.url, read_timeout=0.5, deadline=10)
    server.plays(silence(), silence(), GOOD)
    assert api.whoami().name == "CarrierX Main"  # one silence for as long as the deadline ends the call
    assert len(server.requests) == 3
