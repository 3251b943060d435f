"""How partners pay: what each type needs, and what is never told again."""

import pytest

from tests.sandbox.accounts import bearer, call, make_partner, token_for

CARD = {
    "type": "visa", "cc_number": "4012888818888", "cc_expiration": "022019", "cc_cid": "318",
    "first_name": "John", "last_name": "Smith", "address1": "4300 E Pacific Coast Hwy", "address2": "Suite 1",
    "city": "Los Angeles", "state": "CA", "zip": "90804", "country_code": "USA", "phone": "15162065574",
}  # fmt: skip
CHECK = {name: value for name, value in CARD.items() if not name.startswith("cc_")} | {"type": "check"}


@pytest.fixture
def path(world):
    return f"/partners/{make_partner(world)['partner_sid']}/billing_method"


def test_a_card_is_told_without_its_secret_and_by_its_last_digits(world, path):
    expected = {name: value for name, value in CARD.items() if name != "cc_cid"} | {"cc_number": "8888"}
    answer = world.post(path, CARD)
    assert (answer.status_code, answer.json()) == (200, expected)
    assert world.get(path).json() == expected
    assert world.get(f"{path}?include_fields=type,cc_number").json() == {"type": "visa", "cc_number": "8888"}


def test_an_electronic_check_shows_the_ends_of_its_numbers(world, path):
    sent = {
        **CHECK,
        "type": "electronic_check",
        "ec_account_number": "123456789",
        "ec_routing_number": "021000021",
    }
    shown = world.post(path, sent).json()
    assert (shown["ec_account_number"], shown["ec_routing_number"]) == ("6789", "0021")
    assert shown["cc_number"] is None


def test_registering_again_replaces_all_of_it(world, path):
    world.post(path, CARD)
    assert world.post(path, {**CHECK, "address2": None}).json()["cc_number"] is None
    assert world.get(path).json()["address2"] is None


def test_deleting_leaves_none(world, path):
    assert world.get(path).status_code == world.delete(path).status_code == 404
    world.post(path, CARD)
    answer = world.delete(path)
    assert (answer.status_code, answer.content) == (204, b"")
    assert world.get(path).status_code == 404


@pytest.mark.parametrize("name", ["country_code", "first_name", "last_name", "phone", "type", "zip"])
def test_what_every_type_needs_is_400_when_missing(world, path, name):
    answer = world.post(path, {key: value for key, value in CARD.items() if key != name})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, name)


@pytest.mark.parametrize(
    ("whole", "name"),
    [
        (CARD, "cc_number"),
        (CARD, "cc_expiration"),
        (CARD, "cc_cid"),
        (CHECK, "address1"),
        (CHECK, "city"),
        ({**CHECK, "type": "wire"}, "city"),
        ({**CHECK, "type": "electronic_check"}, "address1"),
    ],
)
def test_what_this_type_needs_is_422_when_missing(world, path, whole, name):
    answer = world.post(path, {key: value for key, value in whole.items() if key != name})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, name)
    assert world.get(path).status_code == 404


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"type": "gold"}, 400),
        ({"cc_number": "4012-8888-1888"}, 400),
        ({"cc_number": 4012888818888}, 400),
        ({"cc_expiration": "132019"}, 400),
        ({"cc_cid": "12"}, 400),
        ({"colour": "red"}, 400),
        ({"country_code": "QQQ"}, 422),
    ],
)
def test_what_makes_no_sense_is_refused(world, path, change, status):
    answer = world.post(path, {**CARD, **change})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (status, next(iter(change)))
    assert "4012" not in answer.text


def test_it_cannot_be_changed_in_place(world, path):
    assert world.patch(path, CARD).status_code == world.put(path, CARD).status_code == 405


def test_each_right_is_enough_for_its_own_request(world, path):
    area = "partners.billing_method"
    for scope, allowed in (
        (f"{area}.create", 0),
        (f"{area}.read", 1),
        (f"{area}.delete", 2),
        ("partners.manage", 3),
    ):
        world.set(scopes=[scope])
        answers = [world.post(path, CARD), world.get(path), world.delete(path)]
        assert [answer.status_code == 403 for answer in answers] == [n != allowed for n in range(3)]


def test_a_stranger_sees_none(sandbox, world, path):
    world.post(path, CARD)
    assert sandbox.world().get(path).status_code == 404
    other = make_partner(world, scopes=["partners.billing_method.manage"])
    headers = bearer(token_for(world, other["partner_sid"]))
    assert call(world, headers, "GET", path).status_code == 404
    own = f"/partners/{other['partner_sid']}/billing_method"
    assert call(world, headers, "POST", own, json=CARD).status_code == 200
