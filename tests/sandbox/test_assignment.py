"""Giving numbers to sub-accounts and taking them back, with the cool-off between."""

from datetime import datetime

import pytest

from tests.sandbox.number_accounts import admin_of, master_of

DAY = 86_400
NEVER_USED = "+13035550177"


@pytest.fixture
def master(world):
    return master_of(world)


@pytest.fixture
def sub(master):
    return master.new_sub_account("North")


def core(world, e164):
    (did,) = world.get("/phonenumber/dids", filter=f"phonenumber eq {e164.lstrip('+')}").json()["items"]
    return did


def sid_of(master, sub):
    return master.get(f"/accounts/{{me}}/sub-accounts/{sub.auth_id}").json()["api_id"]


@pytest.mark.parametrize("written", [NEVER_USED, "%2B13035550177", "13035550177"])
def test_assigning_moves_the_number_in_both_protocols(world, master, sub, written):
    answer = master.assign(written, sub.auth_id)
    assert (answer.status_code, answer.content) == (204, b"")
    assert master.numbers()[NEVER_USED]["account_id"] == sub.auth_id
    assert list(sub.numbers()) == [NEVER_USED]
    assert core(world, NEVER_USED)["partner_sid"] == sid_of(master, sub)
    assert core(world, NEVER_USED)["status"] == "assigned"


def test_a_plus_is_never_a_space(world, master, sub):
    answer = master.assign("%2013035550177", sub.auth_id)
    assert answer.status_code == 404
    assert master.assign("+13035550177", sub.auth_id).status_code == 204
    assert world.requests("POST", "assign-subaccount")[-1]["path"].count("+13035550177") == 1


def test_a_number_that_changes_hands_is_otherwise_as_it_was(world, master, sub):
    before = world.get("/phonenumber/dids", filter="phonenumber eq 12125550148").json()["items"][0]
    assert before["trunk_group_sid"]
    assert before["callback_url"]
    master.assign("+12125550148", sub.auth_id)
    after = core(world, "12125550148")
    changed = {name for name in before if after[name] != before[name]}
    assert changed == {"partner_sid"}


def test_assigning_again_to_the_same_sub_account_changes_nothing(master, sub):
    assert [master.assign(NEVER_USED, sub.auth_id).status_code for _ in range(3)] == [204] * 3


def test_only_a_number_of_the_parent_pool_can_be_given(world, master, sub):
    missing = {"error": "not_found", "message": "number or sub-account not found"}
    other = master.new_sub_account("South")
    master.assign(NEVER_USED, other.auth_id)
    taken = master.assign(NEVER_USED, sub.auth_id)
    assert (taken.status_code, taken.json()["error"]) == (409, "conflict")
    for number in ("+15162065575", "+19995550000", "+1", "nonsense", "+15162065605"):
        answer = master.assign(number, sub.auth_id)
        assert (answer.status_code, answer.json()) == (404, missing)
    assert list(other.numbers()) == [NEVER_USED]


def test_only_to_a_sub_account_of_ones_own(sandbox, master, sub):
    stranger = master_of(sandbox.world()).new_sub_account()
    for unknown in ("SA_NOBODY", stranger.auth_id, master.auth_id, "", "SA_\u0000", "x" * 100):
        answer = master.assign(NEVER_USED, unknown)
        assert answer.status_code in (400, 404), unknown
    assert master.numbers()[NEVER_USED]["account_id"] == master.auth_id


def test_a_sub_account_cannot_move_numbers(world, master, sub):
    master.assign(NEVER_USED, sub.auth_id)
    for answer in (sub.assign(NEVER_USED, sub.auth_id), sub.unassign(NEVER_USED)):
        assert (answer.status_code, answer.json()["error"]) == (403, "forbidden")
    assert list(sub.numbers()) == [NEVER_USED]


@pytest.mark.parametrize(
    "body", [{}, {"sub_account_id": 5}, {"sub_account_id": None}, [], "SA_1", {"subaccount": "x"}]
)
def test_a_body_that_names_no_sub_account_is_refused(master, body):
    answer = master.post(f"/account/{{me}}/numbers/{NEVER_USED}/assign-subaccount", body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "VALIDATION_ERROR")


# --- taking back -------------------------------------------------------------------------------------


def test_a_number_that_was_never_used_comes_back_at_once(world, master, sub):
    master.assign(NEVER_USED, sub.auth_id)
    answer = master.unassign(NEVER_USED)
    assert (answer.status_code, answer.content) == (204, b"")
    assert master.numbers()[NEVER_USED]["account_id"] == master.auth_id
    assert core(world, NEVER_USED)["partner_sid"] == world.core["partner_sid"]


def test_taking_back_what_is_in_the_pool_changes_nothing(master):
    assert master.unassign(NEVER_USED).status_code == 204
    assert admin_of_audit(master) == []


def admin_of_audit(account):
    return account.get("/account/{me}/assignment-audit").json()["items"]


@pytest.mark.parametrize("number", ["+19995550000", "+15162065575", "x", "+15162065605"])
def test_a_number_the_account_does_not_have_is_not_found(master, number):
    answer = master.unassign(number)
    assert (answer.status_code, answer.json()["error"]) == (404, "not_found")


@pytest.mark.parametrize("direction", ["inbound", "outbound"])
def test_a_call_starts_the_cool_off_whichever_way_it_went(world, master, sub, direction):
    master.assign(NEVER_USED, sub.auth_id)
    world.add_calls({"phonenumber": NEVER_USED[1:], "duration": 0, "direction": direction})
    answer = master.unassign(NEVER_USED)
    assert answer.status_code == 409
    assert answer.json().keys() == {"error", "cool_off_until", "cool_off_remaining_seconds"}
    assert answer.json()["error"] == "did_cool_off_in_effect"
    assert type(answer.json()["cool_off_remaining_seconds"]) is int
    assert 15 * DAY - 60 < answer.json()["cool_off_remaining_seconds"] <= 15 * DAY
    assert datetime.fromisoformat(answer.json()["cool_off_until"]).tzinfo
    assert list(sub.numbers()) == [NEVER_USED]


def test_the_refusal_can_be_asked_for_any_number_of_times(world, master, sub):
    master.assign(NEVER_USED, sub.auth_id)
    world.add_calls({"phonenumber": NEVER_USED[1:], "duration": 0})
    bodies = [master.unassign(NEVER_USED).json() for _ in range(3)]
    assert len({body["cool_off_until"] for body in bodies}) == 1
    remaining = [body["cool_off_remaining_seconds"] for body in bodies]
    assert remaining == sorted(remaining, reverse=True)


def test_the_cool_off_ends_exactly_fifteen_days_after_the_last_call(world, master, sub):
    master.assign(NEVER_USED, sub.auth_id)
    world.add_calls({"phonenumber": NEVER_USED[1:], "duration": 0})
    left = master.unassign(NEVER_USED).json()["cool_off_remaining_seconds"]
    world.advance(left - 30)
    assert 0 < master.unassign(NEVER_USED).json()["cool_off_remaining_seconds"] <= 30
    world.advance(30)
    assert master.unassign(NEVER_USED).status_code == 204


def test_the_last_call_counts_not_the_first(world, master, sub):
    master.assign(NEVER_USED, sub.auth_id)
    world.add_calls({"phonenumber": NEVER_USED[1:], "duration": 0})
    world.advance(14 * DAY)
    world.add_calls({"phonenumber": NEVER_USED[1:], "duration": 0})
    world.advance(2 * DAY)
    left = master.unassign(NEVER_USED).json()["cool_off_remaining_seconds"]
    assert 12 * DAY < left <= 13 * DAY


def test_a_call_before_the_number_was_given_counts_too(world, master, sub):
    world.add_calls({"phonenumber": NEVER_USED[1:], "duration": 0})
    master.assign(NEVER_USED, sub.auth_id)
    assert master.unassign(NEVER_USED).status_code == 409


def test_other_numbers_are_free_meanwhile(world, master, sub):
    for number in (NEVER_USED, "+13125550155"):
        master.assign(number, sub.auth_id)
    world.add_calls({"phonenumber": NEVER_USED[1:], "duration": 0})
    assert master.unassign("+13125550155").status_code == 204
    assert master.unassign(NEVER_USED).status_code == 409


# --- force ---------------------------------------------------------------------------------------------


@pytest.fixture
def cooling(world, master, sub):
    master.assign(NEVER_USED, sub.auth_id)
    world.add_calls({"phonenumber": NEVER_USED[1:], "duration": 0})
    return NEVER_USED


def test_force_is_for_administrators_only(world, master, sub, cooling):
    for account in (master, sub):
        answer = account.unassign(cooling, force="true")
        assert (answer.status_code, answer.json()["error"]) == (403, "forbidden")
    assert list(sub.numbers()) == [cooling]
    assert admin_of_audit(master) == []


def test_an_administrator_is_subject_to_the_cool_off_without_force(world, master, cooling):
    for params in ({}, {"force": "false"}):
        assert admin_of(world).unassign(cooling, **params).status_code == 409


def test_a_forced_move_is_put_on_record(world, master, sub, cooling):
    until = master.unassign(cooling).json()["cool_off_until"]
    admin = admin_of(world)
    admin.session.headers.update({"X-Request-ID": "r-1", "X-Acting-User": "ada"})
    assert admin.unassign(cooling, force="true").status_code == 204
    assert master.numbers()[cooling]["account_id"] == master.auth_id
    (item,) = master.get(f"/account/{{me}}/numbers/{cooling}/assignment-audit").json()["items"]
    assert admin_of_audit(master) == [item]
    assert item["e164"] == cooling
    assert (item["from_account_id"], item["to_account_id"]) == (sub.auth_id, master.auth_id)
    assert (item["performed_by"], item["acting_user"], item["request_id"]) == (admin.auth_id, "ada", "r-1")
    assert item["cool_off_until"] == until
    assert item["number_id"] == core(world, cooling)["did_sid"]
    assert [each["id"] for each in admin_of_audit(sub)] == [item["id"]]


def test_forcing_what_is_back_already_writes_nothing(world, master, cooling):
    admin = admin_of(world)
    assert [admin.unassign(cooling, force="true").status_code for _ in range(3)] == [204] * 3
    assert len(admin_of_audit(master)) == 1


def test_forcing_a_number_that_is_free_says_that_nothing_stood_in_the_way(world, master, sub):
    master.assign(NEVER_USED, sub.auth_id)
    assert admin_of(world).unassign(NEVER_USED, force="true").status_code == 204
    (item,) = admin_of_audit(master)
    assert (item["cool_off_until"], item["last_call_at"]) == (None, None)


def test_an_ordinary_unassignment_is_not_on_that_record(master, sub):
    master.assign(NEVER_USED, sub.auth_id)
    master.unassign(NEVER_USED)
    assert admin_of_audit(master) == []


def test_the_record_comes_in_pages_newest_first(world, master, sub):
    admin = admin_of(world)
    numbers = [NEVER_USED, "+13125550155", "+14045550128"]
    for number in numbers:
        master.assign(number, sub.auth_id)
        assert admin.unassign(number, force="true").status_code == 204
    page = master.get("/account/{me}/assignment-audit", page=2, per_page=1).json()
    assert (page["page"], page["per_page"], page["total"]) == (2, 1, 3)
    assert page["items"][0]["e164"] == numbers[1]


# --- one world -------------------------------------------------------------------------------------------


def test_a_sub_partners_token_sees_what_was_assigned_to_it(world, master):
    northwind = master.sub_accounts()["Northwind Logistics"]
    form = {"client_id": world.core["client_id"], "client_secret": world.core["client_secret"]}
    token = world.request("POST", f"/oauth/token/{northwind['api_id']}", data=form).json()["access_token"]
    master.assign(NEVER_USED, northwind["auth_id"])
    answer = world.get("/phonenumber/dids", limit=100, filter=f"phonenumber eq {NEVER_USED[1:]}")
    assert answer.json()["total"] == 1
    world.session.headers["Authorization"] = f"Bearer {token}"
    assert world.get("/phonenumber/dids", filter=f"phonenumber eq {NEVER_USED[1:]}").json()["total"] == 1


def test_a_released_number_cannot_be_given(world, master, sub):
    world.delete(f"/phonenumber/dids/{core(world, NEVER_USED)['did_sid']}")
    assert master.assign(NEVER_USED, sub.auth_id).status_code == 404
