"""Browsing rentable numbers: the carrier's own, and external providers'."""

import pytest

DID_FIELDS = {
    "active_capabilities", "attributes", "callback_url", "campaign_sid", "capabilities",
    "classification_sid", "country_code", "did_group_sid", "did_sid", "in_country_format",
    "international_format", "lata", "locality", "lrn_sid", "name", "ocn", "partner_sid", "phonenumber",
    "porting_pin", "price", "state", "status", "string_key_1", "string_key_2", "transformations",
    "trunk_group_sid",
}  # fmt: skip


def browse(world, text="", **params):
    answer = world.get("/phonenumber/available_dids", filter=text, **params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_rentable_number_is_told_with_every_documented_field(world):
    item = browse(world, "phonenumber eq 15162065575")["items"][0]
    assert set(item) == DID_FIELDS
    assert item["phonenumber"] == "15162065575"
    assert item["in_country_format"] == "(516) 206-5575"
    assert item["international_format"] == "+1 516-206-5575"
    assert item["price"] == "0.6"
    assert (item["status"], item["partner_sid"], item["name"]) == ("available", None, "N/A")
    assert (item["attributes"], item["transformations"]) == ({}, [])


def test_only_rentable_own_numbers_are_offered(world):
    everything = browse(world, limit=1000)
    assert everything["total"] is None
    assert {item["status"] for item in everything["items"]} == {"available"}
    numbers = {item["phonenumber"] for item in everything["items"]}
    assert "12125550148" not in numbers
    assert "46501818082" not in numbers


def test_one_rentable_number_by_its_sid(world):
    item = browse(world, limit=1)["items"][0]
    answer = world.get(f"/phonenumber/available_dids/{item['did_sid']}")
    assert answer.json() == item


def test_a_rented_number_is_no_longer_among_them(world):
    sid = world.rent("15162065575")["did_sid"]
    assert world.get(f"/phonenumber/available_dids/{sid}").status_code == 404
    assert browse(world, "phonenumber eq 15162065575")["items"] == []


def test_the_deprecated_name_answers_the_same(world):
    old = world.get("/dids/inventory", filter="state eq NY", limit=3).json()
    new = browse(world, "state eq NY", limit=3)
    assert old["items"] == new["items"]
    assert "/dids/inventory?" in old["pagination"]["next"]


def test_fields_can_be_chosen_and_left_out(world):
    only = browse(world, limit=1, include_fields="phonenumber, price,nonsense")["items"][0]
    assert set(only) == {"phonenumber", "price"}
    less = browse(world, limit=1, exclude_fields="attributes,transformations")["items"][0]
    assert set(less) == DID_FIELDS - {"attributes", "transformations"}
    both = browse(world, limit=1, include_fields="phonenumber,price", exclude_fields="price")["items"][0]
    assert set(both) == {"phonenumber"}
    assert browse(world, limit=2, include_fields="nonsense")["items"] == [{}, {}]


def test_administrators_fields_cannot_be_asked_for(world):
    item = browse(world, limit=1, include_fields="phonenumber,id,provider_sid,date_status_changed")["items"][
        0
    ]
    assert set(item) == {"phonenumber"}


def test_an_administrator_sees_more(world):
    world.set(scopes=["phonenumber.manage", "admin.read"])
    item = browse(world, limit=1)["items"][0]
    assert set(item) - DID_FIELDS == {
        "date_status_changed", "external_keys", "id", "provider_sid", "source_trunk_group_sid"
    }  # fmt: skip


# --- include_external ----------------------------------------------------------------------------


def test_own_numbers_come_first_then_external_ones(world):
    own = {item["phonenumber"] for item in browse(world, "country_code eq SWE", limit=100)["items"]}
    answer = browse(world, 'country_code eq "SWE"', include_external="true", limit=100)
    numbers = [item["phonenumber"] for item in answer["items"]]
    assert set(numbers[: len(own)]) == own
    assert "46501818082" in numbers[len(own) :]
    assert (answer["pagination"], answer["has_more"], answer["total"]) == ({}, False, None)


def test_at_most_ten_external_numbers_are_shown(world):
    world.add_numbers(
        *({"phonenumber": f"4930123{n:04}", "country_code": "DEU", "provider": "external"} for n in range(15))
    )
    answer = browse(world, "country_code eq DEU", include_external="true", limit=100, order="phonenumber")
    assert answer["count"] == 10


def test_external_numbers_fill_only_the_room_that_is_left(world):
    answer = browse(world, "country_code eq SWE", include_external="true", limit=3)
    own = browse(world, "country_code eq SWE", limit=3)
    assert answer["items"] == own["items"]


def test_the_documents_own_example_works(world):
    path = (
        "/phonenumber/available_dids/?filter=country_code+eq+%22SWE%22+and+phonenumber+like+%22%25818%25%22"
        "&include_external=true&order=phonenumber"
    )
    answer = world.request("GET", path)
    assert answer.status_code == 200
    assert "46501818082" in {item["phonenumber"] for item in answer.json()["items"]}


@pytest.mark.parametrize(
    ("text", "params", "field"),
    [
        ("", {}, "filter"),
        ("state eq NY", {}, "filter"),
        ("country_code in (SWE, DEU)", {}, "filter"),
        ("country_code eq SWE and state eq NY", {}, "filter"),
        ("country_code eq SWE and phonenumber nearby npa:516", {}, "filter"),
        ("country_code eq SWE", {"offset": 1}, "offset"),
    ],
)
def test_external_numbers_are_found_by_country_and_digits_only(world, text, params, field):
    answer = world.get("/phonenumber/available_dids", filter=text, include_external="true", **params)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == field


def test_include_external_is_true_or_false(world):
    assert browse(world, include_external="false")["count"] == 10
    answer = world.get("/phonenumber/available_dids", include_external="maybe")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "include_external"
