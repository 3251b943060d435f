"""Who may speak the Phone Number API, and under which account's path."""

import base64

import pytest
import requests

from tests.sandbox.number_accounts import admin_of, master_of


def ask(account, headers, path="/auth/me"):
    return requests.get(account.url + path, headers=headers, timeout=30)


def pair(account):
    return {"X-Auth-ID": account.auth_id, "X-Auth-Token": account.auth_token}


def basic(account):
    packed = base64.b64encode(f"{account.auth_id}:{account.auth_token}".encode()).decode()
    return {"Authorization": f"Basic {packed}"}


def test_the_account_of_the_credentials_is_told(world):
    me = master_of(world).get("/auth/me").json()
    assert me["auth_id"] == me["account_id"] == world.number_api["auth_id"]
    assert (me["account_type"], me["role"], me["parent_auth_id"]) == ("master", "user", None)


def test_an_administrators_key_is_of_the_same_account(world):
    me = admin_of(world).get("/auth/me").json()
    assert (me["account_id"], me["role"]) == (world.number_api["auth_id"], "admin")


def test_a_sub_account_knows_its_parent(world):
    master = master_of(world)
    me = master.new_sub_account("North").get("/auth/me").json()
    assert (me["account_type"], me["parent_auth_id"], me["name"]) == (
        "sub_account",
        master.auth_id,
        "North",
    )


def test_basic_credentials_are_taken_too(world):
    account = master_of(world)
    assert ask(account, basic(account)).json()["auth_id"] == account.auth_id


def test_a_bearer_beside_the_pair_is_ignored(world):
    account = master_of(world)
    for bearer in ("nonsense", account.auth_token, world.core["token"]):
        assert ask(account, {**pair(account), "Authorization": f"Bearer {bearer}"}).status_code == 200


@pytest.mark.parametrize("secret", ["auth token", "core token", "a.b.c", "", "x.eyJzdWIiOiAxfQ.y"])
def test_an_auth_token_alone_is_no_bearer(world, secret):
    account = master_of(world)
    secret = {"auth token": account.auth_token, "core token": world.core["token"]}.get(secret, secret)
    answer = ask(account, {"Authorization": f"Bearer {secret}"})
    assert (answer.status_code, answer.json()) == (401, {"error": {"code": 401, "message": "Invalid token"}})


def test_the_access_token_of_a_new_sub_account_is_a_bearer_for_half_an_hour(world):
    master = master_of(world)
    made = master.post("/accounts/{me}/sub-accounts/", {"name": "North"}).json()
    assert made["tokens"]["token_type"] == "bearer"
    bearer = {"Authorization": f"Bearer {made['tokens']['access_token']}"}
    assert ask(master, bearer).json()["auth_id"] == made["auth_credentials"]["auth_id"]
    refresh = {"Authorization": f"Bearer {made['tokens']['refresh_token']}"}
    assert ask(master, refresh).status_code == 401
    world.advance(made["tokens"]["expires_in"])
    assert ask(master, bearer).status_code == 401


def test_a_changed_access_token_is_none(world):
    master = master_of(world)
    token = master.post("/accounts/{me}/sub-accounts/", {"name": "North"}).json()["tokens"]["access_token"]
    head, claims, signature = token.split(".")
    for changed in (f"{head}.{claims}.{signature[:-2]}AA", f"{head}.{claims}", f"{head}.{claims}."):
        assert ask(master, {"Authorization": f"Bearer {changed}"}).status_code == 401


def test_nobody_is_refused_in_the_documented_shape(world):
    master = master_of(world)
    wrong = [
        {},
        {"X-Auth-ID": master.auth_id},
        {"X-Auth-Token": master.auth_token},
        {"X-Auth-ID": master.auth_id, "X-Auth-Token": "wrong"},
        {"X-Auth-ID": "MA_NOBODY", "X-Auth-Token": master.auth_token},
        {"X-Auth-ID": admin_of(world).auth_id, "X-Auth-Token": master.auth_token},
        {"Authorization": "Basic !"},
        {"Authorization": "Basic " + base64.b64encode(b"MA\x00:x").decode()},
        {"Authorization": "Digest x"},
    ]
    for headers in wrong:
        answer = ask(master, headers)
        assert answer.status_code == 401, headers
        assert answer.json()["error"]["code"] == 401
        assert set(answer.json()) == {"error"}


def test_another_accounts_path_is_refused(world):
    master = master_of(world)
    sub = master.new_sub_account()
    mismatch = {"error": {"code": 403, "message": "Access denied: account ID mismatch"}}
    for account, named in ((master, sub.auth_id), (sub, master.auth_id), (master, "MA_X"), (master, "me")):
        for path in (
            f"/Account/{named}/numbers",
            f"/account/{named}/balance/USD",
            f"/accounts/{named}/sub-accounts/",
        ):
            answer = account.get(path)
            assert (answer.status_code, answer.json()) == (403, mismatch)


def test_either_key_of_the_master_account_may_use_either_path(world):
    master, admin = master_of(world), admin_of(world)
    assert (
        admin.get(f"/Account/{master.auth_id}/numbers").json() == master.get("/Account/{me}/numbers").json()
    )
    assert admin.get("/Account/{me}/numbers").json() == master.get("/Account/{me}/numbers").json()


def test_a_disabled_account_is_inactive(world):
    master = master_of(world)
    sub = master.new_sub_account()
    master.put(f"/accounts/{{me}}/sub-accounts/{sub.auth_id}", {"enabled": False})
    answer = sub.get("/Account/{me}/numbers")
    assert (answer.status_code, answer.json()["status"]) == (403, "error")
    assert answer.json()["error"]["code"] == "ACCOUNT_INACTIVE"
    assert set(answer.json()) == {"status", "error", "timestamp", "requestId"}


@pytest.mark.parametrize("first", ["Account", "account", "ACCOUNT"])
@pytest.mark.parametrize(
    "path", ["numbers", "inventory/numbers", "balance/USD", "transactions", "assignment-audit"]
)
def test_the_first_part_of_a_path_may_be_written_in_any_case(world, first, path):
    assert master_of(world).get(f"/{first}/{{me}}/{path}").status_code == 200


def test_sub_accounts_are_found_with_and_without_their_slash(world):
    for path in (
        "/accounts/{me}/sub-accounts/",
        "/accounts/{me}/sub-accounts",
        "/Accounts/{me}/sub-accounts/",
    ):
        assert master_of(world).get(path).status_code == 200


def test_worlds_do_not_know_each_others_accounts(sandbox, world):
    other = master_of(sandbox.world())
    master = master_of(world)
    assert other.get(f"/Account/{master.auth_id}/numbers").status_code == 403
    assert (
        other.assign("+13035550177", next(iter(master.sub_accounts().values()))["auth_id"]).status_code == 404
    )
