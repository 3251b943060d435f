"""Handing a number over and taking it back, as account manager and administrator do it."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from numbers.models import Number, UnassignIntent
from numbers.services.assign import assignable_partners
from numbers.services.sync import sync_numbers
from partners.services.family import own_account
from tests.browser.conftest import assert_accessible

NUMBER = "15162065573"
PATH = f"/numbers/{NUMBER}/"
REASON = "The court asked for it on Monday"


@pytest.fixture
def rented(mirror):
    mirror.rent(NUMBER)
    sync_numbers()
    return mirror


@pytest.fixture
def held(rented):
    """The same number, held by a sub-account."""
    partner = assignable_partners()[0]
    api = rented.number_api
    path = f"/account/{api['auth_id']}/numbers/%2B{NUMBER}/assign-subaccount"
    headers = {"X-Auth-ID": api["auth_id"], "X-Auth-Token": api["auth_token"]}
    answer = rented.session.post(
        api["url"] + path, json={"sub_account_id": partner.sub_account_id}, headers=headers
    )
    assert answer.ok, answer.text
    sync_numbers()
    return rented


def called(world, **ago) -> None:
    world.add_calls({"phonenumber": NUMBER, "date_start": (timezone.now() - timedelta(**ago)).isoformat()})


def test_a_number_is_assigned_and_taken_back(sign_in, rented, at):
    page = sign_in("manager")
    page.goto(at(PATH))
    page.get_by_role("link", name="Assign…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("To", exact=True)).to_be_visible()
    assert_accessible(page)
    partner = assignable_partners()[0]
    dialog.get_by_label("To", exact=True).select_option(partner.pk)
    dialog.get_by_role("button", name="Assign").click()
    expect(dialog).to_contain_text(f"Assigned to {partner.name}")
    dialog.get_by_role("link", name="Back to the number").click()
    page.get_by_role("link", name="Unassign…").click()
    expect(dialog).to_contain_text("never used")
    assert_accessible(page)
    dialog.get_by_role("button", name="Unassign", exact=True).click()
    expect(dialog).to_contain_text("back in the parent pool")
    assert Number.objects.get(phonenumber=NUMBER).partner_sid == own_account().pk


def test_a_number_in_cool_off_can_be_scheduled_and_kept_after_all(sign_in, held, at):
    called(held, days=3)
    page = sign_in("manager")
    page.goto(at(PATH))
    page.get_by_role("link", name="Unassign…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("In cool-off until")
    assert_accessible(page)
    dialog.get_by_role("button", name="Try now").click()
    expect(dialog).to_contain_text("Refused: in cool-off until")
    dialog.get_by_role("link", name="Unassign when it ends…").click()
    dialog.get_by_role("button", name="Unassign when it ends").click()
    expect(page.locator("main")).to_contain_text("It will be unassigned")
    assert UnassignIntent.objects.get().state == "waiting"
    page.get_by_role("button", name="Keep it assigned").click()
    expect(page.locator("main")).not_to_contain_text("It will be unassigned")
    assert UnassignIntent.objects.get().state == "cancelled"


def test_an_override_is_asked_for_and_forced(sign_in, held, at, browser, live_server):
    called(held, days=3)
    page = sign_in("manager")
    page.goto(at(f"{PATH}override/"))
    page.get_by_label("Reason").fill(REASON)
    page.get_by_role("button", name="Ask").click()
    expect(page.locator("main")).to_contain_text("An override is being asked for")
    page.context.clear_cookies()
    admin = sign_in("admin")
    admin.goto(at("/numbers/overrides/"))
    expect(admin.locator("main")).to_contain_text(REASON)
    assert_accessible(admin)
    admin.get_by_role("link", name="Force…").click()
    dialog = admin.get_by_role("dialog")
    dialog.get_by_label("Reason").fill("Granted, the order is on file")
    dialog.get_by_label("Type the number").fill("(516) 206-5573")
    assert_accessible(admin)
    dialog.get_by_role("button", name="Force").click()
    expect(dialog).to_contain_text(re.compile("Forced"))
    assert Number.objects.get(phonenumber=NUMBER).partner_sid == own_account().pk


def test_staff_see_who_holds_it_and_no_way_to_move_it(sign_in, held, at):
    page = sign_in("staff")
    page.goto(at(PATH))
    expect(page.locator("main")).to_contain_text(assignable_partners()[0].name)
    expect(page.get_by_role("link", name="Unassign…")).to_have_count(0)
