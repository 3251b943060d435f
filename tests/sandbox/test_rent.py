"""Renting: a certain number, any number, one that matches, one of an external provider."""

import pytest

PENDING = "46501818082"


def test_a_certain_number_becomes_the_callers(world):
    did = world.rent("15162065575")
    assert did["phonenumber"] == "15162065575"
    assert did["partner_sid"] == world.core["partner_sid"]
    assert did["status"] == "assigned"
    assert world.get(f"/phonenumber/dids/{did['did_sid']}").json() == did


def test_every_field_of_the_order_is_kept(world):
    trunks = world.get("/trunk_groups").json()["items"][0]["trunk_group_sid"]
    group = world.get("/phonenumber/did_groups").json()["items"][0]["did_group_sid"]
    order = {
        "phonenumber": "15162065575",
        "name": "Front desk",
        "callback_url": "https://hooks.example/sms",
        "attributes": {"team": "ops", "gone": None},
        "string_key_1": "k1",
        "string_key_2": None,
        "trunk_group_sid": trunks,
        "did_group_sid": group,
        "transformations": [{"action": "set_user_data", "direction": "any", "operands": ["a", "b"]}],
    }
    did = world.post("/phonenumber/dids", order).json()
    assert {name: did[name] for name in order} == {**order, "attributes": {"team": "ops"}}


def test_an_empty_order_takes_some_available_number(world):
    did = world.post("/phonenumber/dids").json()
    assert did["status"] == "assigned"
    assert did["country_code"]


def test_an_order_by_filter_takes_the_first_match(world):
    path = "/phonenumber/dids?filter=state+eq+%22NY%22+and+phonenumber+like+%22%25516%25%22"
    expected = world.request("GET", path.replace("dids?", "available_dids?") + "&order=phonenumber&limit=1")
    did = world.post(path).json()
    assert did["phonenumber"] == expected.json()["items"][0]["phonenumber"]


def test_a_plus_before_the_number_does_no_harm(world):
    assert world.rent("+15162065575")["phonenumber"] == "15162065575"


def refused(answer):
    body = answer.json()
    return answer.status_code, body["message"], body["errors"][0]["field"], body["errors"][0]["message"]


def test_an_unknown_number_is_not_found(world):
    answer = world.post("/phonenumber/dids", {"phonenumber": "15162060000"})
    assert refused(answer) == (404, "no item error", "phonenumber", "cannot find item by phonenumber")


def test_no_match_is_not_found(world):
    answer = world.post("/phonenumber/dids", params={"filter": "state eq ZZ"})
    assert refused(answer)[:2] == (404, "no item error")


def test_a_number_someone_has_is_a_conflict(world):
    world.rent("15162065575")
    for number in ("15162065575", "12125550148"):
        answer = world.post("/phonenumber/dids", {"phonenumber": number})
        assert refused(answer) == (409, "conflict", "phonenumber", "phone number is not available")


def test_a_released_number_is_a_conflict_until_it_has_aged(world):
    did = world.rent("15162065575")
    world.delete(f"/phonenumber/dids/{did['did_sid']}")
    assert world.post("/phonenumber/dids", {"phonenumber": "15162065575"}).status_code == 409
    world.set(aging_days=30)
    world.advance(30 * 86_400 + 1)
    assert world.rent("15162065575")["did_sid"] == did["did_sid"]


@pytest.mark.parametrize(
    ("order", "field"),
    [
        ({"phonenumber": 15162065575}, "phonenumber"),
        ({"phonenumber": "516-206"}, "phonenumber"),
        ({"phonenumber": "1" * 40}, "phonenumber"),
        ({"name": 5}, "name"),
        ({"name": None}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"attributes": []}, "attributes"),
        ({"transformations": {}}, "transformations"),
        ({"callback_url": True}, "callback_url"),
        ({"colour": "red"}, "colour"),
        ({"npa": "516"}, "npa"),
    ],
)
def test_a_wrong_type_or_an_unknown_name_is_400_on_its_field(world, order, field):
    answer = world.post("/phonenumber/dids", order)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"].split(".")[0] == field


@pytest.mark.parametrize(
    ("order", "field"),
    [
        ({"trunk_group_sid": "f448e2c3-88c1-4cd1-8cf2-3567c16e0794"}, "trunk_group_sid"),
        ({"trunk_group_sid": ""}, "trunk_group_sid"),
        ({"did_group_sid": "nope"}, "did_group_sid"),
        ({"callback_url": "javascript:alert(1)"}, "callback_url"),
        ({"callback_url": "ftp://files.example"}, "callback_url"),
        ({"callback_url": "https://"}, "callback_url"),
        ({"callback_url": "http://[bad"}, "callback_url"),
        ({"callback_url": "https://a.example/with space"}, "callback_url"),
        ({"callback_url": ""}, "callback_url"),
        ({"transformations": [{"action": "explode"}]}, "transformations.0"),
        (
            {"transformations": [{"action": "reject", "direction": "sideways", "operands": ["x"]}]},
            "transformations.0",
        ),
        ({"transformations": [{"action": "rewrite_to", "operands": ["only one"]}]}, "transformations.0"),
        ({"transformations": ["reject"]}, "transformations.0"),
    ],
)
def test_what_cannot_be_is_422_and_nothing_is_rented(world, order, field):
    answer = world.post("/phonenumber/dids", {"phonenumber": "15162065575", **order})
    assert answer.status_code == 422
    assert answer.json()["message"] == "object validation error"
    assert answer.json()["errors"][0]["field"] == field
    assert world.post("/phonenumber/dids", {"phonenumber": "15162065575"}).status_code == 200


def test_read_only_fields_may_come_along_and_change_nothing(world):
    did = world.post(
        "/phonenumber/dids", {"phonenumber": "15162065575", "price": "0", "status": "deleted"}
    ).json()
    assert (did["price"], did["status"]) == ("0.6", "assigned")


# --- external providers --------------------------------------------------------------------------


def order_external(world, phonenumber=PENDING):
    return world.post("/phonenumber/dids", {"phonenumber": phonenumber}, params={"include_external": "true"})


def test_an_external_number_must_be_asked_for_as_such(world):
    assert world.post("/phonenumber/dids", {"phonenumber": PENDING}).status_code == 404


def test_an_external_order_is_pending_and_then_assigned(world):
    did = order_external(world).json()
    assert (did["status"], did["partner_sid"]) == ("pending_assignment", world.core["partner_sid"])
    world.set(external_order_seconds=60)
    world.advance(59)
    assert world.get(f"/phonenumber/dids/{did['did_sid']}").json()["status"] == "pending_assignment"
    world.advance(2)
    assert world.get(f"/phonenumber/dids/{did['did_sid']}").json()["status"] == "assigned"


def test_how_long_an_external_order_takes_can_be_set(world):
    world.set(external_order_seconds=0)
    assert order_external(world).json()["status"] == "assigned"


def test_some_external_numbers_are_assigned_at_once(world):
    world.add_numbers({"phonenumber": "49301234567", "country_code": "DEU", "provider": "external"})
    assert order_external(world, "49301234567").json()["status"] == "assigned"


def test_a_busy_provider_is_a_conflict_and_nothing_is_rented(world):
    world.set(external_busy=True)
    answer = order_external(world)
    assert refused(answer)[:3] == (409, "conflict", "cause")
    world.set(external_busy=False)
    assert order_external(world).status_code == 200


def test_own_numbers_do_not_care_about_the_provider(world):
    world.set(external_busy=True)
    assert order_external(world, "15162065575").status_code == 200


def test_by_country_an_own_number_goes_first_then_an_external_one(world):
    query = {"filter": 'country_code eq "SWE"', "include_external": "true"}
    own = world.get("/phonenumber/available_dids", filter="country_code eq SWE", limit=1000).json()
    for _ in own["items"]:
        assert world.post("/phonenumber/dids", params=query).json()["status"] == "assigned"
    offered = world.get("/phonenumber/available_dids", limit=100, **query).json()["items"]
    assert world.post("/phonenumber/dids", params=query).json()["phonenumber"] in {
        item["phonenumber"] for item in offered
    }


def test_an_external_order_by_filter_needs_a_country(world):
    answer = world.post("/phonenumber/dids", params={"include_external": "true", "filter": "state eq NY"})
    assert answer.status_code == 400


# --- who may -------------------------------------------------------------------------------------


def sub_partner_token(world, partner):
    form = {"client_id": world.core["client_id"], "client_secret": world.core["client_secret"]}
    answer = world.request("POST", f"/oauth/token/{partner['partner_sid']}", data=form)
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


def test_a_sub_partner_rents_for_itself(world):
    partner = next(each for each in world.get("/partners").json()["items"] if each["parent_sid"])
    answer = world.post(
        "/phonenumber/dids", {"phonenumber": "15162065575"}, headers=sub_partner_token(world, partner)
    )
    assert answer.json()["partner_sid"] == partner["partner_sid"]


def test_a_partner_without_money_is_refused(sandbox):
    world = sandbox.world(inventory="empty")
    world.add_numbers({"phonenumber": "12125550001", "price": "999999"})
    answer = world.post("/phonenumber/dids", {"phonenumber": "12125550001"})
    assert answer.status_code == 403
    assert answer.json()["errors"][0]["field"] == "balance"
