"""Numbers of other carriers, registered for messaging."""

import pytest

from tests.sandbox.subpartners import as_sub_partner
from tests.sandbox.test_concurrency import call, together

ALL = "/phonenumber/external_dids"
CARRIER = "61ced070-8dad-43b4-b5e6-f7d61f7aeb65"
FIELDS = {
    "active_capabilities", "attributes", "callback_url", "campaign_sid", "capabilities", "classification_sid",
    "country_code", "external_did_sid", "in_country_format", "international_format", "lata", "locality",
    "lrn_sid", "name", "ocn", "ocn_block", "partner_sid", "phonenumber", "state", "status", "string_key_1",
    "string_key_2", "underlying_carrier_sid",
}  # fmt: skip


def wish(**fields):
    return {
        "phonenumber": "12059051025",
        "capabilities": 3,
        "underlying_carrier_sid": CARRIER,
        **fields,
    }


def register(world, **fields):
    answer = world.post(ALL, wish(**fields))
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture(params=["external_dids", "external-dids"])
def path(world, request):
    return f"/phonenumber/{request.param}/{register(world)['external_did_sid']}"


def test_a_registered_number_is_told_with_every_documented_field(world):
    did = register(world, callback_url="https://example.com/sms-callback")
    assert set(did) == FIELDS
    assert (did["status"], did["country_code"], did["state"], did["lata"]) == ("assigned", "USA", "AL", "476")
    assert did["callback_url"] == "https://example.com/sms-callback"
    assert did["underlying_carrier_sid"] == CARRIER
    assert did["partner_sid"] == world.core["partner_sid"]
    assert did["name"] == "External DID 051025"


@pytest.mark.parametrize("capabilities", [1, 2, 3, 8, 16, 24, 27])
def test_messaging_works_at_once_with_what_was_registered(world, capabilities):
    did = register(world, capabilities=capabilities)
    assert (did["capabilities"], did["active_capabilities"]) == (capabilities, capabilities)


@pytest.mark.parametrize("capabilities", [0, 4, 5, 7, 31])
def test_a_number_needs_messaging_and_has_no_voice(world, capabilities):
    answer = world.post(ALL, wish(capabilities=capabilities))
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "capabilities")
    assert world.get(ALL).json()["total"] == 0


@pytest.mark.parametrize("capabilities", [-1, 32, "3", None, 3.5, True])
def test_capabilities_are_a_number_of_bits(world, capabilities):
    assert world.post(ALL, wish(capabilities=capabilities)).status_code == 400


@pytest.mark.parametrize("missing", ["phonenumber", "capabilities"])
def test_number_and_capabilities_are_required(world, missing):
    sent = wish()
    del sent[missing]
    answer = world.post(ALL, sent)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, missing)


@pytest.mark.parametrize(
    "phonenumber", ["+12059051025", "205-905-1025", "", "1" * 16, "1205905\u0661\u0660\u0662\u0665"]
)
def test_the_number_is_digits_only(world, phonenumber):
    assert world.post(ALL, wish(phonenumber=phonenumber)).status_code == 400


@pytest.mark.parametrize("phonenumber", ["120590510", "1205905102555", "999123456789"])
def test_the_number_has_the_length_of_its_country(world, phonenumber):
    assert world.post(ALL, wish(phonenumber=phonenumber)).status_code == 422


def test_a_carrier_is_named_unless_there_is_a_usual_one(world):
    sent = wish()
    del sent["underlying_carrier_sid"]
    answer = world.post(ALL, sent)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "underlying_carrier_sid")
    world.set(default_carrier_sid="usual-carrier")
    assert world.post(ALL, sent).json()["underlying_carrier_sid"] == "usual-carrier"


def test_a_number_is_registered_once(world):
    register(world)
    answer = world.post(ALL, wish(capabilities=27))
    assert (answer.status_code, answer.json()["message"]) == (409, "conflict")
    assert answer.json()["errors"][0]["field"] == "phonenumber"
    assert as_sub_partner(world).post(ALL, wish()).status_code == 409


def test_of_many_registrations_at_once_one_wins(either_sandbox):
    world = either_sandbox.world()
    answers = together(12, lambda _: call(world, "POST", ALL, json=wish()))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 11


@pytest.mark.parametrize("phonenumber", ["15162065575", "12125550148"])
def test_a_number_of_this_carrier_is_not_another_carriers(world, phonenumber):
    assert world.post(ALL, wish(phonenumber=phonenumber)).status_code == 409


def test_the_feature_can_be_closed(world):
    world.set(external_dids=False)
    assert world.post(ALL, wish()).status_code == 403


def test_both_spellings_register_and_list(world):
    assert world.post("/phonenumber/external-dids", wish()).status_code == 200
    assert world.get("/phonenumber/external-dids").json()["items"] == world.get(ALL).json()["items"]


def test_a_list_can_be_filtered_ordered_and_told_with_partners(world):
    for phonenumber in ("12059051027", "12059051025", "442071838750"):
        register(world, phonenumber=phonenumber)
    answer = world.get(ALL, filter='country_code eq "USA"', order="phonenumber desc", with_related="true")
    assert [did["phonenumber"] for did in answer.json()["items"]] == ["12059051027", "12059051025"]
    assert answer.json()["total"] == 2
    assert answer.json()["items"][0]["partner"]["partner_sid"] == world.core["partner_sid"]


def test_one_is_read_changed_and_forgotten_in_either_spelling(world, path):
    assert world.get(path, with_related="true").json()["partner"]["name"] == "CarrierX Main"
    assert world.patch(path, {"name": "Texts", "string_key_1": "k"}).json()["name"] == "Texts"
    told = world.put(path, {**world.get(path).json(), "name": "Whole"}).json()
    assert (told["name"], told["string_key_1"]) == ("Whole", "k")
    assert world.delete(path).status_code == 204
    assert world.get(path).status_code == 404
    assert world.delete(path).status_code == 404
    assert world.post(ALL, wish()).status_code == 200


@pytest.mark.parametrize(
    "sent", [{"capabilities": 27}, {"phonenumber": "12059051026"}, {"underlying_carrier_sid": "other"}]
)
@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_what_was_registered_stays(world, path, sent, method):
    before = world.get(path).json()
    answer = world.request(method, path, json={**sent, "name": "changed"})
    assert (answer.status_code, answer.json()["message"]) == (422, "object validation error")
    assert world.get(path).json() == before


def test_nested_keys_merge_in_patch_and_are_replaced_in_put(world, path):
    world.patch(path, {"attributes": {"a": 1, "b": {"c": 2}}})
    assert world.patch(path, {"attributes": {"b": {"d": 3}, "a": None}}).json()["attributes"] == {
        "b": {"c": 2, "d": 3}
    }
    assert world.patch(f"{path}?nested_objects=replace", {"attributes": {"x": 1}}).json()["attributes"] == {
        "x": 1
    }
    assert world.put(path, {"attributes": {"y": 1}}).json()["attributes"] == {"y": 1}


def test_read_only_fields_are_ignored_and_unknown_ones_refused(world, path):
    before = world.get(path).json()
    assert world.patch(path, {"status": "deleted", "active_capabilities": 0, "ocn": "1"}).json() == before
    assert world.patch(path, {"surname": "x"}).status_code == 400
    assert world.patch(path, {"callback_url": "not a url"}).status_code == 422
    assert world.patch(path, {"name": ""}).status_code == 400


def test_messaging_is_switched_off_and_on(world, path):
    told = world.get(f"{path}/messaging").json()
    assert (told["enabled"], told["status"], told["did_sid"]) == (True, "enabled", path.rpartition("/")[2])
    assert world.post(f"{path}/messaging", {"enabled": "false"}).json()["status"] == "in_progress"
    assert world.post(f"{path}/messaging", {"enabled": True}).status_code == 409
    world.advance(31)
    assert world.get(f"{path}/messaging").json()["status"] == "disabled"
    assert world.get(path).json()["active_capabilities"] == 0
    world.post(f"{path}/messaging", {"enabled": True, "type": "p2p", "p2p_nnid": "n1"})
    world.advance(31)
    told = world.get(f"{path}/messaging").json()
    assert (told["status"], told["type"], told["p2p_nnid"]) == ("enabled", "p2p", "n1")
    assert world.get(path).json()["active_capabilities"] == 3


def test_messaging_of_a_number_forgotten_meanwhile_changes_nothing(world, path):
    world.post(f"{path}/messaging", {"enabled": False})
    world.delete(path)
    world.advance(31)
    assert register(world)["active_capabilities"] == 3


def test_the_path_of_rented_numbers_is_the_wrong_one(world):
    sid = register(world)["external_did_sid"]
    answer = world.post(f"/phonenumber/dids/{sid}/messaging", {"enabled": True})
    assert (answer.status_code, answer.json()["message"]) == (422, "object validation error")
    assert world.get(f"/phonenumber/dids/{sid}/messaging").status_code == 404
    rented = world.rent("15162065575")["did_sid"]
    assert world.post(f"{ALL}/{rented}/messaging", {"enabled": True}).status_code == 404


def test_a_sub_partners_numbers_are_its_own_and_its_parents(world):
    sub = as_sub_partner(world)
    mine, theirs = register(world), register(sub, phonenumber="12059051099")
    assert {did["external_did_sid"] for did in world.get(ALL).json()["items"]} == {
        mine["external_did_sid"],
        theirs["external_did_sid"],
    }
    assert [did["external_did_sid"] for did in sub.get(ALL).json()["items"]] == [theirs["external_did_sid"]]
    for answer in (
        sub.get(f"{ALL}/{mine['external_did_sid']}"),
        sub.patch(f"{ALL}/{mine['external_did_sid']}", {"name": "x"}),
        sub.delete(f"{ALL}/{mine['external_did_sid']}"),
        sub.post(f"{ALL}/{mine['external_did_sid']}/messaging", {"enabled": False}),
    ):
        assert answer.status_code == 404


def test_each_verb_needs_its_right(world, path):
    wanted = {"GET": "read", "PATCH": "update", "PUT": "update", "DELETE": "delete"}
    for method, verb in wanted.items():
        others = [f"phonenumber.{each}" for each in {*wanted.values(), "create"} - {verb}]
        world.set(scopes=others)
        assert world.request(method, path, json={}).status_code == 403
    world.set(scopes=["phonenumber.read", "phonenumber.update", "phonenumber.delete"])
    assert world.post(ALL, wish()).status_code == 403
    world.set(scopes=["phonenumber.delete"])
    assert world.request("DELETE", path).status_code == 204
