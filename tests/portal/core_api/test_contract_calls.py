"""What the Core API promises about calls, rates, lookups, countries and invoices."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from portal.core_api.errors import NotFound, Rejected
from portal.core_api.filters import F
from portal.core_api.rates import SUB_TYPES

OURS = "12125550148"
NOWHERE = "00000000-0000-4000-8000-000000000000"


def ended(world, days_ago):
    now = datetime.fromisoformat(world.steer("GET")["now"])
    return (now - timedelta(days=days_ago)).isoformat()


@pytest.fixture
def called(world):
    """A number that had calls 40, 20 and 3 days ago, in and out; their sids, the newest first."""
    (did,) = world.add_numbers({"phonenumber": "15165550177", "status": "assigned"})
    sids = world.add_calls(
        {"phonenumber": did["phonenumber"], "date_start": ended(world, 40), "direction": "inbound"},
        {"phonenumber": did["phonenumber"], "date_start": ended(world, 20), "direction": "outbound"},
        {"phonenumber": did["phonenumber"], "date_start": ended(world, 3), "direction": "inbound"},
    )
    return did["phonenumber"], list(reversed(sids))


class TestCalls:
    def test_of_a_number_come_newest_first_from_both_sides(self, core, called):
        number, sids = called
        listing = core.calls.of_number(number, page_size=1)
        records = list(listing)
        assert [record.dr_sid for record in records] == sids
        assert listing.complete
        assert [record.direction for record in records] == ["inbound", "outbound", "inbound"]
        assert all(record.duration >= 0 for record in records)

    def test_of_a_number_can_begin_at_a_date(self, core, called, world):
        number, sids = called
        since = datetime.fromisoformat(ended(world, 30))
        assert [record.dr_sid for record in core.calls.of_number(number, since)] == sids[:2]

    def test_of_a_number_have_a_last_one(self, core, called):
        number, sids = called
        assert core.calls.last(number).dr_sid == sids[0]

    def test_of_a_number_without_any_have_none(self, core):
        assert core.calls.last("15162065575") is None
        assert list(core.calls.of_number("15162065575")) == []

    def test_are_got_by_their_sid(self, core, called):
        record = core.calls.get(called[1][0])
        assert record.ended <= datetime.now(UTC) + timedelta(days=1)
        with pytest.raises(NotFound):
            core.calls.get(NOWHERE)

    def test_follow_and_precede_each_other(self, core, called):
        number, sids = called
        both = F("number_billing") == number
        whole = core.calls.list(both)
        assert [record.dr_sid for record in whole] == sids
        after = core.calls.list(both, after=sids[1], limit=10)
        before = core.calls.list(both, before=sids[1], limit=10)
        assert {record.dr_sid for record in after} | {record.dr_sid for record in before} == {
            sids[0],
            sids[2],
        }
        assert len(after) == len(before) == 1

    def test_are_a_whole_list(self, core, called):
        listing = core.calls.iterate(page_size=2)
        sids = [record.dr_sid for record in listing]
        assert len(sids) == len(set(sids))
        assert set(called[1]) <= set(sids)
        assert listing.complete


@pytest.fixture
def readable(core_anywhere):
    return core_anywhere


class TestRates:
    @pytest.mark.parametrize("direction", ["inbound", "outbound"])
    def test_belong_to_a_plan_and_have_prices(self, readable, direction):
        found = readable.rates.list(direction, limit=5)
        assert found.active
        assert found.plan_name
        assert found.effective_date.tzinfo is UTC
        assert found.page.items
        assert all(rate.price >= Decimal(0) for rate in found.page)

    def test_are_a_whole_list(self, readable):
        listing = readable.rates.iterate("outbound")
        rates = list(listing)
        assert len(rates) == readable.rates.list("outbound", limit=1).page.total
        assert listing.complete

    @pytest.mark.parametrize("sub_type", sorted(SUB_TYPES))
    def test_of_calls_over_ip_exist_for_every_kind(self, readable, sub_type):
        assert readable.rates.list("inbound", sub_type).page.items

    def test_can_be_downloaded(self, readable):
        lines = readable.rates.csv("outbound").splitlines()
        assert "price" in lines[0]
        assert len(lines) > 1

    def test_of_no_direction_or_kind_are_not_asked_for(self, readable):
        with pytest.raises(ValueError, match="inbound or outbound"):
            readable.rates.list("sideways")
        with pytest.raises(ValueError, match="kinds"):
            readable.rates.list("inbound", "../pstn")


class TestLookup:
    def test_of_a_number_tells_formats_and_place(self, readable):
        found = readable.lookup.number("15162065319")
        assert (found.phonenumber, found.country_code, found.state) == ("15162065319", "USA", "NY")
        assert found.in_country_format == "(516) 206-5319"

    def test_of_a_number_tells_more_when_asked(self, core):
        found = core.lookup.number("15162065319", carrier=True, cnam=True, lrn=True)
        assert found.lrn

    def test_of_what_is_no_number_is_refused(self, readable):
        with pytest.raises(Rejected):
            readable.lookup.number("12")

    def test_of_an_address_tells_the_country(self, readable):
        assert readable.lookup.ip("8.8.8.8").iso_3166_alpha_2 == "US"


class TestCountries:
    def test_are_got_by_three_letters(self, readable):
        country = readable.countries.get("SWE")
        assert (country.common_name, country.iso_3166_alpha_2) == ("Sweden", "SE")
        with pytest.raises(NotFound):
            readable.countries.get("QQQ")

    def test_are_found_by_an_address(self, readable):
        assert readable.countries.by_ip("8.8.8.8").iso_3166_alpha_2 == "US"


class TestInvoices:
    def test_are_listed_and_read(self, core):
        listing = core.invoices.iterate()
        invoices = list(listing)
        assert listing.complete
        assert invoices
        invoice = core.invoices.get(invoices[0].invoice_sid)
        assert invoice.amount is not None
        assert invoice.date_billing_period_start < invoice.date_billing_period_end
        assert core.invoices.list(limit=1).items[0].date_created >= invoices[-1].date_created

    def test_are_shown_and_sent(self, core):
        invoice = core.invoices.list(limit=1).items[0]
        assert "<" in core.invoices.html(invoice.invoice_sid)
        assert core.invoices.pdf(invoice.invoice_sid).startswith(b"%PDF-")
        assert core.invoices.email(invoice.invoice_sid, ["a@example.org", "b@example.org"]) is None

    def test_of_others_are_not_found(self, core):
        with pytest.raises(NotFound):
            core.invoices.get(NOWHERE)
        with pytest.raises(NotFound):
            core.invoices.pdf(NOWHERE)
