"""Which access control lists decide about calls and messages, by layer."""

import pytest

from tests.sandbox.subpartners import as_sub_partner

CALLS, SMS = "/accesscontrol/effective_acl/calls", "/accesscontrol/effective_acl/sms"


def acl(rule, **fields):
    return {
        "access_control_rules": [rule],
        "direction": "any",
        "sms_action_false": None,
        "sms_action_true": None,
        "voice_action_false": None,
        "voice_action_true": None,
        **fields,
    }


OWN_CALLS = acl("own calls", direction="outbound", voice_action_true="reject503")
OWN_SMS = acl("own sms", direction="inbound", sms_action_false="reject")
ASSIGNED = acl("assigned", voice_action_true="accept", sms_action_true="accept")
ROUTING = acl("routing", direction="inbound", voice_action_false="reject403")


@pytest.fixture
def sub(world):
    """A sub-partner with lists of its own, and one its parent assigned to it."""
    made = as_sub_partner(world)
    path = f"/partners/{made.core['partner_sid']}"
    for caller, sent in (
        (made, {"acls": [OWN_CALLS, OWN_SMS]}),
        (world, {"parent_assigned_acls": [ASSIGNED]}),
    ):
        answer = caller.patch(path, sent)
        assert answer.status_code == 200, answer.text
    return made


def layers(answer):
    assert answer.status_code == 200, answer.text
    assert answer.json()["total"] == len(answer.json()["items"]) == answer.json()["count"]
    numbers = [item["layer"] for item in answer.json()["items"]]
    assert numbers == list(range(1, len(numbers) + 1))
    return [item["effective_acls"] for item in answer.json()["items"]]


def test_without_lists_there_are_no_layers(world):
    assert layers(world.get(CALLS)) == []
    assert layers(world.get(SMS)) == []


def test_own_lists_come_before_those_the_parent_assigned(world, sub):
    assert layers(sub.get(CALLS)) == [[OWN_CALLS], [ASSIGNED]]
    assert layers(sub.get(SMS)) == [[OWN_SMS], [ASSIGNED]]


def test_the_parent_asks_for_a_sub_partner(world, sub):
    sid = sub.core["partner_sid"]
    assert layers(world.get(CALLS, partner_sid=sid)) == [[OWN_CALLS], [ASSIGNED]]
    for path in (CALLS, SMS):
        assert sub.get(path, partner_sid=world.core["partner_sid"]).status_code == 404
        assert world.get(path, partner_sid="none").status_code == 404


def test_a_direction_leaves_out_the_others(world, sub):
    assert layers(sub.get(CALLS, direction="inbound")) == [[ASSIGNED]]
    assert layers(sub.get(CALLS, direction="outbound")) == [[OWN_CALLS], [ASSIGNED]]
    assert layers(sub.get(CALLS, direction="any")) == [[OWN_CALLS], [ASSIGNED]]
    assert layers(sub.get(SMS, direction="undirected")) == [[ASSIGNED]]
    assert sub.get(CALLS, direction="up").status_code == 400


def test_a_trunk_groups_lists_come_first(world, sub):
    group = sub.post("/trunk_groups", {"acls": [ROUTING]}).json()["trunk_group_sid"]
    expected = [[ROUTING], [OWN_CALLS], [ASSIGNED]]
    assert layers(sub.get(CALLS, trunk_group_sid=group)) == expected
    assert layers(world.get(CALLS, trunk_group_sid=group)) == expected
    assert sub.get(CALLS, trunk_group_sid="none").status_code == 404


def test_a_list_can_be_cut_and_its_fields_chosen(world, sub):
    told = sub.get(CALLS, limit=1, include_fields="layer").json()
    assert (told["items"], told["has_more"], told["total"]) == ([{"layer": 1}], True, 2)
    assert sub.get(CALLS, limit=1, offset=1, include_fields="layer").json()["items"] == [{"layer": 2}]


def test_reading_needs_the_right(world):
    world.set(scopes=["partners.manage"])
    assert world.get(CALLS).status_code == 403
    world.set(scopes=["accesscontrol.read"])
    assert world.get(SMS).status_code == 200
