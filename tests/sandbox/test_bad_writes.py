"""Hostile and broken bodies to everything that can be written: a documented refusal, and nothing done."""

import json

import pytest

from tests.sandbox.test_bad_input import refused, send

CREATE = {
    "/phonenumber/external_dids": {
        "phonenumber": "12059051025",
        "capabilities": 3,
        "underlying_carrier_sid": "c",
    },
    "/phonenumber/did_groups": {},
    "/phonenumber/prefixes": {"prefix": "1516"},
    "/phonenumber/lrn_prefixes": {"prefix": "1516"},
    "/trunk_groups": {},
    "/endpoints": {"type": "third_party", "addresses": [{"ip": "1.1.2.13"}]},
    "/accesscontrol/rules": {"field": "to", "quantifier": "any", "entries": ["1"], "operation": "prefix"},
}


def hostile(body):
    """`body` with something in it that must not get through."""
    yield {**body, "name": "nul \x00 inside"}
    yield {**body, "name": "half a pair \ud800"}
    yield {**body, "name": 7}
    yield {**body, "name": ["x"]}
    yield {**body, "name": "x" * 100_000}
    yield {**body, "x" * 10_000: 1}
    yield {**body, "'; DROP TABLE sandbox_did; --": "%s%n{0}"}
    yield {**body, "partner": json.loads("[" * 50 + "]" * 50)}
    yield [body]
    yield None


@pytest.fixture(params=CREATE)
def everything(request):
    return request.param


@pytest.fixture
def one(world, everything):
    """The path of an object that is there."""
    made = world.post(everything, CREATE[everything]).json()
    sids = [value for name, value in made.items() if name.endswith("_sid") and name != "partner_sid"]
    found = [f"{everything}/{sid}" for sid in sids if sid]
    return next(path for path in found if world.get(path).status_code == 200)


def test_hostile_bodies_make_nothing(world, everything):
    before = world.get(everything).json()["total"]
    for body in hostile(CREATE[everything]):
        assert refused(send(world, json.dumps(body).encode(), everything)), body
    assert world.get(everything).json()["total"] == before


def test_hostile_bodies_change_nothing(world, one):
    before = world.get(one).json()
    for method in ("PATCH", "PUT"):
        for body in hostile({}):
            assert refused(send(world, json.dumps(body).encode(), one, method)), body
    assert world.get(one).json() == before


def test_bodies_that_are_no_json_or_say_so_wrongly_are_refused(world, everything, one):
    for method, path in (("POST", everything), ("PATCH", one), ("PUT", one)):
        assert refused(send(world, b"{", path, method))
        assert refused(send(world, b"", path, method))
        answer = world.request(method, path, data=b"{}", headers={"Content-Type": "text/plain"})
        assert refused(answer, 415)


def test_a_body_of_two_megabytes_is_refused(world, everything):
    assert refused(send(world, b'{"name":"' + b"x" * (2 * 1024 * 1024) + b'"}', everything))


@pytest.mark.parametrize("sid", ["%00", "%ff", "..", "x" * 2000, "' or 1=1 --", "a%2Fb", "null"])
def test_odd_identifiers_are_not_found(world, everything, sid):
    for method in ("GET", "PATCH", "PUT", "DELETE"):
        answer = world.request(method, f"{everything}/{sid}", json={})
        assert answer.status_code in (400, 404, 405), (method, answer.text)
        assert "Traceback" not in answer.text


def test_numbers_too_large_for_a_column_are_refused(world):
    for path, field in (("/trunk_groups", "hard_failure_interval"), ("/endpoints", "capacity")):
        for value in (2**31, 2**63 - 1, 2**63, -1, 1e300):
            body = {**CREATE[path], field: value}
            assert refused(send(world, json.dumps(body).encode(), path))


def test_filters_of_any_kind_are_no_event(world, everything, one):
    names = world.get(one).json()
    for name in names:
        for value in ('"x"', "null", "1", "true", '"%"', '"\'; --"'):
            for operator in ("eq", "ne", "gt", "like", "in"):
                text = f"{name} in ({value})" if operator == "in" else f"{name} {operator} {value}"
                answer = world.get(everything, filter=text)
                assert answer.status_code in (200, 400), (text, answer.text)


def test_nothing_of_this_made_the_server_stumble(sandbox):
    """Runs last in this file."""
    assert "Traceback" not in sandbox.output()
