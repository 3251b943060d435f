"""Changing partners: what may be set, nested objects, moving in the tree, whose lists are whose."""

import pytest

from tests.sandbox.accounts import basic, bearer, call, make_partner, order, token_for


@pytest.fixture
def partner(world):
    return make_partner(world, scopes=["partners.read", "partners.update"])


@pytest.fixture
def path(partner):
    return f"/partners/{partner['partner_sid']}"


def test_what_the_body_names_is_changed_and_nothing_else(world, partner, path):
    sent = {
        "address1": "4300 E Pacific Coast Hwy", "address2": "B", "city": "Long Beach",
        "state": "CA", "zip": "90804",
        "name": "Jane", "company_name": "DEF", "phonenumber": "15162065574", "owner_email": "o@example.com",
        "tech_email": "t@example.com", "billing_email": "b@example.com, c@example.com",
        "attributes": {"a": 1}, "callbacks": {"sms": "https://example.com/sms"},
        "transformations": [{"action": "stir_validate"}], "daily_spending_limit": "7.5",
        "country_code": "CAN",
    }  # fmt: skip
    answer = world.patch(path, sent)
    assert answer.status_code == 200
    assert answer.json() == {**partner, **sent}
    assert world.get(path).json() == answer.json()


def test_read_only_fields_are_ignored_so_that_a_whole_object_can_be_sent_back(world, partner, path):
    assert world.put(path, partner).json() == partner
    sent = {
        "balance": "1000000", "status": "canceled", "login": "other", "payment_type": "postpay",
        "spending_limit": "1",
        "available_scopes": ["admin.manage"], "date_created": "x", "display_id": "CX1", "partner_sid": "y",
        "daily_spent_amount": "0", "system_attributes": {"a": 1}, "id": 5,
    }  # fmt: skip
    assert world.patch(path, sent).json() == partner


def test_maps_merge_by_key_and_null_removes(world, path):
    url = "https://example.com/"
    world.patch(path, {"attributes": {"a": 1, "b": {"c": 2}}, "callbacks": {"sms": url}})
    merged = world.patch(
        path,
        {"attributes": {"a": None, "b": {"d": 3}}, "callbacks": {"sms": None, "phonenumber_order": url}},
    )
    assert merged.json()["attributes"] == {"b": {"c": 2, "d": 3}}
    assert merged.json()["callbacks"] == {"phonenumber_order": url}
    replaced = world.patch(f"{path}?nested_objects=replace", {"attributes": {"x": 1}})
    assert replaced.json()["attributes"] == {"x": 1}
    assert replaced.json()["callbacks"] == {"phonenumber_order": url}
    assert world.put(path, {"attributes": {"y": 2}}).json()["attributes"] == {"y": 2}


def test_a_new_password_works_and_the_old_one_does_not(world, partner, path):
    assert world.patch(path, {"password": "another one"}).status_code == 200
    assert call(world, basic(partner["login"], "another one"), "GET", "/oauth/whoami").status_code == 200
    assert call(world, basic(partner["login"], "sample_password"), "GET", "/oauth/whoami").status_code == 401


def test_a_partner_moves_below_another(world, partner, path):
    other = make_partner(world)
    assert (
        world.patch(path, {"parent_sid": other["partner_sid"]}).json()["parent_sid"] == other["partner_sid"]
    )
    assert world.patch(path, {"parent_sid": ""}).json()["parent_sid"] == world.core["partner_sid"]


def test_no_circle_of_parents_can_be_closed(world, partner, path):
    child = make_partner(world, parent_sid=partner["partner_sid"])
    grandchild = make_partner(world, parent_sid=child["partner_sid"])
    for sid in (partner["partner_sid"], child["partner_sid"], grandchild["partner_sid"], "no-such-sid", None):
        refused = world.patch(path, {"parent_sid": sid})
        assert refused.status_code == 422, sid
        assert refused.json()["errors"][0]["field"] == "parent_sid"
    assert world.get(path).json() == partner


def test_nobody_chooses_its_own_parent(world, partner, path):
    child = make_partner(world, parent_sid=partner["partner_sid"])
    headers = bearer(token_for(world, partner["partner_sid"]))
    assert call(world, headers, "PATCH", path, json={"parent_sid": child["partner_sid"]}).status_code == 403
    assert call(world, headers, "PUT", path, json=partner).status_code == 200
    root = f"/partners/{world.core['partner_sid']}"
    assert world.patch(root, {"parent_sid": partner["partner_sid"]}).status_code == 403
    assert world.put(root, world.get(root).json()).status_code == 200


def test_assigned_lists_are_the_parents_and_own_lists_the_partners(world, partner, path):
    lists = [{"direction": "any", "sms_action_true": "reject"}]
    itself = bearer(token_for(world, partner["partner_sid"]))

    def refused(answer, field):
        return answer.status_code == 403 and answer.json()["errors"][0]["field"] == field

    assert (
        world.patch(path, {"parent_assigned_acls": lists}).json()["parent_assigned_acls"][0]["direction"]
        == "any"
    )
    assert refused(
        call(world, itself, "PATCH", path, json={"parent_assigned_acls": []}), "parent_assigned_acls"
    )
    assert call(world, itself, "PATCH", path, json={"acls": lists}).status_code == 200
    assert refused(world.patch(path, {"acls": []}), "acls")
    whole = world.get(path).json()
    assert call(world, itself, "PUT", path, json=whole).json() == whole
    assert world.put(path, whole).json() == whole


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"colour": "red"}, 400, "colour"),
        ({"name": None}, 400, "name"),
        ({"name": ""}, 400, "name"),
        ({"attributes": None}, 400, "attributes"),
        ({"acls": {}}, 400, "acls"),
        ({"charge_at": [1]}, 400, "charge_at"),
        ({"password": None}, 400, "password"),
        ({"owner_email": "@"}, 422, "owner_email"),
        ({"country_code": "usa"}, 422, "country_code"),
        ({"acls": [{"colour": 1}]}, 422, "acls.0"),
        ({"callbacks": {"sms": "javascript:alert(1)"}}, 422, "callbacks.sms"),
    ],
)
def test_a_refused_change_changes_nothing(world, partner, path, change, status, field):
    answer = world.patch(path, {"address1": "x", **change})
    assert answer.status_code == status
    assert answer.json()["errors"][0]["field"] == field
    assert world.get(path).json() == partner


def test_an_unverified_partner_can_be_put_right_before_it_is_verified(world):
    made = world.post("/partners", order(owner_email="wrong@example.com")).json()
    path = f"/partners/{made['partner_sid']}"
    changed = world.patch(path, {"owner_email": "right@example.com"}).json()
    assert (changed["owner_email"], changed["status"]) == (None, "unverified")
    world.put(path, changed)
    world.steer("POST", f"{path}/verify")
    assert world.get(path).json()["owner_email"] == "right@example.com"


def test_changing_needs_a_partner_below_and_the_right(sandbox, world, partner, path):
    assert world.patch("/partners/nope", {"name": "x"}).status_code == 404
    assert sandbox.world().patch(path, {"name": "x"}).status_code == 404
    other = make_partner(world)
    headers = bearer(token_for(world, partner["partner_sid"]))
    for sid in (other["partner_sid"], world.core["partner_sid"]):
        assert call(world, headers, "PATCH", f"/partners/{sid}", json={"name": "x"}).status_code == 404
    world.set(scopes=["partners.read", "partners.create"])
    assert world.patch(path, {"name": "x"}).status_code == 403
