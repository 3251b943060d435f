"""The numbers of an account and of its sub-accounts."""

import pytest

from tests.sandbox.number_accounts import master_of

REQUIRED = {
    "id": str,
    "account_id": str,
    "e164": str,
    "country": str,
    "region": str,
    "capabilities": dict,
    "status": str,
    "provider": str,
    "setup_fee": int,
    "monthly_fee": int,
    "currency": str,
    "voice_enabled": bool,
    "tags": list,
    "purchased_at": str,
    "is_blocked": bool,
    "created_at": str,
    "updated_at": str,
    "is_trial_number": bool,
    "minimum_commitment_months": int,
    "aadhaar_verification_required": bool,
    "aadhaar_verified": bool,
    "source": str,
}
OPTIONAL = {"application_id", "last_billing_date", "next_billing_date", "released_at", "trunk_group_id"}


def test_items_have_the_documented_fields_and_no_others(world):
    for item in master_of(world).numbers().values():
        assert REQUIRED.keys() <= item.keys() <= REQUIRED.keys() | OPTIONAL
        for name, kind in REQUIRED.items():
            assert type(item[name]) is kind, name
        assert {name: type(value) for name, value in item["capabilities"].items()} == dict.fromkeys(
            ("voice", "sms", "mms", "fax"), bool
        )
        assert item["status"] == "active"
        assert item["source"] in ("purchased", "inventory")


def test_the_numbers_are_those_of_the_other_protocol(world):
    dids = world.get("/phonenumber/dids", limit=1000).json()["items"]
    numbers = master_of(world).numbers()
    assert {did["phonenumber"]: did["did_sid"] for did in dids} == {
        e164.removeprefix("+"): item["id"] for e164, item in numbers.items()
    }
    for did in dids:
        assert numbers["+" + did["phonenumber"]]["trunk_group_id"] == did["trunk_group_sid"]


def test_each_tells_who_holds_it(world):
    master = master_of(world)
    subs = {each["auth_id"]: each["api_id"] for each in master.sub_accounts().values()}
    subs[master.auth_id] = world.core["partner_sid"]
    dids = {did["phonenumber"]: did for did in world.get("/phonenumber/dids", limit=1000).json()["items"]}
    holders = {item["account_id"] for item in master.numbers().values()}
    assert len(holders) == 4
    for e164, item in master.numbers().items():
        assert dids[e164[1:]]["partner_sid"] == subs[item["account_id"]]


def test_sub_accounts_numbers_can_be_left_out(world):
    master = master_of(world)
    own = master.numbers(include_subaccounts="false")
    assert {item["account_id"] for item in own.values()} == {master.auth_id}
    assert (
        own.items()
        == {e: n for e, n in master.numbers().items() if n["account_id"] == master.auth_id}.items()
    )


def test_a_sub_account_sees_its_own_numbers_only(world):
    master = master_of(world)
    sub = master.new_sub_account()
    assert sub.numbers() == {}
    assert master.assign("+13035550177", sub.auth_id).status_code == 204
    assert list(sub.numbers()) == ["+13035550177"]
    assert sub.numbers()["+13035550177"]["account_id"] == sub.auth_id


def test_a_number_rented_by_the_other_protocol_is_in_the_parent_pool(world):
    world.rent("15162065575")
    assert master_of(world).numbers()["+15162065575"]["account_id"] == world.number_api["auth_id"]


@pytest.mark.parametrize("search", ["555017", "1212", "+1212", "0148"])
def test_search_is_for_a_part_of_the_number(world, search):
    everything = set(master_of(world).numbers())
    assert (
        set(master_of(world).numbers(search=search))
        == {each for each in everything if search in each}
        != set()
    )


def test_search_for_what_is_nowhere_finds_nothing(world):
    for search in ("9999999", "abc", "%", "_", "'; drop table"):
        assert master_of(world).numbers(search=search) == {}


def test_pages_are_counted_from_one(world):
    master = master_of(world)
    every = list(master.numbers())
    pages = [master.get("/Account/{me}/numbers", page=page, per_page=5).json() for page in (1, 2, 3, 4)]
    assert [item["e164"] for page in pages for item in page["items"]] == every
    assert {(page["per_page"], page["total"]) for page in pages} == {(5, len(every))}
    assert [page["page"] for page in pages] == [1, 2, 3, 4]
    assert set(pages[0]) == {"items", "page", "per_page", "total"}


@pytest.mark.parametrize(
    ("asked", "applied"),
    [
        ({}, (1, 25)),
        ({"per_page": 1000}, (1, 100)),
        ({"per_page": 0}, (1, 1)),
        ({"per_page": -5, "page": -1}, (1, 1)),
        ({"page": 10**30}, (10**30, 25)),
        ({"limit": 1, "offset": 9, "from_date": "x"}, (1, 25)),
    ],
)
def test_windows_outside_of_the_allowed_are_brought_inside(world, asked, applied):
    answer = master_of(world).get("/Account/{me}/numbers", **asked)
    assert (answer.json()["page"], answer.json()["per_page"]) == applied


def test_a_page_that_is_no_number_is_refused(world):
    answer = master_of(world).get("/Account/{me}/numbers", page="two")
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "VALIDATION_ERROR")
    (problem,) = answer.json()["error"]["details"]["errors"]
    assert set(problem) == {"field", "message", "code", "value"}
    assert (problem["field"], problem["value"]) == ("page", "two")
