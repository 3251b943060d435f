"""What upstream returns becomes a frozen value: tolerant of more and less, strict about something else."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from portal.core_api.shape import Fields, WrongShape
from portal.core_api.types import Country, Coverage, Did, DidGroup, Partner, TrunkGroup
from tests.portal.core_api.samples import NUMBER


def test_a_number_has_an_attribute_for_every_documented_field():
    did = Did.parse(NUMBER)
    for name, value in NUMBER.items():
        if name not in {"price", "transformations"}:
            assert getattr(did, name) == value, name
    assert did.price == Decimal("0.6")
    assert did.transformations == ()


def test_unknown_keys_are_kept_in_the_payload_and_missing_ones_are_none():
    did = Did.parse({"phonenumber": "15162065575", "colour": "blue"})
    assert did.payload == {"phonenumber": "15162065575", "colour": "blue"}
    assert (did.price, did.state, did.capabilities, did.attributes) == (None, None, None, {})
    assert json.loads(json.dumps(did.payload)) == did.payload


def test_a_number_is_a_value_that_cannot_be_changed():
    did = Did.parse(NUMBER)
    assert did == Did.parse(dict(NUMBER))
    assert hash(did) == hash(Did.parse(dict(NUMBER)))
    with pytest.raises(AttributeError):
        did.name = "other"
    with pytest.raises((AttributeError, TypeError)):
        did.colour = "blue"


@pytest.mark.parametrize(
    ("sent", "price"), [("0.6", "0.6"), (0.6, "0.6"), (1, "1"), (None, None), ("", None)]
)
def test_a_price_is_exact_however_it_is_sent(sent, price):
    did = Did.parse({**NUMBER, "price": sent})
    assert did.price == (None if price is None else Decimal(price))


@pytest.mark.parametrize(
    "wrong",
    [
        {"phonenumber": None},
        {"phonenumber": 15162065575},
        {"price": "free"},
        {"price": True},
        {"price": "Infinity"},
        {"capabilities": "all"},
        {"capabilities": 4.5},
        {"capabilities": True},
        {"attributes": "none"},
        {"transformations": {}},
        {"name": ["x"]},
        {"state": {"code": "NY"}},
        {"callback_url": False},
    ],
)
def test_a_value_of_another_type_is_not_guessed_at(wrong):
    with pytest.raises(WrongShape):
        Did.parse({**NUMBER, **wrong})


@pytest.mark.parametrize("payload", [None, [], "x", 3])
@pytest.mark.parametrize("kind", [Did, Coverage, Country, TrunkGroup, DidGroup, Partner])
def test_what_is_no_object_is_nothing(kind, payload):
    with pytest.raises(WrongShape):
        kind.parse(payload)


def test_a_partner_has_its_money_dates_and_scopes():
    partner = Partner.parse(
        {
            "partner_sid": "e00430c3",
            "parent_sid": "",
            "balance": "351.53",
            "daily_spending_limit": None,
            "date_created": "2020-09-11T13:46:42.211Z",
            "available_scopes": ["phonenumber.manage", "partners.read"],
            "zip": 10025,
        }
    )
    assert partner.balance == Decimal("351.53")
    assert partner.parent_sid is None
    assert partner.date_created == datetime(2020, 9, 11, 13, 46, 42, 211000, tzinfo=UTC)
    assert partner.available_scopes == ("phonenumber.manage", "partners.read")
    assert partner.zip == "10025"


@pytest.mark.parametrize("scopes", ["phonenumber.manage", [1], [None]])
def test_scopes_that_are_no_list_of_texts_are_not_guessed_at(scopes):
    with pytest.raises(WrongShape):
        Partner.parse({"partner_sid": "x", "available_scopes": scopes})


@pytest.mark.parametrize(
    ("sent", "moment"),
    [
        ("2026-03-01T10:00:00.000Z", datetime(2026, 3, 1, 10, tzinfo=UTC)),
        ("2026-03-01T10:00:00+02:00", datetime(2026, 3, 1, 8, tzinfo=UTC)),
        ("2026-03-01T10:00:00", datetime(2026, 3, 1, 10, tzinfo=UTC)),
        ("", None),
        (None, None),
    ],
)
def test_an_instant_is_aware_and_in_utc(sent, moment):
    found = Fields({"at": sent}, "thing").moment("at")
    assert found == moment
    assert found is None or found.tzinfo is UTC


@pytest.mark.parametrize("sent", ["yesterday", 1583056800, True, "0001-01-01T00:00:00+23:00", []])
def test_what_is_no_instant_is_not_guessed_at(sent):
    with pytest.raises(WrongShape):
        Fields({"at": sent}, "thing").moment("at")


@pytest.mark.parametrize(("sent", "flag"), [(True, True), ("true", True), ("False", False), (None, None)])
def test_a_flag_may_come_as_text(sent, flag):
    assert Fields({"on": sent}, "thing").flag("on") is flag


def test_a_whole_number_may_come_as_text_or_with_a_zero_fraction():
    assert Fields({"n": "17"}, "thing").whole("n") == 17
    assert Fields({"n": 17.0}, "thing").whole("n") == 17


@pytest.mark.parametrize("sent", ["-1", "1e3", "٣", "9" * 30, "", [], {}, -0.5])
def test_what_is_no_whole_number_is_not_guessed_at(sent):
    with pytest.raises(WrongShape):
        Fields({"n": sent}, "thing").whole("n")


@pytest.mark.parametrize("sent", [None, -1, "many"])
def test_a_coverage_needs_its_count(sent):
    with pytest.raises(WrongShape):
        Coverage.parse({"key": "NY", "count": sent})
