"""The paths below /admin: for administrators only, with fields only they see."""

import pytest

from tests.sandbox.accounts import as_administrator, bearer, call, client, order, token_for

PATHS = (
    "/admin/partners",
    "/admin/oauth/tokens",
    "/admin/oauth/logins",
    "/admin/oauth/whoami",
    "/admin/batch/tasks",
)


@pytest.mark.parametrize("path", PATHS)
def test_without_an_administrators_scope_nothing_below_admin_is_shown(world, path):
    assert world.get(path).status_code == 403
    as_administrator(world, "admin.read")
    assert world.get(path).status_code == 200


def test_each_verb_has_a_scope_of_its_own(world):
    partner = next(each for each in world.get("/partners").json()["items"] if each["parent_sid"])
    path = f"/admin/partners/{partner['partner_sid']}"
    world.set(scopes=["admin.read"])
    assert (world.get(path).status_code, world.patch(path, {"name": "x"}).status_code) == (200, 403)
    world.set(scopes=["admin.update"])
    assert (world.get(path).status_code, world.patch(path, {"name": "x"}).status_code) == (403, 200)


def test_fields_for_administrators_are_shown_to_them_alone(world):
    did = world.get("/phonenumber/dids", limit=1).json()["items"][0]
    extra = {"date_status_changed", "external_keys", "id", "provider_sid", "source_trunk_group_sid"}
    assert not extra & set(did)
    partner = world.get("/oauth/whoami").json()
    assert not {"id", "system_attributes"} & set(partner)
    as_administrator(world)
    assert extra <= set(world.get(f"/admin/dids/{did['did_sid']}").json())
    assert {"id", "system_attributes"} <= set(world.get("/admin/oauth/whoami").json())


def test_a_number_can_be_changed_as_an_administrator(world):
    did = world.rent("15162065575")
    path = f"/admin/dids/{did['did_sid']}"
    assert world.patch(path, {"name": "x"}).status_code == 403
    world.set(scopes=["admin.manage"])
    sid = "0b1e7a6e-52ab-4c2c-9d8b-3f7a58a30f44"
    for send in (world.patch, world.put):
        changed = send(path, {"name": "Front desk", "classification_sid": sid})
        assert (changed.json()["name"], changed.json()["classification_sid"]) == ("Front desk", sid)


def test_administrators_see_partners_nobody_has_verified_yet(world):
    made = world.post("/partners", order()).json()
    as_administrator(world)
    assert world.get(f"/admin/partners/{made['partner_sid']}").json()["status"] == "unverified"


def test_administrators_make_and_revoke_tokens(world):
    as_administrator(world)
    sid = world.core["partner_sid"]
    form = {**client(world), "scope": "admin.manage"}
    token = world.request("POST", f"/admin/oauth/token/{sid}", data=form).json()
    assert token["visibility"] == "common"
    revoked = call(world, bearer(token), "POST", "/admin/oauth/revoke", data=client(world))
    assert revoked.status_code == 204
    weak = token_for(world, sid, scope="oauth.manage")
    assert call(world, bearer(weak), "POST", f"/admin/oauth/token/{sid}", data=form).status_code == 403
