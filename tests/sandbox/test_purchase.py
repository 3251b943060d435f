"""Buying a number out of the inventory."""

import pytest

from tests.sandbox.number_accounts import master_of

NUMBER = "+15162065575"


@pytest.fixture
def master(world):
    return master_of(world)


def available(world, e164=NUMBER):
    answer = world.get("/phonenumber/available_dids", filter=f"phonenumber eq {e164[1:]}")
    return answer.json()["count"] == 1


def test_a_bought_number_is_the_accounts_in_both_protocols(world, master):
    answer = master.purchase(NUMBER)
    assert (answer.status_code, answer.json().keys()) == (200, {"message", "number"})
    assert answer.json()["message"] == "Number purchased successfully"
    number = answer.json()["number"]
    assert (number["auth_id"], number["e164"], number["status"]) == (master.auth_id, NUMBER, "active")
    # The documents name the holder in either way, and show as much as a list does.
    assert number == {"auth_id": master.auth_id, **master.numbers()[NUMBER]}
    did = world.get(f"/phonenumber/dids/{number['id']}").json()
    assert (did["partner_sid"], did["status"], did["trunk_group_sid"]) == (
        world.core["partner_sid"],
        "assigned",
        None,
    )


@pytest.mark.parametrize("written", [NUMBER, NUMBER[1:]])
def test_setup_and_the_first_month_are_debited_as_they_were_told(world, master, written):
    before = master.balance()
    number = master.purchase(written).json()["number"]
    assert before - master.balance() == pytest.approx(number["setup_fee"] + number["monthly_fee"]) == 1
    entry = master.transactions()["transactions"][0]
    assert (entry["type"], entry["amount"], entry["reference_type"]) == ("debit", 1.0, "did_purchase")
    assert entry["reference"] == NUMBER


def test_a_number_that_is_not_for_sale_is_not_found(world, master):
    world.rent("15162065573")
    before = master.balance()
    for number in (
        "+15162065573",
        "+19995550000",
        "+12125550148",
        "+15162065605",
        "+46501818082",
        "x",
        "",
        "+",
    ):
        answer = master.purchase(number)
        assert (answer.status_code, answer.json()) == (
            404,
            {"error": "not_found", "message": "number not found in inventory"},
        )
    assert master.balance() == before


def test_without_the_money_nothing_happens(world, master):
    world.add_numbers({"phonenumber": "15162060001", "price": "99999"})
    before = (master.balance(), master.transactions()["total"])
    answer = master.purchase("+15162060001")
    assert (answer.status_code, answer.json()) == (
        500,
        {"error": "internal_server_error", "message": "failed to purchase number"},
    )
    assert (master.balance(), master.transactions()["total"]) == before
    assert available(world, "+15162060001")


def test_a_world_may_say_that_the_money_is_missing(world, master):
    world.set(low_balance_402=True)
    world.add_numbers({"phonenumber": "15162060001", "price": "9999.5"})
    answer = master.purchase("+15162060001")
    assert (answer.status_code, answer.json()["error"]["code"]) == (402, "INSUFFICIENT_BALANCE")
    details = answer.json()["error"]["details"]
    assert (details["required"], details["available"], details["currency"]) == (10000.0, 5214.88, "USD")
    assert details["shortfall"] == pytest.approx(10000 - 5214.88)


def test_exactly_the_balance_is_enough(world, master):
    cents = f"{master.balance() % 1:.2f}"
    for at, price in enumerate((5214, 1)):
        world.add_numbers({"phonenumber": f"1516206000{at}", "price": str(price)})
    assert cents == "0.88"
    assert master.purchase("+15162060000").status_code == 200
    assert master.purchase("+15162060001").status_code == 500
    assert master.balance() == 0.88


def test_the_account_has_one_currency(world, master):
    assert master.purchase(NUMBER, currency="EUR").status_code == 500
    assert available(world)
    assert master.purchase(NUMBER, currency="usd").status_code == 200


def test_the_parent_pays_for_a_sub_account(world, master):
    sub = master.new_sub_account()
    before = master.balance()
    answer = sub.purchase(NUMBER)
    assert answer.json()["number"]["auth_id"] == sub.auth_id
    assert list(sub.numbers()) == [NUMBER]
    assert before - master.balance() == 1
    assert sub.balance() == master.balance()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"e164": None},
        {"e164": 15162065575},
        {"e164": NUMBER, "currency": "dollars"},
        {"e164": NUMBER, "x": 1},
        [],
    ],
)
def test_a_body_that_names_no_number_is_refused(world, master, body):
    answer = master.post("/Account/{me}/numbers/purchase-from-inventory", body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "VALIDATION_ERROR")
    assert available(world)


@pytest.mark.parametrize("text", ["", "{", "[1,", "\x00", '{"e164": "\\u0000"}', "NaN"])
def test_a_body_that_cannot_be_read_is_refused(master, text):
    answer = master.request("POST", "/Account/{me}/numbers/purchase-from-inventory", data=text)
    assert answer.status_code in (400, 422)
    assert "error" in answer.json()
