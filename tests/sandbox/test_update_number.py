"""Changing a rented number: PATCH and PUT, nested objects, what cannot be changed."""

import pytest


@pytest.fixture
def path(world):
    did = world.post(
        "/phonenumber/dids", {"phonenumber": "15162065575", "attributes": {"a": "1", "b": {"c": 2}}}
    ).json()
    return f"/phonenumber/dids/{did['did_sid']}"


def test_patch_changes_what_it_names_and_leaves_the_rest(world, path):
    did = world.patch(path, {"name": "Desk", "string_key_1": "k"}).json()
    assert (did["name"], did["string_key_1"], did["attributes"]) == ("Desk", "k", {"a": "1", "b": {"c": 2}})
    did = world.patch(path, {"string_key_1": None}).json()
    assert (did["name"], did["string_key_1"]) == ("Desk", None)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({"a": "2"}, {"a": "2", "b": {"c": 2}}),
        ({"new": [1, 2]}, {"a": "1", "b": {"c": 2}, "new": [1, 2]}),
        ({"a": None}, {"b": {"c": 2}}),
        ({"missing": None}, {"a": "1", "b": {"c": 2}}),
        ({"b": {"d": 3}}, {"a": "1", "b": {"c": 2, "d": 3}}),
        ({"b": {"c": None}}, {"a": "1", "b": {}}),
        ({"b": "flat"}, {"a": "1", "b": "flat"}),
        ({}, {"a": "1", "b": {"c": 2}}),
    ],
)
def test_nested_keys_are_replaced_added_and_removed_by_null(world, path, sent, kept):
    assert world.patch(path, {"attributes": sent}).json()["attributes"] == kept
    assert world.get(path).json()["attributes"] == kept


def test_nested_objects_can_be_replaced_whole(world, path):
    answer = world.patch(f"{path}?nested_objects=replace", {"attributes": {"x": "y"}})
    assert answer.json()["attributes"] == {"x": "y"}


def test_put_takes_a_whole_object_back_read_only_fields_included(world, path):
    did = world.get(path, with_related="true").json()
    answer = world.put(path, {**did, "name": "Renamed", "attributes": {"only": "this"}})
    assert answer.status_code == 200
    assert (answer.json()["name"], answer.json()["attributes"]) == ("Renamed", {"only": "this"})
    assert answer.json()["price"] == did["price"]


def test_arrays_are_replaced_as_a_whole(world, path):
    one = [{"action": "stir_validate", "direction": "inbound", "operands": []}]
    assert world.patch(path, {"transformations": one}).json()["transformations"] == one
    assert world.patch(path, {"transformations": []}).json()["transformations"] == []


def test_read_only_fields_are_ignored(world, path):
    before = world.get(path).json()
    sent = {
        "phonenumber": "15162065581",
        "price": "0",
        "status": "available",
        "partner_sid": None,
        "capabilities": 31,
    }
    assert world.patch(path, sent).json() == before


def test_a_trunk_group_can_be_set_and_taken_away(world, path):
    sid = world.get("/trunk_groups").json()["items"][0]["trunk_group_sid"]
    assert world.patch(path, {"trunk_group_sid": sid}).json()["trunk_group_sid"] == sid
    listed = world.get("/phonenumber/dids", trunk_group_sid=sid, limit=1000).json()["items"]
    assert "15162065575" in {item["phonenumber"] for item in listed}
    assert {item["trunk_group_sid"] for item in listed} == {sid}
    assert world.patch(path, {"trunk_group_sid": None}).json()["trunk_group_sid"] is None


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"colour": "red"}, 400, "colour"),
        ({"name": []}, 400, "name"),
        ({"attributes": None}, 400, "attributes"),
        ({"trunk_group_sid": "f448e2c3-88c1-4cd1-8cf2-3567c16e0794"}, 422, "trunk_group_sid"),
        ({"callback_url": "javascript:alert(1)"}, 422, "callback_url"),
        ({"attributes": {str(n): n for n in range(101)}}, 422, "attributes"),
    ],
)
def test_a_refused_change_changes_nothing(world, path, change, status, field):
    before = world.get(path).json()
    answer = world.patch(path, {"string_key_2": "x", **change})
    assert answer.status_code == status
    assert answer.json()["errors"][0]["field"] == field
    assert world.get(path).json() == before


def test_a_body_that_is_no_object_is_refused(world, path):
    for body in ([], "text", 5, None):
        answer = world.request(
            "PATCH", path, json=body, headers={"Content-Type": "application/json"}, data=None
        )
        assert answer.status_code == 400, body


def test_changing_needs_a_number_and_the_right(world, path):
    assert world.patch("/phonenumber/dids/nope", {"name": "x"}).status_code == 404
    world.set(scopes=["phonenumber.read"])
    assert world.patch(path, {"name": "x"}).status_code == 403
    world.set(scopes=["phonenumber.update"])
    assert world.patch(path, {"name": "x"}).status_code == 200


def test_a_parent_may_change_its_sub_partners_numbers(world):
    items = world.get("/phonenumber/dids", limit=1000).json()["items"]
    theirs = next(item for item in items if item["partner_sid"] != world.core["partner_sid"])
    answer = world.patch(f"/phonenumber/dids/{theirs['did_sid']}", {"name": "Renamed by the parent"})
    assert (answer.json()["name"], answer.json()["partner_sid"]) == (
        "Renamed by the parent",
        theirs["partner_sid"],
    )
