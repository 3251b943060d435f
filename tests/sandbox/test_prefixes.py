"""Prefixes and LRN prefixes: the same object in two collections."""

import pytest

from tests.sandbox.subpartners import as_sub_partner
from tests.sandbox.test_concurrency import call, together

FIELDS = {
    "attributes", "callback_url", "lrn_sid", "name", "partner_sid", "prefix", "source_trunk_group_sid",
    "string_key_1", "string_key_2", "transformations", "trunk_group_sid",
}  # fmt: skip


@pytest.fixture(params=["prefix", "lrn_prefix"])
def kind(request):
    return request.param


@pytest.fixture
def everything(kind):
    return f"/phonenumber/{kind}es"


@pytest.fixture
def path(world, kind, everything):
    return f"{everything}/{world.post(everything, {'prefix': '1516'}).json()[f'{kind}_sid']}"


def test_a_prefix_is_told_with_every_documented_field(world, kind, everything):
    told = world.post(everything, {"prefix": "1516", "name": "Long Island"}).json()
    assert set(told) == {*FIELDS, f"{kind}_sid"}
    assert (told["prefix"], told["name"]) == ("1516", "Long Island")
    assert world.get(f"{everything}/{told[f'{kind}_sid']}").json() == told
    assert world.get(everything).json()["items"] == [told]


@pytest.mark.parametrize("prefix", ["", "+1516", "15x", "1" * 16, 1516, None])
def test_a_prefix_is_digits(world, everything, prefix):
    assert world.post(everything, {"prefix": prefix}).status_code == 400
    assert world.post(everything, {}).status_code == 400


def test_a_prefix_has_one_holder(world, everything, path):
    for caller in (world, as_sub_partner(world)):
        answer = caller.post(everything, {"prefix": "1516"})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (409, "prefix")
    assert world.post(everything, {"prefix": "15162"}).status_code == 200


def test_the_two_collections_are_apart(world):
    assert world.post("/phonenumber/prefixes", {"prefix": "1516"}).status_code == 200
    assert world.post("/phonenumber/lrn_prefixes", {"prefix": "1516"}).status_code == 200
    assert world.get("/phonenumber/prefixes").json()["total"] == 1


def test_of_many_at_once_one_gets_the_prefix(either_sandbox):
    world = either_sandbox.world()
    answers = together(12, lambda _: call(world, "POST", "/phonenumber/prefixes", json={"prefix": "1516"}))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 11


def test_patch_changes_what_it_names(world, path):
    group = world.get("/trunk_groups").json()["items"][0]["trunk_group_sid"]
    before = world.get(path).json()
    sent = {"trunk_group_sid": group, "string_key_2": "k", "attributes": {"a": {"b": 1}}, "lrn_sid": "l"}
    assert world.patch(path, sent).json() == {**before, **sent}
    told = world.patch(path, {"attributes": {"a": {"c": 2}}}).json()
    assert told["attributes"] == {"a": {"b": 1, "c": 2}}
    told = world.patch(f"{path}?nested_objects=replace", {"attributes": {"x": 1}}).json()
    assert told["attributes"] == {"x": 1}
    assert world.put(path, {**told, "name": "N", "attributes": {}}).json() == {
        **told,
        "name": "N",
        "attributes": {},
    }


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"prefix": "1517"}, 422),
        ({"trunk_group_sid": "f448e2c3-88c1-4cd1-8cf2-3567c16e0794"}, 422),
        ({"callback_url": "nowhere"}, 422),
        ({"transformations": [{"action": "dance"}]}, 422),
        ({"transformations": "x"}, 400),
        ({"attributes": {str(n): n for n in range(101)}}, 422),
        ({"surname": "x"}, 400),
    ],
)
def test_what_cannot_be_is_refused(world, path, sent, status):
    before = world.get(path).json()
    assert world.patch(path, sent).status_code == status
    assert world.put(path, sent).status_code == status
    assert world.get(path).json() == before


def test_a_prefix_is_given_up_and_free_again(world, everything, path):
    assert world.delete(path).status_code == 204
    assert world.get(path).status_code == 404
    assert world.post(everything, {"prefix": "1516"}).status_code == 200


def test_the_partner_comes_along_when_asked_for(world, everything, path):
    assert world.get(path, with_related="true").json()["partner"]["name"] == "CarrierX Main"
    assert world.get(everything, with_related="true").json()["items"][0]["partner"]


def test_a_parents_prefix_is_out_of_reach(world, path):
    sub = as_sub_partner(world)
    for answer in (sub.get(path), sub.patch(path, {"name": "x"}), sub.put(path, {}), sub.delete(path)):
        assert answer.status_code == 404


def test_each_verb_needs_its_right(world, everything, path):
    world.set(scopes=["phonenumber.read"])
    assert world.get(path).status_code == 200
    for method, where in (("POST", everything), ("PATCH", path), ("PUT", path), ("DELETE", path)):
        assert world.request(method, where, json={"prefix": "1516"}).status_code == 403
    world.set(scopes=["phonenumber.update"])
    assert world.get(path).status_code == 403
    assert world.patch(path, {}).status_code == 200
