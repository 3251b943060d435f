"""Releasing through the Phone Number API: a day to think it over, then quarantine."""

import pytest

from tests.sandbox.number_accounts import master_of

NUMBER = "+14155550119"  # has a trunk group
DAY = 86_400


@pytest.fixture
def master(world):
    return master_of(world)


def available(world):
    return (
        world.get("/phonenumber/available_dids", filter=f"phonenumber eq {NUMBER[1:]}").json()["count"] == 1
    )


def cancel(account, number=NUMBER):
    return account.post(f"/account/{{me}}/numbers/{number}/cancel-release")


def test_a_release_is_pending_for_a_day(world, master):
    answer = master.release(NUMBER)
    assert answer.status_code == 200
    told = answer.json()
    assert told.keys() == {"cancel_url", "cooldown_ends_at", "message", "note", "release_fee", "status"}
    assert told["cancel_url"] == f"/api/v1/account/{master.auth_id}/numbers/{NUMBER}/cancel-release"
    assert (told["message"], told["status"]) == ("number release initiated", "pending_release")
    assert type(told["release_fee"]) is int
    item = master.numbers()[NUMBER]
    assert (item["status"], item["trunk_group_id"]) == ("pending_release", None)
    assert item["released_at"]
    assert not available(world)


def test_after_a_day_it_is_gone_and_after_the_quarantine_for_sale(world, master):
    master.release(NUMBER)
    world.advance(DAY - 60)
    assert NUMBER in master.numbers()
    world.advance(60)
    assert NUMBER not in master.numbers()
    assert cancel(master).status_code == 403
    world.advance(45 * DAY - 60)
    assert not available(world)
    assert master.purchase(NUMBER).status_code == 404
    world.advance(60)
    assert available(world)
    assert master.purchase(NUMBER).status_code == 200


def test_all_the_time_may_pass_at_once(world, master):
    master.release(NUMBER)
    world.advance(46 * DAY)
    assert available(world)


def test_a_cancelled_release_leaves_the_number_without_routing(world, master):
    name = "Sales West"
    master.release(NUMBER)
    answer = cancel(master)
    assert answer.json() == {
        "currency": "USD",
        "message": "release cancelled, number restored to active status",
        "refund_amount": 0,
        "status": "active",
    }
    item = master.numbers()[NUMBER]
    assert (item["status"], item["trunk_group_id"], item["released_at"]) == ("active", None, None)
    (did,) = world.get("/phonenumber/dids", filter=f"phonenumber eq {NUMBER[1:]}").json()["items"]
    assert (did["name"], did["status"]) == (name, "assigned")
    world.advance(50 * DAY)
    assert NUMBER in master.numbers()


def test_what_is_not_pending_cannot_be_cancelled(world, master):
    assert (cancel(master).status_code, cancel(master).json()) == (
        400,
        {"error": "number is not pending release"},
    )
    unknown = cancel(master, "+19995550000")
    assert (unknown.status_code, unknown.json()) == (404, {"error": "number not found"})
    foreign = cancel(master, "+12125550171")
    assert (foreign.status_code, foreign.json()) == (403, {"error": "access denied"})


def test_the_fee_is_charged_once_and_given_back_once(world, master):
    world.set(release_fee=3)
    before = master.balance()
    assert {master.release(NUMBER).json()["release_fee"] for _ in range(3)} == {3}
    assert master.balance() == pytest.approx(before - 3)
    assert cancel(master).json()["refund_amount"] == 3
    assert cancel(master).status_code == 400
    assert master.balance() == pytest.approx(before)
    master.release(NUMBER)
    world.set(release_fee=9)
    assert cancel(master).json()["refund_amount"] == 3
    assert master.balance() == pytest.approx(before)


def test_an_immediate_release_cannot_be_cancelled(world, master):
    answer = master.release(NUMBER, immediate="true")
    assert answer.status_code == 200
    assert answer.json()["status"] == "released"
    assert answer.json().keys() >= {"cancel_url", "cooldown_ends_at", "message", "release_fee", "status"}
    assert NUMBER not in master.numbers()
    assert cancel(master).status_code == 403
    world.advance(45 * DAY)
    assert available(world)


def test_a_pending_release_can_be_hastened_without_paying_twice(world, master):
    world.set(release_fee=3)
    before = master.balance()
    master.release(NUMBER)
    assert master.release(NUMBER, immediate="true").json()["status"] == "released"
    assert NUMBER not in master.numbers()
    assert master.balance() == pytest.approx(before - 3)


def test_only_the_holder_releases(world, master):
    sub = master.new_sub_account()
    answer = master.release("+12125550171")
    foreign = {"error": "forbidden", "message": "account does not own this number"}
    assert (answer.status_code, answer.json()) == (403, foreign)
    assert sub.release(NUMBER).status_code == 403
    assert master.release("+15162065575").status_code == 403
    assert master.release("+19995550000").status_code == 404


def test_the_parent_pays_the_fee_of_a_sub_account(world, master):
    world.set(release_fee=3)
    sub = master.new_sub_account()
    master.assign(NUMBER, sub.auth_id)
    before = master.balance()
    assert sub.release(NUMBER).json()["status"] == "pending_release"
    assert master.balance() == pytest.approx(before - 3)
    assert cancel(sub).json()["refund_amount"] == 3
    assert list(sub.numbers()) == [NUMBER]


def test_the_fee_is_owed_even_without_money(world, master):
    world.set(release_fee=100_000)
    assert master.release(NUMBER).status_code == 200
    assert master.balance() == pytest.approx(5214.88 - 100_000)
    cancel(master)
    assert master.balance() == pytest.approx(5214.88)


def test_a_pending_number_is_not_given_away_nor_routed(world, master):
    sub = master.new_sub_account()
    master.release(NUMBER)
    assert master.assign(NUMBER, sub.auth_id).status_code == 409
    trunk = world.get("/trunk_groups").json()["items"][0]["trunk_group_sid"]
    assert (
        master.post(f"/Account/{{me}}/numbers/{NUMBER}/assign", {"trunk_group_id": trunk}).status_code == 404
    )


def test_the_other_protocol_shows_it_as_aging_with_its_holder(world, master):
    sid = master.numbers()[NUMBER]["id"]
    master.release(NUMBER)
    did = world.get(f"/phonenumber/dids/{sid}").json()
    assert (did["status"], did["partner_sid"]) == ("aging", world.core["partner_sid"])
    assert world.delete(f"/phonenumber/dids/{sid}").status_code == 404
    world.advance(DAY)
    assert world.get(f"/phonenumber/dids/{sid}").status_code == 404
