"""Asking for an override, the administrators' queue, and how who asked learns what became of it."""

import pytest
from playwright.sync_api import expect

from numbers.models import Number, OverrideRequest
from numbers.services.assign import assignable_partners
from partners.services.family import own_account
from portal.models import AuditEntry
from tests.browser.conftest import assert_accessible
from tests.browser.elsewhere import NUMBER, SHOWN

PATH = f"/numbers/{NUMBER}/"
QUEUE = "/numbers/overrides/"
REASON = "The court asked for it on Monday"
NO = "Twelve days are not too long to wait"


@pytest.fixture
def asker(sign_in, called, at):
    """An account manager who has asked, on the number's page."""
    page = sign_in("manager")
    page.goto(at(PATH))
    ask(page)
    expect(page.locator("main")).to_contain_text("An override is being asked for")
    return page


def ask(page, reason=REASON) -> None:
    page.get_by_role("link", name="Unassign…").click()
    page.get_by_role("link", name="Ask for an override…").click()
    page.get_by_role("dialog").get_by_label("Reason").fill(reason)
    page.get_by_role("dialog").get_by_role("button", name="Ask").click()


def decline(page, reason=NO) -> None:
    page.get_by_role("link", name="Decline…").click()
    page.get_by_role("dialog").get_by_label("Reason").fill(reason)
    page.get_by_role("dialog").get_by_role("button", name="Decline").click()


def force(page, reason="Granted, the order is on file") -> None:
    page.get_by_role("link", name="Force…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Reason").fill(reason)
    dialog.get_by_label("Type the number").fill(SHOWN)
    dialog.get_by_role("button", name="Force").click()


@pytest.mark.parametrize(("reason", "says"), [("   ", "Say why"), ("so    there", "at least 10 characters")])
def test_a_reason_of_spaces_is_none(sign_in, called, at, expected_statuses, reason, says):
    expected_statuses.add(422)
    page = sign_in("manager")
    page.goto(at(PATH))
    ask(page, reason)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(says)
    expect(dialog.get_by_label("Reason")).to_have_attribute("aria-invalid", "true")
    assert_accessible(page)
    assert not OverrideRequest.objects.exists()


def test_from_a_refusal_an_override_is_asked_for(sign_in, called, at):
    page = sign_in("manager")
    page.goto(at(PATH))
    page.get_by_role("link", name="Unassign…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Try now").click()
    expect(dialog).to_contain_text("Refused: in cool-off until")
    dialog.get_by_role("link", name="Ask for an override…").click()
    expect(dialog).to_contain_text("An administrator can move it before that.")
    assert_accessible(page)
    dialog.get_by_label("Reason").fill(REASON)
    dialog.get_by_role("button", name="Ask").click()
    expect(page.locator(".toast")).to_contain_text("You are told here when they decide.")
    expect(page.locator("main")).to_contain_text(REASON)
    assert AuditEntry.objects.get(action="override.ask").outcome == "done"


def test_the_queue_shows_the_number_its_calls_its_holder_and_the_reason(asker, beside, at):
    page = beside("admin")
    page.goto(at(QUEUE))
    row = page.get_by_role("row").filter(has_text=SHOWN)
    for words in (assignable_partners()[0].name, "Alex Moreno", REASON):
        expect(row).to_contain_text(words)
    expect(row).to_contain_text("1 call")
    assert_accessible(page)
    row.get_by_role("link", name="1 call").click()
    expect(page.get_by_role("region", name="Calls", exact=True)).to_contain_text("1 call in 90 days")


def test_it_is_forced_from_the_queue_and_who_asked_is_told(asker, beside, at):
    page = beside("admin")
    page.goto(at(QUEUE))
    page.get_by_role("link", name="Force…").click()
    expect(page.get_by_role("dialog")).to_contain_text(REASON)
    assert_accessible(page)
    page.keyboard.press("Escape")
    force(page)
    expect(page.get_by_role("dialog")).to_contain_text("Forced. It is back in the parent pool.")
    page.goto(at(QUEUE))
    expect(page.locator("main")).to_contain_text("Nobody is asking.")
    assert_accessible(page)
    asker.goto(at("/"))
    plans = asker.get_by_role("region", name="About your plans")
    expect(plans).to_contain_text(
        "Robin Hale forced the override you asked for: “Granted, the order is on file”"
    )
    assert Number.objects.get(phonenumber=NUMBER).partner_sid == own_account().pk


def test_it_is_declined_with_a_reason_that_who_asked_sees(asker, beside, at):
    page = beside("admin")
    page.goto(at(QUEUE))
    page.get_by_role("link", name="Decline…").click()
    expect(page.get_by_role("dialog")).to_contain_text(REASON)
    assert_accessible(page)
    page.keyboard.press("Escape")
    decline(page)
    expect(page.locator(".toast")).to_contain_text("The person who asked sees your reason.")
    expect(page.locator("main")).to_contain_text("Nobody is asking.")
    asker.goto(at("/"))
    expect(asker.get_by_role("region", name="About your plans")).to_contain_text(NO)
    assert_accessible(asker)
    asker.get_by_role("link", name="Open").click()
    expect(asker.locator("main")).to_contain_text("The override was declined by Robin Hale")
    expect(asker.locator("main")).to_contain_text(NO)
    assert Number.objects.get(phonenumber=NUMBER).partner_sid != own_account().pk


def test_declining_needs_a_reason(asker, beside, at, expected_statuses):
    expected_statuses.add(422)
    page = beside("admin")
    page.goto(at(QUEUE))
    decline(page, " ")
    expect(page.get_by_role("dialog")).to_contain_text("Say why")
    assert_accessible(page)
    assert OverrideRequest.objects.get().state == "waiting"


def test_of_two_administrators_who_decide_at_once_one_decides_and_one_is_told(
    asker, beside, at, expected_statuses
):
    expected_statuses.add(422)
    first, second = beside("admin"), beside("admin", "admin2")
    for page in (first, second):
        page.goto(at(QUEUE))
    second.get_by_role("link", name="Force…").click()
    dialog = second.get_by_role("dialog")
    dialog.get_by_label("Reason").fill("Granted, the order is on file")
    dialog.get_by_label("Type the number").fill(NUMBER)
    decline(first)
    expect(first.locator("main")).to_contain_text("Nobody is asking.")
    dialog.get_by_role("button", name="Force").click()
    expect(dialog).to_contain_text("This request was declined already.")
    assert_accessible(second)
    assert OverrideRequest.objects.get().state == "declined"
    assert not AuditEntry.objects.filter(action="number.force").exists()


def test_two_administrators_who_decline_at_once_make_one_decision(asker, beside, at, expected_statuses):
    expected_statuses.add(422)
    pages = [beside("admin"), beside("admin", "admin2")]
    for page in pages:
        page.goto(at(QUEUE))
        page.get_by_role("link", name="Decline…").click()
        page.get_by_role("dialog").get_by_label("Reason").fill(NO)
    for page in pages:
        page.get_by_role("dialog").get_by_role("button", name="Decline").click()
        expect(page.locator("body")).to_contain_text("eclined")
    expect(pages[1].get_by_role("dialog")).to_contain_text("This request was declined already.")
    assert_accessible(pages[1])
    assert AuditEntry.objects.filter(action="override.decline").count() == 1


def test_a_second_request_for_the_same_number_is_told_of_the_first(asker, beside, at, expected_statuses):
    expected_statuses.add(422)
    page = beside("manager", "manager2")
    page.goto(at(PATH))
    page.get_by_role("link", name="Unassign…").click()
    expect(page.get_by_role("dialog")).to_contain_text("An override is being asked for already")
    page.goto(at(f"{PATH}override/"))
    page.get_by_label("Reason").fill("The court asked for it on Monday")
    page.get_by_role("button", name="Ask").click()
    expect(page.locator("main")).to_contain_text("is being asked for already")
    assert_accessible(page)
    assert OverrideRequest.objects.count() == 1


def test_nobody_decides_about_their_own_request(sign_in, called, at, expected_statuses):
    expected_statuses.add(422)
    page = sign_in("admin")
    page.goto(at(PATH))
    ask(page)
    expect(page.locator("main")).to_contain_text("An override is being asked for")
    page.goto(at(QUEUE))
    expect(page.locator("main")).to_contain_text("your own: somebody else decides")
    for name in ("Force…", "Decline…"):
        expect(page.get_by_role("link", name=name)).to_have_count(0)
    page.goto(at(f"{QUEUE}{OverrideRequest.objects.get().pk}/decline/"))
    page.get_by_label("Reason").fill(NO)
    page.get_by_role("button", name="Decline").click()
    expect(page.locator("main")).to_contain_text("Nobody decides about their own request.")
    assert OverrideRequest.objects.get().state == "waiting"


def test_a_number_that_moved_by_other_means_leaves_the_queue(asker, beside, at):
    page = beside("admin")
    page.goto(at(PATH))
    page.get_by_role("link", name="Unassign…").click()
    force(page, "On my own account, because it is urgent")
    expect(page.get_by_role("dialog")).to_contain_text("Forced.")
    page.goto(at(QUEUE))
    expect(page.locator("main")).to_contain_text("Nobody is asking.")
    assert OverrideRequest.objects.get().state == "moot"
