"""Call records: the newest first, those of one number, the last of them."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from portal.core_api.errors import BadAnswer
from portal.core_api.filters import F
from tests.portal.core_api.raw_server import reply
from tests.portal.core_api.samples import CALL, call, page

NUMBER = "15162065451"


def stop(hour):
    return f"2026-01-18T{hour:02}:00:00.000Z"


def test_a_record_has_its_times_parties_and_money(server, api):
    server.plays(reply(200, CALL))
    record = api.calls.get(CALL["dr_sid"])
    assert record.date_stop == record.ended == datetime(2026, 1, 18, 15, 32, 19, 839000, tzinfo=UTC)
    assert (record.number_dst, record.number_src) == (NUMBER, "+15012678830")
    assert (record.duration, record.price) == (Decimal("4.25015"), Decimal("0.0025"))
    assert record.payload["user_data"] == {"identity": "eyJ0"}


def test_a_page_is_asked_for_newest_first(server, api):
    server.plays(reply(200, page([CALL], has_more=True)))
    found = api.calls.list(F("direction") == "inbound", limit=1)
    assert found.has_more
    assert found.total is None
    assert server.requests[0].query == {
        "limit": ["1"],
        "offset": ["0"],
        "order": ["date_stop desc"],
        "filter": ['direction eq "inbound"'],
    }


@pytest.mark.parametrize("cursor", ["after", "before"])
def test_a_page_may_begin_at_a_record(server, api, cursor):
    server.plays(reply(200, page([])))
    api.calls.list(limit=5, **{cursor: "dr-1"})
    assert server.requests[0].query == {"limit": ["5"], cursor: ["dr-1"]}


@pytest.mark.parametrize(
    "window", [{"after": "a", "before": "b"}, {"after": "a", "offset": 1}, {"before": "b", "offset": 1}]
)
def test_a_page_begins_at_one_place(server, api, window):
    with pytest.raises(ValueError, match="begins"):
        api.calls.list(**window)
    assert server.requests == []


def test_calls_that_come_meanwhile_neither_repeat_nor_hide_another(server, api):
    server.plays(
        reply(200, page([call("d", stop(4)), call("c", stop(3))], has_more=True)),
        reply(200, page([call("c", stop(3)), call("b", stop(2))], has_more=True)),
        reply(200, page([call("a", stop(1))])),
    )
    listing = api.calls.iterate(page_size=2)
    assert [record.dr_sid for record in listing] == ["d", "c", "b", "a"]
    assert listing.complete
    assert [request.query["offset"] for request in server.requests] == [["0"], ["2"], ["4"]]


def test_records_in_another_order_are_not_trusted(server, api):
    server.plays(reply(200, page([call("a", stop(1)), call("b", stop(2))])))
    listing = api.calls.iterate()
    with pytest.raises(BadAnswer, match="order"):
        list(listing)
    assert not listing.complete


def test_a_list_that_promises_more_and_has_none_is_not_trusted(server, api):
    server.plays(reply(200, page([], has_more=True)))
    with pytest.raises(BadAnswer, match="promises more"):
        list(api.calls.iterate())


def test_the_calls_of_a_number_are_those_to_it_and_from_it(server, api):
    server.plays(
        reply(200, page([call("to", stop(3)), call("self", stop(2))])),
        reply(200, page([call("from", stop(4)), call("self", stop(2))])),
    )
    listing = api.calls.of_number(NUMBER, since=datetime(2026, 1, 1, tzinfo=UTC))
    assert [record.dr_sid for record in listing] == ["from", "to", "self"]
    assert listing.complete
    begun = 'date_stop ge "2026-01-01T00:00:00.000Z"'
    assert [request.query["filter"][0] for request in server.requests] == [
        f'number_dst in ("{NUMBER}", "+{NUMBER}") and {begun}',
        f'number_src in ("{NUMBER}", "+{NUMBER}") and {begun}',
    ]


def test_the_calls_of_a_number_are_not_complete_when_one_side_breaks_off(server, api):
    server.plays(reply(200, page([call("to", stop(3))])), reply(200, b"<html>"))
    listing = api.calls.of_number(NUMBER)
    with pytest.raises(BadAnswer):
        list(listing)
    assert not listing.complete


def test_the_last_call_is_the_later_of_both_sides(server, api):
    server.plays(reply(200, page([call("to", stop(3))])), reply(200, page([call("from", stop(4))])))
    assert api.calls.last(NUMBER).dr_sid == "from"
    assert [request.query["limit"] for request in server.requests] == [["1"], ["1"]]


def test_a_number_without_calls_has_no_last_one(server, api):
    server.plays(reply(200, page([])))
    assert api.calls.last(NUMBER) is None


@pytest.mark.parametrize("phonenumber", ["", "+15162065451", "%", "516 206"])
def test_what_is_no_number_is_not_asked_about(server, api, phonenumber):
    with pytest.raises(ValueError, match="A number is needed"):
        api.calls.last(phonenumber)
    with pytest.raises(ValueError, match="A number is needed"):
        api.calls.of_number(phonenumber)
    assert server.requests == []


def test_an_untimed_record_ended_when_it_began(server, api):
    server.plays(reply(200, {**CALL, "date_stop": None}))
    assert api.calls.get(CALL["dr_sid"]).ended == datetime(2026, 1, 18, 15, 32, 15, 589000, tzinfo=UTC)
