"""Making partners: hidden until verified, with nobody's scopes, under a parent of the caller's branch."""

import pytest

from tests.sandbox.accounts import as_administrator, basic, bearer, call, make_partner, order, token_for
from tests.sandbox.test_partners import PARTNER_FIELDS

DOCUMENTED = {
    "login": "john", "password": "sample_password", "name": "John Smith", "company_name": "ABC",
    "parent_sid": "",
    "country_code": "USA", "zip": "90804", "owner_email": "johnsmith@carriex.com", "payment_type": "postpay",
    "phonenumber": "180045012323", "charge_at": 20, "prepay_amount": "100",
}  # fmt: skip


def test_the_documents_own_sample_makes_a_partner(world):
    answer = world.post("/partners", DOCUMENTED)
    assert answer.status_code == 200
    partner = answer.json()
    assert set(partner) == PARTNER_FIELDS
    expected = {
        "login": "john", "name": "John Smith", "company_name": "ABC", "country_code": "USA", "zip": "90804",
        "parent_sid": world.core["partner_sid"], "payment_type": "postpay", "phonenumber": "180045012323",
        "charge_at": "20", "prepay_amount": "100", "status": "unverified", "available_scopes": [],
        "balance": "0",
        "owner_email": None, "daily_spending_limit": None, "daily_spent_amount": "0",
    }  # fmt: skip
    assert {name: partner[name] for name in expected} == expected
    assert partner["display_id"][:2] == "CX"
    assert partner["display_id"][2:].isdigit()
    assert "password" not in answer.text


def test_a_new_partner_is_hidden_until_it_is_verified(world):
    sent = order(tech_email="tech@example.com", billing_email="a@example.com,b@example.com")
    made = world.post("/partners", sent).json()
    path = f"/partners/{made['partner_sid']}"
    assert world.get(path).status_code == 404
    assert world.get("/partners", filter=f"login eq {made['login']}").json()["total"] == 0
    world.steer("POST", f"{path}/verify")
    shown = world.get(path).json()
    assert shown["status"] == "active"
    for name in ("owner_email", "tech_email", "billing_email"):
        assert made[name] is None
        assert shown[name] == sent[name]
    assert world.get("/partners", filter=f"login eq {made['login']}").json()["total"] == 1


def test_nobody_signs_in_before_verification(world):
    made = world.post("/partners", order()).json()
    credentials = basic(made["login"], "sample_password")
    assert call(world, credentials, "GET", "/oauth/whoami").status_code == 401
    world.steer("POST", f"/partners/{made['partner_sid']}/verify")
    assert call(world, credentials, "GET", "/oauth/whoami").json()["login"] == made["login"]


def test_a_world_may_verify_by_itself_after_a_while(world):
    world.set(verify_seconds=60)
    path = f"/partners/{world.post('/partners', order()).json()['partner_sid']}"
    world.advance(59)
    assert world.get(path).status_code == 404
    world.advance(2)
    assert world.get(path).json()["owner_email"] == "john@example.com"
    world.set(verify_seconds=None)
    path = f"/partners/{world.post('/partners', order()).json()['partner_sid']}"
    world.advance(10**7)
    assert world.get(path).status_code == 404


def test_a_partner_may_be_made_below_another(world):
    child = make_partner(world)
    grandchild = make_partner(world, parent_sid=child["partner_sid"])
    assert grandchild["parent_sid"] == child["partner_sid"]
    seen = call(world, bearer(token_for(world, child["partner_sid"])), "GET", "/oauth/whoami")
    assert seen.json()["partner_sid"] == child["partner_sid"]


def test_the_parent_is_of_the_callers_branch(sandbox, world):
    other = make_partner(world)
    unverified = world.post("/partners", order()).json()
    caller = make_partner(world, scopes=["partners.create"])
    headers = bearer(token_for(world, caller["partner_sid"]))
    for sid in (
        other["partner_sid"],
        world.core["partner_sid"],
        sandbox.world().core["partner_sid"],
        "no-such-sid",
    ):
        refused = call(world, headers, "POST", "/partners", json=order(parent_sid=sid))
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["field"] == "parent_sid"
    assert world.post("/partners", order(parent_sid=unverified["partner_sid"])).status_code == 422


def test_a_login_is_taken_once_in_a_world(sandbox, world):
    sent = order()
    assert world.post("/partners", sent).status_code == 200
    again = world.post("/partners", sent)
    assert again.status_code == 409
    assert again.json()["errors"][0]["field"] == "login"
    assert sandbox.world().post("/partners", sent).status_code == 200


def test_the_same_login_in_two_worlds_signs_in_by_its_password(sandbox, world):
    other = sandbox.world()
    login = order()["login"]
    here = make_partner(world, login=login, password="the one here")
    there = make_partner(other, login=login, password="the one there")
    for password, partner in (("the one here", here), ("the one there", there)):
        seen = call(world, basic(login, password), "GET", "/oauth/whoami").json()
        assert seen["partner_sid"] == partner["partner_sid"]


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"login": None}, 400, "login"),
        ({"login": "a b"}, 400, "login"),
        ({"login": ""}, 400, "login"),
        ({"password": "short"}, 400, "password"),
        ({"name": ""}, 400, "name"),
        ({"name": 5}, 400, "name"),
        ({"payment_type": "barter"}, 400, "payment_type"),
        ({"prepay_amount": "much"}, 400, "prepay_amount"),
        ({"prepay_amount": -1}, 400, "prepay_amount"),
        ({"spending_limit": "1e400"}, 400, "spending_limit"),
        ({"spending_limit": True}, 400, "spending_limit"),
        ({"charge_at": "0.00001"}, 400, "charge_at"),
        ({"phonenumber": "1" * 21}, 400, "phonenumber"),
        ({"colour": "red"}, 400, "colour"),
        ({"callbacks": {"sms": 5}}, 400, "callbacks.sms"),
        ({"callbacks": {"sms": "ftp://x"}}, 422, "callbacks.sms"),
        ({"callbacks": {"fax": "https://example.com"}}, 422, "callbacks.fax"),
        ({"country_code": "QQQ"}, 422, "country_code"),
        ({"owner_email": "nobody"}, 422, "owner_email"),
        ({"owner_email": "a@example.com,b@example.com"}, 422, "owner_email"),
        ({"acls": [{"direction": "up"}]}, 422, "acls.0"),
        ({"parent_assigned_acls": ["x"]}, 422, "parent_assigned_acls.0"),
        ({"transformations": [{"action": "fly"}]}, 422, "transformations.0"),
        ({"attributes": {str(n): n for n in range(101)}}, 422, "attributes"),
    ],
)
def test_a_partner_that_makes_no_sense_is_not_made(world, change, status, field):
    body = {name: value for name, value in order(**change).items() if value is not None}
    answer = world.post("/partners", body)
    assert answer.status_code == status, answer.text
    problem = answer.json()["errors"][0]
    assert problem["field"].split(".")[: field.count(".") + 1] == field.split(".")


def test_every_field_of_a_partner_can_be_set_when_it_is_made(world):
    rule = "41f8b2d4-68e4-42f7-43b7-357a090cb1ab"
    acl = {"access_control_rules": [rule], "direction": "outbound", "voice_action_true": "reject403"}
    sent = order(
        address1="1 Main Street", address2="Suite 2", city="Omaha", state="NE", zip="68102",
        acls=[acl], parent_assigned_acls=[acl], attributes={"tier": "gold"},
        callbacks={"sms": "https://example.com/sms", "phonenumber_order": "https://example.com/order"},
        daily_spending_limit="15.5", spending_limit=100, payment_type="prepay",
        transformations=[{"action": "set_user_data", "direction": "any", "operands": ["a", "b"]}],
    )  # fmt: skip
    world.set(verify_seconds=0)
    partner = world.get(f"/partners/{world.post('/partners', sent).json()['partner_sid']}").json()
    whole = {**acl, "sms_action_false": None, "sms_action_true": None, "voice_action_false": None}
    expected = {**sent, "acls": [whole], "parent_assigned_acls": [whole], "spending_limit": "100"}
    del expected["password"]
    assert {name: partner[name] for name in expected} == expected


def test_making_a_partner_needs_the_right(world):
    world.set(scopes=["partners.update", "partners.read"])
    assert world.post("/partners", order()).status_code == 403
    world.set(scopes=["partners.create"])
    assert world.post("/partners", order()).status_code == 200


def test_only_administrators_give_scopes_and_system_attributes(world):
    given = {"available_scopes": ["phonenumber.manage"], "system_attributes": {"default_carrier_sid": "x"}}
    world.set(verify_seconds=0)
    plain = world.post("/partners", order(**given)).json()
    assert plain["available_scopes"] == []
    assert "system_attributes" not in plain
    as_administrator(world)
    assert {**world.post("/partners", order(**given)).json(), **given}.items() >= given.items()
    changed = world.patch(f"/admin/partners/{plain['partner_sid']}", given).json()
    assert {name: changed[name] for name in given} == given
