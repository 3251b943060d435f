"""Sub-accounts, which are the sub-partners of the other protocol."""

import pytest

from tests.sandbox.number_accounts import Account, admin_of, master_of

DAY = 86_400
REQUIRED = {
    "name": str,
    "rate_limit": int,
    "id": str,
    "parent_account_id": str,
    "parent_auth_id": str,
    "auth_id": str,
    "auth_token": str,
    "api_id": str,
    "email_verified": bool,
    "enabled": bool,
    "created": str,
    "modified": str,
    "is_active": bool,
    "created_at": str,
    "updated_at": str,
    "account": str,
    "resource_uri": str,
}
OPTIONAL = {"email", "phone", "description", "permissions", "last_used"}
ALL = "/accounts/{me}/sub-accounts/"


def one(sub_auth_id):
    return f"{ALL}{sub_auth_id}"


@pytest.fixture
def master(world):
    return master_of(world)


@pytest.fixture
def sub(master):
    return master.new_sub_account("North", email="north@example.com", description="first")


def test_each_sub_partner_has_an_account(world, master):
    partners = world.get("/partners").json()["items"]
    below = {each["partner_sid"]: each["name"] for each in partners if each["parent_sid"]}
    assert {each["api_id"]: each["name"] for each in master.sub_accounts().values()} == below
    assert all(each["auth_id"].startswith("SA_") for each in master.sub_accounts().values())


def test_objects_have_the_documented_fields_and_no_others(master, sub):
    for each in [*master.sub_accounts().values(), master.get(one(sub.auth_id)).json()]:
        assert REQUIRED.keys() <= each.keys() <= REQUIRED.keys() | OPTIONAL
        for name, kind in REQUIRED.items():
            assert type(each[name]) is kind, name
        assert each["id"].isdigit()
        assert each["parent_auth_id"] == each["parent_account_id"] == master.auth_id
        assert each["account"] == f"/v1/Account/{master.auth_id}/"
        assert each["resource_uri"] == f"/v1/Account/{master.auth_id}/Subaccount/{each['auth_id']}/"


def test_a_new_one_tells_its_secrets_once(master):
    answer = master.post(ALL, {"name": "North"})
    made = answer.json()
    assert (answer.status_code, made["message"]) == (201, "Sub-account created successfully")
    assert made.keys() == {"message", "sub_account", "auth_credentials", "tokens"}
    assert made["tokens"].keys() == {"access_token", "refresh_token", "token_type", "expires_in"}
    assert made["tokens"]["expires_in"] == 1800
    secret = made["auth_credentials"]["auth_token"]
    assert made["sub_account"]["auth_token"] == secret
    assert Account(master.url, **made["auth_credentials"]).get("/auth/me").status_code == 200
    path = one(made["auth_credentials"]["auth_id"])
    for later in (master.get(path), master.put(path, {"name": "South"}), master.get(ALL)):
        assert secret not in later.text
        assert "<redacted>" in later.text


def test_a_new_one_is_a_sub_partner_at_once(world, master, sub):
    sid = master.get(one(sub.auth_id)).json()["api_id"]
    partner = world.get(f"/partners/{sid}").json()
    assert (partner["name"], partner["parent_sid"]) == ("North", world.core["partner_sid"])
    assert (partner["status"], partner["balance"], partner["owner_email"]) == (
        "active",
        "0",
        "north@example.com",
    )


def test_defaults_are_the_documented_ones(master):
    made = master.post(ALL, {"name": "North"}).json()["sub_account"]
    assert (made["rate_limit"], made["enabled"], made["permissions"], made["email"]) == (
        1000,
        True,
        None,
        None,
    )


def test_everything_that_can_be_set_is_kept(master):
    sent = {
        "name": "North",
        "email": "a@example.com",
        "phone": "+12125550100",
        "description": "d",
        "rate_limit": 5,
        "permissions": {"calls": True, "cdr": False},
        "enabled": False,
    }
    made = master.post(
        ALL, {**sent, "password": "p", "kyc_mode": "customer_use", "business_type": "llp"}
    ).json()
    assert {name: made["sub_account"][name] for name in sent} == sent
    assert master.get(one(made["auth_credentials"]["auth_id"])).json()["permissions"] == sent["permissions"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": ""},
        {"name": "  "},
        {"name": 5},
        {"name": None},
        {"name": "x" * 300},
        {"name": "x", "email": "no"},
        {"name": "x", "rate_limit": -1},
        {"name": "x", "rate_limit": "5"},
        {"name": "x", "enabled": "yes"},
        {"name": "x", "permissions": {"other": True}},
        {"name": "x", "kyc_mode": "none"},
        {"name": "x", "business_type": "club"},
        {"name": "x", "unknown": 1},
        [],
        "x",
        None,
    ],
)
def test_what_cannot_be_is_refused(master, body):
    before = master.sub_accounts()
    answer = (
        master.request("POST", ALL, json=body)
        if body is not None
        else master.request("POST", ALL, data="null")
    )
    assert answer.status_code == 422, answer.text
    assert answer.json()["error"]["code"] == "VALIDATION_ERROR"
    assert master.sub_accounts() == before


def test_customer_use_needs_an_email(master, sub):
    answer = master.post(ALL, {"name": "x", "kyc_mode": "customer_use"})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    other = master.new_sub_account("Other")
    assert master.put(one(other.auth_id), {"kyc_mode": "customer_use"}).status_code == 400
    assert (
        master.put(one(other.auth_id), {"kyc_mode": "customer_use", "email": "a@b.example"}).status_code
        == 200
    )
    assert master.put(one(other.auth_id), {"email": None}).status_code == 400


def test_the_newest_comes_first_and_pages_have_a_size(world, master):
    for name in ("a", "b", "c"):
        master.new_sub_account(name)
        world.advance(1)
    first = master.get(ALL, size=2).json()
    assert first.keys() == {"sub_accounts", "total", "page", "size"}
    assert [each["name"] for each in first["sub_accounts"]] == ["c", "b"]
    assert (first["total"], first["page"], first["size"]) == (6, 1, 2)
    assert master.get(ALL, size=2, page=2).json()["sub_accounts"][0]["name"] == "a"
    assert master.get(ALL).json()["size"] == 25


def test_active_only_leaves_out_the_disabled(master, sub):
    master.put(one(sub.auth_id), {"enabled": False})
    names = [each["name"] for each in master.get(ALL, active_only="true").json()["sub_accounts"]]
    assert "North" not in names
    assert "North" in master.sub_accounts()


def test_what_a_change_does_not_name_stays(world, master, sub):
    before = master.get(one(sub.auth_id)).json()
    world.advance(60)
    after = master.put(one(sub.auth_id), {"name": "South"}).json()
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"name", "modified", "updated_at"}
    assert master.put(one(sub.auth_id), {"description": None}).json()["description"] is None
    assert world.get(f"/partners/{before['api_id']}").json()["name"] == "South"


def test_the_whole_object_may_be_sent_back(master, sub):
    whole = master.get(one(sub.auth_id)).json()
    assert (
        master.put(one(sub.auth_id), {**whole, "auth_id": "SA_OTHER", "name": "South"}).json()["name"]
        == "South"
    )
    assert master.get(one(sub.auth_id)).json()["auth_id"] == sub.auth_id
    assert master.put(one(sub.auth_id), {"nonsense": 1}).status_code == 400


def test_a_disabled_one_keeps_its_numbers(master, sub):
    master.assign("+13035550177", sub.auth_id)
    assert master.put(one(sub.auth_id), {"enabled": False}).json()["is_active"] is False
    assert master.numbers()["+13035550177"]["account_id"] == sub.auth_id
    master.put(one(sub.auth_id), {"enabled": True})
    assert list(sub.numbers()) == ["+13035550177"]


@pytest.mark.parametrize("unknown", ["SA_NOBODY", "500001", "x"])
def test_an_unknown_one_is_not_found(master, unknown):
    for answer in (
        master.get(one(unknown)),
        master.put(one(unknown), {"name": "x"}),
        master.delete(one(unknown)),
    ):
        assert (answer.status_code, answer.json()["error"]) == (404, "not_found")


def test_a_sub_account_manages_none(world, master, sub):
    for answer in (sub.get(ALL), sub.post(ALL, {"name": "x"}), sub.delete(one(sub.auth_id))):
        assert (answer.status_code, answer.json()["error"]) == (403, "forbidden")


def test_an_administrators_key_manages_the_same(world, master, sub):
    assert admin_of(world).sub_accounts() == master.sub_accounts()


# --- deleting --------------------------------------------------------------------------------------------


def test_a_deleted_one_is_gone_from_both_protocols(world, master, sub):
    sid = master.get(one(sub.auth_id)).json()["api_id"]
    answer = master.delete(one(sub.auth_id))
    assert (answer.status_code, answer.json()) == (200, {"message": "Sub-account deleted successfully"})
    assert "North" not in master.sub_accounts()
    assert master.get(one(sub.auth_id)).status_code == 404
    assert world.get(f"/partners/{sid}").status_code == 404
    assert sub.get("/auth/me").status_code == 401
    assert master.delete(one(sub.auth_id)).status_code == 404


def test_its_numbers_go_back_to_the_pool(master, sub):
    for number in ("+13035550177", "+13125550155"):
        master.assign(number, sub.auth_id)
    assert master.delete(one(sub.auth_id)).status_code == 200
    assert {master.numbers()[each]["account_id"] for each in ("+13035550177", "+13125550155")} == {
        master.auth_id
    }


def test_it_stays_while_one_of_its_numbers_is_in_cool_off(world, master, sub):
    for number in ("+13035550177", "+13125550155"):
        master.assign(number, sub.auth_id)
        world.add_calls({"phonenumber": number[1:], "duration": 0})
        world.advance(DAY)
    for _ in range(2):
        answer = master.delete(one(sub.auth_id))
        assert answer.status_code == 409
        assert answer.json().keys() == {"error", "cool_off_until", "cool_off_remaining_seconds"}
        assert 13 * DAY < answer.json()["cool_off_remaining_seconds"] <= 14 * DAY
    assert len(sub.numbers()) == 2
    world.advance(14 * DAY)
    assert master.delete(one(sub.auth_id)).status_code == 200


def test_a_number_it_was_giving_up_goes_on_into_quarantine(world, master, sub):
    master.assign("+13035550177", sub.auth_id)
    assert sub.release("+13035550177").status_code == 200
    assert master.delete(one(sub.auth_id)).status_code == 200
    assert "+13035550177" not in master.numbers()
    world.advance(45 * DAY)
    assert world.get("/phonenumber/available_dids", filter="phonenumber eq 13035550177").json()["count"] == 1


def test_one_with_sub_partners_stays(world, master):
    northwind = master.sub_accounts()["Northwind Logistics"]["auth_id"]
    world.advance(30 * DAY)
    numbers = master.numbers()
    answer = master.delete(one(northwind))
    assert (answer.status_code, answer.json()["error"]) == (409, "conflict")
    assert master.numbers() == numbers


def test_a_partner_made_by_the_other_protocol_becomes_an_account_when_it_is_verified(world, master):
    made = world.post(
        "/partners",
        {"login": "fresh_one", "password": "secret-word", "name": "Fresh", "owner_email": "f@example.com"},
    )
    assert made.status_code == 200, made.text
    assert "Fresh" not in master.sub_accounts()
    world.steer("POST", f"/partners/{made.json()['partner_sid']}/verify")
    fresh = master.sub_accounts()["Fresh"]
    assert fresh["api_id"] == made.json()["partner_sid"]
    assert master.assign("+13035550177", fresh["auth_id"]).status_code == 204
