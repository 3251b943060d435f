"""Hostile input to partners, tokens, logins and batch tasks: refused as documented, never a 500."""

import pytest

from tests.sandbox.accounts import client, make_partner
from tests.sandbox.test_bad_input import is_envelope, send

ONES = (
    "/partners/{}",
    "/partners/{}/billing_method",
    "/oauth/tokens/{}",
    "/oauth/logins/{}",
    "/batch/tasks/{}",
)
ODD_VALUES = ("\x00", b"\xed\xa0\x80", b"\xff", "x" * 5000, "%s{0}")
ODD_QUERIES = (
    "filter=name+eq+%22%27%3B--",
    "filter=id+gt+1",
    "order=password",
    "limit=-1",
    "offset=99999999999",
    "filter=password+like+%25%25",
)
BODIES = (
    b'{"name": "nul \\u0000 inside"}',
    b'{"name": "half a pair \\ud800"}',
    b'{"attributes": ' + b'{"a":' * 5000 + b"1" + b"}" * 5000 + b"}",
    b'{"attributes": {"n": 1e999}}',
    b'{"attributes": ' + b"[" * 40 + b"]" * 40 + b"}",
    b"[]",
    b"null",
    b'"text"',
    b"{",
    b"",
)


@pytest.mark.parametrize("sid", ["%00", "%ff", "x" * 2000, "%F0%9F%98%80", "' or 1=1 --", "a%2Fb", "{0}%25s"])
def test_odd_identifiers_are_not_found(world, sid):
    for path in ONES:
        for method in ("GET", "PATCH", "PUT", "DELETE"):
            body = {} if method in ("PATCH", "PUT") else None
            answer = world.request(method, path.format(sid), json=body)
            assert answer.status_code in (400, 404, 405), (method, path, answer.text)
            assert is_envelope(answer)


@pytest.mark.parametrize("body", BODIES)
def test_bodies_that_cannot_be_kept_are_refused(world, body):
    sid = make_partner(world)["partner_sid"]
    places = (
        ("POST", "/partners"),
        ("PATCH", f"/partners/{sid}"),
        ("POST", f"/partners/{sid}/billing_method"),
        ("POST", "/oauth/logins"),
        ("POST", "/batch/tasks"),
    )
    for method, path in places:
        answer = send(world, body, path, method)
        assert answer.status_code in (400, 422), (method, path, answer.text)
        assert is_envelope(answer)


def test_a_task_of_ten_megabytes_is_refused(world):
    body = b'{"method":"DELETE","entries":["' + b"1" * (10 * 1024 * 1024) + b'"]}'
    answer = send(world, body, "/batch/tasks")
    assert answer.status_code == 400
    assert is_envelope(answer)


@pytest.mark.parametrize("value", ODD_VALUES)
def test_odd_values_in_forms_are_refused(world, value):
    read = {
        "/oauth/revoke": ("token", "client_id", "client_secret"),
        f"/oauth/token/{world.core['partner_sid']}": ("scope", "client_id", "client_secret"),
    }
    for path, names in read.items():
        for name in names:
            answer = world.request("POST", path, data={**client(world), name: value})
            assert answer.status_code in (400, 401, 404, 422), (path, name, answer.text)
            assert is_envelope(answer)


@pytest.mark.parametrize(
    "path", ["/partners", "/oauth/tokens", "/oauth/logins", "/batch/tasks", "/admin/partners"]
)
@pytest.mark.parametrize("query", ODD_QUERIES)
def test_odd_queries_are_refused_or_empty(world, path, query):
    answer = world.request("GET", f"{path}?{query}")
    assert answer.status_code in (400, 403), answer.text
    assert is_envelope(answer)


def test_nothing_of_this_made_the_server_stumble(sandbox):
    """Runs last in this file: the server writes a line only for what nobody foresaw."""
    assert "Traceback" not in sandbox.output()
