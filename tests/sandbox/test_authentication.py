"""Who is let in, by what, and what everyone else is told."""

import base64

import pytest
import requests

REFUSED = {
    "message": "authentication required",
    "errors": [{"field": "cause", "message": "authentication required", "reference_sid": None}],
}
DENIED = {
    "message": "permission denied",
    "errors": [{"field": "cause", "message": "permission denied", "reference_sid": None}],
}


def call(world, authorization=None, path="/oauth/whoami"):
    headers = {"Authorization": authorization} if authorization is not None else {}
    return requests.get(world.core["url"] + path, headers=headers, timeout=30)


def basic(login, password):
    return "Basic " + base64.b64encode(f"{login}:{password}".encode()).decode()


def test_a_token_lets_its_partner_in(world):
    answer = call(world, f"Bearer {world.core['token']}")
    assert answer.status_code == 200
    assert answer.json()["partner_sid"] == world.core["partner_sid"]


def test_the_word_bearer_may_be_in_any_case(world):
    assert call(world, f"bearer {world.core['token']}").status_code == 200


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer nonsense",
        "Digest abc",
        "Basic !!!",
        "Basic bm9jb2xvbg==",
        "Bearer ä",
    ],
)
def test_anything_else_is_refused_in_envelope_a(world, authorization):
    answer = call(world, authorization and authorization.encode())
    assert (answer.status_code, answer.json()) == (401, REFUSED)


def test_a_partners_login_and_password_work_as_basic_credentials(world):
    answer = call(world, basic(world.core["login"], world.core["password"]))
    assert answer.status_code == 200
    assert answer.json()["login"] == world.core["login"]


def test_a_wrong_password_is_refused(world):
    assert call(world, basic(world.core["login"], "wrong")).json() == REFUSED
    assert call(world, basic("nobody", world.core["password"])).json() == REFUSED


def test_an_expired_token_is_refused(world):
    token = new_token(world, access_token_expires_in=60)
    assert call(world, f"Bearer {token['access_token']}").status_code == 200
    world.advance(61)
    assert call(world, f"Bearer {token['access_token']}").json() == REFUSED


def test_a_token_of_one_world_does_not_see_another(sandbox, world):
    other = sandbox.world()
    assert world.get("/oauth/whoami").json()["partner_sid"] != other.core["partner_sid"]
    number = other.get("/phonenumber/dids", limit=1).json()["items"][0]
    assert world.get(f"/phonenumber/dids/{number['did_sid']}").status_code == 404


def test_any_one_of_the_named_scopes_is_enough(world):
    for scope in ("phonenumber.manage", "phonenumber.read"):
        world.set(scopes=[scope])
        assert world.get("/phonenumber/available_dids").status_code == 200


def test_without_a_named_scope_the_caller_is_known_but_denied(world):
    world.set(scopes=["phonenumber.read", "partners.read"])
    answer = world.post("/phonenumber/dids")
    assert (answer.status_code, answer.json()) == (403, DENIED)
    assert world.get("/countries").status_code == 403
    assert world.get("/trunk_groups").status_code == 403


def test_whoami_needs_no_scope(world):
    world.set(scopes=[])
    assert world.get("/oauth/whoami").status_code == 200


def test_a_token_remembers_its_last_use(world):
    token = new_token(world)
    assert token["date_last_accessed"] is None
    used = call(world, f"Bearer {token['access_token']}")
    assert used.status_code == 200
    renewed = refresh(world, token)
    assert renewed["date_last_accessed"].endswith("Z")
    assert renewed["ip_last_accessed"] == "127.0.0.1"


def test_the_last_use_is_written_at_most_once_a_minute(world):
    token = new_token(world)
    authorization = f"Bearer {token['access_token']}"
    call(world, authorization)
    first = refresh(world, token)["date_last_accessed"]
    call(world, authorization)
    assert refresh(world, token)["date_last_accessed"] == first
    world.advance(61)
    call(world, authorization)
    assert refresh(world, token)["date_last_accessed"] > first


def new_token(world, **wishes):
    form = {"client_id": world.core["client_id"], "client_secret": world.core["client_secret"], **wishes}
    answer = world.request("POST", f"/oauth/token/{world.core['partner_sid']}", data=form)
    assert answer.status_code == 200, answer.text
    return answer.json()


def refresh(world, token):
    form = {
        "client_id": world.core["client_id"],
        "client_secret": world.core["client_secret"],
        "grant_type": "refresh_token",
        "refresh_token": token["refresh_token"],
    }
    answer = world.request("POST", "/oauth/token", data=form)
    assert answer.status_code == 200, answer.text
    return answer.json()
