"""Unassign when the cool-off ends: planned, carried out, put off, cancelled, given up."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from numbers.models import CoolOff, UnassignIntent
from numbers.services import unassign_later
from partners.models import Partner
from partners.services.family import own_account
from portal.models import AuditEntry
from tests.moves import FREE, ago, holder, unassign


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


def test_a_plan_that_was_given_up_is_told_on_the_first_page(manager, mirror, assigned, visit):
    mirror.add_calls({"phonenumber": FREE})
    unassign(manager, visit, FREE, how="later")
    UnassignIntent.objects.update(due_at=timezone.now(), give_up_at=timezone.now() + timedelta(days=1))
    unassign_later.carry_out(UnassignIntent.objects.get().pk)
    assert UnassignIntent.objects.get().state == "gave_up"
    assert "Not unassigned: A new call has extended the cool-off." in visit(manager, "/").text


def planned(manager, mirror, visit) -> UnassignIntent:
    mirror.add_calls({"phonenumber": FREE})
    unassign(manager, visit, FREE, how="later")
    UnassignIntent.objects.update(due_at=timezone.now())
    return UnassignIntent.objects.get()


@pytest.mark.parametrize("trouble", ["unlinked", "not configured"])
def test_trouble_that_may_pass_puts_it_off_and_does_not_end_it(
    manager, mirror, assigned, visit, settings, trouble
):
    intent = planned(manager, mirror, visit)
    if trouble == "unlinked":
        Partner.objects.filter(pk=holder()).update(sub_account_id="")
    else:
        settings.NUMBER_API_URL = ""
    unassign_later.carry_out(intent.pk)
    intent.refresh_from_db()
    assert (intent.state, intent.rearmed) == ("waiting", 1)
    assert intent.message


@pytest.mark.parametrize("left_out", ["cool_off_until", "cool_off_remaining_seconds"])
def test_a_refusal_with_one_figure_only_is_enough_to_wait(manager, mirror, assigned, visit, left_out):
    intent = planned(manager, mirror, visit)
    figures = {
        "cool_off_until": (timezone.now() + timedelta(days=5)).isoformat(),
        "cool_off_remaining_seconds": 5 * 86_400,
    }
    del figures[left_out]
    body = {"error": "did_cool_off_in_effect", **figures}
    mirror.fault("DELETE", "assign-subaccount", "status", status=409, body=body)
    unassign_later.carry_out(intent.pk)
    intent.refresh_from_db()
    assert intent.state == "waiting"
    assert abs(intent.due_at - timezone.now() - timedelta(days=5)) < timedelta(minutes=1)


def test_a_refusal_without_any_figure_is_tried_again_later(manager, mirror, assigned, visit):
    intent = planned(manager, mirror, visit)
    body = {"error": "did_cool_off_in_effect"}
    mirror.fault("DELETE", "assign-subaccount", "status", status=409, body=body)
    unassign_later.carry_out(intent.pk)
    intent.refresh_from_db()
    assert intent.state == "waiting"
    assert timedelta(minutes=50) < intent.due_at - timezone.now() < timedelta(minutes=70)


def test_a_plan_that_is_due_stays_in_the_list(manager, mirror, assigned, visit):
    planned(manager, mirror, visit)
    CoolOff.objects.filter(pk=FREE).update(until=timezone.now() - timedelta(minutes=1))
    listed = visit(manager, "/numbers/cool-offs/").text
    assert "(516) 206-5573" in listed
    assert "unassign due" in listed
    assert "1 unassign scheduled" in listed


def test_what_the_clock_did_is_told_as_the_clocks_doing_and_on_the_first_page(
    manager, mirror, assigned, visit
):
    mirror.add_calls({"phonenumber": FREE, "date_start": ago(days=14, hours=23)})
    unassign(manager, visit, FREE, how="later")
    mirror.advance(2 * 3600)
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        unassign_later.carry_out(UnassignIntent.objects.get().pk)
    entry = AuditEntry.objects.get(action="number.unassign")
    assert (entry.outcome, entry.actor_text) == ("done", "The clock, for Alex Moreno")
    assert entry.actor == manager.user
    assert "as planned" in visit(manager, "/").text


def test_a_plan_that_was_put_off_is_told_on_the_first_page(manager, mirror, assigned, visit):
    unassign_later.carry_out(planned(manager, mirror, visit).pk)
    assert "put off" in visit(manager, "/").text
