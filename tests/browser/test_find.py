"""Finding from anywhere, with the keys alone, with the pointer, and without a script."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import assert_accessible


@pytest.fixture
def desk(sign_in, mirror, at):
    page = sign_in("manager")
    page.goto(at("/audit/"))
    return page


def offered(page):
    """What the field offers just now; the page behind it may have fields with options, too."""
    return page.get_by_role("listbox", name="Found").get_by_role("option")


@pytest.mark.parametrize("keys", ["/", "Control+k"])
def test_the_keys_lead_to_a_number_from_anywhere(desk, at, keys):
    desk.keyboard.press(keys)
    desk.keyboard.type("0148")
    expect(offered(desk)).to_have_count(1)
    desk.keyboard.press("ArrowDown")
    expect(offered(desk)).to_contain_text("(212) 555-0148")
    expect(offered(desk)).to_have_attribute("aria-selected", "true")
    desk.keyboard.press("Enter")
    expect(desk).to_have_url(at("/numbers/12125550148/"))


def test_a_partner_is_found_by_a_part_of_its_name(desk):
    desk.get_by_role("combobox", name="Search everything").fill("harbor")
    desk.get_by_role("option", name="Harbor Dental").first.click()
    expect(desk.locator("h1")).to_contain_text("Harbor Dental")


def test_the_arrows_go_round_and_escape_takes_what_was_found_away(desk):
    box = desk.get_by_role("combobox", name="Search everything")
    box.focus()
    pages = offered(desk)
    expect(pages.first).to_be_visible()
    assert_accessible(desk)
    box.press("ArrowUp")
    expect(pages.last).to_have_attribute("aria-selected", "true")
    box.press("ArrowDown")
    expect(pages.first).to_have_attribute("aria-selected", "true")
    box.press("Escape")
    expect(pages).to_have_count(0)
    expect(box).to_have_attribute("aria-expanded", "false")


def test_enter_without_a_choice_leads_to_all_that_was_found(desk):
    box = desk.get_by_role("combobox", name="Search everything")
    box.fill("har")
    box.press("Enter")
    expect(desk.get_by_role("heading", name="Found for “har”")).to_be_visible()
    expect(desk.get_by_role("heading", name="Partners")).to_be_visible()
    assert_accessible(desk)


def test_on_a_phone_it_fits_the_screen(desk):
    desk.set_viewport_size({"width": 360, "height": 740})
    desk.get_by_role("combobox", name="Search everything").fill("1")
    expect(offered(desk).first).to_be_in_viewport(ratio=1)
    assert_accessible(desk)


def _pages_only(route) -> None:
    if "hx-request" not in route.request.headers:
        route.continue_()


def test_what_was_found_for_another_text_is_not_gone_to(desk, at, expected_statuses):
    expected_statuses.add(0)
    box = desk.get_by_role("combobox", name="Search everything")
    box.focus()
    expect(offered(desk).first).to_be_visible()
    # Whatever is typed from now on is not answered; the page that Enter leads to is.
    desk.route("**/find/**", _pages_only)
    box.press_sequentially("harbor")
    box.press("ArrowDown")
    box.press("Enter")
    expect(desk).to_have_url(at("/find/?q=harbor"))


def test_escape_leaves_step_by_step(desk):
    box = desk.get_by_role("combobox", name="Search everything")
    box.fill("har")
    expect(offered(desk).first).to_be_visible()
    box.press("Escape")
    expect(box).to_have_value("har")
    box.press("ArrowDown")
    expect(offered(desk).first).to_be_visible()
    box.press("Escape")
    box.press("Escape")
    expect(box).to_have_value("")
    expect(box).not_to_be_focused()


def test_without_an_answer_one_quiet_line_says_so(desk, expected_statuses):
    expected_statuses.add(0)
    desk.route("**/find/**", lambda route: route.abort())
    box = desk.get_by_role("combobox", name="Search everything")
    with desk.expect_event("requestfailed"):
        box.fill("har")
    expect(desk.get_by_role("listbox", name="Found")).to_contain_text("did not answer")
    expect(desk.locator("[data-toast]")).to_have_count(0)
