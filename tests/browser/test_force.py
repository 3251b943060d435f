"""Forcing a number out of its cool-off: what it takes, what is spelled out, and who refuses."""

import pytest
from django.conf import settings
from playwright.sync_api import expect

from numbers.models import Number, OverrideRequest
from numbers.services.assign import assignable_partners
from partners.services.family import own_account
from portal.models import AuditEntry
from tests.browser.conftest import assert_accessible
from tests.browser.elsewhere import NUMBER, SHOWN

PATH = f"/numbers/{NUMBER}/"
REASON = "The court asked for it on Monday"


@pytest.fixture
def dialog(sign_in, called, at):
    """An administrator with the dialog open, reached as people reach it."""
    page = sign_in("admin")
    page.goto(at(PATH))
    return opened(page)


def opened(page):
    page.get_by_role("link", name="Unassign…").click()
    page.get_by_role("link", name="Force…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Type the number")).to_be_visible()
    return dialog


def force(dialog, *, reason=REASON, typed=SHOWN) -> None:
    dialog.get_by_label("Reason").fill(reason)
    dialog.get_by_label("Type the number").fill(typed)
    dialog.get_by_role("button", name="Force").click()


def holder() -> str:
    return Number.objects.get(phonenumber=NUMBER).partner_sid


def test_what_is_overridden_is_spelled_out_and_kept_in_the_entry(dialog):
    name = assignable_partners()[0].name
    note = dialog.locator(".note.bad")
    expect(note).to_contain_text("You override the protection of the people who called this number.")
    expect(note).to_contain_text(f"It is taken from {name}, 11 d 23 h before its cool-off ends")
    assert_accessible(dialog.page)
    force(dialog, typed="516-206-5573")
    expect(dialog).to_contain_text("Forced. It is back in the parent pool.")
    assert_accessible(dialog.page)
    entry = AuditEntry.objects.get(action="number.force")
    assert (entry.outcome, entry.reason, entry.params["holder"]) == ("done", REASON, name)
    assert entry.params["cool_off_until"]
    assert 11 * 86_400 < entry.params["remaining_seconds"] < 12 * 86_400
    assert holder() == own_account().pk


def test_each_thing_it_takes_is_said_on_its_field(dialog, called, expected_statuses):
    expected_statuses.add(422)
    for given, says in (
        ({"reason": "        "}, "Say why; the reason stays on record."),
        ({"reason": "too   short"}, "in at least 10 characters."),
        ({"typed": ""}, "Type the number to show that you mean this one."),
        ({"typed": "(212) 555-0148"}, "This is another number than the one you are looking at."),
        ({"typed": "yes"}, "A phone number has only digits"),
    ):
        force(dialog, **given)
        expect(dialog).to_contain_text(says)
    expect(dialog.get_by_label("Reason")).to_have_value(REASON)
    assert_accessible(dialog.page)
    assert not called.requests(method="DELETE", path="assign-subaccount")


def test_without_the_administrators_credentials_the_portal_says_so(
    sign_in, called, at, monkeypatch, expected_statuses
):
    expected_statuses.add(422)
    monkeypatch.setattr(settings, "NUMBER_API_ADMIN_AUTH_TOKEN", "")
    page = sign_in("admin")
    page.goto(at(PATH))
    page.get_by_role("link", name="Unassign…").click()
    page.get_by_role("link", name="Force…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("not configured")
    expect(dialog.get_by_role("button", name="Force")).to_have_count(0)
    assert_accessible(page)


def test_a_carrier_that_refuses_is_quoted_and_nothing_was_changed(dialog, monkeypatch):
    monkeypatch.setattr(settings, "NUMBER_API_ADMIN_AUTH_ID", settings.NUMBER_API_AUTH_ID)
    monkeypatch.setattr(settings, "NUMBER_API_ADMIN_AUTH_TOKEN", settings.NUMBER_API_AUTH_TOKEN)
    force(dialog)
    expect(dialog).to_contain_text("Refused. Nothing was changed.")
    assert_accessible(dialog.page)
    entry = AuditEntry.objects.get(action="number.force")
    assert (entry.outcome, entry.upstream_status) == ("rejected", 403)
    assert holder() != own_account().pk


def test_without_an_answer_it_is_checked_until_the_truth_is_known(dialog, called):
    called.fault("DELETE", "assign-subaccount", "reset", when="after")
    force(dialog)
    expect(dialog).to_contain_text("We are checking")
    expect(dialog).to_contain_text("Forced. It is back in the parent pool.")
    assert len(called.requests(method="DELETE", path="assign-subaccount")) == 1


def test_a_double_click_forces_once(dialog, called):
    dialog.get_by_label("Reason").fill(REASON)
    dialog.get_by_label("Type the number").fill(SHOWN)
    dialog.get_by_role("button", name="Force").dblclick()
    expect(dialog).to_contain_text("Forced.")
    assert len(called.requests(method="DELETE", path="assign-subaccount")) == 1


def test_a_number_taken_back_meanwhile_is_not_forced(dialog, called, expected_statuses):
    expected_statuses.add(422)
    Number.objects.filter(phonenumber=NUMBER).update(partner_sid=own_account().pk)
    force(dialog)
    expect(dialog).to_contain_text("This number is in the parent pool already.")
    assert_accessible(dialog.page)
    assert not called.requests(method="DELETE", path="assign-subaccount")


def test_where_two_administrators_are_wanted_the_second_one_forces(
    dialog, beside, at, called, monkeypatch, expected_statuses
):
    expected_statuses.add(422)
    monkeypatch.setattr(settings, "FORCE_NEEDS_SECOND_ADMIN", True)
    force(dialog)
    first = dialog.page
    expect(first.locator(".toast")).to_contain_text("Another administrator must agree.")
    expect(first.locator("main")).to_contain_text("An override is being asked for")
    assert not called.requests(method="DELETE", path="assign-subaccount")
    asked = OverrideRequest.objects.get()
    first.goto(at(f"{PATH}force/?request={asked.pk}"))  # nobody approves their own, however they try
    force(first.locator("main"))
    expect(first.locator("main")).to_contain_text("Nobody decides about their own request.")
    assert holder() != own_account().pk
    second = beside("admin", "admin2")
    second.goto(at("/numbers/overrides/"))
    second.get_by_role("link", name="Force…").click()
    expect(second.get_by_role("dialog")).to_contain_text(REASON)
    force(second.get_by_role("dialog"), reason="Agreed, the order is on file")
    expect(second.get_by_role("dialog")).to_contain_text("Forced. It is back in the parent pool.")
    assert holder() == own_account().pk
