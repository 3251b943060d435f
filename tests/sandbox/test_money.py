"""Balances and their ledger, over both protocols."""

from decimal import Decimal

import pytest

from tests.sandbox.number_accounts import master_of

DAY = 86_400


@pytest.fixture
def master(world):
    return master_of(world)


def core_balance(world):
    return Decimal(world.get("/oauth/whoami").json()["balance"])


def ledger_sum(account):
    transactions = account.transactions(per_page=1000)["transactions"]
    signed = (Decimal(str(each["amount"])) * (1 if each["type"] == "credit" else -1) for each in transactions)
    return sum(signed, Decimal(0))


def test_the_balance_has_the_documented_fields(world, master):
    told = master.get("/Account/{me}/balance/USD").json()
    whole = {"reserved_funds", "promotional_balance", "promotional_reserved_balance", "credit_limit"}
    texts = {"id", "account_id", "currency", "credit_limit_type", "status", "created_at", "updated_at"}
    assert told.keys() == whole | texts | {
        "balance",
        "available_balance",
        "is_postpaid",
        "low_balance_threshold",
    }
    assert {type(told[name]) for name in whole} == {int}
    assert {type(told[name]) for name in texts} == {str}
    assert (told["balance"], told["available_balance"], told["currency"]) == (5214.88, 5214.88, "USD")
    assert Decimal(str(told["balance"])) == core_balance(world)


def test_there_is_one_balance(master):
    assert master.get("/Account/{me}/balance/usd").status_code == 200
    for currency in ("EUR", "x", "USDX"):
        assert master.get(f"/Account/{{me}}/balance/{currency}").status_code == 404


def test_a_fresh_world_already_sums_up(world, master):
    assert ledger_sum(master) == core_balance(world) == Decimal("5214.88")


def test_renting_through_the_core_api_costs_setup_and_the_first_month(world, master):
    world.add_numbers({"phonenumber": "15162060001", "price": "1.2345"})
    world.rent("15162060001")
    assert core_balance(world) == Decimal("5214.88") - Decimal("1.2345") == ledger_sum(master)


def test_a_world_may_rent_for_nothing(world):
    world.set(charge_rents=False)
    world.rent("15162065575")
    assert core_balance(world) == Decimal("5214.88")


def test_months_are_charged_as_they_begin(world, master):
    world.rent("15162065575")
    months = {"reference": "+15162065575", "reference_type": "did_rental"}
    world.advance(30 * DAY - 60)
    assert master.transactions(**months)["total"] == 0
    world.advance(60)
    assert master.transactions(**months)["transactions"][0]["amount"] == 0.6
    world.advance(70 * DAY)
    assert master.transactions(**months)["summary"]["total_debit"] == pytest.approx(1.8)
    assert ledger_sum(master) == core_balance(world)


def test_a_number_bought_here_costs_what_was_told_every_month(world, master):
    master.purchase("+15162065575")
    item = master.numbers()["+15162065575"]
    world.advance(30 * DAY)
    (entry,) = master.transactions(reference="15162065575", reference_type="did_rental")["transactions"]
    assert entry["amount"] == item["monthly_fee"] == 1
    later = master.numbers()["+15162065575"]
    assert later["last_billing_date"] == item["next_billing_date"]


def test_released_numbers_cost_nothing_more(world, master):
    sid = world.rent("15162065575")["did_sid"]
    master.purchase("+15162065573")
    world.delete(f"/phonenumber/dids/{sid}")
    master.release("+15162065573")
    world.advance(100 * DAY)
    assert master.transactions(reference_type="did_rental", reference="15162065575")["total"] == 0
    assert master.transactions(reference_type="did_rental", reference="15162065573")["total"] == 0


def test_the_parent_goes_on_paying_for_what_it_has_assigned(world, master):
    sub = master.new_sub_account()
    world.rent("15162065575")
    master.assign("+15162065575", sub.auth_id)
    world.advance(30 * DAY)
    assert master.transactions(reference_type="did_rental", reference="15162065575")["total"] == 1


def test_too_low_a_balance_is_refused_before_anything_happens(world):
    world.add_numbers({"phonenumber": "15162060001", "price": "5214.89"})
    answer = world.post("/phonenumber/dids", {"phonenumber": "15162060001"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (403, "balance")
    assert core_balance(world) == Decimal("5214.88")
    assert world.get("/phonenumber/available_dids", filter="phonenumber eq 15162060001").json()["count"] == 1


def test_transactions_have_the_documented_fields(world, master):
    master.purchase("+15162065575")
    told = master.transactions()
    assert told.keys() == {"transactions", "summary", "total", "page", "per_page", "total_pages"}
    purchase, opening = told["transactions"]
    fields = {
        "id",
        "account_id",
        "balance_id",
        "type",
        "amount",
        "currency",
        "description",
        "reference_type",
        "status",
        "processed_at",
        "created_at",
        "updated_at",
    }
    assert purchase.keys() == fields | {"reference"}
    assert opening.keys() == fields
    assert purchase["account_id"] == master.auth_id
    assert purchase["balance_id"] == master.get("/Account/{me}/balance/USD").json()["id"]
    summary = told["summary"]
    assert (summary["total_transactions"], summary["total_debit"], summary["total_credit"]) == (
        2,
        1.0,
        5214.88,
    )
    assert summary["net_amount"] == 5213.88
    assert {each["reference_type"]: each["count"] for each in summary["by_reference_type"]} == {
        "did_purchase": 1,
        "opening_balance": 1,
    }


def test_transactions_can_be_narrowed(world, master):
    master.purchase("+15162065575")
    world.advance(DAY)
    master.purchase("+15162065573")
    newest, older, opening = master.transactions()["transactions"]

    def found(**params):
        return [each["id"] for each in master.transactions(**params)["transactions"]]

    assert found(type="credit") == [opening["id"]]
    assert found(type="debit") == found(reference_type="did_purchase") == [newest["id"], older["id"]]
    assert found(transaction_id=older["id"]) == found(reference="+15162065575") == [older["id"]]
    assert found(reference="15162065575") == found(description="5575") == [older["id"]]
    assert found(from_date=newest["created_at"]) == [newest["id"]]
    assert found(to_date=older["created_at"]) == [older["id"], opening["id"]]
    assert found(from_date=older["created_at"][:10], to_date=older["created_at"][:10]) == [older["id"]]
    assert found(currency="usd", status="completed") == found()
    for nothing in ({"status": "pending"}, {"currency": "EUR"}, {"type": "x"}, {"reference_type": "x"}):
        assert found(**nothing) == []


@pytest.mark.parametrize(
    ("asked", "applied"),
    [({}, 50), ({"per_page": 1000}, 1000), ({"per_page": 1001}, 50), ({"per_page": 0}, 50)],
)
def test_too_large_a_page_falls_back_to_fifty(master, asked, applied):
    assert master.transactions(**asked)["per_page"] == applied


def test_pages_add_up(world, master):
    for number in ("15162065573", "15162065575", "15162065581"):
        world.rent(number)
    pages = [master.transactions(page=page, per_page=3) for page in (1, 2, 3)]
    assert [len(page["transactions"]) for page in pages] == [3, 1, 0]
    assert {(page["total"], page["total_pages"]) for page in pages} == {(4, 2)}


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "0001-01-01", "9999-12-31", "1e400"])
def test_dates_that_are_none_are_refused(master, text):
    for name in ("from_date", "to_date"):
        assert master.get("/Account/{me}/transactions", **{name: text}).status_code == 422


def test_a_sub_account_reads_its_parents_ledger(master):
    sub = master.new_sub_account()
    assert sub.transactions() == master.transactions()
    assert sub.get("/Account/{me}/balance/USD").json() == master.get("/Account/{me}/balance/USD").json()


def test_the_kinds_of_transactions_are_listed(master):
    kinds = master.get("/Account/{me}/transactions/reference-types").json()["reference_types"]
    assert {"did_purchase", "did_rental"} <= set(kinds)
