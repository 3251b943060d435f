"""Unassign when the cool-off ends: planned, listed, called off, carried out, put off, given up."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from numbers.models import CoolOff, Number, UnassignIntent
from numbers.services.unassign_later import carry_out
from partners.services.family import own_account
from tests.browser import elsewhere
from tests.browser.conftest import assert_accessible
from tests.browser.elsewhere import NUMBER, SHOWN

PATH = f"/numbers/{NUMBER}/"


@pytest.fixture
def planned(sign_in, called, at):
    """An account manager who has just planned the unassign, on the number's page."""
    page = sign_in("manager")
    page.goto(at(PATH))
    plan(page)
    expect(page.locator("main")).to_contain_text("It will be unassigned")
    return page


def plan(page) -> None:
    page.get_by_role("link", name="Unassign…").click()
    page.get_by_role("dialog").get_by_role("button", name="Unassign when it ends").click()


def the_cool_off_ends() -> None:
    """As the clock does: what is due is carried out."""
    intent = UnassignIntent.objects.get()
    UnassignIntent.objects.update(due_at=timezone.now())
    carry_out(intent.pk)


def test_from_a_refusal_it_is_planned_with_what_to_clear(sign_in, called, at):
    page = sign_in("manager")
    page.goto(at(PATH))
    page.get_by_role("link", name="Unassign…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Try now").click()
    expect(dialog).to_contain_text("Refused: in cool-off until")
    dialog.get_by_role("link", name="Unassign when it ends…").click()
    dialog.get_by_label("Its attributes").uncheck()
    dialog.get_by_role("button", name="Unassign when it ends").click()
    expect(page.locator(".toast")).to_contain_text("It will be unassigned when its cool-off ends")
    intent = UnassignIntent.objects.get()
    assert intent.state == "waiting"
    assert intent.clear == ["trunk_group_sid", "callback_url", "messaging"]


def test_the_plan_is_told_wherever_the_number_is_met_and_can_be_called_off(planned, at):
    page = planned
    assert_accessible(page)
    page.get_by_role("link", name="Unassign…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Its unassign is scheduled")
    expect(dialog).to_contain_text("unassign by Alex Moreno")
    expect(dialog.get_by_role("button", name="Unassign when it ends")).to_have_count(0)
    page.goto(at("/numbers/cool-offs/"))
    row = page.get_by_role("row").filter(has_text=SHOWN).first
    expect(row).to_contain_text("unassign when it ends")
    expect(row).to_contain_text("by Alex Moreno")
    page.goto(at(PATH))
    page.get_by_role("button", name="Keep it assigned").click()
    expect(page.locator(".toast")).to_contain_text("The scheduled unassign was cancelled.")
    expect(page.locator("main")).not_to_contain_text("It will be unassigned")
    assert UnassignIntent.objects.get().state == "cancelled"


def test_staff_see_the_plan_and_no_way_to_call_it_off(planned, beside, at):
    page = beside("staff")
    for path, told in {PATH: "It will be unassigned", "/numbers/cool-offs/": "unassign when it ends"}.items():
        page.goto(at(path))
        expect(page.locator("main")).to_contain_text(told)
        expect(page.get_by_role("button", name="Keep it assigned")).to_have_count(0)
        expect(page.get_by_role("button", name="Cancel the unassign")).to_have_count(0)


def test_it_is_carried_out_by_itself_when_the_cool_off_is_over(planned, called):
    called.advance(13 * 86_400)
    the_cool_off_ends()
    planned.reload()
    expect(planned.get_by_role("link", name="Assign…", exact=True)).to_be_visible()
    expect(planned.locator("main")).not_to_contain_text("It will be unassigned")
    expect(planned.get_by_role("region", name="History")).to_contain_text("Alex Moreno unassigned")
    assert Number.objects.get(phonenumber=NUMBER).partner_sid == own_account().pk


def test_a_new_call_puts_it_off_and_the_page_says_so(planned, called):
    elsewhere.call(called)
    the_cool_off_ends()
    planned.reload()
    note = planned.locator(".note.cool").filter(has_text="It will be unassigned")
    expect(note).to_contain_text("A new call has extended the cool-off.")
    expect(planned.get_by_role("button", name="Keep it assigned")).to_be_visible()
    intent = UnassignIntent.objects.get()
    assert (intent.state, intent.rearmed) == ("waiting", 1)


def test_what_is_given_up_is_told_to_who_planned_it(planned, called, at):
    elsewhere.call(called)
    UnassignIntent.objects.update(give_up_at=timezone.now() + timedelta(days=1))
    the_cool_off_ends()
    planned.goto(at("/"))
    plans = planned.get_by_role("region", name="About your plans")
    expect(plans).to_contain_text("given up")
    expect(plans).to_contain_text("Not unassigned: A new call has extended the cool-off.")
    assert_accessible(planned)
    plans.get_by_role("link", name="Open").click()
    expect(planned.get_by_role("heading", name=SHOWN)).to_be_visible()
    expect(planned.get_by_role("button", name="Keep it assigned")).to_have_count(0)


def test_when_it_is_under_way_it_is_too_late_to_call_it_off(planned, expected_statuses):
    expected_statuses.add(422)
    UnassignIntent.objects.update(state="running")
    planned.get_by_role("button", name="Keep it assigned").click()
    expect(planned.locator("main")).to_contain_text("It is too late: the unassign is under way, or over.")
    assert_accessible(planned)


def test_of_two_people_who_plan_it_the_second_is_told(sign_in, beside, called, at, expected_statuses):
    expected_statuses.add(422)
    pages = [sign_in("manager"), beside("admin")]
    for page in pages:
        page.goto(at(PATH))
        page.get_by_role("link", name="Unassign…").click()
        expect(page.get_by_role("dialog").get_by_role("button", name="Unassign when it ends")).to_be_visible()
    for page in pages:
        page.get_by_role("dialog").get_by_role("button", name="Unassign when it ends").click()
        expect(page.get_by_role("button", name="Unassign when it ends")).to_have_count(0)
    expect(pages[1].get_by_role("dialog")).to_contain_text("is scheduled already")
    assert UnassignIntent.objects.count() == 1


def test_a_cool_off_that_ended_meanwhile_needs_no_plan(sign_in, called, at, expected_statuses):
    expected_statuses.add(422)
    page = sign_in("manager")
    page.goto(at(PATH))
    page.get_by_role("link", name="Unassign…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Unassign when it ends")).to_be_visible()
    CoolOff.objects.update(until=timezone.now())
    dialog.get_by_role("button", name="Unassign when it ends").click()
    expect(dialog).to_contain_text("Unassign it now.")
    assert not UnassignIntent.objects.exists()
