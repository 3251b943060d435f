"""Taking a number back: what is said before the click, what is cleared on the way, and what refuses it."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from numbers.models import CoolOff, Number, TrunkGroup, UnassignIntent
from numbers.services.assign import assignable_partners
from numbers.services.sync import sync_numbers
from partners.services.family import own_account
from portal.models import AuditEntry
from tests.browser import elsewhere
from tests.browser.conftest import assert_accessible
from tests.browser.elsewhere import NUMBER

PATH = f"/numbers/{NUMBER}/"
CALLBACK = "https://example.com/messages"


@pytest.fixture
def open_dialog(sign_in, held, at):
    """`open_dialog()`: an account manager before the dialog of a number that a sub-account holds."""

    def go():
        page = sign_in("manager")
        page.goto(at(PATH))
        page.get_by_role("link", name="Unassign…").click()
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_role("heading", name="What will break")).to_be_visible()
        return dialog

    return go


@pytest.fixture
def in_use(held):
    """The number has everything that an unassign can clear."""
    held.set(messaging_seconds=0)
    sid = Number.objects.get(phonenumber=NUMBER).did_sid
    west = TrunkGroup.objects.get(name="West")
    used = {"callback_url": CALLBACK, "attributes": {"desk": "7"}, "trunk_group_sid": west.pk}
    assert held.patch(f"/phonenumber/dids/{sid}", used).ok
    held.post(f"/phonenumber/dids/{sid}/messaging", {"enabled": True})
    sync_numbers()
    return held


def unassign(dialog) -> None:
    dialog.get_by_role("button", name="Unassign", exact=True).click()


def upstream(world) -> dict:
    return world.get(f"/phonenumber/dids/{Number.objects.get(phonenumber=NUMBER).did_sid}").json()


def holder() -> str:
    return Number.objects.get(phonenumber=NUMBER).partner_sid


# --- the forecast --------------------------------------------------------------------------------


def test_a_number_never_used_moves_at_once(open_dialog):
    dialog = open_dialog()
    expect(dialog).to_contain_text("It moves at once.It was never used.")
    expect(dialog.locator("header")).to_contain_text(f"Take back from {assignable_partners()[0].name}")
    assert_accessible(dialog.page)
    unassign(dialog)
    expect(dialog).to_contain_text("It is back in the parent pool.")
    assert_accessible(dialog.page)
    dialog.get_by_role("link", name="Back to the number").click()
    expect(dialog.page.get_by_role("link", name="Assign…", exact=True)).to_be_visible()
    assert holder() == own_account().pk


def test_a_last_call_long_ago_is_told_and_the_number_moves_at_once(open_dialog, held):
    elsewhere.call(held, days=20, hours=2)
    dialog = open_dialog()
    expect(dialog).to_contain_text("Its last call was 20 days ago; the cool-off ended")
    assert_accessible(dialog.page)
    unassign(dialog)
    expect(dialog).to_contain_text("It is back in the parent pool.")


def test_a_cool_off_is_told_with_its_end_in_the_readers_time_and_what_is_left(open_dialog, held):
    elsewhere.call(held, days=2, hours=12)
    dialog = open_dialog()
    note = dialog.locator(".note.cool")
    expect(note).to_contain_text("In cool-off until")
    expect(note).to_contain_text("12 d 11 h left, by its call records")
    cool_off = CoolOff.objects.get(pk=NUMBER)
    for moment in (cool_off.until, cool_off.last_call_at):
        expect(note).to_contain_text(in_readers_time(dialog.page, moment))
    expect(dialog.get_by_role("button", name="Unassign when it ends")).to_be_visible()
    expect(dialog.get_by_role("link", name="Ask for an override…")).to_be_visible()
    expect(dialog.get_by_role("link", name="Force…")).to_have_count(0)
    assert_accessible(dialog.page)


def in_readers_time(page, moment) -> str:
    shape = "{day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23'}"
    script = f"at => new Intl.DateTimeFormat('en-GB', {shape}).format(new Date(at))"
    return page.evaluate(script, moment.isoformat())


def test_when_the_calls_cannot_be_read_the_dialog_says_what_was_known_before(
    open_dialog, held, expected_statuses
):
    expected_statuses.add(502)  # the number's card of calls, behind the dialog
    now = timezone.now()
    CoolOff.objects.create(
        phonenumber=NUMBER,
        last_call_at=now - timedelta(days=3),
        until=now + timedelta(days=12),
        checked_at=now,
    )
    held.fault("GET", "call_drs", "status", status=503, times=20)
    dialog = open_dialog()
    expect(dialog).to_contain_text("Its last call could not be looked up.")
    expect(dialog).to_contain_text("What follows is what was known before.")
    expect(dialog).to_contain_text("In cool-off until")
    assert_accessible(dialog.page)


# --- what will break, and what is cleared --------------------------------------------------------


def test_what_will_break_is_listed_before_the_click(open_dialog, in_use):
    breaks = open_dialog().get_by_role("region", name="What will break")
    for words in ("Rings at West", CALLBACK, "Messaging on", "$0.03 a month", "Attributes desk"):
        expect(breaks).to_contain_text(words)
    expect(breaks).to_contain_text("It was never called")


def test_each_line_says_what_is_true_for_its_tick(open_dialog, in_use):
    dialog = open_dialog()
    breaks = dialog.get_by_role("region", name="What will break")
    ends, stays = breaks.get_by_text("Calls to it ring nowhere."), breaks.get_by_text("keep ringing there")
    expect(ends).to_be_visible()
    expect(stays).to_be_hidden()
    dialog.get_by_label("Where it rings (trunk group)").uncheck()
    expect(ends).to_be_hidden()
    expect(stays).to_be_visible()
    expect(breaks.get_by_text("Messages are no longer delivered")).to_be_visible()
    assert_accessible(dialog.page)


def test_everything_is_cleared_by_default_each_with_an_entry_and_each_can_be_undone(open_dialog, in_use, at):
    dialog = open_dialog()
    for box in dialog.get_by_role("checkbox").all():
        expect(box).to_be_checked()
    unassign(dialog)
    page = dialog.page
    rows = dialog.get_by_role("row").filter(has=page.get_by_role("button", name="Undo"))
    expect(rows).to_have_count(4)
    assert_accessible(dialog.page)
    now = upstream(in_use)
    assert [now[name] for name in ("callback_url", "trunk_group_sid", "attributes")] == [None, None, {}]
    cleared = list(AuditEntry.objects.filter(reason="Cleared when it was unassigned.", outcome="done"))
    assert len(cleared) == 4
    rows.filter(has_text=CALLBACK).get_by_role("button", name="Undo").click()
    expect(page.locator("#entry")).to_contain_text("Done")
    assert upstream(in_use)["callback_url"] == CALLBACK
    cleared_too = [entry for entry in cleared if CALLBACK not in entry.before.values()]
    assert len(cleared_too) == 3
    for entry in cleared_too:
        page.goto(at(f"/entries/{entry.pk}/"))
        page.get_by_role("button", name="Undo").click()
        expect(page).not_to_have_url(at(f"/entries/{entry.pk}/"))
        expect(page.locator("#entry")).to_contain_text("Done")
    now = upstream(in_use)
    assert now["attributes"] == {"desk": "7"}
    assert now["trunk_group_sid"] == TrunkGroup.objects.get(name="West").pk
    sid = Number.objects.get(phonenumber=NUMBER).did_sid
    assert in_use.get(f"/phonenumber/dids/{sid}/messaging").json()["enabled"] is True
    assert_accessible(page)


def test_what_is_not_ticked_stays_as_it_is(open_dialog, in_use):
    dialog = open_dialog()
    dialog.get_by_label("Where it rings (trunk group)").uncheck()
    dialog.get_by_label("Its messaging, and the fee for it").uncheck()
    dialog.get_by_label("Its attributes").uncheck()
    unassign(dialog)
    expect(dialog.get_by_role("button", name="Undo")).to_have_count(1)
    now = upstream(in_use)
    assert now["callback_url"] is None
    assert now["trunk_group_sid"] == TrunkGroup.objects.get(name="West").pk
    assert now["attributes"] == {"desk": "7"}


def test_what_was_changed_again_since_is_not_undone(open_dialog, in_use, expected_statuses):
    expected_statuses.add(422)
    dialog = open_dialog()
    unassign(dialog)
    expect(dialog.get_by_role("button", name="Undo")).to_have_count(4)
    sid = Number.objects.get(phonenumber=NUMBER).did_sid
    in_use.patch(f"/phonenumber/dids/{sid}", {"callback_url": "https://example.com/new"})
    sync_numbers()
    row = dialog.get_by_role("row").filter(has_text=CALLBACK)
    row.get_by_role("button", name="Undo").click()
    expect(dialog.page.locator("main")).to_contain_text("It was changed again since. Nothing was undone")
    assert_accessible(dialog.page)


# --- refusals ------------------------------------------------------------------------------------


def test_a_call_between_forecast_and_click_is_refused_with_the_carriers_figures(open_dialog, held):
    dialog = open_dialog()
    elsewhere.call(held, minutes=5)
    unassign(dialog)
    expect(dialog).to_contain_text("Refused: in cool-off until")
    expect(dialog).to_contain_text("These are the carrier's own figures.")
    expect(dialog.locator(".note.cool small")).to_contain_text("14 d 23 h left")
    assert_accessible(dialog.page)
    page = dialog.page
    dialog.get_by_role("link", name="Wait").click()
    expect(page.locator("#number .head")).to_contain_text("cool-off 14 d 23 h")
    assert CoolOff.objects.get(pk=NUMBER).told_by == "upstream"
    assert not UnassignIntent.objects.exists()
    page.get_by_role("link", name="Unassign…").click()
    expect(dialog.locator(".note.cool small")).to_contain_text("left, says the carrier")


def test_of_two_people_who_take_it_back_the_second_is_told(open_dialog, held, expected_statuses):
    expected_statuses.add(422)
    dialog = open_dialog()
    elsewhere.unassign(held, NUMBER)
    sync_numbers()
    unassign(dialog)
    expect(dialog).to_contain_text("This number is in the parent pool already.")
    assert_accessible(dialog.page)
    assert not AuditEntry.objects.exists()


def test_without_an_answer_it_is_checked_until_the_truth_is_known(open_dialog, held):
    dialog = open_dialog()
    held.fault("DELETE", "assign-subaccount", "reset", when="after")
    unassign(dialog)
    expect(dialog).to_contain_text("We are checking")
    expect(dialog).to_contain_text("It is back in the parent pool.")
    assert AuditEntry.objects.get(action="number.unassign").outcome == "done"
    assert len(held.requests(method="DELETE", path="assign-subaccount")) == 1


def test_a_double_click_unassigns_once(open_dialog, held):
    dialog = open_dialog()
    dialog.get_by_role("button", name="Unassign", exact=True).dblclick()
    expect(dialog).to_contain_text("It is back in the parent pool.")
    assert len(held.requests(method="DELETE", path="assign-subaccount")) == 1


def test_staff_see_who_holds_it_and_no_way_to_move_it(sign_in, held, at):
    page = sign_in("staff")
    page.goto(at(PATH))
    expect(page.locator("main")).to_contain_text(assignable_partners()[0].name)
    for name in ("Assign…", "Unassign…", "Release…"):
        expect(page.get_by_role("link", name=name)).to_have_count(0)
