"""What the Phone Number API says to what it cannot use, and how it describes itself."""

import json

import pytest
import requests

from tests.sandbox.number_accounts import master_of


@pytest.fixture
def master(world):
    return master_of(world)


def test_paths_that_lead_nowhere_are_told_in_this_protocols_words(master):
    for path in ("/nowhere", "/", "/Account/{me}", "/Account/{me}/numbers/search/x/y"):
        answer = master.get(path)
        assert (answer.status_code, answer.json()["error"]) == (404, "not_found")


def test_methods_that_are_none_say_which_are(master):
    answer = master.request("PATCH", "/Account/{me}/numbers")
    assert (answer.status_code, answer.json()["error"], answer.headers["Allow"]) == (
        405,
        "method_not_allowed",
        "GET",
    )


def test_oversized_and_odd_requests_are_refused(master):
    path = "/accounts/{me}/sub-accounts"
    deep = "[" * 5000 + "]" * 5000
    bodies = [
        b"x" * (10 * 1024 * 1024),
        deep.encode(),
        b'{"name": "\\ud800"}',
        b'{"name": 1e999}',
        b"\xff\xfe",
    ]
    for body in bodies:
        answer = master.request("POST", path, data=body)
        assert answer.status_code in (400, 422), body[:20]
        assert answer.json().keys() >= {"error"}
    for url in ("/Account/{me}/numbers?search=%00", "/Account/{me}/numbers?search=" + "1" * 20_000):
        assert master.request("GET", url).status_code == 400
    assert master.get("/Account/{me}/numbers/%00/health").status_code == 400


@pytest.mark.parametrize("number", ["+", "++1516", "1516x", "%25", "'%20or%201=1", "९८७६५४३२१", "1" * 200])
def test_no_text_in_a_path_is_too_odd_for_a_number(master, number):
    for method, name in (
        ("GET", "/health"), ("DELETE", ""), ("POST", "/cancel-release"), ("DELETE", "/assign-subaccount"),
        ("DELETE", "/assign"), ("DELETE", "/application"),
    ):  # fmt: skip
        answer = master.request(method, f"/Account/{{me}}/numbers/{number}{name}")
        assert answer.status_code == 404, (method, name, answer.text)
    assert master.get(f"/Account/{{me}}/numbers/{number}/assignment-audit").json()["items"] == []


def test_the_request_id_comes_back(master):
    answer = master.request("GET", "/Account/{me}/numbers?page=x", headers={"X-Request-ID": "mine"})
    assert answer.headers["X-Request-ID"] == answer.json()["requestId"] == "mine"


def test_planted_faults_find_this_protocol_too(world, master):
    world.fault("GET", "/numbers", "status", status=503)
    assert master.get("/Account/{me}/numbers").status_code == 503
    assert master.get("/Account/{me}/numbers").status_code == 200
    assert world.requests("GET", "/Account/")[0]["status"] == 503


def test_it_describes_itself_with_closed_objects(master):
    document = requests.get(master.url + "/openapi.json", timeout=30).json()
    operations = {each["operationId"] for path in document["paths"].values() for each in path.values()}
    assert operations >= {
        "list_account_numbers",
        "assign_subaccount",
        "unassign_subaccount",
        "create_sub_account",
    }
    schemas = document["components"]["schemas"]
    for name in ("AccountNumber", "InventoryNumber", "SubAccountObject", "CoolOff"):
        assert schemas[name]["additionalProperties"] is False
    assert json.dumps(document).count("X-Auth-ID")


# --- what the guide to this API lists as its operations -------------------------------------------------


def headers(account):
    return {
        "X-Auth-ID": account.auth_id,
        "X-Auth-Token": account.auth_token,
        "Content-Type": "application/json",
    }


def test_each_operation_of_the_guide_works_with_the_headers_it_requires(world, master):
    sub = master.new_sub_account()
    base = f"{master.url}/account/{master.auth_id}"

    def ask(method, path, **options):
        return requests.request(method, base + path, headers=headers(master), timeout=30, **options)

    assert ask("GET", "/numbers?page=1&per_page=25&include_subaccounts=true").status_code == 200
    listed = ask("GET", "/inventory/numbers?page=1&per_page=25").json()["items"]
    number = next(item["e164"] for item in listed if item["e164"].startswith("+1"))
    assert ask("POST", "/numbers/purchase-from-inventory", json={"e164": number}).status_code == 200
    assert (
        ask("POST", f"/numbers/{number}/assign-subaccount", json={"sub_account_id": sub.auth_id}).status_code
        == 204
    )
    assert ask("DELETE", f"/numbers/{number}/assign-subaccount").status_code == 204
    assert ask("DELETE", f"/numbers/{number}").status_code == 200
