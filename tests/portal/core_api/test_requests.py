"""What goes over the wire, and what never does."""

import json
import subprocess
import sys
import threading

import pytest

from portal.core_api.errors import CoreApiError
from portal.core_api.filters import F
from portal.core_api.transport import path_part
from tests.portal.core_api.conftest import TOKEN
from tests.portal.core_api.raw_server import reply
from tests.portal.core_api.samples import NUMBER, PARTNER, SID, number, page


def test_every_call_says_who_asks_and_for_whom(server, client):
    api = client(server.url, headers=lambda: {"X-Request-ID": "req-7", "X-Acting-User": "grace"})
    server.plays(reply(200, PARTNER))
    api.whoami()
    sent = server.requests[0].headers
    assert (sent["authorization"], sent["x-request-id"], sent["x-acting-user"]) == (
        f"Bearer {TOKEN}",
        "req-7",
        "grace",
    )
    assert sent["accept"] == "application/json"


def test_a_call_without_a_request_id_gets_one(server, api):
    server.plays(reply(200, PARTNER))
    api.whoami()
    api.whoami()
    first, second = (request.headers["x-request-id"] for request in server.requests)
    assert len(first) == 36
    assert first != second


def test_a_name_beyond_ascii_or_with_a_line_break_is_carried_harmlessly(server, client):
    api = client(server.url, headers=lambda: {"X-Acting-User": "Jörg Łukasz\r\nX-Evil: 1"})
    server.plays(reply(200, PARTNER))
    api.whoami()
    assert server.requests[0].headers["x-acting-user"] == "J%C3%B6rg %C5%81ukasz%0D%0AX-Evil: 1"
    assert "x-evil" not in server.requests[0].headers


def test_a_search_is_sent_as_the_documents_print_it(server, api):
    server.plays(reply(200, page([number("15162065573", partner_sid=None)], has_more=True)))
    found = api.phonenumbers.available(
        (F("state") == "NY") & F("phonenumber").like("%516%"), limit=1, order="phonenumber"
    )
    target = server.requests[0].target
    assert "filter=state+eq+%22NY%22+and+phonenumber+like+%22%25516%25%22" in target
    assert server.requests[0].query["order"] == ["phonenumber"]
    assert "include_external" not in server.requests[0].query
    assert (found.items[0].phonenumber, found.has_more, found.total) == ("15162065573", True, None)


def test_an_external_number_may_have_no_sid_yet(server, api):
    server.plays(reply(200, page([number("46501818082", did_sid=None, status=None)])))
    found = api.phonenumbers.available(F("country_code") == "SWE", include_external=True)
    assert found.items[0].did_sid == ""
    assert server.requests[0].query["include_external"] == ["true"]


def test_numbers_of_other_providers_cannot_be_paged(server, api):
    with pytest.raises(ValueError, match="without paging"):
        api.phonenumbers.available(F("country_code") == "SWE", include_external=True, offset=10)
    assert server.requests == []


@pytest.mark.parametrize("window", [{"limit": 0}, {"limit": 1001}, {"limit": 10**9}, {"offset": -1}])
def test_a_window_outside_of_the_documented_one_is_not_asked_for(server, api, window):
    with pytest.raises(ValueError, match=r"page|list"):
        api.phonenumbers.available(**window)
    assert server.requests == []


@pytest.mark.parametrize(
    "phonenumber", ["", None, "+15162065575", "516-206-5575", "05162065575", "123", "1" * 16, "1516206557٥"]
)
def test_a_rent_without_a_proper_number_is_never_sent(server, api, phonenumber):
    with pytest.raises(ValueError, match="A number is needed"):
        api.phonenumbers.rent(phonenumber)
    assert server.requests == []


def test_a_rent_carries_the_fields_it_is_given(server, api):
    server.plays(reply(200, NUMBER))
    api.phonenumbers.rent("15162065575", name="Support", attributes={"team": "north"})
    assert server.requests[0].json == {
        "phonenumber": "15162065575",
        "name": "Support",
        "attributes": {"team": "north"},
    }
    assert server.requests[0].query == {}


def test_an_external_rent_says_so(server, api):
    server.plays(reply(200, number("46501818082", status="pending_assignment")))
    assert api.phonenumbers.rent("46501818082", include_external=True).status == "pending_assignment"
    assert server.requests[0].query == {"include_external": ["true"]}


def test_fields_that_cannot_be_set_are_not_sent(server, api):
    with pytest.raises(ValueError, match="capabilities, price"):
        api.phonenumbers.rent("15162065575", price="0", capabilities=31)
    with pytest.raises(ValueError, match="status"):
        api.phonenumbers.update(SID, status="available")
    assert server.requests == []


def test_an_update_sends_only_what_is_touched(server, api):
    server.plays(reply(200, {**NUMBER, "name": "Support"}))
    assert api.phonenumbers.update(SID, name="Support", trunk_group_sid=None).name == "Support"
    request = server.requests[0]
    assert (request.method, request.path) == ("PATCH", f"/core/v2/phonenumber/dids/{SID}")
    assert request.json == {"name": "Support", "trunk_group_sid": None}
    assert request.headers["content-type"] == "application/json"


def test_an_update_may_replace_nested_objects(server, api):
    server.plays(reply(200, NUMBER))
    api.phonenumbers.update(SID, attributes={}, replace_nested=True)
    assert server.requests[0].query == {"nested_objects": ["replace"]}


def test_an_update_of_nothing_is_not_sent(server, api):
    with pytest.raises(ValueError, match="nothing to change"):
        api.phonenumbers.update(SID)
    assert server.requests == []


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("+15162065575", "%2B15162065575"),
        ("a/b?c#d e", "a%2Fb%3Fc%23d%20e"),
        ("é%2F", "%C3%A9%252F"),
        ("a\r\nb", "a%0D%0Ab"),
    ],
)
def test_a_path_part_cannot_leave_its_place(text, part):
    assert path_part(text) == part


@pytest.mark.parametrize("text", ["", ".", ".."])
def test_a_path_part_that_names_another_resource_is_refused(text):
    with pytest.raises(ValueError, match="part of a path"):
        path_part(text)


def test_an_escaped_part_arrives_as_it_was_escaped(server, api):
    sid = "../../oauth/tokens?x=1"
    server.plays(reply(200, {**NUMBER, "did_sid": sid}))
    api.phonenumbers.get(sid)
    assert server.requests[0].target == "/core/v2/phonenumber/dids/..%2F..%2Foauth%2Ftokens%3Fx%3D1"


@pytest.mark.parametrize(
    "url",
    ["", "api.example", "ftp://api.example", "http://", "http://user:secret@api.example", "http://a/?b=1"],
)
def test_an_address_that_cannot_be_right_is_refused_at_once(client, url):
    with pytest.raises(ValueError, match="address of the Core API"):
        client(url)


def test_connections_are_kept_and_shared_by_threads(server, client):
    api = client(server.url)
    server.plays(reply(200, PARTNER))
    failures = []

    def ask():
        for _ in range(10):
            try:
                api.whoami()
            except CoreApiError as error:
                failures.append(error)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(server.requests) == 80
    assert server.connections <= 8


def test_a_body_that_is_not_json_is_the_callers_mistake_and_never_sent(server, api):
    with pytest.raises(ValueError, match="JSON"):
        api.phonenumbers.update(SID, attributes={"x": float("nan")})
    assert server.requests == []


def test_the_client_needs_nothing_of_django():
    code = "import sys, portal.core_api; print([n for n in sys.modules if n.split('.')[0] == 'django'])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(shown.stdout.replace("'", '"')) == []
