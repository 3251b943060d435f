"""Planted faults: each kind, how often, before and after the write."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

NUMBER = "15162065575"


def order(world, **options):
    return world.post("/phonenumber/dids", {"phonenumber": NUMBER}, **options)


def is_ours(world):
    return world.get("/phonenumber/dids", filter=f"phonenumber eq {NUMBER}").json()["count"] == 1


def test_a_status_instead_of_the_handler(world):
    world.fault(
        "POST", "/phonenumber/dids$", "status", status=503, body={"down": True}, headers={"Retry-After": "7"}
    )
    answer = order(world)
    assert (answer.status_code, answer.json(), answer.headers["Retry-After"]) == (503, {"down": True}, "7")
    assert not is_ours(world)


def test_a_status_after_the_handler_committed(world):
    world.fault("POST", "/phonenumber/dids$", "status", status=500, commit=True)
    assert order(world).status_code == 500
    assert is_ours(world)


def test_text_that_is_no_json_with_its_content_type(world):
    world.fault("GET", "available_dids", "body", body="<html>maintenance</html>", content_type="text/html")
    answer = world.get("/phonenumber/available_dids")
    assert (answer.status_code, answer.text) == (200, "<html>maintenance</html>")
    assert answer.headers["Content-Type"] == "text/html"


@pytest.mark.parametrize(("when", "ours"), [("before", False), ("after", True)])
def test_a_connection_reset_before_or_after_the_write(world, when, ours):
    world.fault("POST", "/phonenumber/dids$", "reset", when=when)
    with pytest.raises(requests.ConnectionError):
        order(world)
    assert is_ours(world) is ours
    assert world.requests(method="POST")[0]["status"] is None


def test_a_truncated_body_announces_its_full_length(world):
    whole = world.get("/countries/SWE").content
    world.fault("GET", "/countries", "truncate", bytes=20)
    with world.request("GET", "/countries/SWE", stream=True) as answer:
        assert int(answer.headers["Content-Length"]) == len(whole)
        assert answer.raw.read(20) == whole[:20]
        with pytest.raises(Exception, match=r"IncompleteRead|Connection broken"):
            answer.raw.read()


def test_a_dripping_body_comes_whole_and_slowly(world):
    expected = world.get("/countries/SWE").json()
    world.fault("GET", "/countries", "drip", seconds=0.6)
    begin = time.monotonic()
    with world.request("GET", "/countries/SWE", stream=True) as answer:
        assert time.monotonic() - begin < 0.4, "the headers were to come at once"
        assert answer.json() == expected
    assert time.monotonic() - begin >= 0.5


def test_headers_can_drip_too(world):
    world.fault("GET", "/countries", "drip", seconds=0.6, headers_too=True)
    begin = time.monotonic()
    assert world.get("/countries/SWE").status_code == 200
    assert time.monotonic() - begin >= 0.5


@pytest.mark.parametrize(("when", "ours"), [("before", False), ("after", True)])
def test_a_delay_before_or_after_the_write(world, when, ours):
    world.fault("POST", "/phonenumber/dids$", "delay", seconds=1, when=when)
    with pytest.raises(requests.ReadTimeout):
        order(world, timeout=0.4)
    assert is_ours(world) is ours
    deadline = time.monotonic() + 5
    while not is_ours(world) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert is_ours(world), "a late write arrives all the same"


def test_a_fault_happens_as_often_as_planted(world):
    world.fault("GET", "/countries", "status", status=500, times=2)
    assert [world.get("/countries").status_code for _ in range(4)] == [500, 500, 200, 200]


def test_a_fault_happens_no_more_often_under_concurrency(world):
    world.fault("GET", "/countries", "status", status=500, times=5)

    def status(_):
        headers = {"Authorization": f"Bearer {world.core['token']}"}
        return requests.get(f"{world.core['url']}/countries", headers=headers, timeout=30).status_code

    with ThreadPoolExecutor(12) as pool:
        statuses = list(pool.map(status, range(24)))
    assert statuses.count(500) == 5


def test_a_fault_meets_only_its_method_path_and_world(sandbox, world):
    other = sandbox.world(inventory="empty")
    world.fault("POST", "/phonenumber/dids$", "status", status=500)
    world.fault("*", "/trunk_groups", "status", status=502)
    assert world.get("/phonenumber/dids").status_code == 200
    assert other.post("/phonenumber/dids", {}).status_code == 404
    assert other.get("/trunk_groups").status_code == 200
    assert world.get("/trunk_groups").status_code == 502
    assert order(world).status_code == 500


def test_faults_meet_callers_without_the_right_scope_as_well(world):
    world.set(scopes=[])
    world.fault("GET", "/countries", "status", status=418)
    assert world.get("/countries").status_code == 418


def test_faults_meet_token_requests_by_their_client(world):
    world.fault("POST", "/oauth/token$", "status", status=500)
    form = {"client_id": world.core["client_id"], "client_secret": world.core["client_secret"]}
    answer = requests.post(f"{world.core['url']}/oauth/token", data=form, timeout=30)
    assert answer.status_code == 500


def test_faults_can_be_seen_and_taken_away(world):
    world.fault("GET", "/countries", "status", status=500, times=9)
    planted = world.steer("GET", "/faults")["items"]
    assert [(each["kind"], each["remaining"]) for each in planted] == [("status", 9)]
    world.clear_faults()
    assert world.get("/countries").status_code == 200


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "earthquake"},
        {"kind": "status"},
        {"kind": "status", "status": "500"},
        {"kind": "delay"},
        {"kind": "delay", "seconds": 1, "when": "later"},
        {"kind": "reset", "path": "("},
        {"kind": "reset", "times": 0},
        {"kind": "reset", "colour": 1},
        [],
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(world, fault):
    answer = requests.post(f"{world.steering}/faults", json=fault, timeout=30)
    assert answer.status_code == 400
