"""Windows of lists: sizes, orders, and the links to their neighbours."""

import pytest


def test_without_a_limit_ten_objects_come(world):
    answer = world.get("/phonenumber/available_dids").json()
    assert (answer["count"], answer["limit"], answer["offset"]) == (10, 10, 0)
    assert len(answer["items"]) == 10


def test_partners_and_trunk_groups_come_a_thousand_at_a_time(world):
    assert world.get("/partners").json()["limit"] == 1000
    assert world.get("/trunk_groups").json()["limit"] == 1000


def test_the_next_link_keeps_the_parameters_as_written_and_ends_with_the_offset(world):
    query = "offset=2&limit=2&order=common_name+desc"
    answer = world.request("GET", f"/countries?{query}").json()
    url = f"{world.core['url']}/countries"
    assert answer["pagination"] == {
        "next": f"{url}?limit=2&order=common_name+desc&offset=4",
        "previous": f"{url}?limit=2&order=common_name+desc&offset=0",
    }
    assert answer["has_more"] is True
    assert isinstance(answer["total"], int)


def test_an_encoded_filter_stays_encoded_in_the_link(world):
    query = "limit=1&filter=state+eq+%22NY%22+and+phonenumber+like+%22%25516%25%22"
    answer = world.request("GET", f"/phonenumber/available_dids?{query}").json()
    assert answer["pagination"] == {
        "next": f"{world.core['url']}/phonenumber/available_dids?{query}&offset=1"
    }
    assert answer["total"] is None


def test_a_link_names_the_limit_even_when_the_request_did_not(world):
    link = world.get("/countries").json()["pagination"]["next"]
    assert link == f"{world.core['url']}/countries?limit=10&offset=10"


def test_following_the_links_visits_every_object_once(world):
    seen, url = [], "/countries?limit=37"
    while url:
        answer = world.request("GET", url).json()
        seen += [country["iso_3166_alpha_3"] for country in answer["items"]]
        url = answer["pagination"].get("next", "").removeprefix(world.core["url"])
    assert len(seen) == len(set(seen)) == answer["total"]
    assert answer["has_more"] is False


def test_the_previous_link_never_goes_below_zero(world):
    answer = world.get("/countries", limit=5, offset=3).json()
    assert answer["pagination"]["previous"].endswith("offset=0")


def test_a_list_that_fits_has_no_links(world):
    answer = world.get("/trunk_groups").json()
    assert answer["pagination"] == {}
    assert answer["has_more"] is False
    assert answer["total"] == answer["count"] == 3


def test_beyond_the_end_is_an_empty_window(world):
    answer = world.get("/countries", offset=5000).json()
    assert (answer["count"], answer["items"], answer["has_more"]) == (0, [], False)


def test_a_limit_of_zero_only_counts(world):
    answer = world.get("/countries", limit=0).json()
    assert answer["items"] == []
    assert answer["total"] > 100


@pytest.mark.parametrize("name", ["limit", "offset"])
@pytest.mark.parametrize("value", ["-1", "ten", "1.5", "10000000000000000000000"])
def test_a_window_that_makes_no_sense_is_refused_by_name(world, name, value):
    answer = world.get("/countries", **{name: value})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == name


def test_a_thousand_is_the_largest_limit(world):
    assert world.get("/countries", limit=1000).status_code == 200
    refused = world.get("/countries", limit=1001)
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["field"] == "limit"


def test_empty_parameters_mean_their_defaults(world):
    answer = world.request("GET", "/countries?filter=&order=&limit=&offset=&include_fields=")
    assert answer.status_code == 200
    assert answer.json()["limit"] == 10


def numbers(world, order):
    items = world.get("/phonenumber/available_dids", limit=1000, order=order).json()["items"]
    return [item["phonenumber"] for item in items]


def test_order_is_ascending_unless_told_otherwise(world):
    ascending = numbers(world, "phonenumber")
    assert ascending == sorted(ascending) == numbers(world, "phonenumber asc")
    assert numbers(world, "phonenumber desc") == ascending[::-1]


def test_shuffle_is_another_order_of_the_same_objects(world):
    first, second = numbers(world, "shuffle"), numbers(world, "shuffle")
    assert sorted(first) == sorted(second)
    assert first != second


def test_money_is_ordered_as_money(world):
    world.add_numbers(
        {"phonenumber": "12125550001", "price": "10"}, {"phonenumber": "12125550002", "price": "9"}
    )
    items = world.get("/phonenumber/available_dids", order="price desc", limit=2).json()["items"]
    assert [item["price"] for item in items] == ["10", "9"]


@pytest.mark.parametrize(
    "order", ["colour", "phonenumber sideways", "phonenumber desc please", "attributes", "; drop"]
)
def test_an_order_that_makes_no_sense_is_refused(world, order):
    answer = world.get("/phonenumber/available_dids", order=order)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "order"
