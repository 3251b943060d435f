"""Numbers anyone may buy."""

import pytest

from tests.sandbox.number_accounts import master_of

REQUIRED = {
    "id",
    "account_id",
    "e164",
    "country",
    "capabilities",
    "status",
    "provider",
    "setup_fee",
    "monthly_fee",
    "currency",
    "voice_enabled",
    "tags",
    "is_blocked",
    "created_at",
    "updated_at",
    "is_trial_number",
    "minimum_commitment_months",
    "aadhaar_verification_required",
    "aadhaar_verified",
}
PATH = "/Account/{me}/inventory/numbers"


def found(world, **params):
    answer = master_of(world).get(PATH, **{"per_page": 100, **params})
    assert answer.status_code == 200, answer.text
    return [item["e164"] for item in answer.json()["items"]]


def test_items_have_the_documented_fields_and_no_others(world):
    items = [
        item
        for country in ("US", "SE")
        for item in master_of(world).get(PATH, country=country, per_page=100).json()["items"]
    ]
    assert {item["country"] for item in items} == {"US", "SE"}
    for item in items:
        assert REQUIRED <= item.keys() <= REQUIRED | {"region"}
        assert (item["account_id"], item["status"]) == ("", "active")
        assert item.get("region") != ""
        assert (type(item["setup_fee"]), type(item["monthly_fee"])) == (int, int)


def test_it_is_the_pool_of_the_other_protocol(world):
    total = master_of(world).get(PATH).json()["total"]
    pool = world.get("/phonenumber/available_dids", limit=1000).json()["items"]
    assert total == len(pool)
    assert (
        found(world, country="us")[:5]
        == sorted("+" + did["phonenumber"] for did in pool if did["country_code"] == "USA")[:5]
    )


def test_a_rented_number_is_gone(world):
    assert "+15162065575" in found(world, search="5162065575")
    world.rent("15162065575")
    assert found(world, search="5162065575") == []


def test_fees_are_whole_and_never_less_than_the_price(world):
    world.add_numbers(
        {"phonenumber": "15162060001", "price": "0.6"}, {"phonenumber": "15162060002", "price": "2"}
    )
    (dear,) = master_of(world).get(PATH, search="15162060001").json()["items"]
    (even,) = master_of(world).get(PATH, search="15162060002").json()["items"]
    assert (dear["monthly_fee"], even["monthly_fee"]) == (1, 2)


@pytest.mark.parametrize("country", ["XX", "USA", "u", "'"])
def test_an_unknown_country_has_no_numbers(world, country):
    assert found(world, country=country) == []


@pytest.mark.parametrize(
    "exclude",
    [
        "1516,1212",
        "+1516,+1212",
        ["1516", "1212"],
        ["1516,1516", " 1212 ", ""],
    ],
)
def test_prefixes_can_be_excluded(world, exclude):
    left = found(world, country="US", exclude=exclude)
    every = [each for page in (1, 2) for each in found(world, country="US", page=page)]
    assert left == [each for each in every if not each.startswith(("+1516", "+1212"))] != every


def test_a_plus_that_was_not_encoded_is_still_a_plus(world):
    master = master_of(world)
    answer = master.request("GET", PATH + "?country=US&per_page=100&exclude=+1516,+1212&search=+1")
    assert {item["e164"][:5] for item in answer.json()["items"]} == {"+1415", "+1213", "+1512", "+1305"}


def test_exclusion_prevails_over_search(world):
    assert found(world, search="516206", exclude="1516") == []


def test_a_sub_account_sees_the_same_inventory(world):
    master = master_of(world)
    assert master.new_sub_account().get(PATH).json() == master.get(PATH).json()
