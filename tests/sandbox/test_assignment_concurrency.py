"""Many at once through the Phone Number API, on SQLite and on PostgreSQL."""

from collections import Counter

import pytest
import requests

from tests.sandbox.number_accounts import admin_of, master_of
from tests.sandbox.test_concurrency import together

NUMBER = "+13035550177"


@pytest.fixture
def world(either_sandbox):
    return either_sandbox.world()


@pytest.fixture
def master(world):
    return master_of(world)


def call(account, method, path, **options):
    headers = {"X-Auth-ID": account.auth_id, "X-Auth-Token": account.auth_token}
    url = account.url + path.replace("{me}", account.auth_id)
    return requests.request(method, url, headers=headers, timeout=60, **options)


def assignment(account, method, number=NUMBER, **options):
    return call(account, method, f"/account/{{me}}/numbers/{number}/assign-subaccount", **options)


def test_of_many_sub_accounts_one_gets_the_number(world, master):
    subs = [master.new_sub_account(f"s{n}") for n in range(8)]
    answers = together(16, lambda n: assignment(master, "POST", json={"sub_account_id": subs[n % 8].auth_id}))
    assert Counter(answer.status_code for answer in answers) == {204: 2, 409: 14}
    holder = master.numbers()[NUMBER]["account_id"]
    winners = {n % 8 for n, answer in enumerate(answers) if answer.status_code == 204}
    assert [subs[n].auth_id for n in winners] == [holder]


def test_assigning_and_taking_back_at_once_leaves_one_holder(world, master):
    sub = master.new_sub_account()

    def one(n):
        if n % 2:
            return assignment(master, "DELETE")
        return assignment(master, "POST", json={"sub_account_id": sub.auth_id})

    assert {answer.status_code for answer in together(16, one)} == {204}
    holder = master.numbers()[NUMBER]["account_id"]
    assert holder in (master.auth_id, sub.auth_id)
    assert (NUMBER in sub.numbers()) == (holder == sub.auth_id)


def test_many_forced_moves_of_one_number_are_one_on_record(world, master):
    sub = master.new_sub_account()
    master.assign(NUMBER, sub.auth_id)
    world.add_calls({"phonenumber": NUMBER[1:], "duration": 0})
    admin = admin_of(world)
    answers = together(12, lambda _: assignment(admin, "DELETE", params={"force": "true"}))
    assert {answer.status_code for answer in answers} == {204}
    assert master.get("/account/{me}/assignment-audit").json()["total"] == 1


def test_of_many_purchases_of_one_number_one_is_charged(world, master):
    before = master.balance()
    path = "/Account/{me}/numbers/purchase-from-inventory"
    answers = together(16, lambda _: call(master, "POST", path, json={"e164": "+15162065575"}))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 404: 15}
    assert before - master.balance() == pytest.approx(1)


def test_a_balance_is_not_spent_twice(world, master):
    numbers = [f"1516206{line}" for line in range(1000, 1012)]
    world.add_numbers(*({"phonenumber": number, "price": "1000"} for number in numbers))
    path = "/Account/{me}/numbers/purchase-from-inventory"
    answers = together(12, lambda n: call(master, "POST", path, json={"e164": numbers[n]}))
    assert Counter(answer.status_code for answer in answers) == {200: 5, 500: 7}
    assert master.balance() == pytest.approx(214.88)
    assert master.transactions()["summary"]["net_amount"] == pytest.approx(214.88)


def test_releases_and_their_cancellation_charge_and_refund_in_pairs(world, master):
    world.set(release_fee=2)
    before = master.balance()

    def one(n):
        if n % 2:
            return call(master, "POST", f"/account/{{me}}/numbers/{NUMBER}/cancel-release")
        return call(master, "DELETE", f"/Account/{{me}}/numbers/{NUMBER}")

    assert {answer.status_code for answer in together(16, one)} <= {200, 400}
    pending = master.numbers()[NUMBER]["status"] == "pending_release"
    assert before - master.balance() == pytest.approx(2 if pending else 0)


def test_a_sub_account_deleted_while_it_is_given_numbers_leaves_none_behind(world, master):
    sub = master.new_sub_account()
    numbers = [NUMBER, "+13125550155", "+14045550128", "+13055550142"]

    def one(n):
        if n == 4:
            return call(master, "DELETE", f"/accounts/{{me}}/sub-accounts/{sub.auth_id}")
        return assignment(master, "POST", numbers[n], json={"sub_account_id": sub.auth_id})

    answers = together(5, one)
    assert answers[4].status_code == 200
    assert {answer.status_code for answer in answers[:4]} <= {204, 404}
    assert {master.numbers()[number]["account_id"] for number in numbers} == {master.auth_id}


def test_a_month_is_charged_once_however_many_ask(world, master):
    world.rent("15162065575")
    world.advance(30 * 86_400 - 2)
    known = world.steer("POST", "/clock", {"advance_seconds": 0})
    assert known["now"]
    together(8, lambda _: call(master, "GET", "/auth/me"))
    world.advance(5)
    together(8, lambda _: call(master, "GET", "/auth/me"))
    assert master.transactions(reference="15162065575", reference_type="did_rental")["total"] == 1
