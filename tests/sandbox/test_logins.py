"""Further logins of a partner: made, used, given another password, deleted."""

import pytest
import requests

from tests.sandbox.accounts import as_administrator, basic, bearer, call, client, make_partner, token_for

LOGINS = "/oauth/logins"
PASSWORD = "myStrongPassword123"


def body(world, name="desk", **fields):
    known = {"password": PASSWORD, "token_scopes": ["partners.read", "countries.manage"]}
    return {"login": f"{world.core['login']}_{name}", **known, **fields}


@pytest.fixture
def login(world):
    answer = world.post(LOGINS, body(world))
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_login_is_told_without_its_password(world, login):
    assert set(login) == {"login", "login_sid", "partner_sid", "token_scopes"}
    assert login["partner_sid"] == world.core["partner_sid"]
    assert login["token_scopes"] == ["partners.read", "countries.manage"]
    assert world.get(f"{LOGINS}/{login['login_sid']}").json() == login
    page = world.get(LOGINS, filter=f"login eq {login['login']}").json()
    assert (page["items"], page["total"], page["limit"]) == ([login], 1, 10)


def test_it_lets_its_owner_in_to_do_what_it_was_made_for(world, login):
    headers = basic(login["login"], PASSWORD)
    assert call(world, headers, "GET", "/oauth/whoami").json()["partner_sid"] == world.core["partner_sid"]
    assert call(world, headers, "GET", "/countries").status_code == 200
    assert call(world, headers, "GET", "/phonenumber/dids").status_code == 200
    assert call(world, headers, "GET", "/phonenumber/available_dids").status_code == 403
    assert call(world, basic(login["login"], "wrong"), "GET", "/oauth/whoami").status_code == 401


def test_a_login_may_have_a_part_of_what_its_partner_manages(world):
    answer = world.post(LOGINS, body(world, token_scopes=["phonenumber.read"]))
    assert (answer.status_code, answer.json().get("token_scopes")) == (200, ["phonenumber.read"])
    headers = basic(answer.json()["login"], PASSWORD)
    assert call(world, headers, "GET", "/phonenumber/available_dids").status_code == 200
    assert call(world, headers, "POST", "/phonenumber/dids").status_code == 403


def by_password(world, login, **form):
    form = {**client(world), "grant_type": "password", "username": login, "password": PASSWORD, **form}
    return requests.post(f"{world.core['url']}/oauth/token", data=form, timeout=30)


def test_its_tokens_may_do_no_more(world, login):
    token = by_password(world, login["login"]).json()
    assert token["scopes"] == login["token_scopes"]
    assert by_password(world, login["login"], scope="countries.manage").json()["scopes"] == [
        "countries.manage"
    ]
    assert by_password(world, login["login"], scope="phonenumber.manage").status_code == 422
    renewed = {
        "grant_type": "refresh_token",
        "refresh_token": token["refresh_token"],
        "refresh_token_type": "new_token",
    }
    answer = requests.post(f"{world.core['url']}/oauth/token", data={**client(world), **renewed}, timeout=30)
    assert answer.json()["scopes"] == login["token_scopes"]


def test_what_its_partner_may_no_longer_do_it_may_not_either(world, login):
    world.set(scopes=["oauth.manage", "partners.read"])
    assert by_password(world, login["login"]).json()["scopes"] == ["partners.read"]
    assert call(world, basic(login["login"], PASSWORD), "GET", "/countries").status_code == 403


def test_only_the_password_can_be_changed(world, login):
    path = f"{LOGINS}/{login['login_sid']}"
    sent = {"password": "myNewStrongPassword", "token_scopes": ["phonenumber.manage"], "login": "x"}
    for send in (world.patch, world.put):
        assert send(path, sent).json() == login
    assert call(world, basic(login["login"], PASSWORD), "GET", "/oauth/whoami").status_code == 401
    headers = basic(login["login"], "myNewStrongPassword")
    assert call(world, headers, "GET", "/oauth/whoami").status_code == 200
    assert call(world, headers, "GET", "/phonenumber/available_dids").status_code == 403


def test_a_deleted_login_lets_nobody_in_and_takes_its_tokens_along(world, login):
    token = by_password(world, login["login"]).json()
    path = f"{LOGINS}/{login['login_sid']}"
    answer = world.delete(path)
    assert (answer.status_code, answer.content) == (204, b"")
    assert world.get(path).status_code == world.delete(path).status_code == 404
    for headers in (basic(login["login"], PASSWORD), bearer(token)):
        assert call(world, headers, "GET", "/oauth/whoami").status_code == 401


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"login": "somebody"}, 422, "login"),
        ({"login": "a b"}, 400, "login"),
        ({"password": "short"}, 400, "password"),
        ({"password": 12345678}, 400, "password"),
        ({"token_scopes": "partners.read"}, 400, "token_scopes"),
        ({"token_scopes": ["admin.manage"]}, 422, "token_scopes"),
        ({"colour": "red"}, 400, "colour"),
    ],
)
def test_a_login_that_makes_no_sense_is_not_made(world, change, status, field):
    answer = world.post(LOGINS, body(world, **change))
    assert answer.status_code == status, answer.text
    assert answer.json()["errors"][0]["field"] == field


def test_the_name_begins_with_the_partners_login_and_goes_on(world):
    for name in (world.core["login"], f"{world.core['login']}_", f"{world.core['login']}x"):
        assert world.post(LOGINS, body(world, login=name)).status_code == 422
    for name in ("login", "password", "token_scopes"):
        incomplete = {key: value for key, value in body(world).items() if key != name}
        answer = world.post(LOGINS, incomplete)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, name)


def test_a_name_is_taken_once_by_logins_and_partners_alike(world, login):
    assert world.post(LOGINS, body(world)).status_code == 409
    partner = {"login": login["login"], "password": "sample_password", "name": "X"}
    assert world.post("/partners", partner).status_code == 409
    make_partner(world, login=f"{world.core['login']}_partner")
    assert world.post(LOGINS, body(world, "partner")).status_code == 409


def test_a_parent_sees_the_logins_of_its_branch_and_nobody_those_above(world, login):
    partner = make_partner(world, scopes=["oauth.manage", "partners.read"])
    headers = bearer(token_for(world, partner["partner_sid"]))
    sent = {"login": f"{partner['login']}_a", "password": PASSWORD, "token_scopes": ["partners.read"]}
    theirs = call(world, headers, "POST", LOGINS, json=sent).json()
    assert world.get(f"{LOGINS}/{theirs['login_sid']}").json() == theirs
    assert call(world, headers, "GET", LOGINS).json()["items"] == [theirs]
    for method in ("GET", "PATCH", "DELETE"):
        answer = call(world, headers, method, f"{LOGINS}/{login['login_sid']}", json={})
        assert answer.status_code == 404


def test_each_right_is_enough_for_its_own_request(world, login):
    path = f"{LOGINS}/{login['login_sid']}"
    world.set(scopes=["oauth.read"])
    assert (world.get(path).status_code, world.patch(path, {}).status_code) == (200, 403)
    world.set(scopes=["oauth.create"])
    assert world.post(LOGINS, body(world, "b", token_scopes=["oauth.create"])).status_code == 200
    world.set(scopes=["oauth.update"])
    assert (world.patch(path, {}).status_code, world.delete(path).status_code) == (200, 403)
    world.set(scopes=["oauth.delete"])
    assert world.delete(path).status_code == 204


def test_an_administrator_may_let_one_login_stand_in_for_the_partners_own(world, login):
    as_administrator(world)
    path = f"/admin{LOGINS}/{login['login_sid']}"
    assert world.get(path).json()["use_on_root_login"] is False
    assert world.patch(path, {"use_on_root_login": True}).json()["use_on_root_login"] is True
    headers = basic(world.core["login"], PASSWORD)
    assert call(world, headers, "GET", "/countries").status_code == 200
    assert call(world, headers, "GET", "/phonenumber/available_dids").status_code == 403
    second = world.post(LOGINS, body(world, "second", use_on_root_login=True))
    assert (second.status_code, second.json()["errors"][0]["field"]) == (409, "use_on_root_login")
