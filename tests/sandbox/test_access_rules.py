"""Access control rules: one's own, and the parent's to look at."""

import pytest

from tests.sandbox.subpartners import as_sub_partner

ALL = "/accesscontrol/rules"
RULE = {"field": "to", "quantifier": "any", "entries": ["1800", "1615"], "operation": "prefix"}


def make(world, **fields):
    answer = world.post(ALL, {**RULE, **fields})
    assert answer.status_code == 200, answer.text
    return answer.json()


def at(rule):
    return f"{ALL}/{rule['rule_sid']}"


def test_a_rule_is_told_with_every_documented_field(world):
    rule = make(world)
    assert rule == {**RULE, "name": "N/A", "read_only": False, "rule_sid": rule["rule_sid"]}
    assert world.get(at(rule)).json() == rule
    assert world.get(ALL).json()["items"] == [rule]


@pytest.mark.parametrize("missing", RULE)
def test_everything_but_the_name_is_required(world, missing):
    answer = world.post(ALL, {name: value for name, value in RULE.items() if name != missing})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, missing)


@pytest.mark.parametrize("field", ["calling", "called", "from", "from_did", "to", "to_did", "message"])
@pytest.mark.parametrize("operation", ["exact", "prefix", "regexp"])
def test_every_documented_field_and_operation_is_accepted(world, field, operation):
    for quantifier in ("all", "any", "none"):
        make(world, field=field, operation=operation, quantifier=quantifier)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"field": "subject"}, 400),
        ({"operation": "suffix"}, 400),
        ({"quantifier": "some"}, 400),
        ({"entries": []}, 400),
        ({"entries": [""]}, 400),
        ({"entries": [1800]}, 400),
        ({"entries": "1800"}, 400),
        ({"operation": "regexp", "entries": ["1800", "("]}, 422),
        ({"operation": "regexp", "entries": ["(" * 240 + ")" * 240]}, 200),
        ({"priority": 1}, 400),
    ],
)
def test_what_cannot_be_is_refused(world, sent, status):
    assert world.post(ALL, {**RULE, **sent}).status_code == status
    assert world.get(ALL).json()["total"] == (status == 200)


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_a_rule_can_be_changed(world, method):
    rule = make(world)
    told = world.request(method, at(rule), json={"operation": "exact"}).json()
    assert told == {**rule, "operation": "exact"}
    told = world.request(method, at(rule), json={**told, "entries": ["1"], "read_only": True}).json()
    assert told == {**rule, "operation": "exact", "entries": ["1"]}


def test_patterns_are_checked_whichever_way_they_come(world):
    rule = make(world, entries=["("])
    assert world.patch(at(rule), {"operation": "regexp"}).status_code == 422
    assert world.patch(at(rule), {"operation": "regexp", "entries": ["[0-9]+"]}).status_code == 200
    assert world.patch(at(rule), {"entries": ["*"]}).status_code == 422


def test_a_parents_rule_can_be_seen_and_no_more(world):
    sub = as_sub_partner(world)
    rule = make(world)
    assert sub.get(at(rule)).json() == {**rule, "read_only": True}
    for answer in (sub.patch(at(rule), {"name": "x"}), sub.put(at(rule), rule), sub.delete(at(rule))):
        assert (answer.status_code, answer.json()["message"]) == (403, "permission denied")
    assert world.get(at(rule)).json() == rule


def test_a_sub_partners_rules_are_never_shown(world):
    sub = as_sub_partner(world)
    rule = make(sub)
    assert world.get(ALL).json()["items"] == []
    for answer in (world.get(at(rule)), world.patch(at(rule), {}), world.delete(at(rule))):
        assert answer.status_code == 404


def test_rules_are_filtered_also_by_whose_they_are(world):
    sub = as_sub_partner(world)
    own, parents = make(sub, name="own"), make(world, name="parents")
    assert {each["rule_sid"] for each in sub.get(ALL).json()["items"]} == {
        own["rule_sid"],
        parents["rule_sid"],
    }
    assert [each["name"] for each in sub.get(ALL, filter="read_only eq true").json()["items"]] == ["parents"]
    assert [each["name"] for each in sub.get(ALL, filter="read_only eq false").json()["items"]] == ["own"]
    assert [each["name"] for each in sub.get(ALL, order="read_only desc").json()["items"]] == [
        "parents",
        "own",
    ]
    assert sub.get(ALL, filter='entries eq "1615"').json()["total"] == 2


def test_a_rule_is_deleted(world):
    rule = make(world)
    assert world.delete(at(rule)).status_code == 204
    assert world.delete(at(rule)).status_code == 404


def test_a_rule_that_a_list_names_stays(world):
    rule = make(world)
    acls = [{"access_control_rules": [rule["rule_sid"]], "voice_action_true": "accept"}]
    group = world.post("/trunk_groups", {"acls": acls, "trunks": [{"acls": acls}]}).json()
    answer = world.delete(at(rule))
    assert (answer.status_code, answer.json()["message"]) == (409, "conflict")
    assert answer.json()["errors"][0]["message"].startswith("2 access control lists")
    world.delete(f"/trunk_groups/{group['trunk_group_sid']}")
    world.patch(f"/partners/{world.core['partner_sid']}", {"acls": acls})
    assert world.delete(at(rule)).status_code == 409
    world.patch(f"/partners/{world.core['partner_sid']}", {"acls": []})
    assert world.delete(at(rule)).status_code == 204


def test_each_verb_needs_its_right(world):
    rule = make(world)
    world.set(scopes=["accesscontrol.read"])
    assert world.get(at(rule)).status_code == 200
    for method, where in (("POST", ALL), ("PATCH", at(rule)), ("PUT", at(rule)), ("DELETE", at(rule))):
        assert world.request(method, where, json=RULE).status_code == 403
    world.set(scopes=["accesscontrol.delete"])
    assert world.get(ALL).status_code == 403
    assert world.delete(at(rule)).status_code == 204
