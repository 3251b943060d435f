"""From signing in to a rented and edited number, as a person does it, and what can come between."""

import re

import pytest
from playwright.sync_api import expect

from numbers.models import Number
from portal.models import AuditEntry
from tests.browser.conftest import assert_accessible

NUMBER = "15162065575"


@pytest.fixture
def searching(sign_in, mirror, at):
    """A signed-in person with results for 516, New York in front of them."""
    page = sign_in("staff")
    page.goto(at("/numbers/rent/"))
    page.get_by_label("State", exact=True).select_option("NY")
    expect(page.get_by_label("Area Code", exact=True)).to_contain_text("516")
    page.get_by_label("Area Code", exact=True).select_option("516")
    page.get_by_role("button", name="Search Availability").click()
    expect(page.get_by_role("row").filter(has_text="(516) 206-5575")).to_be_visible()
    return page


def open_dialog(page, shown="(516) 206-5575"):
    page.get_by_role("row").filter(has_text=shown).get_by_role("link", name="Rent Number").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Still available")
    return dialog


def confirm(dialog):
    dialog.get_by_label("Yes, I want to rent this Phone Number").check()
    dialog.get_by_role("button", name="Rent Number").click()


def test_a_number_is_found_rented_seen_and_edited(searching, at):
    page = searching
    assert_accessible(page)
    dialog = open_dialog(page)
    assert_accessible(page)
    expect(dialog.get_by_role("button", name="Rent Number")).to_be_disabled()
    confirm(dialog)
    expect(dialog).to_contain_text("Rented.")
    dialog.get_by_role("link", name="Open (516) 206-5575").click()
    expect(page).to_have_url(at(f"/numbers/{NUMBER}/"))
    expect(page.get_by_role("heading", name="(516) 206-5575")).to_be_visible()
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Name", exact=True).fill("Front desk")
    page.get_by_label("Trunk group").select_option(label="West")
    page.get_by_role("button", name="Save").click()
    expect(page).to_have_url(at(f"/numbers/{NUMBER}/"))
    expect(page.locator("main")).to_contain_text("Front desk")
    expect(page.locator("main")).to_contain_text("West")
    assert_accessible(page)


def test_a_rented_number_leaves_the_results_behind_the_dialog(searching):
    dialog = open_dialog(searching)
    confirm(dialog)
    expect(dialog).to_contain_text("Rented.")
    dialog.get_by_text("Close", exact=True).click()
    expect(searching.get_by_role("dialog")).to_have_count(0)
    expect(searching.get_by_role("row").filter(has_text="(516) 206-5575")).to_have_count(0)
    expect(searching.get_by_role("row").filter(has_text="(516) 206-5573")).to_be_visible()


def test_a_double_click_rents_once(searching, mirror):
    dialog = open_dialog(searching)
    dialog.get_by_label("Yes, I want to rent this Phone Number").check()
    dialog.get_by_role("button", name="Rent Number").dblclick()
    expect(dialog).to_contain_text("Rented.")
    assert len(mirror.requests(method="POST", path="phonenumber/dids")) == 1
    assert AuditEntry.objects.count() == 1


def test_going_back_after_renting_does_not_rent_again(searching, mirror):
    dialog = open_dialog(searching)
    confirm(dialog)
    dialog.get_by_role("link", name="Open (516) 206-5575").click()
    expect(searching.get_by_role("heading", name="(516) 206-5575")).to_be_visible()
    searching.go_back()
    expect(searching.get_by_role("heading", name="Rent New Number")).to_be_visible()
    assert len(mirror.requests(method="POST", path="phonenumber/dids")) == 1


def test_a_number_taken_meanwhile_offers_three_others_and_one_of_them_can_be_rented(searching, mirror):
    dialog = open_dialog(searching)
    mirror.add_numbers({"phonenumber": NUMBER, "status": "aging"})
    confirm(dialog)
    expect(dialog).to_contain_text("Taken by someone else")
    others = dialog.get_by_role("link", name=re.compile(r"^\(516\)"))
    expect(others).to_have_count(3)
    assert_accessible(searching)
    others.first.click()
    expect(dialog).to_contain_text("Still available")


def test_a_rent_without_an_answer_is_checked_until_the_truth_is_known(searching, mirror):
    dialog = open_dialog(searching)
    mirror.fault("POST", "phonenumber/dids", "reset", when="after")
    confirm(dialog)
    expect(dialog).to_contain_text("We are checking")
    expect(dialog).to_contain_text("Rented.")
    assert Number.objects.get(phonenumber=NUMBER)
    assert AuditEntry.objects.get().outcome == "done"


def test_when_the_carrier_is_down_the_search_says_so(searching, mirror, expected_statuses):
    expected_statuses.add(502)
    mirror.fault("GET", "available_dids", "status", status=503, times=20)
    searching.get_by_label("Area Code", exact=True).select_option("212")
    searching.get_by_role("button", name="Search Availability").click()
    expect(searching.locator("#results")).to_contain_text("could not be done")
    assert_accessible(searching)


def test_a_wrong_entry_is_said_on_the_page_without_losing_what_was_typed(searching, expected_statuses):
    expected_statuses.add(422)
    searching.get_by_label("Digits it contains").fill("55o5")
    searching.get_by_role("button", name="Search Availability").click()
    field = searching.get_by_label("Digits it contains")
    expect(searching.locator("#search")).to_contain_text("Only digits")
    expect(field).to_have_value("55o5")
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")
    assert_accessible(searching)
    field.fill("5575")
    searching.get_by_role("button", name="Search Availability").click()
    expect(searching.get_by_role("row").filter(has_text="(516) 206-5575")).to_be_visible()
    expect(searching.locator("#search")).not_to_contain_text("Only digits")
    expect(searching).not_to_have_url(re.compile("mend"))


def test_renting_keeps_the_results_that_were_loaded_further(searching):
    rows = searching.locator("#results tbody tr[id^=n]")
    searching.get_by_role("link", name="Load more").click()
    expect(rows).not_to_have_count(25)
    shown = rows.count()
    dialog = open_dialog(searching)
    confirm(dialog)
    expect(dialog).to_contain_text("Rented.")
    expect(rows).to_have_count(shown - 1)


@pytest.mark.parametrize("width", [390, 1440])
def test_search_and_rent_are_in_reach(searching, width):
    searching.set_viewport_size({"width": width, "height": 900})
    searching.evaluate("scrollTo(0, 0)")
    if width == 1440:
        expect(searching.get_by_role("button", name="Search Availability")).to_be_in_viewport(ratio=1)
    row = searching.get_by_role("row").filter(has_text="(516) 206-5575")
    row.scroll_into_view_if_needed()
    expect(row.get_by_role("link", name="Rent Number")).to_be_in_viewport(ratio=1)


def test_two_tabs_editing_the_same_number_do_not_undo_each_other(
    sign_in, mirror, at, context, expected_statuses
):
    expected_statuses.add(422)
    page = sign_in("staff")
    page.goto(at("/numbers/12125550148/edit/"))
    other = context.new_page()
    other.goto(at("/numbers/12125550148/edit/"))
    page.get_by_label("Name", exact=True).fill("First")
    page.get_by_role("button", name="Save").click()
    expect(page).to_have_url(at("/numbers/12125550148/"))
    other.get_by_label("Name", exact=True).fill("Second")
    other.get_by_role("button", name="Save").click()
    expect(other.get_by_role("alert")).to_contain_text("Somebody changed this number")
    expect(other.get_by_role("alert")).to_be_focused()
    other.get_by_role("button", name="Save mine").click()
    expect(other).to_have_url(at("/numbers/12125550148/"))
    expect(other.locator("main")).to_contain_text("Second")


def test_the_flow_works_without_javascript(browser, live_server, mirror, at):
    from tests.people import make_user

    make_user("staff")
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(live_server.url)
    page.get_by_label("Username").fill("staff")
    page.get_by_label("Password", exact=True).fill("staff-pass-123")
    page.get_by_role("button", name="Sign in").click()
    page.goto(at("/numbers/rent/?state=NY"))
    page.get_by_label("Area Code", exact=True).select_option("516")
    page.get_by_role("button", name="Search Availability").click()
    page.get_by_role("row").filter(has_text="(516) 206-5575").get_by_role("link", name="Rent Number").click()
    page.get_by_label("Yes, I want to rent this Phone Number").check()
    page.get_by_role("button", name="Rent Number").click()
    expect(page.locator("main")).to_contain_text("Rented.")
