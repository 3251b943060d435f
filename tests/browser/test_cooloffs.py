"""Cool-offs, forced moves, calls and releases as a person meets them, on wide and narrow screens."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from numbers.models import CoolOff, Number, UnassignIntent
from numbers.services.cooloff import sync_calls
from numbers.services.sync import sync_numbers
from partners.services.sub_accounts import sync_sub_accounts
from partners.services.sync import sync_partners
from portal.models import AuditEntry
from tests.browser.conftest import assert_accessible

NUMBER = "12125550148"


@pytest.fixture
def cooling(mirror) -> CoolOff:
    """A number that a sub-partner holds and that was called five days ago, with its unassign scheduled."""
    sync_partners()
    sync_sub_accounts()
    ours = Number.objects.get(phonenumber=NUMBER).partner_sid
    number = Number.objects.exclude(partner_sid=ours).first()
    at = timezone.now() - timedelta(days=5)
    mirror.add_calls({"phonenumber": number.phonenumber, "date_start": at.isoformat()})
    sync_calls()
    cool_off = CoolOff.objects.get(pk=number.phonenumber)
    UnassignIntent.objects.create(
        phonenumber=number.phonenumber,
        holder_sid=number.partner_sid,
        holder_text="its holder",
        asked_by_text="Alex Moreno",
        due_at=cool_off.until,
        give_up_at=cool_off.until + timedelta(days=60),
    )
    return cool_off


def calm(page, address):
    page.goto(address)
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_the_screens_are_accessible_and_nothing_sticks_out(sign_in, cooling, at, width, scheme):
    page = sign_in("admin")
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    number = f"/numbers/{cooling.phonenumber}/"
    for path in (
        "/numbers/cool-offs/",
        "/numbers/forced/",
        number,
        f"{number}calls/",
        f"/numbers/{NUMBER}/release/",
        f"/numbers/{NUMBER}/release/lock/",
    ):
        calm(page, at(path))
        assert_accessible(page)
        too_wide = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert too_wide <= 0, f"{path} is {too_wide} px too wide at {width}"


def test_a_cool_off_is_shown_in_the_readers_time_and_its_plan_cancelled(sign_in, cooling, at):
    page = sign_in("manager")
    calm(page, at("/numbers/cool-offs/"))
    row = page.get_by_role("row").filter(has_text=str(cooling)).first
    expect(row).to_contain_text("unassign when it ends")
    shown = page.evaluate(
        "moment => new Date(moment).toLocaleTimeString('en-GB', {hour: '2-digit', minute: '2-digit'})",
        cooling.until.isoformat(),
    )
    expect(row).to_contain_text(shown)
    row.get_by_role("button", name="Cancel").click()
    expect(page).to_have_url(at(f"/numbers/{cooling.phonenumber}/"))
    expect(page.locator(".toast")).to_contain_text("was cancelled")
    assert UnassignIntent.objects.get().state == "cancelled"


def test_narrowing_to_a_holder_swaps_the_rows_and_can_be_shared(sign_in, cooling, at):
    page = sign_in("staff")
    calm(page, at("/numbers/cool-offs/"))
    holder = Number.objects.get(phonenumber=cooling.phonenumber).partner_sid
    page.locator("select[name=holder]").select_option(holder)
    expect(page).to_have_url(re.compile("holder="))
    expect(page.locator("#rows")).to_contain_text(str(cooling))
    assert_accessible(page)


def test_the_calls_come_into_the_numbers_page_by_themselves(sign_in, cooling, at):
    page = sign_in("staff")
    page.goto(at(f"/numbers/{cooling.phonenumber}/"))
    calls = page.get_by_role("region", name="Calls", exact=True)
    expect(calls).to_contain_text("in 90 days")
    expect(calls.locator("svg .win")).to_be_attached()


def test_a_number_is_locked_unlocked_released_and_kept_after_all(sign_in, mirror, at, expected_statuses):
    expected_statuses.add(422)
    page = sign_in("manager")
    calm(page, at(f"/numbers/{NUMBER}/"))
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


def test_without_javascript_a_number_is_released(browser, live_server, mirror, at):
    from tests.people import make_user

    make_user("manager")
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(live_server.url)
    page.get_by_label("Username").fill("manager")
    page.get_by_label("Password", exact=True).fill("manager-pass-123")
    page.get_by_role("button", name="Sign in").click()
    page.goto(at(f"/numbers/{NUMBER}/"))
    page.get_by_role("link", name="Release…").click()
    page.get_by_label("At once").check()
    page.get_by_label("Type the number").fill(NUMBER)
    page.get_by_role("button", name="Release", exact=True).click()
    expect(page.locator("main")).to_contain_text("Released.")
