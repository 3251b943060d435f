"""What calls cost: lists and downloads of the rate plans."""

import csv
import io

import pytest

SUB_TYPES = ("conference", "conference_playback", "flexml", "mediator", "third_party", "voicemail")
PATHS = [
    f"/calls/rates/{way}/{kind}"
    for way in ("inbound", "outbound")
    for kind in ("pstn", *(f"voip/{sub_type}" for sub_type in SUB_TYPES))
]


@pytest.mark.parametrize("path", PATHS)
def test_a_plan_is_listed_with_its_name_and_whose_it_is(world, path):
    told = world.get(path).json()
    assert (told["active"], told["pagination"]) == ("yes", None)
    assert told["partner_sid"] == world.core["partner_sid"]
    assert told["rates_plan"]["name"]
    assert told["total"] >= told["count"] == len(told["items"]) > 0


@pytest.mark.parametrize("path", PATHS)
def test_a_download_has_every_line_of_the_list(world, path):
    answer = world.get(f"{path}/csv")
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    lines = list(csv.DictReader(io.StringIO(answer.text)))
    listed = world.get(path, limit=1000).json()["items"]
    assert lines == [{name: value or "" for name, value in item.items()} for item in listed]


def test_plans_are_the_same_in_every_world_and_each_has_its_own_sid(world, sandbox):
    other = sandbox.world()
    plans = [world.get(path).json()["rates_plan"] for path in PATHS]
    assert plans == [other.get(path).json()["rates_plan"] for path in PATHS]
    assert len({plan["rates_plan_sid"] for plan in plans}) == len(PATHS)


def test_lines_can_be_filtered_ordered_and_paged(world):
    path = "/calls/rates/outbound/pstn"
    (sweden,) = world.get(path, filter='country_code eq "SWE"').json()["items"]
    assert (sweden["prefix"], sweden["country_name"], sweden["price"]) == ("46", "Sweden", "0.003")
    dearest = world.get(path, order="price desc", limit=1).json()
    assert dearest["items"][0]["price"] == "0.012"
    assert dearest["has_more"] is True
    second = world.get(path, order="price desc", limit=1, offset=1).json()
    assert second["items"] != dearest["items"]


def test_columns_of_a_download_can_be_chosen(world):
    answer = world.get("/calls/rates/inbound/pstn/csv", include_fields="prefix,price")
    assert answer.text.splitlines()[0] == "prefix,price"


def test_any_caller_may_look(world):
    world.set(scopes=[])
    assert world.get("/calls/rates/inbound/pstn").status_code == 200


@pytest.mark.parametrize("path", ["/calls/rates/sideways/pstn", "/calls/rates/inbound/voip/fax/csv"])
def test_there_are_no_other_plans(world, path):
    assert world.get(path).status_code == 400
