"""Counts of rentable numbers by group."""

import pytest


def coverage(world, **params):
    answer = world.get("/phonenumber/coverage", limit=1000, **params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def counts(answer):
    return {item["key"]: item["count"] for item in answer["items"]}


def available(world, text):
    return world.get("/phonenumber/available_dids", filter=text, limit=1000).json()["count"]


def test_the_count_of_a_state_is_what_browsing_it_finds(world):
    answer = coverage(world, group_by="state")
    assert answer["total"] == answer["count"] == len(answer["items"])
    for state, count in counts(answer).items():
        assert count == available(world, f"state eq {state}")


@pytest.mark.parametrize("group", ["country_code", "state", "npa", "npa_nxx", "locality"])
def test_every_group_can_be_counted(world, group):
    found = counts(coverage(world, group_by=group))
    assert found
    assert all(count > 0 for count in found.values())
    assert list(found) == sorted(found)


def test_area_codes_of_a_state_are_counted_with_a_filter(world):
    assert set(counts(coverage(world, group_by="npa", filter="state eq NY"))) == {"212", "516"}


def test_capabilities_are_counted_exactly_or_by_bit(world):
    exact = counts(coverage(world, group_by="npa", filter="capabilities eq 31 and npa eq 516"))
    by_bit = counts(coverage(world, group_by="npa", filter="capabilities bit 4 and npa eq 516"))
    assert exact["516"] < by_bit["516"]
    assert by_bit["516"] == available(world, "npa eq 516 and capabilities bit 4")


def test_a_rented_number_is_counted_no_more(world):
    before = counts(coverage(world, group_by="npa"))["516"]
    world.rent("15162065575")
    assert counts(coverage(world, group_by="npa"))["516"] == before - 1


def test_external_numbers_are_not_counted(world):
    assert "DEU" not in counts(coverage(world, group_by="country_code"))


def test_groups_come_in_pages_and_in_the_order_of_their_counts(world):
    first = world.get("/phonenumber/coverage", group_by="state", limit=2, order="count desc").json()
    assert first["count"] == 2
    assert first["total"] > 2
    assert first["has_more"] is True
    assert "offset=2" in first["pagination"]["next"]
    assert first["items"][0]["count"] >= first["items"][1]["count"]


@pytest.mark.parametrize("group", ["", "colour", "phonenumber", "id"])
def test_an_unknown_group_is_refused(world, group):
    answer = world.get("/phonenumber/coverage", group_by=group)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "group_by"


def test_the_group_must_be_named(world):
    assert world.get("/phonenumber/coverage").json()["errors"][0]["field"] == "group_by"
