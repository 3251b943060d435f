"""Steering: worlds of one's own, their clock and settings, numbers and calls, kept requests."""

import pytest
import requests

from tests.sandbox_server import start_sandbox


def steer(world, method, path="", json=None, **params):
    return requests.request(method, world.steering + path, json=json, params=params, timeout=30)


def test_worlds_have_the_same_numbers_and_different_secrets(sandbox):
    one, other = sandbox.world(), sandbox.world()

    def numbers(world):
        items = world.get("/phonenumber/available_dids", limit=1000, order="phonenumber").json()["items"]
        return [(item["phonenumber"], item["price"], item["capabilities"]) for item in items]

    assert numbers(one) == numbers(other)
    assert one.key != other.key
    for secret in ("token", "login", "password", "client_id", "client_secret", "partner_sid"):
        assert one.core[secret] != other.core[secret]
    assert one.number_api["auth_token"] != other.number_api["auth_token"]


def test_the_small_inventory_has_the_familiar_numbers(world):
    expected = {
        "15162065573": "0.6", "15162065575": "0.6", "15162065581": "0.6", "15162065604": "0.6",
        "15162065617": "0.6", "15162065622": "0.6", "15162065630": "0.95",
    }  # fmt: skip
    for number, price in expected.items():
        item = world.get("/phonenumber/available_dids", filter=f"phonenumber eq {number}").json()["items"][0]
        assert (item["price"], item["state"]) == (price, "NY")
    support = world.get("/phonenumber/dids", filter="phonenumber eq 12125550148").json()["items"][0]
    assert support["name"] == "Support"
    assert support["trunk_group_sid"]
    assert world.get("/phonenumber/dids", filter="phonenumber eq 14155550119").json()["count"] == 1


def test_an_empty_world_has_partners_and_no_numbers(sandbox):
    world = sandbox.world(inventory="empty")
    assert world.get("/phonenumber/available_dids").json()["count"] == 0
    assert world.get("/phonenumber/dids").json()["total"] == 0
    assert world.get("/oauth/whoami").status_code == 200


def test_a_world_can_be_looked_at_and_removed(sandbox):
    world = sandbox.world(name="Ann's")
    shown = steer(world, "GET").json()
    assert shown["core_api"] == world.core
    assert shown["settings"]["external_busy"] is False
    assert steer(world, "DELETE").status_code == 204
    assert steer(world, "GET").status_code == 404
    assert world.get("/oauth/whoami").status_code == 401


def test_the_default_world_cannot_be_removed(sandbox):
    assert requests.delete(f"{sandbox.url}/_sandbox/worlds/default", timeout=30).status_code == 409


def test_time_passes_when_told_and_only_forwards(world):
    before = steer(world, "GET").json()["now"]
    assert world.advance(86_400) > before
    assert steer(world, "POST", "/clock", {"advance_seconds": -1}).status_code == 400
    assert steer(world, "POST", "/clock", {"advance_seconds": "1"}).status_code == 400


def test_the_clocks_of_two_worlds_are_their_own(sandbox):
    one, other = sandbox.world(inventory="empty"), sandbox.world(inventory="empty")
    one.advance(10**8)
    assert steer(other, "GET").json()["now"] < steer(one, "GET").json()["now"]


@pytest.mark.parametrize(
    "settings",
    [
        {"colour": 1},
        {"external_busy": 1},
        {"aging_days": "7"},
        {"aging_days": -1},
        {"aging_days": True},
        {"scopes": "x"},
    ],
)
def test_settings_that_make_no_sense_are_refused(world, settings):
    answer = steer(world, "PATCH", json={"settings": settings})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == next(iter(settings))


def test_numbers_can_be_put_in_with_everything_that_matters(world):
    partner = next(each for each in world.get("/partners").json()["items"] if each["parent_sid"])
    added = world.add_numbers(
        {
            "phonenumber": "13055559001",
            "state": "FL",
            "locality": "MIAMI",
            "price": "1.25",
            "capabilities": 31,
        },
        {"phonenumber": "13055559002", "partner_sid": partner["partner_sid"]},
        {"phonenumber": "13055559003", "status": "assigned"},
        {"phonenumber": "13055559004", "status": "aging"},
    )
    assert [each["status"] for each in added] == ["available", "assigned", "assigned", "aging"]
    assert (added[0]["price"], added[0]["in_country_format"]) == ("1.25", "(305) 555-9001")
    assert added[1]["partner_sid"] == partner["partner_sid"]
    assert added[2]["partner_sid"] == world.core["partner_sid"]
    changed = world.add_numbers({"phonenumber": "13055559001", "price": "2"})
    assert (changed[0]["did_sid"], changed[0]["price"]) == (added[0]["did_sid"], "2")


@pytest.mark.parametrize(
    "number",
    [
        {},
        {"phonenumber": "+1305"},
        {"phonenumber": "13055559001", "colour": 1},
        {"phonenumber": "13055559001", "price": "x"},
        {"phonenumber": "13055559001", "capabilities": "7"},
        {"phonenumber": "13055559001", "partner_sid": "nobody"},
    ],
)
def test_numbers_that_make_no_sense_are_refused(world, number):
    assert steer(world, "POST", "/numbers", [number]).status_code in (400, 404)
    assert world.get("/phonenumber/available_dids", filter="phonenumber eq 13055559001").json()["count"] == 0


def test_calls_can_be_put_in(world):
    sids = world.add_calls(
        {"phonenumber": "12125550148"},
        {
            "phonenumber": "12125550148",
            "date_start": "2026-01-05T10:00:00Z",
            "duration": 12.5,
            "direction": "outbound",
        },
    )
    assert len(set(sids)) == 2
    assert steer(world, "POST", "/calls", [{"phonenumber": "19999999999"}]).status_code == 404


def test_requests_are_kept_with_who_and_what(world):
    headers = {"X-Request-ID": "r-1", "X-Acting-User": "ann"}
    world.request("GET", "/phonenumber/available_dids?limit=1", headers=headers)
    world.post("/phonenumber/dids", {"phonenumber": "nope"})
    kept = world.requests()
    assert [(each["method"], each["status"]) for each in kept] == [("GET", 200), ("POST", 400)]
    assert kept[0]["path"] == "/core/v2/phonenumber/available_dids"
    assert (kept[0]["query"], kept[0]["request_id"], kept[0]["acting_user"]) == ("limit=1", "r-1", "ann")
    assert [each["method"] for each in world.requests(method="post")] == ["POST"]
    assert len(world.requests(path="available_dids$")) == 1
    world.forget_requests()
    assert world.requests() == []


def test_requests_without_the_right_and_token_requests_are_kept_too(world):
    world.set(scopes=[])
    world.get("/countries")
    form = {"client_id": world.core["client_id"], "grant_type": "password"}
    requests.post(f"{world.core['url']}/oauth/token", data=form, timeout=30)
    assert [each["status"] for each in world.requests()] == [403, 400]


def test_an_unknown_world_or_path_or_method_is_refused(sandbox, world):
    assert requests.get(f"{sandbox.url}/_sandbox/worlds/nope", timeout=30).status_code == 404
    assert requests.get(f"{sandbox.url}/_sandbox/nope", timeout=30).status_code == 404
    assert steer(world, "PUT").status_code == 405


def test_without_the_switch_nothing_can_be_steered(tmp_path):
    server = start_sandbox(tmp_path, control=False, inventory="empty")
    try:
        for path in ("/_sandbox/worlds", "/_sandbox/worlds/default", "/_sandbox/worlds/default/faults"):
            assert requests.get(server.url + path, timeout=30).status_code == 404
            assert requests.post(server.url + path, json={}, timeout=30).status_code == 404
        assert requests.get(f"{server.url}/core/v2/countries", timeout=30).status_code == 401
    finally:
        server.stop()
