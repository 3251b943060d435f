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
