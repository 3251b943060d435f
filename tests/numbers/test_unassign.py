"""Taking a number back: what passes, what is refused and on whose word, what is cleared."""

from numbers.models import CoolOff, Number
from numbers.services.assign import assignable_partners
from partners.services.family import own_account
from portal import audit
from portal.models import AuditEntry
from tests.moves import FREE, ago, assign, holder, unassign
from tests.pages import check


def test_a_number_never_called_moves_back_at_once(manager, mirror, assigned, visit):
    answer = visit(manager, f"/numbers/{FREE}/unassign/", htmx=True)
    assert "never used" in answer.text
    answer = check(unassign(manager, visit, FREE), whole=False)
    assert "back in the parent pool" in answer.text
    assert holder() == own_account().pk


def test_a_last_call_long_ago_moves_back_at_once(manager, mirror, assigned, visit):
    mirror.add_calls({"phonenumber": FREE, "date_start": ago(days=20, hours=2)})
    answer = visit(manager, f"/numbers/{FREE}/unassign/", htmx=True)
    assert "20 days ago" in answer.text
    assert "back in the parent pool" in check(unassign(manager, visit, FREE), whole=False).text


def test_a_cool_off_is_shown_before_the_click_and_refused_with_upstreams_figures(
    manager, mirror, assigned, visit
):
    mirror.add_calls({"phonenumber": FREE, "date_start": ago(days=3)})
    assert "In cool-off until" in visit(manager, f"/numbers/{FREE}/unassign/", htmx=True).text
    answer = check(unassign(manager, visit, FREE), whole=False)
    assert "Refused: in cool-off until" in answer.text
    entry = AuditEntry.objects.get(action="number.unassign")
    assert entry.outcome == "rejected"
    assert 12 * 86_400 - 60 < entry.after["remaining_seconds"] < 12 * 86_400 + 3600  # a call lasts a while
    assert CoolOff.objects.get(pk=FREE).told_by == "upstream"
    assert holder() != own_account().pk


def test_a_call_between_forecast_and_click_is_refused_and_the_forecast_corrected(
    manager, mirror, assigned, visit
):
    answer = visit(manager, f"/numbers/{FREE}/unassign/", htmx=True)
    mirror.add_calls({"phonenumber": FREE})
    form = {name: answer.value(name) for name in ("ticket_now", "ticket_later")}
    response = manager.post(f"/numbers/{FREE}/unassign/", htmx=True, how="now", **form)
    assert "Refused: in cool-off until" in check(response, whole=False).text
    assert CoolOff.objects.get(pk=FREE).in_effect


def test_what_is_cleared_on_the_way_has_entries_of_its_own_and_can_be_undone(
    manager, mirror, assigned, visit
):
    sid = Number.objects.get(phonenumber=FREE).did_sid
    mirror.patch(
        f"/phonenumber/dids/{sid}", {"callback_url": "https://example.com/a", "attributes": {"a": "b"}}
    )
    manager.get(f"/numbers/{FREE}/refresh/", htmx=True)
    answer = check(unassign(manager, visit, FREE, clear=["callback_url", "attributes"]), whole=False)
    now = mirror.get(f"/phonenumber/dids/{sid}").json()
    assert (now["callback_url"], now["attributes"]) == (None, {})
    before = {"callback_url": "https://example.com/a", "attributes": {"a": "b"}}
    for field, empty in (("callback_url", ""), ("attributes", {})):
        cleared = AuditEntry.objects.get(
            action="number.edit", reason="Cleared when it was unassigned.", params__changes={field: empty}
        )
        ticket = audit.mint(manager.user, "number.edit", FREE)
        manager.post(f"/numbers/{FREE}/undo/{cleared.id}/", ticket=ticket)
        assert mirror.get(f"/phonenumber/dids/{sid}").json()[field] == before[field]
    assert "Undo" in answer.text


def test_what_was_cleared_is_not_put_back_on_a_number_that_somebody_else_holds_by_now(
    manager, mirror, partner, assigned, visit
):
    sid = Number.objects.get(phonenumber=FREE).did_sid
    mirror.patch(f"/phonenumber/dids/{sid}", {"callback_url": "https://example.com/a"})
    manager.get(f"/numbers/{FREE}/refresh/", htmx=True)
    unassign(manager, visit, FREE, clear=["callback_url"])
    assign(manager, visit, FREE, assignable_partners()[1])
    cleared = AuditEntry.objects.get(action="number.edit")
    ticket = audit.mint(manager.user, "number.edit", FREE)
    answer = check(manager.post(f"/numbers/{FREE}/undo/{cleared.id}/", htmx=True, ticket=ticket), whole=False)
    assert "changed hands since" in answer.text
    assert mirror.get(f"/phonenumber/dids/{sid}").json()["callback_url"] is None


def test_messaging_is_switched_off_on_the_way_and_on_again_by_undo(manager, mirror, assigned, visit):
    mirror.set(messaging_seconds=0)
    sid = Number.objects.get(phonenumber=FREE).did_sid
    mirror.post(f"/phonenumber/dids/{sid}/messaging", {"enabled": True})
    manager.get(f"/numbers/{FREE}/refresh/", htmx=True)
    answer = check(unassign(manager, visit, FREE, clear=["messaging"]), whole=False)
    assert mirror.get(f"/phonenumber/dids/{sid}/messaging").json()["enabled"] is False
    off = AuditEntry.objects.get(action="number.messaging")
    assert (off.outcome, off.before) == ("done", {"messaging": "on"})
    manager.post(f"/numbers/{FREE}/undo/{off.id}/", ticket=answer.value("ticket"))
    assert mirror.get(f"/phonenumber/dids/{sid}/messaging").json()["enabled"] is True


def test_an_unassign_without_an_answer_is_settled_by_reading_back(manager, mirror, assigned, visit):
    mirror.fault("DELETE", "assign-subaccount", "reset", when="after")
    assert "We are checking" in check(unassign(manager, visit, FREE), whole=False).text
    audit.settle_due()
    assert AuditEntry.objects.get(action="number.unassign").outcome == "done"
    assert holder() == own_account().pk
