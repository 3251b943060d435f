"""A silent upstream takes neither every thread nor everybody's patience."""

import threading
import time

import pytest
from django.core.cache import cache

from numbers.services.search import Query, search
from portal import gate
from portal.core_api.errors import NotSent, Unavailable
from portal.sentences import sentence, status_for
from portal.upstream import core_api, number_api


@pytest.fixture(autouse=True)
def empty_cache(db):
    cache.clear()


@pytest.fixture
def silent(upstream, settings):
    """An upstream that leaves the next search without an answer for longer than we wait."""
    settings.UPSTREAM_READ_TIMEOUT = settings.UPSTREAM_DEADLINE = 1.2
    upstream.fault("GET", "available_dids", "delay", seconds=2.5, when="before")
    return upstream


@pytest.fixture
def long_rest(monkeypatch):
    """However slow this machine is, the rest is not over before the test."""
    monkeypatch.setattr(gate, "REST_SECONDS", 60)


def test_after_a_read_without_an_answer_nobody_waits_for_the_next_few_seconds(silent, long_rest):
    assert "did not answer" in search(Query(npa="516")).trouble
    assert "did not answer" in search(Query(npa="212")).trouble
    assert not [each for each in silent.requests() if "212" in each["query"]]


def test_the_phone_number_api_is_given_the_same_rest(upstream, settings, long_rest):
    settings.UPSTREAM_READ_TIMEOUT = settings.UPSTREAM_DEADLINE = 1.2
    fault = upstream.fault("GET", "sub-accounts", "delay", seconds=2.5, when="before", times=2)
    api = number_api()
    for _ in range(2):
        with pytest.raises(Unavailable, match="did not answer"):
            api.sub_accounts.list()
    assert upstream.left(fault) == 1  # the second was not sent
    assert core_api().whoami()


def test_a_few_seconds_later_it_is_asked_again(silent, monkeypatch):
    monkeypatch.setattr(gate, "REST_SECONDS", 0.2)
    search(Query(npa="516"))
    time.sleep(0.3)
    assert search(Query(npa="212")).offers


def test_a_refusal_makes_nobody_wait(upstream):
    upstream.fault("GET", "available_dids", "status", status=500, times=3)
    assert search(Query(npa="516")).trouble
    assert search(Query(npa="212")).offers


@pytest.mark.parametrize(("method", "kind"), [("GET", Unavailable), ("POST", NotSent)])
def test_when_all_places_are_taken_it_is_said_and_nothing_is_sent(settings, monkeypatch, method, kind):
    monkeypatch.setattr(gate, "WRITE_PATIENCE", 0.1)
    settings.UPSTREAM_PLACES = 1
    inside, leave = threading.Event(), threading.Event()

    def stay() -> None:
        with gate.place():
            inside.set()
            leave.wait(10)

    thread = threading.Thread(target=stay)
    thread.start()
    inside.wait(10)
    with pytest.raises(kind) as caught, gate.Gate("The Core API").passing(method):
        raise AssertionError("there was no place")
    leave.set()
    thread.join()
    assert "Nothing was changed" in sentence(caught.value)
    assert status_for(caught.value) == 503
    with gate.Gate("The Core API").passing(method):
        pass
