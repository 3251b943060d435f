"""Short codes: set up by support, read and changed by their holder."""

import pytest

from tests.sandbox.subpartners import as_sub_partner

ALL = "/phonenumber/short_codes"
FIELDS = {
    "attributes", "callback_url", "country_code", "did_group_sid", "locality", "lrn_sid", "name",
    "partner_sid", "short_code", "short_code_sid", "state", "string_key_1", "string_key_2",
}  # fmt: skip


@pytest.fixture
def code(world):
    return world.steer("POST", "/short_codes", {"short_code": "54321"})


@pytest.fixture
def path(code):
    return f"{ALL}/{code['short_code_sid']}"


def test_a_short_code_is_told_with_every_documented_field(world, code, path):
    assert set(code) == FIELDS
    assert (code["short_code"], code["country_code"], code["name"]) == ("54321", "USA", "N/A")
    assert world.get(path).json() == code
    listed = world.get(ALL).json()
    assert (listed["items"], listed["total"], listed["limit"]) == ([code], 1, 10)
    assert world.get(path, with_related="true").json()["partner"]["name"] == "CarrierX Main"


def test_clients_neither_make_nor_delete_them(world, path):
    assert world.post(ALL, {"short_code": "12345"}).status_code == 405
    assert world.delete(path).status_code == 405


def test_the_holder_changes_what_is_its_own(world, code, path):
    group = world.post("/phonenumber/did_groups").json()["did_group_sid"]
    sent = {"name": "Votes", "did_group_sid": group, "attributes": {"a": 1}, "string_key_1": "k"}
    assert world.patch(path, sent).json() == {**code, **sent}
    told = world.put(path, {**code, "name": "Again", "short_code": "99999", "attributes": {}}).json()
    assert told == {**code, "name": "Again", "attributes": {}}


@pytest.mark.parametrize(
    ("sent", "status"),
    [({"did_group_sid": "none"}, 422), ({"callback_url": "x"}, 422), ({"name": 1}, 400), ({"x": 1}, 400)],
)
def test_what_cannot_be_is_refused(world, code, path, sent, status):
    assert world.patch(path, sent).status_code == status
    assert world.get(path).json() == code


def test_it_is_the_holders_and_its_parents(world):
    sub = as_sub_partner(world)
    own = world.steer("POST", "/short_codes", {"short_code": "111", "partner_sid": sub.core["partner_sid"]})
    other = world.steer("POST", "/short_codes", {"short_code": "222"})
    assert [each["short_code"] for each in sub.get(ALL).json()["items"]] == ["111"]
    assert [each["short_code"] for each in world.get(ALL).json()["items"]] == ["111", "222"]
    assert sub.get(f"{ALL}/{other['short_code_sid']}").status_code == 404
    assert sub.patch(f"{ALL}/{own['short_code_sid']}", {"name": "Mine"}).status_code == 200


def test_each_verb_needs_its_right(world, path):
    world.set(scopes=["phonenumber.read"])
    assert world.get(ALL).status_code == 200
    assert world.patch(path, {}).status_code == 403
    world.set(scopes=["phonenumber.update"])
    assert world.get(ALL).status_code == 403
    assert world.patch(path, {}).status_code == 200
