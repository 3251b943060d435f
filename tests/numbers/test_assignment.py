"""Handing numbers to sub-accounts and taking them back: what passes, what is refused, and on whose word."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.cache import cache
from django.utils import timezone

from numbers.models import CoolOff, Number, OverrideRequest, UnassignIntent
from numbers.services import unassign_later
from numbers.services.assign import assignable_partners
from numbers.services.cooloff import note_last_call, sync_calls
from numbers.services.sync import sync_numbers
from partners.models import Partner
from partners.services.family import own_account
from portal import audit
from portal.models import AuditEntry
from tests.pages import check

FREE = "15162065573"  # rented in these tests, never called


@pytest.fixture(autouse=True)
def empty_cache(db):
    cache.clear()


@pytest.fixture
def partner(mirror) -> Partner:
    mirror.rent(FREE)
    sync_numbers()
    return assignable_partners()[0]


@pytest.fixture
def assigned(manager, partner, visit) -> str:
    """A number that `partner` holds."""
    assign(manager, visit, FREE, partner)
    return FREE


def assign(person, visit, phonenumber, partner):
    answer = visit(person, f"/numbers/{phonenumber}/assign/", htmx=True)
    return person.post(
        f"/numbers/{phonenumber}/assign/", htmx=True, ticket=answer.value("ticket"), partner=partner.pk
    )


def unassign(person, visit, phonenumber, how="now", clear=()):
    answer = visit(person, f"/numbers/{phonenumber}/unassign/", htmx=True)
    form = {name: answer.value(name) for name in ("ticket_now", "ticket_later")}
    return person.post(f"/numbers/{phonenumber}/unassign/", htmx=True, how=how, clear=list(clear), **form)


def ask(person, visit, phonenumber, reason="The court asked for it on Monday"):
    answer = visit(person, f"/numbers/{phonenumber}/override/", htmx=True)
    return person.post(
        f"/numbers/{phonenumber}/override/", htmx=True, ticket=answer.value("ticket"), reason=reason
    )


def force(person, visit, phonenumber, reason="The court asked for it on Monday", typed=None, request=""):
    answer = visit(person, f"/numbers/{phonenumber}/force/", htmx=True, request=request)
    return person.post(
        f"/numbers/{phonenumber}/force/",
        htmx=True,
        ticket=answer.value("ticket"),
        request=request,
        reason=reason,
        typed=typed or phonenumber,
    )


def holder(phonenumber=FREE) -> str:
    return Number.objects.get(phonenumber=phonenumber).partner_sid


def test_a_number_is_assigned_and_its_new_holder_shown(manager, mirror, partner, visit):
    answer = check(assign(manager, visit, FREE, partner), whole=False)
    assert f"Assigned to {partner.name}" in answer.text
    assert holder() == partner.pk
    assert AuditEntry.objects.get().outcome == "done"


def test_only_sub_accounts_that_can_hold_numbers_are_offered(manager, mirror, partner, visit):
    Partner.objects.filter(pk=partner.pk).update(sub_account_enabled=False)
    answer = visit(manager, f"/numbers/{FREE}/assign/", htmx=True)
    assert partner.name not in answer.text


def test_a_number_that_somebody_holds_is_refused_before_upstream_is_asked(
    manager, mirror, assigned, partner, visit
):
    asked, url = len(mirror.requests()), f"/numbers/{FREE}/assign/"
    assert "not in the parent pool" in visit(manager, url, htmx=True, status=422).text
    opened_before = audit.mint(manager.user, "number.assign", FREE)
    answer = check(manager.post(url, htmx=True, ticket=opened_before, partner=partner.pk), whole=False)
    assert "not in the parent pool" in answer.text
    assert len(mirror.requests()) == asked


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
            action="number.edit", reason__startswith="After", params__changes={field: empty}
        )
        ticket = audit.mint(manager.user, "number.edit", FREE)
        manager.post(f"/numbers/{FREE}/undo/{cleared.id}/", ticket=ticket)
        assert mirror.get(f"/phonenumber/dids/{sid}").json()[field] == before[field]
    assert "Undo" in answer.text


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


def test_unassign_when_it_ends_is_carried_out_once_the_cool_off_is_over(manager, mirror, assigned, visit):
    mirror.add_calls({"phonenumber": FREE, "date_start": ago(days=14)})
    unassign(manager, visit, FREE, how="later")
    intent = UnassignIntent.objects.get()
    unassign_later.carry_out(intent.pk)
    assert UnassignIntent.objects.get().state == "waiting"
    mirror.advance(2 * 86_400)
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        unassign_later.carry_out(intent.pk)
        unassign_later.carry_out(intent.pk)
    assert UnassignIntent.objects.get().state == "done"
    assert holder() == own_account().pk
    assert AuditEntry.objects.filter(action="number.unassign").count() == 1


def test_a_new_call_arms_the_intent_again(manager, mirror, assigned, visit):
    mirror.add_calls({"phonenumber": FREE, "date_start": ago(days=14)})
    unassign(manager, visit, FREE, how="later")
    mirror.add_calls({"phonenumber": FREE})
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        unassign_later.carry_out(UnassignIntent.objects.get().pk)
    intent = UnassignIntent.objects.get()
    assert (intent.state, intent.rearmed) == ("waiting", 1)
    assert intent.due_at > timezone.now() + timedelta(days=14)
    assert "extended" in intent.message


def test_a_scheduled_unassign_can_be_cancelled(manager, mirror, assigned, visit):
    mirror.add_calls({"phonenumber": FREE})
    unassign(manager, visit, FREE, how="later")
    intent = UnassignIntent.objects.get()
    page = visit(manager, f"/numbers/{FREE}/")
    manager.post(f"/numbers/{FREE}/unassign/{intent.pk}/cancel/", ticket=page.value("ticket"))
    assert UnassignIntent.objects.get().state == "cancelled"


def test_an_admin_forces_for_a_request_and_the_entry_keeps_what_was_overridden(
    manager, admin, mirror, assigned, visit
):
    mirror.add_calls({"phonenumber": FREE, "date_start": ago(days=3)})
    before = holder()
    ask(manager, visit, FREE)
    asked = OverrideRequest.objects.get()
    assert "The court asked" in visit(admin, "/numbers/overrides/").text
    visit(admin, f"/numbers/{FREE}/unassign/", htmx=True)
    answer = check(force(admin, visit, FREE, request=str(asked.pk)), whole=False)
    assert "Forced" in answer.text
    entry = AuditEntry.objects.get(action="number.force")
    assert (entry.outcome, entry.actor, entry.params["holder_sid"]) == ("done", admin.user, before)
    assert entry.params["remaining_seconds"] > 11 * 86_400
    assert OverrideRequest.objects.get().state == "forced"
    assert holder() == own_account().pk


def test_an_admin_declines_and_the_asker_sees_why(manager, admin, mirror, assigned, visit):
    mirror.add_calls({"phonenumber": FREE})
    ask(manager, visit, FREE)
    asked = OverrideRequest.objects.get()
    url = f"/numbers/overrides/{asked.pk}/decline/"
    ticket = visit(admin, url, htmx=True).value("ticket")
    admin.post(url, htmx=True, ticket=ticket, reason="Wait for the twelve days, please")
    assert OverrideRequest.objects.get().state == "declined"
    assert "Wait for the twelve days" in visit(manager, f"/numbers/{FREE}/").text


def test_two_admins_deciding_at_once_make_one_decision(manager, admin, make_person, mirror, assigned, visit):
    mirror.add_calls({"phonenumber": FREE})
    ask(manager, visit, FREE)
    asked, other = OverrideRequest.objects.get(), make_person("admin", "admin2")
    url = f"/numbers/overrides/{asked.pk}/decline/"
    forms = [(person, visit(person, url, htmx=True).value("ticket")) for person in (admin, other)]
    statuses = [p.post(url, htmx=True, ticket=t, reason="Not this one, sorry").status_code for p, t in forms]
    assert sorted(statuses) == [200, 422]
    assert AuditEntry.objects.filter(action="override.decline").count() == 1


def test_nobody_approves_their_own_request(admin, mirror, assigned, visit):
    mirror.add_calls({"phonenumber": FREE})
    ask(admin, visit, FREE)
    response = force(admin, visit, FREE, request=str(OverrideRequest.objects.get().pk))
    assert "their own request" in check(response, whole=False).text
    assert holder() != own_account().pk


def test_with_two_admins_wanted_the_first_ones_force_is_a_request(
    admin, make_person, mirror, assigned, visit, settings
):
    settings.FORCE_NEEDS_SECOND_ADMIN = True
    mirror.add_calls({"phonenumber": FREE})
    force(admin, visit, FREE)
    assert holder() != own_account().pk
    other = make_person("admin", "admin2")
    force(other, visit, FREE, request=str(OverrideRequest.objects.get().pk))
    assert holder() == own_account().pk


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"reason": "   "}, "Say why"),
        ({"reason": "too   short"}, "at least 10"),
        ({"typed": "12125550148"}, "another number"),
        ({"typed": "x"}, "digits"),
    ],
)
def test_a_force_without_a_reason_or_with_another_number_typed_is_refused(
    admin, mirror, assigned, visit, wrong, says
):
    response = force(admin, visit, FREE, **wrong)
    assert response.status_code == 422
    assert says in check(response, whole=False).text
    assert not AuditEntry.objects.filter(action="number.force").exists()


def test_without_admin_credentials_the_portal_says_so(admin, mirror, assigned, visit, settings):
    settings.NUMBER_API_ADMIN_AUTH_TOKEN = ""
    answer = check(admin.get(f"/numbers/{FREE}/force/", htmx=True), whole=False)
    assert "not configured" in answer.text


def test_a_force_that_upstream_refuses_says_so(admin, mirror, assigned, visit, settings):
    mirror.add_calls({"phonenumber": FREE})
    settings.NUMBER_API_ADMIN_AUTH_ID = settings.NUMBER_API_AUTH_ID
    settings.NUMBER_API_ADMIN_AUTH_TOKEN = settings.NUMBER_API_AUTH_TOKEN
    answer = check(force(admin, visit, FREE), whole=False)
    assert "Refused. Nothing was changed" in answer.text
    assert AuditEntry.objects.get(action="number.force").outcome == "rejected"


def test_a_manager_may_not_force(manager, mirror, assigned):
    assert manager.get(f"/numbers/{FREE}/force/").status_code == 403


def test_an_unassign_without_an_answer_is_settled_by_reading_back(manager, mirror, assigned, visit):
    mirror.fault("DELETE", "assign-subaccount", "reset", when="after")
    assert "We are checking" in check(unassign(manager, visit, FREE), whole=False).text
    audit.settle_due()
    assert AuditEntry.objects.get(action="number.unassign").outcome == "done"
    assert holder() == own_account().pk


def test_call_records_keep_the_forecast_in_step(mirror, assigned):
    mirror.add_calls({"phonenumber": FREE, "date_start": ago(days=1)})
    sync_calls()
    assert CoolOff.objects.get(pk=FREE).in_effect


def test_from_a_partners_page_only_numbers_of_the_parent_pool_are_offered_and_taken(
    manager, mirror, partner, visit
):
    picked = {"partner": partner.pk}
    offered = visit(manager, "/numbers/assign/", htmx=True, **picked)
    held = Number.objects.exclude(partner_sid=own_account().pk).first()
    assert "(516) 206-5573" in offered.html
    assert str(held) not in offered.html
    answer = visit(manager, "/numbers/assign/", htmx=True, phonenumber="516.206.5573", **picked)
    assert answer.all("option", value=partner.pk)[0].get("selected") is not None
    refused = visit(manager, "/numbers/assign/", htmx=True, status=422, phonenumber=str(held), **picked)
    assert "not in the parent pool" in refused.text


def test_who_asked_is_told_on_the_first_page_when_it_is_decided(manager, admin, mirror, assigned, visit):
    mirror.add_calls({"phonenumber": FREE})
    ask(manager, visit, FREE)
    asked = OverrideRequest.objects.get()
    force(admin, visit, FREE, reason="Granted, the order is on file", request=str(asked.pk))
    assert "Granted, the order is on file" in visit(manager, "/").text


def test_a_plan_that_was_given_up_is_told_on_the_first_page(manager, mirror, assigned, visit):
    mirror.add_calls({"phonenumber": FREE})
    unassign(manager, visit, FREE, how="later")
    UnassignIntent.objects.update(due_at=timezone.now(), give_up_at=timezone.now() + timedelta(days=1))
    unassign_later.carry_out(UnassignIntent.objects.get().pk)
    assert UnassignIntent.objects.get().state == "gave_up"
    assert "Not unassigned: A new call has extended the cool-off." in visit(manager, "/").text


def test_fifteen_days_are_fifteen_days_also_when_the_clocks_change(mirror, assigned):
    chicago = ZoneInfo("America/Chicago")
    for called in (datetime(2026, 10, 25, 9, tzinfo=chicago), datetime(2027, 3, 7, 9, tzinfo=chicago)):
        noted = note_last_call(FREE, called)
        assert (noted.until - called.astimezone(UTC)).total_seconds() == 15 * 86_400
        CoolOff.objects.all().delete()


def ago(**span) -> str:
    return (timezone.now() - timedelta(**span)).isoformat()
