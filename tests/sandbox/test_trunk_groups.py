"""Trunk groups: making, changing and deleting them."""

import pytest

from tests.sandbox.subpartners import as_sub_partner

ALL = "/trunk_groups"
DEFAULTS = {
    "acls": [], "external_handlers": [], "hard_failure_codes": "408;", "hard_failure_cooldown": 120,
    "hard_failure_interval": 60, "hard_failure_last_resort": "first", "hard_failure_threshold": 3,
    "name": "N/A", "routing_data": None, "routing_type": "failover", "sip_options_locations": [],
    "sip_options_threshold": 3, "soft_failure_codes": "408;", "transformations": [],
}  # fmt: skip


@pytest.fixture
def path(world):
    return f"{ALL}/{world.post(ALL, {'name': 'North'}).json()['trunk_group_sid']}"


def test_an_empty_object_makes_a_group_of_the_documented_defaults(world):
    group = world.post(ALL).json()
    sid = group["trunk_group_sid"]
    assert group == {**DEFAULTS, "trunk_group_sid": sid, "partner_sid": world.core["partner_sid"]}
    assert world.get(f"{ALL}/{sid}").json() == group


def test_trunks_are_made_along_with_their_group(world):
    told = world.post(ALL, {"name": "N", "trunks": [{"name": "a", "priority": 1}, {}]}).json()
    assert [(trunk["name"], trunk["priority"]) for trunk in told["trunks"]] == [("a", 1), ("N/A", 0)]
    read = world.get(f"{ALL}/{told['trunk_group_sid']}", with_trunks="true").json()
    assert read == told
    assert "trunks" not in world.get(f"{ALL}/{told['trunk_group_sid']}").json()


def test_trunks_in_the_body_need_both_rights(world):
    world.set(scopes=["trunk_groups.create"])
    for sent in ({"trunks": []}, {"trunks": [{}]}):
        assert world.post(ALL, sent).status_code == 403
    assert world.post(ALL).status_code == 200
    world.set(scopes=["trunk_groups.trunks.manage"])
    assert world.post(ALL, {"trunks": []}).status_code == 403
    for both in ("trunk_groups.trunks.create", "trunk_groups.trunks.manage"):
        world.set(scopes=["trunk_groups.create", both])
        assert world.post(ALL, {"trunks": [{}]}).status_code == 200


def test_a_bad_trunk_leaves_no_group_behind(world):
    before = world.get(ALL).json()["total"]
    assert world.post(ALL, {"trunks": [{}, {"endpoint_sid": "none"}]}).status_code == 422
    assert world.post(ALL, {"trunks": [{"weight": -1}]}).status_code == 400
    assert world.post(ALL, {"trunks": [{"color": "red"}]}).status_code == 400
    assert world.get(ALL).json()["total"] == before


def test_patch_changes_what_it_names(world, path):
    before = world.get(path).json()
    sent = {
        "hard_failure_codes": "408;503;",
        "hard_failure_last_resort": "reject503",
        "routing_data": {"a": {"b": 1}},
        "sip_options_locations": ["nyc"],
        "transformations": [{"action": "stir_validate", "direction": "inbound", "operands": []}],
    }
    assert world.patch(path, sent).json() == {**before, **sent}
    assert world.patch(path, {"routing_data": {"a": {"c": 2}}}).json()["routing_data"] == {
        "a": {"b": 1, "c": 2}
    }
    told = world.patch(f"{path}?nested_objects=replace", {"routing_data": {"x": 1}}).json()
    assert told["routing_data"] == {"x": 1}
    assert world.patch(path, {"routing_data": None}).json()["routing_data"] is None


def test_a_whole_group_with_its_trunks_can_be_put_back(world, path):
    world.post(f"{path}/trunks", {"name": "one"})
    whole = world.get(path, with_trunks="true", with_related="true").json()
    assert world.put(path, {**whole, "name": "South"}).json()["name"] == "South"
    assert world.get(path, with_trunks="true").json()["trunks"] == whole["trunks"]


def test_lists_of_access_control_are_completed(world, path):
    told = world.patch(path, {"acls": [{"direction": "outbound", "voice_action_true": "reject503"}]}).json()
    assert told["acls"] == [
        {
            "access_control_rules": [],
            "direction": "outbound",
            "sms_action_false": None,
            "sms_action_true": None,
            "voice_action_false": None,
            "voice_action_true": "reject503",
        }
    ]


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"hard_failure_last_resort": "last"}, 400),
        ({"hard_failure_threshold": -1}, 400),
        ({"hard_failure_threshold": 2**31}, 400),
        ({"hard_failure_threshold": "3"}, 400),
        ({"hard_failure_codes": "all"}, 400),
        ({"routing_data": "x"}, 400),
        ({"routing_type": ""}, 400),
        ({"acls": [{"direction": "up"}]}, 422),
        ({"transformations": [{"action": "dance"}]}, 422),
        ({"name": "x" * 201}, 400),
        ({"color": "red"}, 400),
    ],
)
def test_what_cannot_be_is_refused(world, path, sent, status):
    before = world.get(path).json()
    assert world.post(ALL, sent).status_code == status
    assert world.patch(path, sent).status_code == status
    assert world.get(path).json() == before


def test_a_group_is_deleted_with_its_trunks(world, path):
    trunk = world.post(f"{path}/trunks").json()
    assert world.delete(path).status_code == 204
    assert world.get(path).status_code == 404
    assert world.get(f"{path}/trunks").status_code == 404
    assert world.get(f"{path}/trunks/{trunk['trunk_sid']}").status_code == 404
    assert world.delete(path).status_code == 404


def test_a_group_that_numbers_are_routed_to_stays(world, path):
    sid = path.rpartition("/")[2]
    for phonenumber in ("15162065575", "15162065581"):
        world.post("/phonenumber/dids", {"phonenumber": phonenumber, "trunk_group_sid": sid})
    answer = world.delete(path)
    assert (answer.status_code, answer.json()["message"]) == (409, "conflict")
    assert answer.json()["errors"][0]["message"].startswith("2 phone numbers")
    assert answer.json()["errors"][0]["reference_sid"] == sid
    for did in world.get("/phonenumber/dids", trunk_group_sid=sid).json()["items"]:
        world.patch(f"/phonenumber/dids/{did['did_sid']}", {"trunk_group_sid": None})
    assert world.delete(path).status_code == 204


@pytest.mark.parametrize("kind", ["prefix", "lrn_prefix"])
def test_a_group_that_prefixes_are_routed_to_stays(world, path, kind):
    sid = path.rpartition("/")[2]
    prefix = world.post(f"/phonenumber/{kind}es", {"prefix": "1516", "trunk_group_sid": sid}).json()
    assert world.delete(path).status_code == 409
    world.delete(f"/phonenumber/{kind}es/{prefix[f'{kind}_sid']}")
    assert world.delete(path).status_code == 204


def test_a_parents_group_is_out_of_reach(world, path):
    sub = as_sub_partner(world)
    for answer in (sub.get(path), sub.patch(path, {"name": "x"}), sub.put(path, {}), sub.delete(path)):
        assert answer.status_code == 404


def test_each_verb_needs_its_right(world, path):
    world.set(scopes=["trunk_groups.read", "trunk_groups.trunks.manage"])
    for method, where in (("POST", ALL), ("PATCH", path), ("PUT", path), ("DELETE", path)):
        assert world.request(method, where, json={}).status_code == 403
    world.set(scopes=["trunk_groups.update"])
    assert world.patch(path, {}).status_code == 200
    assert world.delete(path).status_code == 403
