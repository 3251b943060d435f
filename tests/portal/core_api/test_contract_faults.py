"""What the client says after trouble, beside what really happened, in a server that keeps its own books."""

import time

import pytest

from portal.core_api.errors import (
    BadAnswer,
    CredentialsRefused,
    OutcomeUnknown,
    Rejected,
    Unavailable,
)

FREE = "15162065575"
RENTING = r"/phonenumber/dids$"


@pytest.fixture
def core(world, client):
    return client(world.core["url"], token=world.core["token"], read_timeout=1.5, deadline=3)


AFTER_IT_HAPPENED = {
    "reset": {"kind": "reset", "when": "after"},
    "delay": {"kind": "delay", "when": "after", "seconds": 4},
    "500": {"kind": "status", "status": 500, "commit": True, "body": {"message": "oops", "errors": None}},
    "502 html": {
        "kind": "status",
        "status": 502,
        "commit": True,
        "body": "<html>",
        "content_type": "text/html",
    },
    "truncated": {"kind": "truncate", "bytes": 40},
    "drip": {"kind": "drip", "seconds": 8},
    "drip with headers": {"kind": "drip", "seconds": 8, "headers_too": True},
}
BEFORE_IT_HAPPENED = {
    "reset": {"kind": "reset", "when": "before"},
    "503": {"kind": "status", "status": 503},
    "html": {"kind": "body", "body": "<html>welcome</html>", "content_type": "text/html"},
}


def rents_the_world_saw(world):
    """The sandbox books a request when it is through with it, delays included."""
    patience = time.monotonic() + 6
    while not (seen := world.requests("POST", RENTING)) and time.monotonic() < patience:
        time.sleep(0.1)
    return len(seen)


def plant(world, method, path, fault, **more):
    fault = {**fault, **more}
    world.fault(method, path, fault.pop("kind"), **fault)


@pytest.mark.parametrize("fault", AFTER_IT_HAPPENED.values(), ids=AFTER_IT_HAPPENED)
def test_a_rent_that_happened_is_unknown_and_then_found(core, world, fault):
    plant(world, "POST", RENTING, fault)
    started = time.monotonic()
    with pytest.raises(OutcomeUnknown):
        core.phonenumbers.rent(FREE)
    assert time.monotonic() - started < 3.5
    assert core.phonenumbers.find(FREE).status == "assigned"
    assert rents_the_world_saw(world) == 1


@pytest.mark.parametrize("fault", BEFORE_IT_HAPPENED.values(), ids=BEFORE_IT_HAPPENED)
def test_a_rent_that_did_not_happen_is_unknown_and_then_not_found(core, world, fault):
    plant(world, "POST", RENTING, fault)
    with pytest.raises(OutcomeUnknown):
        core.phonenumbers.rent(FREE)
    assert core.phonenumbers.find(FREE) is None
    assert len(world.requests("POST", RENTING)) == 1


def test_a_refusal_is_never_unknown(core, world):
    world.fault("POST", RENTING, "status", status=409, body={"message": "conflict", "errors": []})
    with pytest.raises(Rejected):
        core.phonenumbers.rent(FREE)
    world.fault("POST", RENTING, "status", status=401, body={"message": "authentication required"})
    with pytest.raises(CredentialsRefused):
        core.phonenumbers.rent(FREE)


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "reset", "when": "before"},
        {"kind": "status", "status": 500},
        {"kind": "truncate", "bytes": 20},
    ],
    ids=["reset", "500", "truncated"],
)
def test_a_read_gets_over_trouble_that_passes(core, world, fault):
    plant(world, "GET", "/phonenumber/dids", fault, times=2)
    assert core.phonenumbers.find("12125550148").name == "Support"
    assert len(world.requests("GET", "/phonenumber/dids")) == 3


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"kind": "status", "status": 503}, Unavailable),
        ({"kind": "reset", "when": "before"}, Unavailable),
        ({"kind": "drip", "seconds": 20}, Unavailable),
        ({"kind": "truncate", "bytes": 20}, BadAnswer),
        ({"kind": "body", "body": "<html></html>", "content_type": "text/html"}, BadAnswer),
    ],
    ids=["503", "reset", "drip", "truncated", "html"],
)
def test_a_read_gives_up_on_trouble_that_stays(core, world, fault, error):
    plant(world, "GET", "/oauth/whoami", fault, times=9)
    started = time.monotonic()
    with pytest.raises(error):
        core.whoami()
    assert time.monotonic() - started < 3.5
