"""Giving a number back: typed, locked, with a day to think better of it, and what refuses it."""

import pytest
from django.conf import settings
from playwright.sync_api import expect

from numbers.models import Number
from numbers.services.sync import sync_numbers
from portal.models import AuditEntry
from tests.browser.conftest import assert_accessible, fill_in_login
from tests.browser.elsewhere import NUMBER as HELD
from tests.people import make_user

NUMBER = "12125550148"  # "Support", with a trunk group


@pytest.fixture
def number_page(sign_in, mirror, at):
    """An account manager before a number of the parent pool."""
    page = sign_in("manager")
    page.goto(at(f"/numbers/{NUMBER}/"))
    page.wait_for_load_state("networkidle")
    return page


def opened(page):
    page.get_by_role("link", name="Release…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("What will break")
    return dialog


def release(dialog, typed="(212) 555-0148") -> None:
    dialog.get_by_label("Type the number").fill(typed)
    dialog.get_by_role("button", name="Release", exact=True).click()


def test_a_number_is_locked_unlocked_released_and_kept_after_all(sign_in, mirror, at, expected_statuses):
    expected_statuses.add(422)
    page = sign_in("manager")
    page.goto(at(f"/numbers/{NUMBER}/"))
    page.wait_for_load_state("networkidle")
    page.get_by_role("link", name="Release…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("What will break")
    assert_accessible(page)
    dialog.get_by_role("link", name="Lock it instead…").click()
    dialog.get_by_label("Reason").fill("Kept for the court until March")
    dialog.get_by_role("button", name="Lock", exact=True).click()
    expect(page.locator("#number .head")).to_contain_text("locked against release")
    page.wait_for_load_state("networkidle")
    page.get_by_role("link", name="Release…").click()
    expect(dialog).to_contain_text("Kept for the court until March")
    dialog.get_by_role("link", name="Lift the lock…").click()
    dialog.get_by_role("button", name="Lift the lock").click()
    expect(page.locator("#number .head")).not_to_contain_text("locked against release")
    page.wait_for_load_state("networkidle")
    page.get_by_role("link", name="Release…").click()
    dialog.get_by_label("Type the number").fill("12125550149")
    dialog.get_by_role("button", name="Release", exact=True).click()
    expect(dialog).to_contain_text("another number")
    assert_accessible(page)
    dialog.get_by_label("Type the number").fill("(212) 555-0148")
    dialog.get_by_role("button", name="Release", exact=True).click()
    expect(dialog).to_contain_text("It is being released.")
    assert_accessible(page)
    dialog.get_by_role("link", name="Back to the number").click()
    page.wait_for_load_state("networkidle")
    expect(page.locator("#number")).to_contain_text("Cancel release…")
    assert_accessible(page)
    page.get_by_role("link", name="Cancel release…").click()
    dialog.get_by_role("button", name="Keep this number").click()
    expect(dialog).to_contain_text("The number stays yours.")
    sync_numbers()
    assert Number.objects.get(phonenumber=NUMBER).status == "assigned"
    assert set(AuditEntry.objects.values_list("outcome", flat=True)) == {"done"}


def test_at_once_it_is_gone_with_the_click(number_page, at):
    dialog = opened(number_page)
    expect(dialog).to_contain_text("Rings at")
    expect(dialog).to_contain_text("It then ages at the carrier: for a while nobody can rent it")
    dialog.get_by_label("At once").check()
    release(dialog)
    expect(dialog).to_contain_text("Released.")
    assert_accessible(number_page)
    dialog.get_by_role("link", name="Back to your numbers").click()
    expect(number_page).to_have_url(at("/numbers/"))
    expect(number_page.locator("main")).not_to_contain_text("(212) 555-0148")
    assert AuditEntry.objects.get().outcome == "done"


def test_a_lock_wants_a_reason(number_page, expected_statuses):
    expected_statuses.add(422)
    dialog = opened(number_page)
    dialog.get_by_role("link", name="Lock it instead…").click()
    dialog.get_by_label("Reason").fill("     ")
    assert_accessible(number_page)
    dialog.get_by_role("button", name="Lock", exact=True).click()
    expect(dialog).to_contain_text("Say why")


def test_a_lock_set_while_the_dialog_is_open_is_heeded(number_page, beside, at, expected_statuses):
    expected_statuses.add(422)
    dialog = opened(number_page)
    other = beside("admin")
    other.goto(at(f"/numbers/{NUMBER}/release/lock/"))
    other.get_by_label("Reason").fill("Kept for the court until March")
    other.get_by_role("button", name="Lock", exact=True).click()
    expect(other.locator("main")).to_contain_text("locked against release")
    release(dialog)
    expect(dialog).to_contain_text("locked")
    assert_accessible(number_page)
    assert Number.objects.get(phonenumber=NUMBER).status == "assigned"


def test_without_an_answer_it_is_checked_until_the_truth_is_known(number_page, mirror):
    dialog = opened(number_page)
    mirror.fault("DELETE", "Account/.*/numbers", "reset", when="after")
    release(dialog)
    expect(dialog).to_contain_text("We are checking")
    expect(dialog).to_contain_text("It is being released.")
    assert AuditEntry.objects.get().outcome == "done"


def test_when_its_day_is_over_it_cannot_be_cancelled_any_more(number_page, mirror):
    dialog = opened(number_page)
    release(dialog)
    expect(dialog).to_contain_text("It is being released.")
    dialog.get_by_role("link", name="Back to the number").click()
    number_page.get_by_role("link", name="Cancel release…").click()
    expect(dialog).to_contain_text("Its routing does not come back.")
    assert_accessible(number_page)
    mirror.advance(25 * 3600)
    dialog.get_by_role("button", name="Keep this number").click()
    expect(dialog).to_contain_text("Refused.")
    assert_accessible(number_page)


def test_what_a_sub_account_holds_is_not_offered_for_release(sign_in, held, at, expected_statuses):
    expected_statuses.add(422)
    page = sign_in("manager")
    page.goto(at(f"/numbers/{HELD}/"))
    expect(page.get_by_role("link", name="Unassign…")).to_be_visible()
    expect(page.get_by_role("link", name="Release…")).to_have_count(0)
    page.goto(at(f"/numbers/{HELD}/release/"))
    expect(page.locator("main")).to_contain_text("Not done.")
    expect(page.get_by_role("button", name="Release", exact=True)).to_have_count(0)
    assert_accessible(page)


def test_without_the_phone_number_api_there_is_only_at_once_and_it_is_said_why(number_page, monkeypatch):
    monkeypatch.setattr(settings, "NUMBER_API_URL", "")
    dialog = opened(number_page)
    expect(dialog).to_contain_text("needs the Phone Number API, which is not configured")
    expect(dialog.get_by_role("radio")).to_have_count(0)
    assert_accessible(number_page)
    release(dialog)
    expect(dialog).to_contain_text("Released.")


def test_without_javascript_a_number_is_released(browser, live_server, mirror, at):
    make_user("manager")
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(live_server.url)
    fill_in_login(page, "manager")
    page.goto(at(f"/numbers/{NUMBER}/"))
    page.get_by_role("link", name="Release…").click()
    page.get_by_label("At once").check()
    page.get_by_label("Type the number").fill(NUMBER)
    page.get_by_role("button", name="Release", exact=True).click()
    expect(page.locator("main")).to_contain_text("Released.")
