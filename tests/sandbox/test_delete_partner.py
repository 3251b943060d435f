"""Deleting partners: only those nothing hangs on, and everything of theirs with them."""

from tests.sandbox.accounts import basic, bearer, call, make_partner, order, token_for


def test_a_deleted_partner_is_gone_with_its_tokens_and_logins(world):
    partner = make_partner(world, scopes=["oauth.manage", "partners.read"])
    sid = partner["partner_sid"]
    token = token_for(world, sid)
    login = f"{partner['login']}_desk"
    made = call(
        world,
        bearer(token),
        "POST",
        "/oauth/logins",
        json={"login": login, "password": "secret-secret", "token_scopes": ["partners.read"]},
    )
    assert made.status_code == 200
    answer = world.delete(f"/partners/{sid}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert world.get(f"/partners/{sid}").status_code == 404
    assert world.get("/partners", filter=f"partner_sid eq {sid}").json()["total"] == 0
    for credentials in (
        bearer(token),
        basic(partner["login"], "sample_password"),
        basic(login, "secret-secret"),
    ):
        assert call(world, credentials, "GET", "/oauth/whoami").status_code == 401
    assert world.delete(f"/partners/{sid}").status_code == 404
    assert world.get(f"/oauth/tokens/{token['token_sid']}").status_code == 404


def test_its_login_can_be_used_again(world):
    partner = make_partner(world)
    world.delete(f"/partners/{partner['partner_sid']}")
    assert world.post("/partners", order(login=partner["login"])).status_code == 200


def test_a_partner_with_sub_partners_stays(world):
    partner = make_partner(world)
    child = make_partner(world, parent_sid=partner["partner_sid"])
    refused = world.delete(f"/partners/{partner['partner_sid']}")
    assert refused.status_code == 409
    assert "sub-partners" in refused.json()["errors"][0]["message"]
    assert world.delete(f"/partners/{child['partner_sid']}").status_code == 204
    assert world.delete(f"/partners/{partner['partner_sid']}").status_code == 204


def test_a_sub_partner_nobody_verified_counts_too_and_can_be_withdrawn(world):
    partner = make_partner(world)
    hidden = world.post("/partners", order(parent_sid=partner["partner_sid"])).json()
    assert world.delete(f"/partners/{partner['partner_sid']}").status_code == 409
    assert world.delete(f"/partners/{hidden['partner_sid']}").status_code == 204
    assert world.delete(f"/partners/{partner['partner_sid']}").status_code == 204


def test_a_partner_that_holds_numbers_stays(world):
    partner = make_partner(world)
    number = world.add_numbers({"phonenumber": "13055559001", "partner_sid": partner["partner_sid"]})[0]
    refused = world.delete(f"/partners/{partner['partner_sid']}")
    assert refused.status_code == 409
    assert "phone numbers" in refused.json()["errors"][0]["message"]
    assert world.delete(f"/phonenumber/dids/{number['did_sid']}").status_code == 204
    assert world.delete(f"/partners/{partner['partner_sid']}").status_code == 204


def test_nobody_deletes_itself_its_parent_or_a_stranger(sandbox, world):
    partner = make_partner(world, scopes=["partners.manage"])
    headers = bearer(token_for(world, partner["partner_sid"]))
    assert call(world, headers, "DELETE", f"/partners/{partner['partner_sid']}").status_code == 403
    assert call(world, headers, "DELETE", f"/partners/{world.core['partner_sid']}").status_code == 404
    assert sandbox.world().delete(f"/partners/{partner['partner_sid']}").status_code == 404
    assert world.delete(f"/partners/{world.core['partner_sid']}").status_code == 403


def test_deleting_needs_the_right(world):
    partner = make_partner(world)
    world.set(scopes=["partners.update", "partners.read"])
    assert world.delete(f"/partners/{partner['partner_sid']}").status_code == 403
    world.set(scopes=["partners.delete"])
    assert world.delete(f"/partners/{partner['partner_sid']}").status_code == 204
