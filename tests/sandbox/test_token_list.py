"""Tokens there are: whose are listed, what of them can be changed, how they are revoked."""

import pytest
import requests

from tests.sandbox.accounts import as_administrator, basic, bearer, call, client, make_partner, token_for
from tests.sandbox.test_tokens import TOKEN_FIELDS

LIST = "/oauth/tokens"


@pytest.fixture
def own(world):
    return token_for(world, world.core["partner_sid"], name="mine")


def listed(world, headers=None, **params):
    answer = call(world, headers or bearer(world.core["token"]), "GET", LIST, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def sids(page):
    return {item["token_sid"] for item in page["items"]}


def test_tokens_are_listed_with_every_documented_field_and_without_a_total(world, own):
    page = listed(world, filter=f"token_sid eq {own['token_sid']}")
    assert page["items"] == [own]
    assert (page["count"], page["total"], page["limit"]) == (1, None, 10)
    assert set(own) == TOKEN_FIELDS
    assert world.get(f"{LIST}/{own['token_sid']}").json() == own


def test_a_token_can_be_shown_with_its_partner(world, own):
    for shown in (
        world.get(f"{LIST}/{own['token_sid']}", with_related="true").json(),
        listed(world, filter=f"token_sid eq {own['token_sid']}", with_related="true")["items"][0],
    ):
        assert shown["partner"]["partner_sid"] == own["partner_sid"]


def test_all_tokens_of_the_branch_are_seen_only_with_the_right_to_manage_them(world, own):
    partner = make_partner(world, scopes=["oauth.manage"])
    theirs = token_for(world, partner["partner_sid"])
    assert {own["token_sid"], theirs["token_sid"]} <= sids(listed(world, limit=1000))
    world.set(scopes=["oauth.manage"])
    assert theirs["token_sid"] not in sids(listed(world, limit=1000))
    assert world.get(f"{LIST}/{theirs['token_sid']}").status_code == 404
    assert sids(listed(world, bearer(theirs))) == {theirs["token_sid"]}
    refused = call(world, bearer(theirs), "GET", f"{LIST}/{own['token_sid']}")
    assert refused.status_code == 404


def test_an_unknown_token_is_told_as_documented(world):
    for answer in (world.get(f"{LIST}/nope"), world.patch(f"{LIST}/nope", {"name": "x"})):
        assert answer.status_code == 404
        assert answer.json() == {
            "message": "no item error",
            "errors": [{"field": None, "message": "cannot find token", "reference_sid": None}],
        }


def test_expired_tokens_are_no_longer_listed_and_can_be_found_by_their_sid(world):
    token = token_for(world, world.core["partner_sid"], access_token_expires_in=60)
    assert token["token_sid"] in sids(listed(world, limit=1000))
    world.advance(61)
    assert token["token_sid"] not in sids(listed(world, limit=1000))
    assert world.get(f"{LIST}/{token['token_sid']}").json() == token


def test_name_and_expirations_can_be_changed(world, own):
    sent = {
        "name": "new_test_token",
        "date_expiration_access_token": "2120-08-18T13:46:42.169Z",
        "date_expiration_refresh_token": "2121-08-18T15:46:42.169+02:00",
    }
    for send in (world.patch, world.put):
        changed = send(f"{LIST}/{own['token_sid']}", sent)
        assert changed.status_code == 200, changed.text
    expected = {**own, **sent, "date_expiration_refresh_token": "2121-08-18T13:46:42.169Z"}
    assert changed.json() == world.get(f"{LIST}/{own['token_sid']}").json() == expected


def test_a_whole_token_can_be_sent_back(world, own):
    assert world.put(f"{LIST}/{own['token_sid']}", own).json() == own


def test_a_token_can_be_made_to_expire(world, own):
    world.patch(f"{LIST}/{own['token_sid']}", {"date_expiration_access_token": "2020-01-01"})
    assert call(world, bearer(own), "GET", "/oauth/whoami").status_code == 401


@pytest.mark.parametrize("scopes", [["countries.read", "oauth.read"], "countries.read, oauth.read"])
def test_scopes_can_be_changed_with_the_right_to(world, scopes):
    world.set(scopes=["oauth.manage", "oauth.read", "oauth.allow_token_scope_update", "countries.read"])
    token = token_for(world, world.core["partner_sid"], scope="oauth.manage")
    assert call(world, bearer(token), "GET", "/countries").status_code == 403
    changed = world.patch(f"{LIST}/{token['token_sid']}", {"scopes": scopes})
    assert changed.json()["scopes"] == ["countries.read", "oauth.read"]
    assert call(world, bearer(token), "GET", "/countries").status_code == 200
    refused = world.patch(f"{LIST}/{token['token_sid']}", {"scopes": ["partners.delete"]})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "scopes")
    world.set(scopes=["oauth.manage"])
    refused = world.patch(f"{LIST}/{token['token_sid']}", {"scopes": ["oauth.manage"]})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (403, "scopes")
    same = world.patch(f"{LIST}/{token['token_sid']}", {"scopes": ["countries.read", "oauth.read"]})
    assert same.status_code == 200


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"colour": "red"}, "colour"),
        ({"name": 5}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"date_expiration_access_token": "soon"}, "date_expiration_access_token"),
        ({"date_expiration_access_token": None}, "date_expiration_access_token"),
        ({"date_expiration_access_token": 5}, "date_expiration_access_token"),
        ({"scopes": {}}, "scopes"),
        ({"scopes": [1]}, "scopes.0"),
    ],
)
def test_a_refused_change_changes_nothing(world, own, change, field):
    answer = world.patch(f"{LIST}/{own['token_sid']}", {"name": "x", **change})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == field
    assert world.get(f"{LIST}/{own['token_sid']}").json() == own


def revoke(world, headers, **form):
    return call(world, headers, "POST", "/oauth/revoke", data={**client(world), **form})


@pytest.mark.parametrize("half", ["access_token", "refresh_token"])
def test_a_revoked_token_is_good_for_nothing(world, own, half):
    answer = revoke(world, bearer(world.core["token"]), token=own[half], token_type="bearer")
    assert (answer.status_code, answer.content) == (204, b"")
    assert call(world, bearer(own), "GET", "/oauth/whoami").status_code == 401
    again = requests.post(
        f"{world.core['url']}/oauth/token",
        data={**client(world), "grant_type": "refresh_token", "refresh_token": own["refresh_token"]},
        timeout=30,
    )
    assert again.status_code == 401
    assert world.get(f"{LIST}/{own['token_sid']}").status_code == 404
    assert revoke(world, bearer(world.core["token"]), token=own[half]).status_code == 404


def test_without_a_token_named_the_one_in_use_is_revoked(world, own):
    assert revoke(world, bearer(own)).status_code == 204
    assert call(world, bearer(own), "GET", "/oauth/whoami").status_code == 401
    assert world.get("/oauth/whoami").status_code == 200
    login = basic(world.core["login"], world.core["password"])
    refused = revoke(world, login)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "token")


def test_revoking_needs_the_client_and_the_right(sandbox, world, own):
    wrong = call(world, bearer(own), "POST", "/oauth/revoke", data={**client(world), "client_secret": "x"})
    assert wrong.status_code == 401
    foreign = call(world, bearer(own), "POST", "/oauth/revoke", data=client(sandbox.world()))
    assert foreign.status_code == 401
    assert call(world, bearer(own), "POST", "/oauth/revoke", json=client(world)).status_code == 415
    reader = token_for(world, world.core["partner_sid"], scope="countries.manage")
    assert revoke(world, bearer(reader)).status_code == 403
    assert call(world, bearer(own), "GET", "/oauth/whoami").status_code == 200


def test_nobody_revokes_the_tokens_of_others(sandbox, world, own):
    partner = make_partner(world, scopes=["oauth.manage_all_tokens"])
    theirs = token_for(world, partner["partner_sid"])
    assert revoke(world, bearer(theirs), token=own["access_token"]).status_code == 404
    stranger = sandbox.world()
    assert revoke(stranger, bearer(stranger.core["token"]), token=own["access_token"]).status_code == 404
    assert call(world, bearer(own), "GET", "/oauth/whoami").status_code == 200
    assert revoke(world, bearer(own), token=theirs["access_token"]).status_code == 204


def test_each_right_is_enough_for_its_own_request(world, own):
    path = f"{LIST}/{own['token_sid']}"
    world.set(scopes=["oauth.read"])
    assert (world.get(path).status_code, world.patch(path, {"name": "x"}).status_code) == (200, 403)
    world.set(scopes=["oauth.update"])
    assert (world.get(path).status_code, world.patch(path, {"name": "x"}).status_code) == (403, 200)


def test_administrators_see_more_of_a_token(world, own):
    as_administrator(world)
    shown = world.get(f"/admin{LIST}/{own['token_sid']}").json()
    assert set(shown) == TOKEN_FIELDS | {"date_last_modified", "id", "partner_login", "visibility"}
    assert (shown["partner_login"], shown["visibility"]) == (world.core["login"], "common")
    assert world.get(f"/admin{LIST}", filter="visibility eq common").json()["count"] > 0
