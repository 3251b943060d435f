"""Tokens: both grants, what they may do, how long they live."""

import pytest
import requests

TOKEN_FIELDS = {
    "access_token", "client_id", "date_created", "date_expiration_access_token",
    "date_expiration_refresh_token", "date_last_accessed", "ip_last_accessed", "name", "partner_sid",
    "refresh_token", "scopes", "token_sid", "token_type",
}  # fmt: skip


def ask(world, path="/oauth/token", headers=None, **form):
    client = {"client_id": world.core["client_id"], "client_secret": world.core["client_secret"]}
    return requests.post(world.core["url"] + path, data={**client, **form}, headers=headers, timeout=30)


def by_password(world, **form):
    login = {"username": world.core["login"], "password": world.core["password"]}
    return ask(world, **{"grant_type": "password", **login, **form})


def who(world, token):
    headers = {"Authorization": f"Bearer {token['access_token']}"}
    return requests.get(f"{world.core['url']}/oauth/whoami", headers=headers, timeout=30)


def test_a_token_may_be_given_less_than_the_partners_manage_scope_includes(world):
    token = by_password(world, scope="phonenumber.read").json()
    assert token["scopes"] == ["phonenumber.read"]


def test_a_login_gets_a_token_without_any_header(world):
    answer = by_password(world, name="test_token")
    assert answer.status_code == 200
    token = answer.json()
    assert set(token) == TOKEN_FIELDS
    assert (token["token_type"], token["name"]) == ("bearer", "test_token")
    assert token["partner_sid"] == world.core["partner_sid"]
    assert who(world, token).status_code == 200


def test_an_authorization_header_beside_the_login_does_no_harm(world):
    headers = {"Authorization": "Bearer expired-long-ago"}
    login = {"username": world.core["login"], "password": world.core["password"]}
    assert ask(world, headers=headers, grant_type="password", **login).status_code == 200


def test_without_a_wish_a_token_may_do_all_its_partner_may(world):
    available = world.get("/oauth/whoami").json()["available_scopes"]
    assert by_password(world).json()["scopes"] == available


def test_a_token_may_be_made_to_do_less(world):
    token = by_password(world, scope="phonenumber.manage, countries.manage").json()
    assert token["scopes"] == ["phonenumber.manage", "countries.manage"]
    headers = {"Authorization": f"Bearer {token['access_token']}"}
    assert world.request("GET", "/countries", headers=headers).status_code == 200
    assert world.request("GET", "/partners", headers=headers).status_code == 403


def test_a_token_cannot_do_more_than_its_partner(world):
    world.set(scopes=["oauth.manage", "phonenumber.manage"])
    answer = by_password(world, scope="phonenumber.manage,partners.delete")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "scope"
    assert "partners.delete" in answer.json()["errors"][0]["message"]


def test_lifetimes_are_seconds_from_now(world):
    token = by_password(world, access_token_expires_in=60, refresh_token_expires_in=120).json()
    world.advance(61)
    assert who(world, token).status_code == 401
    renewed = ask(world, grant_type="refresh_token", refresh_token=token["refresh_token"])
    assert renewed.json()["access_token"] == token["access_token"]
    assert who(world, token).status_code == 200
    world.advance(61)
    late = ask(world, grant_type="refresh_token", refresh_token=token["refresh_token"])
    assert late.status_code == 401


def test_unlimited_tokens_live_for_a_century(world):
    token = by_password(world).json()
    assert int(token["date_expiration_access_token"][:4]) >= int(token["date_created"][:4]) + 99


def test_refreshing_prolongs_the_access_token_by_default(world):
    token = by_password(world, access_token_expires_in=60).json()
    renewed = ask(
        world, grant_type="refresh_token", refresh_token=token["refresh_token"], access_token_expires_in=3600
    ).json()
    assert renewed["token_sid"] == token["token_sid"]
    assert renewed["date_expiration_access_token"] > token["date_expiration_access_token"]
    assert renewed["date_expiration_refresh_token"] == token["date_expiration_refresh_token"]


def test_refreshing_can_prolong_the_refresh_token_instead(world):
    token = by_password(world, refresh_token_expires_in=60).json()
    renewed = ask(
        world,
        grant_type="refresh_token",
        refresh_token=token["refresh_token"],
        refresh_token_type="refresh_token",
    ).json()
    assert renewed["date_expiration_refresh_token"] > token["date_expiration_refresh_token"]
    assert renewed["date_expiration_access_token"] == token["date_expiration_access_token"]


def test_refreshing_can_make_another_token_that_may_do_no_more(world):
    token = by_password(world, scope="phonenumber.manage,oauth.manage").json()
    form = {
        "grant_type": "refresh_token",
        "refresh_token": token["refresh_token"],
        "refresh_token_type": "new_token",
    }
    another = ask(world, **form).json()
    assert another["token_sid"] != token["token_sid"]
    assert another["access_token"] != token["access_token"]
    assert another["scopes"] == ["phonenumber.manage", "oauth.manage"]
    assert ask(world, **form, scope="partners.read").status_code == 422
    assert who(world, another).status_code == who(world, token).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_id": "nobody"},
        {"client_secret": "wrong"},
        {"username": "nobody"},
        {"password": "wrong"},
        {"grant_type": "refresh_token", "refresh_token": "unknown"},
    ],
)
def test_wrong_credentials_are_refused_in_envelope_a(world, wrong):
    answer = by_password(world, **wrong)
    assert answer.status_code == 401
    assert answer.json()["message"] == "authentication required"


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"grant_type": "wishing"}, "grant_type"),
        ({"grant_type": ""}, "grant_type"),
        ({"username": ""}, "username"),
        ({"password": ""}, "password"),
        ({"grant_type": "refresh_token"}, "refresh_token"),
        (
            {"grant_type": "refresh_token", "refresh_token": "x", "refresh_token_type": "other"},
            "refresh_token_type",
        ),
        ({"access_token_expires_in": "soon"}, "access_token_expires_in"),
        ({"access_token_expires_in": "0"}, "access_token_expires_in"),
        ({"access_token_expires_in": "-5"}, "access_token_expires_in"),
        ({"access_token_expires_in": "9" * 30}, "access_token_expires_in"),
        ({"name": "x" * 201}, "name"),
    ],
)
def test_a_form_that_makes_no_sense_is_400_on_its_field(world, form, field):
    answer = by_password(world, **form)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == field


def test_the_client_must_be_named(world):
    answer = requests.post(f"{world.core['url']}/oauth/token", data={"grant_type": "password"}, timeout=30)
    assert answer.status_code == 400
    assert {each["field"] for each in answer.json()["errors"]} == {"client_id", "client_secret"}


def test_json_is_not_the_content_type_of_a_form(world):
    assert world.post("/oauth/token", {"grant_type": "password"}).status_code == 415
    assert world.post(f"/oauth/token/{world.core['partner_sid']}", {}).status_code == 415


def test_a_partner_without_the_right_gets_no_token(world):
    world.set(scopes=["phonenumber.manage"])
    assert by_password(world).status_code == 403


# --- for sub-partners ----------------------------------------------------------------------------


def for_partner(world, sid, **form):
    return ask(world, f"/oauth/token/{sid}", {"Authorization": f"Bearer {world.core['token']}"}, **form)


def test_a_parent_makes_a_token_for_any_descendant(world):
    for partner in world.get("/partners").json()["items"]:
        if partner["status"] != "active":
            continue
        token = for_partner(world, partner["partner_sid"], name="app").json()
        assert token["partner_sid"] == partner["partner_sid"]
        assert token["scopes"] == partner["available_scopes"]
        assert who(world, token).json()["partner_sid"] == partner["partner_sid"]


def test_nobody_makes_a_token_for_a_stranger_or_for_its_parent(sandbox, world):
    stranger = sandbox.world().core["partner_sid"]
    assert for_partner(world, stranger).status_code == 404
    child = next(each for each in world.get("/partners").json()["items"] if each["parent_sid"])
    token = for_partner(world, child["partner_sid"]).json()
    headers = {"Authorization": f"Bearer {token['access_token']}"}
    assert ask(world, f"/oauth/token/{world.core['partner_sid']}", headers).status_code == 404


def test_a_token_for_a_sub_partner_needs_the_caller_and_the_client(sandbox, world):
    sid = world.core["partner_sid"]
    assert ask(world, f"/oauth/token/{sid}").status_code == 401
    assert for_partner(world, sid, client_secret="wrong").status_code == 401
    other = sandbox.world().core
    foreign = {"client_id": other["client_id"], "client_secret": other["client_secret"]}
    assert for_partner(world, sid, **foreign).status_code == 401
    world.set(scopes=["phonenumber.manage"])
    assert for_partner(world, sid).status_code == 403
