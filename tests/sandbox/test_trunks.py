"""The trunks of a trunk group."""

import pytest

from tests.sandbox.subpartners import as_sub_partner

DEFAULTS = {
    "acls": [], "allow_forward": "disabled", "allow_transfer": False, "asn_mode": "disable",
    "call_type": "regular", "codec": None, "endpoint_sid": None, "in_capacity": 0,
    "in_identity_format": "passthrough", "in_identity_mode": "passthrough", "in_rfc_4694_mode": "cut_all",
    "location_sid": None, "name": "N/A", "out_capacity": 0, "out_identity_mode": "passthrough",
    "out_rfc_4694_mode": "cut_all", "priority": 0, "relay_sip_headers": [], "transformations": [],
    "weight": 0,
}  # fmt: skip


@pytest.fixture
def group(world):
    return f"/trunk_groups/{world.post('/trunk_groups').json()['trunk_group_sid']}"


@pytest.fixture
def everything(group):
    return f"{group}/trunks"


@pytest.fixture
def path(world, everything):
    return f"{everything}/{world.post(everything).json()['trunk_sid']}"


def test_an_empty_object_makes_a_trunk_of_the_documented_defaults(world, everything):
    trunk = world.post(everything).json()
    assert trunk == {**DEFAULTS, "trunk_sid": trunk["trunk_sid"]}
    assert world.get(f"{everything}/{trunk['trunk_sid']}").json() == trunk


def test_trunks_are_listed_filtered_and_ordered(world, everything):
    for name, weight in (("a", 3), ("b", 1), ("c", 2)):
        world.post(everything, {"name": name, "weight": weight, "allow_transfer": name == "a"})
    told = world.get(everything, order="weight").json()
    assert ([trunk["name"] for trunk in told["items"]], told["total"]) == (["b", "c", "a"], 3)
    told = world.get(everything, filter="allow_transfer eq false", limit=1).json()
    assert (told["total"], told["has_more"]) == (2, True)
    assert world.get(everything, include_fields="name", limit=1).json()["items"] == [{"name": "a"}]


def test_a_list_holds_the_trunks_of_its_group_only(world, everything, path):
    other = world.post("/trunk_groups").json()["trunk_group_sid"]
    assert world.get(f"/trunk_groups/{other}/trunks").json()["items"] == []
    assert world.get(f"/trunk_groups/{other}/trunks/{path.rpartition('/')[2]}").status_code == 404
    assert world.delete(f"/trunk_groups/{other}/trunks/{path.rpartition('/')[2]}").status_code == 404


def test_groups_are_found_by_their_trunks(world, everything):
    world.post(everything, {"name": "very own name"})
    told = world.get("/trunk_groups", filter='trunks.name eq "very own name"').json()
    assert [group["trunk_group_sid"] for group in told["items"]] == [everything.split("/")[2]]


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_what_the_body_names_is_changed(world, path, method):
    before = world.get(path).json()
    endpoint = world.post("/endpoints", {"type": "conference"}).json()["endpoint_sid"]
    sent = {"endpoint_sid": endpoint, "codec": "g711", "allow_forward": "direct_uri", "in_capacity": 30}
    assert world.request(method, path, json={**before, **sent}).json() == {**before, **sent}
    assert world.request(method, path, json={"codec": None}).json() == {**before, **sent, "codec": None}


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"endpoint_sid": "f448e2c3-88c1-4cd1-8cf2-3567c16e0794"}, 422),
        ({"acls": [1]}, 422),
        ({"transformations": [{"action": "rewrite_to", "operands": []}]}, 422),
        ({"allow_transfer": "yes"}, 400),
        ({"priority": -1}, 400),
        ({"weight": 2**31}, 400),
        ({"allow_forward": "x" * 21}, 400),
        ({"trunk": "x"}, 400),
    ],
)
def test_what_cannot_be_is_refused(world, everything, path, sent, status):
    before = world.get(path).json()
    assert world.post(everything, sent).status_code == status
    assert world.patch(path, sent).status_code == status
    assert world.get(path).json() == before
    assert world.get(everything).json()["total"] == 1


def test_a_trunk_is_deleted_and_its_group_stays(world, group, path):
    assert world.delete(path).status_code == 204
    assert world.delete(path).status_code == 404
    assert world.get(group).status_code == 200


def test_a_parents_trunks_are_out_of_reach(world, everything, path):
    sub = as_sub_partner(world)
    for answer in (
        sub.get(everything),
        sub.post(everything),
        sub.get(path),
        sub.patch(path, {}),
        sub.put(path, {}),
        sub.delete(path),
    ):
        assert answer.status_code == 404


def test_trunks_have_rights_of_their_own(world, everything, path):
    world.set(scopes=["trunk_groups.manage"])
    for method, where in (("GET", everything), ("GET", path), ("POST", everything), ("PATCH", path)):
        assert world.request(method, where, json={}).status_code == 403
    world.set(scopes=["trunk_groups.trunks.read"])
    assert world.get(path).status_code == 200
    assert world.delete(path).status_code == 403
    world.set(scopes=["trunk_groups.trunks.delete"])
    assert world.delete(path).status_code == 204
