"""Hostile and broken input: always a documented refusal, never a 500, never a trace."""

import json

import pytest
import requests

DIDS = "/phonenumber/dids"


def send(world, body, path=DIDS, method="POST"):
    return world.request(method, path, data=body, headers={"Content-Type": "application/json"})


def is_envelope(answer):
    body = answer.json()
    return set(body) in ({"message", "errors"}, {"body", "status"})


def refused(answer, status=400):
    return answer.status_code == status and is_envelope(answer) and "Traceback" not in answer.text


@pytest.mark.parametrize(
    "body",
    [
        b'{"name": "nul \\u0000 inside"}',
        b'{"attributes": {"nul \\u0000 key": 1}}',
        b'{"name": "half a pair \\ud800"}',
        b'{"attributes": {"n": 1e999}}',
        b'{"attributes": {"n": ' + b"9" * 30 + b"}}",
        b'{"attributes": {"n": ' + b"9" * 5000 + b"}}",
        b'{"attributes": ' + b'{"a":' * 50 + b"1" + b"}" * 50 + b"}",
        b'{"attributes": ' + b'{"a":' * 5000 + b"1" + b"}" * 5000 + b"}",
        b'{"transformations": ' + b"[" * 500 + b"]" * 500 + b"}",
        b'{"name": "x"} trailing',
        b"\xef\xbb\xbfnot json",
        b"[]",
        b"null",
        b'"text"',
        b"12",
    ],
)
def test_bodies_that_cannot_be_kept_are_refused(world, body):
    assert refused(send(world, body))
    did = world.rent("15162065575")
    assert refused(send(world, body, f"{DIDS}/{did['did_sid']}", "PATCH"))


def test_a_body_over_a_megabyte_is_refused(world):
    big = json.dumps({"attributes": {"a": "x" * (1024 * 1024)}}).encode()
    assert refused(send(world, big))
    assert refused(send(world, iter([big])))  # chunked, without a length


def test_ten_megabytes_of_json_are_refused(world):
    assert refused(send(world, b'{"a":"' + b"x" * (10 * 1024 * 1024) + b'"}'))


def test_a_chunked_body_of_a_fair_size_is_read(world):
    assert send(world, iter([b'{"phonenumber":', b'"15162065575"}'])).status_code == 200


@pytest.mark.parametrize(
    "value", ["%00", "%ff", "%ed%a0%80", "a%00b", "%F0%9F%98%80", "'", '"', "%25s", "{0}", "%0A"]
)
@pytest.mark.parametrize(
    "place", ["filter=name+eq+X", "order=X", "include_fields=X", "limit=X", "group_by=X"]
)
def test_odd_characters_in_a_query_are_no_event(world, value, place):
    for path in ("/phonenumber/available_dids", "/phonenumber/coverage", DIDS, "/partners"):
        answer = world.request("GET", f"{path}?{place.replace('X', value)}")
        assert answer.status_code in (200, 400)
        assert answer.status_code == 200 or is_envelope(answer)


@pytest.mark.parametrize(
    "sid", ["%00", "%ff", "..", "x" * 2000, "%F0%9F%98%80", "' or 1=1 --", "%2e%2e", "a%2Fb"]
)
def test_odd_identifiers_are_not_found(world, sid):
    for path in (
        f"{DIDS}/{sid}",
        f"/phonenumber/available_dids/{sid}",
        f"/partners/{sid}",
        f"/trunk_groups/{sid}",
    ):
        for method in ("GET", "PATCH", "DELETE"):
            answer = world.request(method, path, json={} if method == "PATCH" else None)
            assert answer.status_code in (200, 400, 404, 405), (method, path, answer.text)
            assert answer.status_code == 200 or is_envelope(answer)


def test_a_query_of_unreasonable_size_is_refused(world):
    assert refused(world.request("GET", f"/phonenumber/available_dids?filter={'x' * 10_240}"))
    assert refused(world.request("GET", f"/phonenumber/available_dids?x={'y' * 60_000}"))


def test_a_query_of_many_parameters_is_no_event(world):
    query = "&".join(f"p{n}=1" for n in range(1500))
    assert world.request("GET", f"/countries?{query}").status_code in (200, 400)


def test_repeated_parameters_are_no_event(world):
    assert world.request("GET", "/countries?limit=1&limit=2").status_code == 200


@pytest.mark.parametrize("text", ["9223372036854775807", "9223372036854775808", "-9223372036854775809"])
def test_integers_at_the_edge_of_the_database_are_no_event(world, text):
    for attribute in ("capabilities", "price"):
        answer = world.get("/phonenumber/available_dids", filter=f"{attribute} gt {text}")
        assert answer.status_code in (200, 400)


@pytest.mark.parametrize(
    "text", ["0001-01-01", "9999-12-31T23:59:59+00:00", "9999-12-31T23:59:59-23:00", "2020-13-01"]
)
def test_dates_at_the_edge_of_the_calendar_are_no_event(world, text):
    assert world.get("/partners", filter=f"date_created gt {text}").status_code in (200, 400)


def test_odd_bytes_in_a_form_are_refused(world):
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    for body in (
        b"client_id=%00&client_secret=%00&grant_type=password",
        b"client_id=%ff&client_secret=a",
        b"&&&=",
        b"\xff",
    ):
        answer = requests.post(f"{world.core['url']}/oauth/token", data=body, headers=headers, timeout=30)
        assert answer.status_code in (400, 401)
        assert is_envelope(answer)


def test_nothing_of_this_made_the_server_stumble(sandbox):
    """Runs last in this file: the server writes a line only for what nobody foresaw."""
    assert "Traceback" not in sandbox.output()
