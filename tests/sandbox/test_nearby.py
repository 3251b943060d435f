"""Rentable numbers by distance from an area code, a ZIP code or a point."""

import pytest


@pytest.fixture
def world(either_sandbox):
    return either_sandbox.world()


def nearest(world, place, **params):
    answer = world.get("/phonenumber/available_dids", filter=f"phonenumber nearby {place}", **params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def areas(answer):
    return [item["phonenumber"][1:4] for item in answer["items"]]


@pytest.mark.parametrize(
    ("place", "first"),
    [
        ("npa:516", "516"),
        ("npa:512", "512"),
        ("zip:10025", "212"),
        ("zip:94103", "415"),
        ("latlng:40.801912,-73.9681657", "212"),
        ("latlng:25.7617, -80.1918", "305"),
        ('"latlng:34.05,-118.24"', "213"),
    ],
)
def test_the_nearest_numbers_come_first(world, place, first):
    assert set(areas(nearest(world, place, limit=5))) == {first}


def test_everything_follows_by_distance_and_pages_join_up(world):
    whole = areas(nearest(world, "npa:516", limit=1000))
    assert whole.index("212") < whole.index("305") < whole.index("512") < whole.index("213")
    first, second = nearest(world, "npa:516", limit=50), nearest(world, "npa:516", limit=50, offset=50)
    assert areas(first) + areas(second) == whole[:100]
    assert first["has_more"] is True


def test_nearness_combines_with_other_conditions(world):
    answer = world.get(
        "/phonenumber/available_dids",
        filter="state eq FL and phonenumber nearby npa:516 and capabilities bit 4",
    ).json()
    assert answer["count"] > 0
    assert {item["state"] for item in answer["items"]} == {"FL"}


def test_numbers_without_a_place_are_not_near_anything(world):
    world.add_numbers({"phonenumber": "46855500104", "country_code": "SWE"})
    answer = nearest(world, "npa:212", limit=1000)
    assert "46855500104" not in {item["phonenumber"] for item in answer["items"]}


def test_only_rentable_numbers_can_be_near(world):
    answer = world.get("/phonenumber/dids", filter="phonenumber nearby npa:516")
    assert answer.status_code == 400


def test_the_nearest_number_can_be_rented(world):
    answer = world.post("/phonenumber/dids", params={"filter": "phonenumber nearby zip:33101"})
    assert answer.json()["state"] == "FL"
