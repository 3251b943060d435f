"""The page of cool-offs: who holds what until when, narrowed, sorted, drawn, and taken home as a sheet."""

import csv
import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from numbers.models import CoolOff, Number, OverrideRequest, UnassignIntent
from numbers.services.cooloff import sync_calls
from tests.browser.conftest import assert_accessible

NUMBER = "12125550148"


@pytest.fixture
def cooling(mirror) -> CoolOff:
    """A number that a sub-partner holds and that was called five days ago, with its unassign scheduled."""
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


def test_the_rows_are_sorted_and_the_sheet_follows_the_filter(sign_in, cooling, at):
    page = sign_in("staff")
    calm(page, at("/numbers/cool-offs/"))
    numbers = page.locator("#rows td.lead")
    soonest_first = numbers.all_inner_texts()
    assert len(soonest_first) > 1
    page.get_by_label("Sort by").select_option("-until")
    expect(numbers).to_have_text(soonest_first[::-1])
    page.locator("select[name=holder]").select_option(holder_of(cooling))
    expect(numbers).to_have_text([str(cooling)])
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    with download.value.path().open() as sheet:
        (row,) = csv.DictReader(sheet)
    assert (row["Number"], row["Scheduled by"]) == (cooling.phonenumber, "Alex Moreno")


def holder_of(cool_off: CoolOff) -> str:
    return Number.objects.get(phonenumber=cool_off.phonenumber).partner_sid


def test_the_strip_has_a_table_for_those_who_hear_the_page(sign_in, cooling, at):
    page = sign_in("staff")
    calm(page, at("/numbers/cool-offs/"))
    expect(page.locator(".strip svg rect[width='8']")).to_have_count(15)
    table = page.get_by_role("table", name="How many numbers free up in the next 15 days")
    expect(table.get_by_role("row")).to_have_count(16)
    counts = [int(cell.inner_text()) for cell in table.get_by_role("cell").all()]
    assert sum(counts) == page.locator("#rows td.lead").count() > 0


def test_an_override_that_is_asked_for_is_shown_and_only_administrators_are_led_to_it(
    sign_in, beside, cooling, at
):
    OverrideRequest.objects.create(
        phonenumber=cooling.phonenumber,
        holder_sid=holder_of(cooling),
        holder_text="its holder",
        reason="The court asked for it on Monday",
        asked_by_text="Alex Moreno",
    )
    page = beside("manager")
    calm(page, at("/numbers/cool-offs/"))
    expect(page.get_by_role("row").filter(has_text=str(cooling)).first).to_contain_text("override asked")
    expect(page.get_by_role("link", name="Decide")).to_have_count(0)
    page = sign_in("admin")
    calm(page, at("/numbers/cool-offs/"))
    page.get_by_role("link", name="Decide").first.click()
    expect(page).to_have_url(at("/numbers/overrides/"))


def test_nothing_in_cool_off_is_said(sign_in, mirror, at):
    CoolOff.objects.all().delete()
    page = sign_in("staff")
    calm(page, at("/numbers/cool-offs/"))
    expect(page.get_by_role("heading", name="No number is in cool-off")).to_be_visible()
    assert_accessible(page)
