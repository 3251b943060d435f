"""A filter means what its builder says, whatever text a person typed."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given, reject, strategies as st

from portal.core_api.filters import F, Filter, nearby
from tests.portal.core_api.filter_parser import parse


@pytest.mark.parametrize(
    ("built", "text"),
    [
        (F("state") == "NY", 'state eq "NY"'),
        (F("state") != "NY", 'state ne "NY"'),
        (F("price") < Decimal("0.60"), "price lt 0.60"),
        (F("price") <= Decimal("1E+2"), "price le 100"),
        (F("phonenumber") > "15162065575", 'phonenumber gt "15162065575"'),
        (F("capabilities") >= 4, "capabilities ge 4"),
        (F("phonenumber").like("%516%"), 'phonenumber like "%516%"'),
        (F("name").ilike("main%"), 'name ilike "main%"'),
        (F("phonenumber").contains("516"), 'phonenumber like "%516%"'),
        (F("locality").contains("New York"), 'locality ilike "%New York%"'),
        (F("locality").startswith("New"), 'locality ilike "New%"'),
        (F("phonenumber").startswith("1516"), 'phonenumber like "1516%"'),
        (F("status").isin(["active", "suspended"]), 'status in ("active", "suspended")'),
        (F("capabilities").notin([1, 2]), "capabilities notin (1, 2)"),
        (F("capabilities").bit(4), "capabilities bit 4"),
        (F("trunks.allow_transfer") == False, "trunks.allow_transfer eq false"),  # noqa: E712  builds
        (F("name") == 'the "big" one', "name eq 'the \"big\" one'"),
        (F("name") == "O'Hare", 'name eq "O\'Hare"'),
        (F("date_stop") >= datetime(2026, 3, 1, tzinfo=UTC), 'date_stop ge "2026-03-01T00:00:00.000Z"'),
        (
            F("date_stop") < datetime(2026, 3, 1, 2, tzinfo=timezone(timedelta(hours=2))),
            'date_stop lt "2026-03-01T00:00:00.000Z"',
        ),
        (nearby(npa="516"), "phonenumber nearby npa:516"),
        (nearby(zip="10025"), "phonenumber nearby zip:10025"),
        (nearby(latlng=(40.801912, -73.9681657)), "phonenumber nearby latlng:40.801912,-73.9681657"),
        (nearby(latlng=(0.00001, 10)), "phonenumber nearby latlng:0.00001,10"),
    ],
)
def test_each_condition_has_the_documented_text(built, text):
    assert str(built) == text


def test_conditions_are_joined_by_and():
    built = (F("state") == "NY") & F("capabilities").bit(4) & nearby(npa="516")
    assert str(built) == 'state eq "NY" and capabilities bit 4 and phonenumber nearby npa:516'


def test_the_empty_filter_adds_nothing():
    assert str(Filter()) == ""
    assert Filter() & (F("state") == "NY") == (F("state") == "NY")


def test_a_filter_is_a_value():
    one, other = F("state") == "NY", F("state") == "NY"
    assert one == other
    assert {one: 1}[other] == 1
    assert one != (F("state") == "NJ")
    with pytest.raises(AttributeError):
        one.conditions = ()


def test_joining_two_filters_with_the_word_and_is_refused():
    with pytest.raises(TypeError, match="joined with &"):
        (F("state") == "NY") and (F("npa") == "516")


@pytest.mark.parametrize(
    "text", ["both \" and '", "back\\slash", "end\\", "line\nbreak", "nul\0", "half \ud800"]
)
def test_text_that_no_filter_can_carry_is_refused(text):
    for build in (F("name").__eq__, F("name").like, F("name").contains, lambda t: F("name").isin(["a", t])):
        with pytest.raises(ValueError, match="cannot be searched for"):
            build(text)


@pytest.mark.parametrize("text", ["100%", "%", "a%b"])
def test_a_typed_percent_sign_is_refused_where_it_would_be_a_wildcard(text):
    with pytest.raises(ValueError, match="percent"):
        F("name").contains(text)
    with pytest.raises(ValueError, match="percent"):
        F("name").startswith(text)
    assert parse(str(F("name") == text)) == [("name", "eq", [text])]


def test_a_search_for_nothing_is_refused():
    with pytest.raises(ValueError, match="nothing to search for"):
        F("name").contains("")
    with pytest.raises(ValueError, match="at least one"):
        F("name").isin([])


@pytest.mark.parametrize("value", [None, 1.5, b"NY", ["NY"], date(2026, 3, 1), F("x")])
def test_a_value_of_another_kind_is_refused(value):
    with pytest.raises(TypeError, match="cannot compare"):
        F("state") == value  # noqa: B015  it must raise


def test_a_text_in_place_of_a_list_is_refused():
    with pytest.raises(TypeError, match="list of values"):
        F("state").isin("NY")


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity")])
def test_what_is_no_amount_is_refused(value):
    with pytest.raises(ValueError, match="amount"):
        F("price") == value  # noqa: B015  it must raise


def test_a_date_without_a_time_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        F("date_stop") > datetime(2026, 3, 1)  # noqa: B015, DTZ001  it must raise


@pytest.mark.parametrize(
    "name", ["", "a b", "a.", ".a", "1a", 'a" or "b', "a eq 1 and b", "é", "a..b", "a\n"]
)
def test_what_is_no_attribute_is_refused(name):
    with pytest.raises(ValueError, match="not the name of an attribute"):
        F(name)


@pytest.mark.parametrize("number", [0, -1, True, "4", 1.0])
def test_what_is_no_bit_is_refused(number):
    with pytest.raises(ValueError, match="bit"):
        F("capabilities").bit(number)


@pytest.mark.parametrize(
    "place",
    [
        {},
        {"npa": "516", "zip": "10025"},
        {"npa": "116"},
        {"npa": "5166"},
        {"npa": "51x"},
        {"npa": "٥١٦"},
        {"npa": "516\n"},
        {"zip": "1002"},
        {"zip": "10025 or"},
        {"latlng": (91, 0)},
        {"latlng": (0, 181)},
        {"latlng": (float("nan"), 0)},
        {"latlng": (0, float("inf"))},
    ],
)
def test_what_is_no_place_is_refused(place):
    with pytest.raises(ValueError, match=r"place|area code|ZIP|latitude"):
        nearby(**place)


NAMES = st.sampled_from(["state", "name", "partner.login", "string_key_1"])
TYPED = st.text(st.characters(codec="utf-8") | st.sampled_from("\"'%\\ ,()=and"), max_size=40)
VALUES = TYPED | st.integers() | st.decimals(allow_nan=False, allow_infinity=False) | st.booleans()
OPERATORS = {
    "eq": F.__eq__,
    "ne": F.__ne__,
    "lt": F.__lt__,
    "le": F.__le__,
    "gt": F.__gt__,
    "ge": F.__ge__,
}


def built_or_refused(build):
    try:
        return build()
    except ValueError:
        reject()


def wire(value):
    """What a value looks like once its quotes are off."""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


@pytest.mark.parametrize("escapes", [False, True], ids=["quotes only", "with escapes"])
@given(st.lists(st.tuples(NAMES, st.sampled_from(sorted(OPERATORS)), VALUES), max_size=4))
def test_whatever_was_typed_comes_back_as_the_same_conditions(escapes, conditions):
    def build():
        whole = Filter()
        for name, operator, value in conditions:
            whole = whole & OPERATORS[operator](F(name), value)
        return whole

    wanted = [(name, operator, [wire(value)]) for name, operator, value in conditions]
    assert parse(str(built_or_refused(build)), escapes=escapes) == wanted


@given(NAMES, st.lists(VALUES, min_size=1, max_size=5))
def test_whatever_is_listed_comes_back_as_the_same_list(name, values):
    text = str(built_or_refused(lambda: F(name).isin(values)))
    assert parse(text) == [(name, "in", [wire(value) for value in values])]


@given(NAMES, TYPED)
def test_a_typed_search_has_exactly_the_wildcards_we_gave_it(name, text):
    ((found, operator, (pattern,)),) = parse(str(built_or_refused(lambda: F(name).contains(text))))
    assert (found, operator in {"like", "ilike"}, pattern) == (name, True, f"%{text}%")
    assert pattern.count("%") == 2


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_any_place_on_earth_is_written_plainly(latitude, longitude):
    ((_, _, (place,)),) = parse(str(nearby(latlng=(latitude, longitude))))
    first, second = place.removeprefix("latlng:").split(",")
    assert abs(float(first) - latitude) < 1e-6
    assert abs(float(second) - longitude) < 1e-6
    assert "e" not in first + second
