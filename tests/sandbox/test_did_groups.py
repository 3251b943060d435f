"""Groups of numbers: making, changing and deleting them."""

import pytest

from tests.sandbox.subpartners import as_sub_partner

ALL = "/phonenumber/did_groups"


@pytest.fixture
def path(world):
    return f"{ALL}/{world.post(ALL, {'name': 'Desk'}).json()['did_group_sid']}"


def test_an_empty_object_makes_a_group(world):
    group = world.post(ALL).json()
    assert set(group) == {"callback_url", "did_group_sid", "name", "partner_sid"}
    assert (group["name"], group["callback_url"]) == ("N/A", None)
    assert group["partner_sid"] == world.core["partner_sid"]
    assert world.get(f"{ALL}/{group['did_group_sid']}").json() == group


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_name_and_callback_can_be_changed(world, path, method):
    before = world.get(path).json()
    told = world.request(method, path, json={**before, "callback_url": "https://example.com/x"}).json()
    assert told == {**before, "callback_url": "https://example.com/x"}
    told = world.request(method, path, json={"name": "New", "partner_sid": "x"}).json()
    assert told == {**before, "callback_url": "https://example.com/x", "name": "New"}


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"callback_url": "ftp://example.com"}, 422),
        ({"name": "x" * 201}, 400),
        ({"name": None}, 400),
        ({"title": "x"}, 400),
    ],
)
def test_what_cannot_be_is_refused(world, path, sent, status):
    before = world.get(ALL).json()["total"]
    assert world.post(ALL, sent).status_code == status
    assert world.patch(path, sent).status_code == status
    assert world.get(ALL).json()["total"] == before


def test_a_deleted_group_leaves_its_numbers_without_one(world, path):
    sid = path.rpartition("/")[2]
    did = world.post("/phonenumber/dids", {"phonenumber": "15162065575", "did_group_sid": sid}).json()
    assert did["did_group_sid"] == sid
    assert world.delete(path).status_code == 204
    assert world.delete(path).status_code == 404
    assert world.get(f"/phonenumber/dids/{did['did_sid']}").json() == {**did, "did_group_sid": None}


def test_a_parents_group_is_out_of_reach(world, path):
    sub = as_sub_partner(world)
    for answer in (sub.get(path), sub.patch(path, {"name": "x"}), sub.put(path, {}), sub.delete(path)):
        assert answer.status_code == 404


def test_each_verb_needs_its_right(world, path):
    world.set(scopes=["phonenumber.read"])
    for method, where in (("POST", ALL), ("PATCH", path), ("PUT", path), ("DELETE", path)):
        assert world.request(method, where, json={}).status_code == 403
    world.set(scopes=["phonenumber.create", "phonenumber.update", "phonenumber.delete"])
    assert world.post(ALL).status_code == 200
    assert world.patch(path, {}).status_code == 200
    assert world.delete(path).status_code == 204
