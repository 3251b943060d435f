"""Partners, as people use them: found, invited, edited, moved through the tree, deleted."""

import re

import pytest
from django.conf import settings
from playwright.sync_api import expect

from numbers.models import Number
from numbers.services.assign import assignable_partners
from partners.models import Invitation, Partner
from partners.services.family import own_account
from partners.services.sub_accounts import sync_sub_accounts
from partners.services.sync import sync_partners
from tests.browser.conftest import assert_accessible
from tests.browser.elsewhere import SHOWN


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


# --- the list and the tree -----------------------------------------------------------------------


def test_the_tree_is_walked_down_and_up_again(sign_in, partners, at):
    parents = set(Partner.objects.values_list("parent_sid", flat=True))
    parent = Partner.objects.exclude(parent_sid="").filter(pk__in=parents).first()
    child = Partner.objects.get(parent_sid=parent.pk)
    page = sign_in("staff")
    page.goto(at("/partners/"))
    rows = page.locator("#rows")
    expect(rows).not_to_contain_text(child.name)
    rows.get_by_role("link", name=f"1 sub-partner of {parent.name}").click()
    expect(rows.get_by_role("link", name=child.name, exact=True)).to_be_visible()
    expect(rows.locator(".crumbs b")).to_have_text(parent.name)
    assert_accessible(page)
    rows.locator(".crumbs a").first.click()
    expect(rows.get_by_role("link", name=parent.name, exact=True)).to_be_visible()


def test_the_list_is_filtered_and_ordered_without_leaving_it(sign_in, partners, at):
    by_balance = Partner.objects.filter(parent_sid=own_account().pk).order_by("balance")
    poorest, richest = by_balance.first(), by_balance.last()
    Partner.objects.filter(pk=poorest.pk).update(status="suspended")
    page = sign_in("staff")
    page.goto(at("/partners/"))
    names = page.locator("#rows td.lead")
    page.get_by_label("Status").select_option("suspended")
    expect(page).to_have_url(re.compile("status=suspended"))
    expect(names).to_have_count(1)
    expect(names).to_contain_text(poorest.name)
    page.get_by_label("Status").select_option("")
    expect(names).not_to_have_count(1)
    page.get_by_label("Order").select_option("-balance")
    expect(names.first).to_contain_text(richest.name)
    page.get_by_label("Find").fill("nobody is called that")
    expect(page.locator("#rows")).to_contain_text("No partner matches.")
    assert_accessible(page)


def test_the_numbers_a_partner_holds_are_one_click_away(sign_in, held, at):
    partner = assignable_partners()[0]
    page = sign_in("staff")
    page.goto(at(f"/partners/{partner.pk}/"))
    page.get_by_role("navigation", name=partner.name).get_by_role("link", name="Numbers").click()
    expect(page.get_by_role("heading", name=partner.name)).to_be_visible()
    numbers = page.get_by_role("region", name="Numbers")
    expect(numbers).to_contain_text(SHOWN)
    for number in Number.objects.exclude(partner_sid=partner.pk)[:3]:
        expect(numbers).not_to_contain_text(str(number))
    assert_accessible(page)
    page.get_by_role("link", name="All, with filters").click()
    expect(page.locator("#rows")).to_contain_text(SHOWN)


@pytest.mark.parametrize("path", ["", "edit/", "tokens/", "history/"])
def test_an_address_that_is_none_of_our_partners_says_so(
    sign_in, partners, sandbox, at, expected_statuses, path
):
    expected_statuses.add(404)
    somebody_elses = sandbox.world().get("/partners").json()["items"][0]["partner_sid"]
    page = sign_in("manager")
    for sid in ("nonsense", somebody_elses):
        page.goto(at(f"/partners/{sid}/{path}"))
        expect(page.locator("main")).to_contain_text(
            re.compile("none of your partners|There is nothing here")
        )
    assert_accessible(page)


# --- creating ------------------------------------------------------------------------------------


@pytest.fixture
def inviting(sign_in, partners, at):
    """An account manager with the form of a new sub-partner filled in."""
    page = sign_in("manager")
    page.goto(at("/partners/new/"))
    page.get_by_label("Company", exact=True).fill("Juniper Foods, LLC")
    page.get_by_label("Short name").fill("Juniper")
    page.get_by_label("Owner's e-mail").fill("owner@juniper.example")
    page.get_by_label("Login").fill("juniper")
    page.get_by_label("First password").fill("correct horse battery")
    return page


def test_a_login_that_is_taken_is_said_on_its_field(inviting, partners, expected_statuses):
    expected_statuses.add(422)
    taken = Partner.objects.exclude(login="").values_list("login", flat=True)[0]
    inviting.get_by_label("Login").fill(taken)
    inviting.get_by_role("button", name="Invite").click()
    expect(inviting.locator("main")).to_contain_text("A partner with this login exists already.")
    expect(inviting.get_by_label("Login")).to_be_focused()
    assert_accessible(inviting)
    partners.post("/partners", {"login": "juniper", "password": "another one", "name": "First"})
    inviting.get_by_label("Login").fill("juniper")
    inviting.get_by_label("First password").fill("correct horse battery")
    inviting.get_by_role("button", name="Invite").click()
    expect(inviting.locator("main")).to_contain_text("this login is taken")
    expect(inviting.get_by_label("Company", exact=True)).to_have_value("Juniper Foods, LLC")
    expect(inviting.get_by_label("First password")).to_have_value("")


def test_an_invitation_is_listed_and_withdrawn_by_an_administrator(inviting, beside, at, expected_statuses):
    inviting.get_by_role("button", name="Invite").click()
    expect(inviting.locator(".toast")).to_contain_text("Juniper Foods, LLC was invited.")
    expect(inviting.get_by_role("link", name="Withdraw")).to_have_count(0)
    inviting.goto(at("/partners/"))
    row = inviting.get_by_role("row").filter(has_text="Juniper Foods, LLC")
    expect(row).to_contain_text("invited")
    page = beside("admin")
    page.goto(at(f"/partners/{Invitation.objects.get().partner_sid}/"))
    page.get_by_role("link", name="Withdraw").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Type Juniper Foods, LLC to confirm").fill("Juniper Foods, LLC")
    assert_accessible(page)
    dialog.get_by_role("button", name="Delete").click()
    expect(page).to_have_url(at("/partners/"))
    expect(page.locator("#rows")).not_to_contain_text("Juniper")


def test_a_lost_answer_to_an_invitation_is_said_to_be_checked(inviting, partners, at):
    partners.fault("POST", "/partners", "reset", when="after")
    inviting.get_by_role("button", name="Invite").click()
    expect(inviting.locator("main")).to_contain_text("We are checking")
    assert_accessible(inviting)
    inviting.goto(at("/partners/"))
    row = inviting.get_by_role("row").filter(has_text="Juniper Foods, LLC")
    expect(row).to_contain_text("checking")


def test_without_the_phone_number_api_the_form_says_why_there_is_no_sub_account(
    sign_in, partners, at, monkeypatch
):
    monkeypatch.setattr(settings, "NUMBER_API_URL", "")
    page = sign_in("manager")
    page.goto(at("/partners/new/"))
    expect(page.locator("main")).to_contain_text("The Phone Number API is not configured here")
    expect(page.get_by_label("With a sub-account")).to_have_count(0)


# --- editing -------------------------------------------------------------------------------------


def test_what_cannot_be_is_said_on_its_field_and_nothing_is_written(sign_in, partners, at, expected_statuses):
    expected_statuses.add(422)
    parents = set(Partner.objects.values_list("parent_sid", flat=True))
    parent = Partner.objects.exclude(parent_sid="").filter(pk__in=parents).first()
    child = Partner.objects.get(parent_sid=parent.pk)
    page = sign_in("manager")
    page.goto(at(f"/partners/{parent.pk}/edit/"))
    for label, typed, says in (
        ("Parent", child.label, "so it cannot be its parent."),
        ("City (optional)", "[hidden]", "This is the mask for a hidden value."),
        ("Daily spending limit, $ (optional)", "much", "An amount of money"),
    ):
        before = page.get_by_label(label, exact=True).input_value()
        page.get_by_label(label, exact=True).fill(typed)
        page.get_by_role("button", name="Save").click()
        expect(page.locator("main")).to_contain_text(says)
        expect(page.get_by_label(label, exact=True)).to_have_value(typed)
        page.get_by_label(label, exact=True).fill(before)
    assert_accessible(page)
    assert not partners.requests(method="PATCH")


def test_two_people_who_edit_one_partner_do_not_undo_each_other(
    sign_in, beside, partners, at, expected_statuses
):
    expected_statuses.add(422)
    path = f"/partners/{a_sub_partner().pk}/"
    pages = [sign_in("manager"), beside("admin")]
    for page, city in zip(pages, ("Portland", "Salem"), strict=True):
        page.goto(at(f"{path}edit/"))
        page.get_by_label("City").fill(city)
    pages[0].get_by_role("button", name="Save").click()
    expect(pages[0]).to_have_url(at(path))
    second = pages[1]
    second.get_by_role("button", name="Save").click()
    expect(second.get_by_role("alert")).to_contain_text("Somebody changed this partner")
    expect(second.get_by_role("alert")).to_contain_text("Portland")
    assert_accessible(second)
    second.get_by_role("button", name="Save mine").click()
    expect(second).to_have_url(at(path))
    expect(second.locator("main")).to_contain_text("Salem")


def test_a_partner_deleted_elsewhere_says_so_on_its_page(sign_in, partners, at):
    made = partners.post("/partners", {"login": "brief", "password": "long enough", "name": "Brief"}).json()
    partners.steer("POST", f"/partners/{made['partner_sid']}/verify")
    sync_partners()
    partners.delete(f"/partners/{made['partner_sid']}")
    page = sign_in("manager")
    page.goto(at(f"/partners/{made['partner_sid']}/"))
    expect(page.get_by_role("alert")).to_contain_text("The carrier does not know this partner any more.")
    assert_accessible(page)


def test_a_partner_is_shown_as_last_known_when_the_carrier_is_silent(sign_in, partners, at):
    partner = a_sub_partner()
    partners.fault("GET", "/partners/", "status", status=503, times=20)
    page = sign_in("staff")
    page.goto(at(f"/partners/{partner.pk}/"))
    expect(page.locator("main")).to_contain_text("Not refreshed: this is the partner as of")
    expect(page.get_by_role("heading", name=partner.name)).to_be_visible()
    assert_accessible(page)


def test_which_sub_account_a_partner_is_can_be_said_by_hand(sign_in, partners, at):
    partner = a_sub_partner()
    account = partner.sub_account_id
    page = sign_in("manager")
    page.goto(at(f"/partners/{partner.pk}/"))
    page.get_by_role("link", name="Change…").click()
    assert_accessible(page)
    page.get_by_label("Sub-account").select_option("")
    page.get_by_role("button", name="Link", exact=True).click()
    expect(page.locator("main")).to_contain_text("none, so it cannot hold numbers")
    page.get_by_role("link", name="Link…").click()
    page.get_by_label("Sub-account").select_option(account)
    page.get_by_role("button", name="Link", exact=True).click()
    expect(page.locator("main")).to_contain_text(account)


def test_a_sub_account_that_does_not_exist_yet_is_made(sign_in, partners, at):
    partner = a_sub_partner()
    partners.patch(f"/partners/{partner.pk}", {"company_name": "Renamed, LLC"})
    Partner.objects.filter(pk=partner.pk).update(sub_account_id="", linked_by_hand=True, name="Renamed, LLC")
    page = sign_in("manager")
    page.goto(at(f"/partners/{partner.pk}/"))
    page.get_by_role("link", name="Link…").click()
    page.get_by_role("button", name="Make a new sub-account").click()
    expect(page.locator("main")).not_to_contain_text("cannot hold numbers")
    assert Partner.objects.get(pk=partner.pk).sub_account_id.startswith("SA_")
