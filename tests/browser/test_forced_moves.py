"""The report of forced moves: our own record, the carrier's beside it, and a sheet."""

import csv

import pytest
from playwright.sync_api import expect

from numbers.services.assign import assignable_partners
from tests.browser import elsewhere
from tests.browser.conftest import assert_accessible
from tests.browser.elsewhere import NUMBER, SHOWN

PATH = "/numbers/forced/"
REASON = "The court asked for it on Monday"


@pytest.fixture
def forced(sign_in, called, at):
    """An administrator who has forced the number."""
    page = sign_in("admin")
    page.goto(at(f"/numbers/{NUMBER}/unassign/"))  # looks up its last call
    page.goto(at(f"/numbers/{NUMBER}/force/"))
    page.get_by_label("Reason").fill(REASON)
    page.get_by_label("Type the number").fill(SHOWN)
    page.get_by_role("button", name="Force").click()
    expect(page.locator("main")).to_contain_text("Forced.")
    return page


def test_it_tells_who_took_what_from_whom_when_why_and_what_was_overridden(forced, at):
    forced.goto(at(PATH))
    row = forced.get_by_role("region", name="Forced from here").get_by_role("row").nth(1)
    for words in (SHOWN, assignable_partners()[0].name, "Robin Hale", REASON, "11 d 23 h"):
        expect(row).to_contain_text(words)
    carrier = forced.get_by_role("region", name="The carrier's own record")
    expect(carrier).to_contain_text("It says the same as ours.")
    assert_accessible(forced)
    with forced.expect_download() as download:
        forced.get_by_role("link", name="CSV").click()
    with download.value.path().open() as sheet:
        (line,) = csv.DictReader(sheet)
    assert (line["Number"], line["Who"], line["Reason"]) == (NUMBER, "Robin Hale", REASON)


def test_what_did_not_come_from_here_stands_out(sign_in, called, at):
    elsewhere.force(called, NUMBER)
    page = sign_in("admin")
    page.goto(at(PATH))
    expect(page.locator("main")).to_contain_text("Nothing was forced from here")
    carrier = page.get_by_role("region", name="The carrier's own record")
    expect(carrier.get_by_role("alert")).to_contain_text("1 forced move did not come from here.")
    row = carrier.get_by_role("row").filter(has_text=SHOWN)
    expect(row).to_contain_text(assignable_partners()[0].name)
    assert_accessible(page)


def test_what_the_carrier_does_not_know_of_is_named(forced, called, at):
    nothing = {"items": [], "page": 1, "per_page": 100, "total": 0}
    called.fault("GET", "assignment-audit", "status", status=200, body=nothing)
    forced.goto(at(PATH))
    carrier = forced.get_by_role("region", name="The carrier's own record")
    expect(carrier).to_contain_text("The carrier has no record of 1 that was made here.")
    carrier.get_by_role("link", name=SHOWN).click()
    expect(forced.locator("main")).to_contain_text(REASON)


def test_when_the_carrier_is_silent_our_own_record_stays_and_it_can_be_tried_again(forced, called, at):
    called.fault("GET", "assignment-audit", "status", status=503, times=30)
    forced.goto(at(PATH))
    carrier = forced.get_by_role("region", name="The carrier's own record")
    expect(carrier).to_contain_text("It could not be compared.")
    expect(forced.get_by_role("region", name="Forced from here")).to_contain_text(REASON)
    assert_accessible(forced)
    called.clear_faults()
    carrier.get_by_role("link", name="Try again").click()
    expect(carrier).to_contain_text("It says the same as ours.")
