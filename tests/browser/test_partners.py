"""Partners, as people use them: found, invited, edited, moved through the tree, deleted."""

import pytest
from playwright.sync_api import expect

from partners.models import Invitation, Partner
from partners.services.sub_accounts import sync_sub_accounts
from partners.services.sync import sync_partners, sync_tokens
from tests.browser.conftest import assert_accessible


@pytest.fixture
def partners(mirror):
    sync_sub_accounts()
    sync_tokens()
    return mirror


def a_sub_partner() -> Partner:
    parents = set(Partner.objects.values_list("parent_sid", flat=True))
    return Partner.objects.exclude(parent_sid="").exclude(pk__in=parents).first()


def test_a_partner_is_found_and_opened(sign_in, partners, at):
    partner = a_sub_partner()
    page = sign_in("staff")
    page.goto(at("/partners/"))
    assert_accessible(page)
    page.get_by_label("Find").fill(partner.name)
    page.get_by_role("row").filter(has_text=partner.name).get_by_role("link", name=partner.name).first.click()
    expect(page.get_by_role("heading", name=partner.name)).to_be_visible()
    assert_accessible(page)
    expect(page.get_by_role("link", name="Delete")).to_have_count(0)
    expect(page.get_by_role("link", name="Edit")).to_have_count(0)
    expect(page.get_by_role("link", name="Tokens")).to_have_count(0)


def test_a_sub_partner_is_invited_and_appears_when_it_is_verified(sign_in, partners, at, expected_statuses):
    expected_statuses.add(422)
    page = sign_in("manager")
    page.goto(at("/partners/"))
    page.get_by_role("link", name="New sub-partner").click()
    page.get_by_label("Company", exact=True).fill("Juniper Foods, LLC")
    page.get_by_label("Short name").fill("Juniper")
    page.get_by_label("Owner's e-mail").fill("nobody")
    page.get_by_label("Login").fill("juniper")
    page.get_by_label("First password").fill("correct horse battery")
    assert_accessible(page)
    page.get_by_role("button", name="Invite").click()
    expect(page.locator("main")).to_contain_text("is not an e-mail address")
    expect(page.get_by_label("First password")).to_have_value("")
    assert_accessible(page)
    page.get_by_label("Owner's e-mail").fill("owner@juniper.example")
    page.get_by_label("First password").fill("correct horse battery")
    page.get_by_role("button", name="Invite").click()
    expect(page.locator("main")).to_contain_text("Waiting for its e-mail to be verified")
    assert_accessible(page)
    partners.steer("POST", f"/partners/{Invitation.objects.get().partner_sid}/verify")
    sync_partners()
    sync_sub_accounts()
    page.reload()
    expect(page.locator("main")).to_contain_text("SA_")


def test_a_partner_is_edited_and_the_history_tells(sign_in, partners, at):
    partner = a_sub_partner()
    page = sign_in("manager")
    page.goto(at(f"/partners/{partner.pk}/edit/"))
    page.get_by_label("City").fill("Portland")
    assert_accessible(page)
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("Portland")
    page.get_by_role("link", name="History").click()
    expect(page.locator("main")).to_contain_text("Alex Moreno edited")
    assert_accessible(page)


def test_a_parent_is_picked_from_suggestions(sign_in, partners, at):
    partner = a_sub_partner()
    page = sign_in("manager")
    page.goto(at("/partners/new/"))
    page.get_by_label("Parent").fill("")
    page.get_by_label("Parent").press_sequentially(partner.name[:6])
    expect(page.locator("#partner-choices option").first).to_be_attached()
    assert partner.label in page.locator("#partner-choices option").evaluate_all(
        "all => all.map(o => o.value)"
    )


def test_what_stands_in_the_way_of_deleting_is_listed(sign_in, partners, at):
    partner = a_sub_partner()
    page = sign_in("admin")
    page.goto(at(f"/partners/{partner.pk}/"))
    page.get_by_role("link", name="Delete").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("this is in the way")
    assert_accessible(page)
    dialog.get_by_text("Close", exact=True).click()
    expect(dialog).to_have_count(0)


def test_an_empty_partner_is_deleted_with_its_name_typed(sign_in, partners, at, expected_statuses):
    expected_statuses.add(422)
    made = partners.post("/partners", {"login": "empty", "password": "long enough", "name": "Empty"}).json()
    partners.steer("POST", f"/partners/{made['partner_sid']}/verify")
    sync_partners()
    page = sign_in("admin")
    page.goto(at(f"/partners/{made['partner_sid']}/"))
    page.get_by_role("link", name="Delete").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Type Empty to confirm").fill("Emty")
    dialog.get_by_role("button", name="Delete").click()
    expect(dialog).to_contain_text("This is not its name")
    assert_accessible(page)
    dialog.get_by_label("Type Empty to confirm").fill("Empty")
    dialog.get_by_role("button", name="Delete").click()
    expect(page).to_have_url(at("/partners/"))
    expect(page.locator("#toasts")).to_contain_text("Empty was deleted")
