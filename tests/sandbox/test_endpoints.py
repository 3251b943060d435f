"""Endpoints of every type, and what their types allow."""

import pytest

from tests.sandbox.accounts import as_administrator
from tests.sandbox.subpartners import as_sub_partner, below
from tests.sandbox.test_concurrency import call, together

ALL = "/endpoints"
FIELDS = {
    "addresses", "attributes", "capacity", "endpoint_sid", "name", "out_sip_password", "out_sip_username",
    "partner_sid", "properties", "transformations", "type", "voip_token",
}  # fmt: skip
ADMIN_FIELDS = {"allow_custom_caller_id", "auth_required", "id", "insecure_address", "template_sid"}
ADDRESS = {
    "direction": "any", "dst_port": 5060, "ip": "1.1.2.13", "location_sid": None, "port": 5060, "priority": 0,
    "sip_password": None, "sip_username": None, "srtp": False, "transport": "udp",
}  # fmt: skip
HOSTED = ["conference", "conference_playback", "flexml", "mediator", "peering_receiver", "peering_sender"]
THIRD_PARTY = {"type": "third_party", "name": "pbx", "addresses": [{"ip": "1.1.2.13"}]}


def make(world, **sent):
    answer = world.post(ALL, sent)
    assert answer.status_code == 200, answer.text
    return answer.json()


def at(endpoint):
    return f"{ALL}/{endpoint['endpoint_sid']}"


@pytest.fixture
def gateway(world):
    listed = world.get(ALL, filter=f'type eq system_gateway and partner_sid eq "{world.core["partner_sid"]}"')
    return listed.json()["items"][0]


def test_a_third_party_endpoint_is_told_with_every_documented_field(world):
    told = make(world, **THIRD_PARTY)
    assert set(told) == FIELDS
    assert told["addresses"] == [ADDRESS]
    assert (told["type"], told["name"], told["properties"], told["capacity"]) == ("third_party", "pbx", {}, 0)
    assert told["voip_token"]
    assert world.get(at(told)).json() == told


@pytest.mark.parametrize(
    "addresses", [[{"ip": "1.1.2.13", "port": "5070"}], {"ip": "1.1.2.13", "port": 5070}]
)
def test_a_port_may_be_a_text_and_a_single_address_needs_no_list(world, addresses):
    told = make(world, type="third_party", addresses=addresses)
    assert told["addresses"] == [{**ADDRESS, "port": 5070}]


def test_the_only_address_may_stand_beside_the_type(world):
    assert make(world, type="third_party", ip="1.1.2.13")["addresses"] == [ADDRESS]
    assert make(world, type="third_party", ip="a.example.com", port="5061")["addresses"] == [
        {**ADDRESS, "ip": "a.example.com", "port": 5061}
    ]


@pytest.mark.parametrize("kind", HOSTED)
def test_a_hosted_endpoint_needs_its_type_only(world, kind):
    told = make(world, type=kind)
    assert (told["type"], told["addresses"], told["voip_token"], told["name"]) == (kind, [], None, "N/A")


@pytest.mark.parametrize("kind", ["conference", "flexml", "mediator"])
def test_applications_get_credentials_of_their_own(world, kind):
    one, other = (make(world, type=kind, name="my_conf")["properties"] for _ in range(2))
    assert one["api_url"] == f"https://api.carrierx.com/{kind}/v1"
    assert one["login"].startswith("my_conf_")
    assert one["password"] != other["password"]
    assert one["account_sid"] != other["account_sid"]


def test_the_container_of_a_conference_is_the_documented_text(world):
    told = make(world, type="conference")["properties"]
    assert set(told) == {"account_sid", "api_url", "container_sid", "login", "password"}
    assert told["container_sid"] == "null"


def test_a_playback_names_its_conference(world):
    conference = make(world, type="conference")["endpoint_sid"]
    sent = {"type": "conference_playback", "properties": {"conference_endpoint_sid": conference}}
    assert make(world, **sent)["properties"] == {"conference_endpoint_sid": conference}
    sent["properties"] = {"conference_endpoint_sid": "f448e2c3-88c1-4cd1-8cf2-3567c16e0794"}
    assert world.post(ALL, sent).status_code == 422


def test_a_voicemail_has_the_documented_properties(world):
    told = make(world, type="voicemail", properties={"max_duration": 60})
    assert told["properties"] == {
        "callback_method": "POST",
        "callback_url": None,
        "container_sid": None,
        "greeting": None,
        "max_duration": 60,
    }
    changed = world.patch(at(told), {"properties": {"greeting": "hello.wav", "max_duration": None}}).json()
    assert (changed["properties"]["greeting"], changed["properties"]["max_duration"]) == ("hello.wav", None)
    replaced = world.put(at(told), {"properties": {"callback_method": "GET"}}).json()["properties"]
    assert (replaced["callback_method"], replaced["greeting"]) == ("GET", None)


@pytest.mark.parametrize(
    "sent",
    [
        {"type": "third_party"},
        {"type": "third_party", "addresses": []},
        {"type": "third_party", "addresses": [{"port": 5060}]},
        {"type": "third_party", "addresses": [{"ip": "1.1.2"}]},
        {"type": "third_party", "addresses": [{"ip": "not a host"}]},
        {"type": "third_party", "addresses": [{"ip": "1.1.2.13", "port": 0}]},
        {"type": "third_party", "addresses": [{"ip": "1.1.2.13", "port": 65536}]},
        {"type": "third_party", "addresses": [{"ip": "1.1.2.13", "port": True}]},
        {"type": "third_party", "addresses": [{"ip": "1.1.2.13", "dst_port": 80}]},
        {"type": "third_party", "addresses": [{"ip": "1.1.2.13", "transport": "sctp"}]},
        {"type": "third_party", "addresses": [{"ip": "1.1.2.13", "direction": "up"}]},
        {"type": "third_party", "addresses": [{"ip": "1.1.2.13", "srtp": "yes"}]},
        {"type": "third_party", "addresses": [{"ip": "1.1.2.13", "color": "red"}]},
        {"type": "third_party", "addresses": ["1.1.2.13"]},
        {"type": "conference", "addresses": [{"ip": "1.1.2.13"}]},
        {"type": "conference", "properties": {"color": "red"}},
        {"type": "voicemail", "properties": {"callback_method": "PUT"}},
        {"type": "voicemail", "properties": {"max_duration": "long"}},
        {"type": "system_gateway"},
        {"type": "conference", "partner_sid": "f448e2c3-88c1-4cd1-8cf2-3567c16e0794"},
        {"type": "conference", "transformations": [{"action": "dance"}]},
    ],
)
def test_what_cannot_be_is_refused(world, sent):
    before = world.get(ALL).json()["total"]
    answer = world.post(ALL, sent)
    assert (answer.status_code, answer.json()["message"]) == (422, "object validation error")
    assert world.get(ALL).json()["total"] == before


@pytest.mark.parametrize(
    "sent",
    [{}, {"type": "fax"}, {"type": "conference", "capacity": -1}, {"type": "conference", "color": "red"}],
)
def test_bodies_that_make_no_sense_are_refused(world, sent):
    answer = world.post(ALL, sent)
    assert (answer.status_code, answer.json()["message"]) == (400, "bad request")


def test_a_third_party_endpoint_can_be_changed_in_everything_but_its_kind(world):
    path = at(make(world, **THIRD_PARTY, out_sip_username="u", out_sip_password="p"))
    before = world.get(path).json()
    sent = {
        "name": "new",
        "capacity": 10,
        "attributes": {"key": "k"},
        "addresses": [{**ADDRESS, "ip": "2001:db8::1"}],
        "properties": {"x": 1},
    }
    assert world.patch(path, sent).json() == {**before, **sent}
    assert world.patch(path, {"attributes": {"value": "v"}}).json()["attributes"] == {
        "key": "k",
        "value": "v",
    }
    assert world.put(path, {**before, "voip_token": "mine"}).json() == before
    for fixed in ({"type": "conference"}, {"out_sip_password": "other"}, {"partner_sid": "other"}):
        assert world.patch(path, fixed).status_code == 422
    assert world.patch(path, {"addresses": []}).status_code == 422
    assert world.get(path).json() == before


@pytest.mark.parametrize("kind", [*HOSTED, "voicemail"])
def test_of_a_hosted_endpoint_name_and_capacity_can_be_changed(world, kind):
    path = at(make(world, type=kind))
    before = world.get(path).json()
    told = world.put(path, {**before, "name": "renamed", "capacity": 5}).json()
    assert told == {**before, "name": "renamed", "capacity": 5}
    for sent in ({"attributes": {"key": "k"}}, {"addresses": [ADDRESS]}):
        assert world.patch(path, sent).status_code == 422
    assert world.get(path).json() == told


def test_the_properties_of_a_conference_stay(world):
    path = at(make(world, type="conference"))
    before = world.get(path).json()
    assert world.patch(path, {"properties": {"container_sid": "other"}}).status_code == 422
    assert world.patch(path, {"properties": {"password": "mine"}}).json() == before


def test_every_partner_has_one_system_gateway(world):
    listed = world.get(ALL, filter="type eq system_gateway", limit=1000).json()["items"]
    partners = world.get("/partners", limit=1000).json()["items"]
    assert sorted(each["partner_sid"] for each in listed) == sorted(each["partner_sid"] for each in partners)
    assert all(each["addresses"][0]["ip"] for each in listed)


def test_gateways_are_made_once_however_many_ask(either_sandbox):
    world = either_sandbox.world()
    together(12, lambda _: call(world, "GET", ALL))
    listed = world.get(ALL, filter="type eq system_gateway").json()["items"]
    assert len({each["partner_sid"] for each in listed}) == len(listed) > 1


def test_the_system_gateway_is_neither_changed_nor_deleted(world, gateway):
    for answer in (
        world.patch(at(gateway), {"name": "mine"}),
        world.put(at(gateway), gateway),
        world.delete(at(gateway)),
    ):
        assert (answer.status_code, answer.json()["message"]) == (403, "permission denied")
    assert world.get(at(gateway)).json() == gateway


def test_a_list_is_long_and_found_by_addresses(world):
    make(world, **THIRD_PARTY)
    told = world.get(ALL, filter='addresses.ip eq "1.1.2.13"').json()
    assert ([each["name"] for each in told["items"]], told["limit"], told["total"]) == (["pbx"], 1000, 1)
    conference = make(world, type="conference")
    login = conference["properties"]["login"]
    assert world.get(ALL, filter=f'properties.login eq "{login}"').json()["items"] == [conference]


def test_an_endpoint_is_deleted_unless_trunks_lead_to_it(world):
    endpoint = make(world, type="conference")
    trunks = f"/trunk_groups/{world.post('/trunk_groups').json()['trunk_group_sid']}/trunks"
    trunk = world.post(trunks, {"endpoint_sid": endpoint["endpoint_sid"]}).json()
    answer = world.delete(at(endpoint))
    assert (answer.status_code, answer.json()["message"]) == (409, "conflict")
    world.delete(f"{trunks}/{trunk['trunk_sid']}")
    assert world.delete(at(endpoint)).status_code == 204
    assert world.delete(at(endpoint)).status_code == 404


def test_an_endpoint_can_be_made_for_a_sub_partner(world):
    sid = below(world)[0]["partner_sid"]
    told = make(world, type="conference", partner_sid=sid)
    assert told["partner_sid"] == sid
    assert world.get(at(told), with_related="true").json()["partner"]["partner_sid"] == sid


def test_a_parents_endpoint_is_out_of_reach(world):
    path = at(make(world, **THIRD_PARTY))
    sub = as_sub_partner(world)
    for answer in (sub.get(path), sub.patch(path, {"name": "x"}), sub.put(path, {}), sub.delete(path)):
        assert answer.status_code == 404
    answer = sub.post(ALL, {"type": "conference", "partner_sid": world.core["partner_sid"]})
    assert answer.status_code == 422


def test_each_verb_needs_its_right(world):
    path = at(make(world, **THIRD_PARTY))
    world.set(scopes=["endpoints.read"])
    assert world.get(path).status_code == 200
    for method, where in (("POST", ALL), ("PATCH", path), ("PUT", path), ("DELETE", path)):
        assert world.request(method, where, json={"type": "conference"}).status_code == 403
    world.set(scopes=["endpoints.delete"])
    assert world.get(path).status_code == 403
    assert world.delete(path).status_code == 204


def test_the_mirror_is_for_administrators(world):
    for method in ("GET", "POST"):
        answer = world.request(method, "/admin/endpoints", json={"type": "conference"})
        assert answer.status_code == 403
    as_administrator(world)
    answer = world.post("/admin/endpoints", {**THIRD_PARTY, "auth_required": True})
    assert answer.status_code == 200
    assert set(answer.json()) == FIELDS | ADMIN_FIELDS
    assert (answer.json()["auth_required"], answer.json()["insecure_address"]) == (True, False)
    path = f"/admin{at(answer.json())}"
    assert world.patch(path, {"insecure_address": True}).json()["insecure_address"] is True
    assert world.get(path).json()["insecure_address"] is True
    assert world.delete(path).status_code == 204


def test_what_administrators_set_others_do_not(world):
    told = make(world, **THIRD_PARTY, auth_required=True)
    world.patch(at(told), {"insecure_address": True})
    as_administrator(world)
    shown = world.get(at(told)).json()
    assert (shown["auth_required"], shown["insecure_address"]) == (False, False)
