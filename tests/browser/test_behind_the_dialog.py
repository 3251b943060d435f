"""What a dialog changed is true on the page behind it, too, without loading it again."""

import pytest
from playwright.sync_api import expect

from numbers.services.assign import assignable_partners
from numbers.services.sync import sync_numbers

NUMBER = "15162065573"


@pytest.fixture
def rented(mirror):
    mirror.rent(NUMBER)
    sync_numbers()
    return mirror


def released(page, how: str):
    """The dialog in which the number of the page was released."""
    page.get_by_role("link", name="Release…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Type the number").fill(NUMBER)
    dialog.get_by_text(how).click()
    dialog.get_by_role("button", name="Release", exact=True).click()
    return dialog


def test_an_assigned_number_shows_its_new_holder_behind_the_dialog(sign_in, rented, at):
    partner = assignable_partners()[0]
    page = sign_in("manager")
    page.goto(at(f"/numbers/{NUMBER}/"))
    page.get_by_role("link", name="Assign…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("To", exact=True).select_option(partner.pk)
    dialog.get_by_role("button", name="Assign").click()
    expect(dialog).to_contain_text(f"Assigned to {partner.name}")
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Unassign…")).to_be_visible()
    expect(page.locator("#number .head")).to_contain_text(partner.name)


def test_a_released_number_is_shown_to_be_leaving_behind_the_dialog_and_kept_again(sign_in, rented, at):
    page = sign_in("manager")
    page.goto(at(f"/numbers/{NUMBER}/"))
    dialog = released(page, "Cancellable for 24 hours")
    expect(dialog).to_contain_text("It is being released")
    page.keyboard.press("Escape")
    expect(page.locator("#number .head")).to_contain_text("being released")
    page.get_by_role("link", name="Cancel release…").click()
    dialog.get_by_role("button", name="Keep this number").click()
    expect(dialog).to_contain_text("The number stays yours")
    page.keyboard.press("Escape")
    expect(page.locator("#number .head")).to_contain_text("rented")


def test_a_number_that_is_gone_is_said_to_be_gone_behind_the_dialog(sign_in, rented, at):
    page = sign_in("manager")
    page.goto(at(f"/numbers/{NUMBER}/"))
    dialog = released(page, "It is gone with this click")
    expect(dialog).to_contain_text("has left your account")
    page.keyboard.press("Escape")
    expect(page.locator("main")).to_contain_text("This is not one of your numbers")


def test_a_move_that_is_not_settled_is_shown_to_be_checked_behind_the_dialog(sign_in, rented, at):
    rented.fault("POST", "assign-subaccount", "reset", when="before")
    page = sign_in("manager")
    page.goto(at(f"/numbers/{NUMBER}/"))
    page.get_by_role("link", name="Assign…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("To", exact=True).select_option(assignable_partners()[0].pk)
    dialog.get_by_role("button", name="Assign").click()
    expect(dialog).to_contain_text("We are checking")
    page.keyboard.press("Escape")
    expect(page.locator("#number .head")).to_contain_text("checking")
