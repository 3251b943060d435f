"""Handing a number to a sub-account: from the number, from the partner's page, and what refuses it."""

import pytest
from django.conf import settings
from playwright.sync_api import expect

from numbers.models import Number
from numbers.services.assign import assignable_partners
from partners.models import Partner
from partners.services.family import own_account
from partners.services.sub_accounts import sync_sub_accounts
from portal.models import AuditEntry
from tests.browser import elsewhere
from tests.browser.conftest import assert_accessible
from tests.browser.elsewhere import NUMBER, SHOWN

PATH = f"/numbers/{NUMBER}/"


@pytest.fixture
def dialog(sign_in, rented, at):
    """An account manager with the dialog of a number in the parent pool, its receiver picked."""
    page = sign_in("manager")
    page.goto(at(PATH))
    page.get_by_role("link", name="Assign…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("To", exact=True).select_option(assignable_partners()[0].pk)
    return dialog


def assign(dialog) -> None:
    dialog.get_by_role("button", name="Assign", exact=True).click()


def holder() -> str:
    return Number.objects.get(phonenumber=NUMBER).partner_sid


def test_who_holds_it_now_and_who_then_is_said_before_and_after(dialog):
    partner = assignable_partners()[0]
    move = dialog.get_by_role("definition")
    expect(move).to_contain_text("the parent pool")
    expect(move).to_contain_text("the sub-account you pick")
    assert_accessible(dialog.page)
    assign(dialog)
    expect(dialog).to_contain_text(f"Assigned to {partner.name}")
    assert_accessible(dialog.page)
    dialog.get_by_role("link", name="Back to the number").click()
    expect(dialog.page.locator(".head")).to_contain_text(partner.name)
    expect(dialog.page.get_by_role("link", name="Unassign…")).to_be_visible()
    assert holder() == partner.pk


def test_a_double_click_assigns_once(dialog, rented):
    dialog.get_by_role("button", name="Assign", exact=True).dblclick()
    expect(dialog).to_contain_text("Assigned to")
    assert len(rented.requests(method="POST", path="assign-subaccount")) == 1
    assert AuditEntry.objects.count() == 1


def test_without_a_receiver_it_is_said_on_the_field(dialog, expected_statuses):
    expected_statuses.add(422)
    dialog.get_by_label("To", exact=True).select_option("")
    assign(dialog)
    expect(dialog).to_contain_text("Pick who shall hold it.")
    assert_accessible(dialog.page)
    assert holder() == own_account().pk


def test_a_receiver_that_was_disabled_meanwhile_is_refused_on_the_field(dialog, rented, expected_statuses):
    expected_statuses.add(422)
    Partner.objects.filter(pk=assignable_partners()[0].pk).update(sub_account_enabled=False)
    assign(dialog)
    expect(dialog).to_contain_text("This sub-account cannot hold numbers now.")
    assert not rented.requests(method="POST", path="assign-subaccount")


def test_a_receiver_the_carrier_does_not_know_any_more_is_refused_as_clearly(dialog, rented):
    elsewhere.delete_sub_account(rented, assignable_partners()[0])
    assign(dialog)
    expect(dialog).to_contain_text("Refused. Nothing was changed.")
    assert_accessible(dialog.page)
    assert AuditEntry.objects.get().outcome == "rejected"


def test_of_two_people_who_assign_one_number_the_second_is_told(dialog, rented, expected_statuses):
    expected_statuses.add(422)
    other = assignable_partners()[1]
    elsewhere.assign(rented, NUMBER, other)
    Number.objects.filter(phonenumber=NUMBER).update(partner_sid=other.pk)
    assign(dialog)
    expect(dialog).to_contain_text("This number is not in the parent pool.")
    assert_accessible(dialog.page)
    assert holder() == other.pk


def test_a_number_the_carrier_gave_to_somebody_meanwhile_is_refused(dialog, rented):
    elsewhere.assign(rented, NUMBER, assignable_partners()[1])
    assign(dialog)
    expect(dialog).to_contain_text("Refused. Nothing was changed.")
    assert AuditEntry.objects.get().outcome == "rejected"


def test_without_an_answer_it_is_checked_until_the_truth_is_known(dialog, rented):
    rented.fault("POST", "assign-subaccount", "reset", when="after")
    assign(dialog)
    expect(dialog).to_contain_text("We are checking")
    expect(dialog).to_contain_text("Assigned to")
    assert AuditEntry.objects.get().outcome == "done"


def test_a_number_that_is_held_is_not_offered_to_anybody(sign_in, held, at, expected_statuses):
    expected_statuses.add(422)
    page = sign_in("manager")
    page.goto(at(PATH))
    expect(page.get_by_role("link", name="Assign…", exact=True)).to_have_count(0)
    page.goto(at(f"{PATH}assign/"))
    expect(page.locator("main")).to_contain_text("This number is not in the parent pool.")
    expect(page.get_by_role("button", name="Assign", exact=True)).to_have_count(0)


def test_where_nobody_can_hold_numbers_the_dialog_says_so(sign_in, rented, at):
    Partner.objects.update(sub_account_enabled=False)
    page = sign_in("manager")
    page.goto(at(PATH))
    page.get_by_role("link", name="Assign…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("There is nobody to assign it to.")
    expect(dialog.get_by_role("button", name="Assign", exact=True)).to_have_count(0)
    assert_accessible(page)


def test_without_the_phone_number_api_there_is_no_way_to_assign_and_it_is_said_why(
    sign_in, held, at, monkeypatch
):
    monkeypatch.setattr(settings, "NUMBER_API_URL", "")
    partner = assignable_partners()[0]
    page = sign_in("manager")
    page.goto(at(PATH))
    expect(page.locator("main")).to_contain_text("Numbers cannot be assigned or unassigned here.")
    expect(page.locator("main")).to_contain_text("The Phone Number API is not configured.")
    expect(page.get_by_role("link", name="Unassign…")).to_have_count(0)
    page.goto(at(f"/partners/{partner.pk}/"))
    expect(page.locator("main")).to_contain_text("The Phone Number API is not configured here")
    expect(page.get_by_role("link", name="Assign a number…")).to_have_count(0)


# --- from the partner's page ---------------------------------------------------------------------


@pytest.fixture
def picking(sign_in, rented, at):
    """An account manager who was asked, on a partner's page, which number to assign."""
    page = sign_in("manager")
    page.goto(at(f"/partners/{assignable_partners()[0].pk}/"))
    page.get_by_role("link", name="Assign a number…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Number")).to_be_visible()
    return dialog


def test_the_picker_offers_only_the_parent_pool_and_the_receiver_is_chosen_already(picking):
    offered = picking.locator("#pool option").evaluate_all("all => all.map(o => o.value)")
    pool = Number.objects.filter(partner_sid=own_account().pk, status="assigned")
    assert sorted(offered) == sorted(str(number) for number in pool)
    assert_accessible(picking.page)
    picking.get_by_label("Number").fill(SHOWN)
    picking.get_by_role("button", name="Next").click()
    partner = assignable_partners()[0]
    expect(picking.get_by_role("definition")).to_contain_text(partner.name)
    expect(picking.get_by_label("To", exact=True)).to_have_count(0)
    assign(picking)
    expect(picking).to_contain_text(f"Assigned to {partner.name}")
    assert holder() == partner.pk


def test_a_number_is_pasted_in_any_format(picking, at):
    page = picking.page
    for pasted in ("516.206.5573", "tel:+1-516-206-5573", "1 516 206 5573"):
        page.goto(at(f"/numbers/assign/?partner={assignable_partners()[0].pk}"))
        page.get_by_label("Number", exact=True).fill(pasted)
        page.get_by_label("Number", exact=True).press("Enter")
        expect(page.get_by_role("heading", name=SHOWN)).to_be_visible()
        expect(page.get_by_role("button", name="Assign", exact=True)).to_be_visible()


def test_what_cannot_be_assigned_is_said_on_the_field_and_stays_typed(picking, expected_statuses):
    expected_statuses.add(422)
    somebodys = Number.objects.exclude(partner_sid=own_account().pk).first()
    not_there = "This number is not in the parent pool, so it cannot be assigned."
    for typed, says in {
        "": "Which number?",
        "hello": "A phone number has only digits",
        "5162": "This is not a whole phone number.",
        str(somebodys): not_there,
        "(516) 206-5575": not_there,
    }.items():
        picking.get_by_label("Number").fill(typed)
        picking.get_by_role("button", name="Next").click()
        expect(picking).to_contain_text(says)
        expect(picking.get_by_label("Number")).to_have_value(typed)
    assert_accessible(picking.page)


def test_an_empty_parent_pool_is_said(sign_in, rented, at):
    Number.objects.filter(partner_sid=own_account().pk).delete()
    page = sign_in("manager")
    page.goto(at(f"/partners/{assignable_partners()[0].pk}/"))
    page.get_by_role("link", name="Assign a number…").click()
    expect(page.get_by_role("dialog")).to_contain_text("The parent pool is empty.")


def test_a_partner_without_an_enabled_sub_account_is_offered_no_number(sign_in, rented, at):
    disabled = assignable_partners()[0]
    elsewhere.disable(rented, disabled)
    sync_sub_accounts()
    page = sign_in("manager")
    page.goto(at(f"/partners/{disabled.pk}/"))
    expect(page.locator("main")).to_contain_text("disabled")
    expect(page.get_by_role("link", name="Assign a number…")).to_have_count(0)
