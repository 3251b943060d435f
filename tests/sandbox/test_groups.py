"""Trunk groups and groups of numbers: reading."""

TRUNK_GROUP_FIELDS = {
    "acls", "external_handlers", "hard_failure_codes", "hard_failure_cooldown", "hard_failure_interval",
    "hard_failure_last_resort", "hard_failure_threshold", "name", "partner_sid", "routing_data",
    "routing_type", "sip_options_locations", "sip_options_threshold", "soft_failure_codes",
    "transformations", "trunk_group_sid",
}  # fmt: skip


def test_trunk_groups_are_told_with_every_documented_field(world):
    answer = world.get("/trunk_groups").json()
    assert {group["name"] for group in answer["items"]} == {"West", "East", "Failover east"}
    for group in answer["items"]:
        assert set(group) == TRUNK_GROUP_FIELDS
        assert world.get(f"/trunk_groups/{group['trunk_group_sid']}").json() == group


def test_trunks_come_along_when_asked_for(world):
    groups = world.get("/trunk_groups", with_trunks="true").json()["items"]
    assert all(group["trunks"] for group in groups)
    trunk = groups[0]["trunks"][0]
    assert {"trunk_sid", "allow_forward", "allow_transfer", "weight", "codec"} <= set(trunk)
    one = world.get(f"/trunk_groups/{groups[0]['trunk_group_sid']}", with_trunks="true").json()
    assert one == groups[0]


def test_trunks_stay_with_their_group_in_every_window(world):
    whole = {
        group["name"]: group["trunks"]
        for group in world.get("/trunk_groups", with_trunks="true").json()["items"]
    }
    for offset in range(3):
        answer = world.get(
            "/trunk_groups", with_trunks="true", limit=1, offset=offset, order="name desc"
        ).json()
        group = answer["items"][0]
        assert group["trunks"] == whole[group["name"]]


def test_the_partner_comes_along_when_asked_for(world):
    for path in ("/trunk_groups", "/phonenumber/did_groups"):
        for group in world.get(path, with_related="true").json()["items"]:
            assert group["partner"]["partner_sid"] == group["partner_sid"]


def test_did_groups_are_told_with_every_documented_field(world):
    answer = world.get("/phonenumber/did_groups").json()
    assert answer["total"] == 2
    for group in answer["items"]:
        assert set(group) == {"callback_url", "did_group_sid", "name", "partner_sid"}
        assert world.get(f"/phonenumber/did_groups/{group['did_group_sid']}").json() == group


def test_groups_that_are_not_there_are_not_found(world):
    for path in ("/trunk_groups", "/phonenumber/did_groups"):
        answer = world.get(f"{path}/f448e2c3-88c1-4cd1-8cf2-3567c16e0794")
        assert (answer.status_code, answer.json()["message"]) == (404, "no item error")


def test_each_kind_of_group_needs_its_own_right(world):
    world.set(scopes=["trunk_groups.read"])
    assert world.get("/trunk_groups").status_code == 200
    assert world.get("/phonenumber/did_groups").status_code == 403
    world.set(scopes=["phonenumber.read"])
    assert world.get("/trunk_groups").status_code == 403
    assert world.get("/phonenumber/did_groups").status_code == 200
