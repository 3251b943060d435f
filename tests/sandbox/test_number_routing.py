"""Trunk groups and applications of numbers, and how numbers are used."""

import pytest

from tests.sandbox.number_accounts import master_of

NUMBER = "+13125550155"  # has no trunk group


@pytest.fixture
def master(world):
    return master_of(world)


@pytest.fixture
def trunk(world):
    return world.get("/trunk_groups", filter='name eq "West"').json()["items"][0]["trunk_group_sid"]


def path(name, number=NUMBER):
    return f"/Account/{{me}}/numbers/{number}/{name}"


@pytest.mark.parametrize("written", [NUMBER, "%2B13125550155", "13125550155"])
def test_a_trunk_group_is_assigned_in_both_protocols(world, master, trunk, written):
    answer = master.post(path("assign", written), {"trunk_group_id": trunk})
    assert (answer.status_code, answer.content) == (204, b"")
    assert master.numbers()[NUMBER]["trunk_group_id"] == trunk
    did = world.get("/phonenumber/dids", filter=f"phonenumber eq {NUMBER[1:]}").json()["items"][0]
    assert did["trunk_group_sid"] == trunk


def test_a_number_with_a_trunk_group_keeps_it_until_it_is_taken_away(master, trunk):
    master.post(path("assign"), {"trunk_group_id": trunk})
    again = master.post(path("assign"), {"trunk_group_id": trunk})
    told = {"error": "invalid request", "message": "This number is already assigned to a trunk."}
    assert (again.status_code, again.json()) == (400, told)
    assert master.delete(path("assign")).status_code == 204
    assert master.numbers()[NUMBER]["trunk_group_id"] is None
    assert (master.delete(path("assign")).status_code, master.delete(path("assign")).json()["error"]) == (
        400,
        "invalid request",
    )


def test_unknown_trunk_groups_and_numbers_are_not_found(sandbox, master, trunk):
    foreign = sandbox.world().get("/trunk_groups").json()["items"][0]["trunk_group_sid"]
    for unknown in ("x", "", foreign):
        answer = master.post(path("assign"), {"trunk_group_id": unknown})
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "TRUNK_NOT_FOUND")
    for number in ("+19995550000", "+15162065575", "+12125550171", "x"):
        for answer in (
            master.post(path("assign", number), {"trunk_group_id": trunk}),
            master.delete(path("assign", number)),
        ):
            assert (answer.status_code, answer.json()["error"]) == (404, "Number not found")
            assert answer.json()["message"]


def test_a_sub_account_uses_its_own_trunk_groups(world, master, trunk):
    sub = master.new_sub_account()
    master.assign(NUMBER, sub.auth_id)
    assert sub.post(path("assign"), {"trunk_group_id": trunk}).status_code == 404


def test_an_application_is_linked_and_unlinked(master):
    linked = master.post(path("application"), {"application_id": "app-1"})
    assert linked.json().keys() == {"message", "number", "application_id"}
    assert (linked.json()["number"], linked.json()["application_id"]) == (NUMBER, "app-1")
    assert master.numbers()[NUMBER]["application_id"] == "app-1"
    assert master.post(path("application"), {"application_id": "app-2"}).status_code == 200
    unlinked = master.request("DELETE", path("application"), json={"application_id": "app-2"})
    assert (unlinked.status_code, unlinked.json()["application_id"]) == (200, "app-2")
    assert master.numbers()[NUMBER]["application_id"] is None
    assert master.delete(path("application")).json()["application_id"] == ""
    assert master.post(path("application", "+19995550000"), {"application_id": "a"}).status_code == 404
    assert master.post(path("application"), {"application_id": ""}).status_code == 422


def test_health_sums_up_the_calls_of_the_last_days(world, master):
    for hours, direction in ((1, "inbound"), (1, "outbound"), (30, "inbound")):
        world.add_calls({"phonenumber": NUMBER[1:], "duration": 60, "direction": direction})
        world.advance(hours * 3600)
    told = master.get(path("health"), days=5).json()
    assert (told["e164"], told["granularity"], told["days"]) == (NUMBER, "day", 5)
    summary = told["summary"]
    assert (summary["total_calls"], summary["inbound_calls"], summary["outbound_calls"]) == (3, 2, 1)
    assert (summary["total_duration_seconds"], summary["average_duration_seconds"]) == (180, 60)
    assert sum(each["total_calls"] for each in told["snapshots"]) == 3
    assert len(master.get(path("health"), granularity="hour", days=5).json()["snapshots"]) >= 3
    assert master.get(path("health"), days=1).json()["summary"]["total_calls"] == 0


def test_health_of_a_sub_accounts_number_is_its_parents_business_too(master):
    assert master.get(path("health", "+12125550171")).json()["summary"]["total_calls"] == 1
    assert master.get(path("health", "+15162065575")).status_code == 404
    assert master.new_sub_account().get(path("health", "+12125550171")).status_code == 404


@pytest.mark.parametrize("params", [{"granularity": "year"}, {"days": 0}, {"days": 1000}, {"days": "x"}])
def test_health_takes_hours_or_days_and_up_to_ninety_of_them(master, params):
    assert master.get(path("health"), **params).status_code == 422
