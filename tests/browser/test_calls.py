"""The calls of a number: the tab of its page."""

import pytest
from playwright.sync_api import expect

from tests.browser import elsewhere
from tests.browser.conftest import assert_accessible
from tests.browser.elsewhere import NUMBER

PATH = f"/numbers/{NUMBER}/calls/"


@pytest.fixture
def calls(sign_in, rented, at):
    """`calls()`: the number's calls, as a member of staff comes to them from its page."""

    def go():
        page = sign_in("staff")
        page.goto(at(f"/numbers/{NUMBER}/"))
        page.get_by_role("link", name="Calls", exact=True).click()
        return page.get_by_role("region", name="Calls", exact=True)

    return go


def test_they_are_listed_with_the_cool_off_drawn(calls, rented):
    elsewhere.call(rented, days=5)
    elsewhere.call(rented, days=40)
    card = calls()
    expect(card).to_contain_text("2 calls in 90 days")
    expect(card.locator("svg .win")).to_be_attached()
    expect(card).to_contain_text("Last call")
    expect(card).to_contain_text("cool-off 9 d 23 h")
    expect(card.get_by_role("table", name="Calls by week in the last 90 days")).to_be_attached()
    assert_accessible(card.page)


def test_a_number_never_called_says_so(calls):
    card = calls()
    expect(card).to_contain_text("It was never called, so it can be unassigned at once.")
    expect(card.locator("svg .win")).to_have_count(0)
    assert_accessible(card.page)


def test_many_calls_are_turned_over_without_leaving_the_number(calls, rented, at):
    rented.add_calls(*({"phonenumber": NUMBER, "duration": 1} for _ in range(30)))
    card = calls()
    expect(card).to_contain_text("Page 1 of 2")
    card.get_by_role("link", name="Next").click()
    expect(card).to_contain_text("Page 2 of 2")
    expect(card.get_by_role("region", name="List of calls").get_by_role("row")).to_have_count(6)
    expect(card.page).to_have_url(at(PATH))
    card.get_by_role("link", name="Previous").click()
    expect(card).to_contain_text("Page 1 of 2")


def test_when_the_carrier_is_silent_it_is_said_and_can_be_tried_again(calls, rented, expected_statuses):
    expected_statuses.add(502)
    elsewhere.call(rented, days=5)
    rented.fault("GET", "call_drs", "status", status=503, times=30)
    card = calls()
    expect(card).to_contain_text("The calls could not be read.")
    assert_accessible(card.page)
    rented.clear_faults()
    card.get_by_role("link", name="Try again").click()
    expect(card).to_contain_text("1 call in 90 days")
