"""Assign, unassign, call, wait, schedule, ask and force in any order: all sides agree."""

from datetime import timedelta
from itertools import count

import pytest
import time_machine
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings as hypothesis_settings, strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from numbers.models import Number, OverrideRequest, UnassignIntent
from numbers.models.cooloff import COOL_OFF
from numbers.services import unassign_later
from numbers.services.assign import CannotAssign, assignable_partners, number_assign
from numbers.services.force import number_force
from numbers.services.override import CannotDecide, override_ask, override_decline
from numbers.services.sync import sync_numbers
from numbers.services.unassign import CannotUnassign, number_unassign, unassign_outlook
from partners.services.family import own_account
from partners.services.sub_accounts import sync_sub_accounts
from partners.services.sync import sync_partners
from portal import audit
from portal.models import AuditEntry
from portal.upstream import number_api_admin
from tests.people import make_user

NUMBER = "14155550119"
REASON = "Asked for by the court"


def machine(new_world, point_at):
    """The machine's class, for worlds made by `new_world()` and portal settings set by `point_at(world)`."""

    class Desk(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.undo = transaction.atomic()
            self.undo.__enter__()
            self.now = time_machine.travel(timezone.now())
            self.now.start()
            self.travelled = timedelta()
            self.world = new_world()
            point_at(self.world)
            cache.clear()
            sync_partners()
            sync_sub_accounts()
            sync_numbers()
            self.manager, self.admin = make_user("manager"), make_user("admin")
            self.ourselves = own_account().pk
            self.partners = [partner.pk for partner in assignable_partners()]
            self.holder, self.last_call, self.forced = self.ourselves, None, 0

        def teardown(self) -> None:
            self.now.stop()
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)

        def ticket(self, person, action: str) -> str:
            return audit.mint(person, action, NUMBER)

        @property
        def in_cool_off(self) -> bool:
            return self.last_call is not None and timezone.now() < self.last_call + COOL_OFF

        @rule(which=st.integers(0, 5))
        def assign(self, which: int) -> None:
            partner = self.partners[which % len(self.partners)]
            ticket = self.ticket(self.manager, "number.assign")
            try:
                entry = number_assign(
                    actor=self.manager, ticket=ticket, phonenumber=NUMBER, partner_sid=partner
                )
            except CannotAssign:
                assert self.holder != self.ourselves
                return
            assert entry.outcome == "done"
            self.holder = partner

        @rule()
        def unassign(self) -> None:
            ticket = self.ticket(self.manager, "number.unassign")
            try:
                entry = number_unassign(actor=self.manager, ticket=ticket, phonenumber=NUMBER)
            except CannotUnassign:
                assert self.holder == self.ourselves
                return
            assert entry.outcome == ("rejected" if self.in_cool_off else "done")
            if entry.outcome == "done":
                self.holder = self.ourselves

        @rule()
        def call(self) -> None:
            self.world.add_calls({"phonenumber": NUMBER})
            self.last_call = timezone.now()

        @rule(hours=st.integers(1, 400))
        def wait(self, hours: int) -> None:
            self.travelled += timedelta(hours=hours)
            self.world.advance(hours * 3600)
            self.now.stop()
            self.now = time_machine.travel(timezone.now() + self.travelled)
            self.now.start()

        @precondition(lambda self: self.holder != self.ourselves)
        @rule()
        def schedule(self) -> None:
            unassign_outlook(NUMBER)
            ticket = self.ticket(self.manager, "number.unassign_later")
            try:
                unassign_later.unassign_when_free(
                    actor=self.manager, ticket=ticket, phonenumber=NUMBER, clear=[]
                )
            except unassign_later.CannotSchedule:
                live = UnassignIntent.objects.filter(state__in=UnassignIntent.LIVE)
                assert live.exists() or not self.in_cool_off

        @rule()
        def clock(self) -> None:
            for pk in UnassignIntent.objects.filter(state="waiting").values_list("pk", flat=True):
                unassign_later.carry_out(pk)
            if UnassignIntent.objects.filter(
                state="done", ended__gte=timezone.now() - timedelta(seconds=2)
            ).exists():
                assert not self.in_cool_off
                self.holder = self.ourselves

        @precondition(lambda self: self.holder != self.ourselves)
        @rule()
        def ask(self) -> None:
            try:
                override_ask(
                    actor=self.manager,
                    ticket=self.ticket(self.manager, "override.ask"),
                    phonenumber=NUMBER,
                    reason=REASON,
                )
            except CannotDecide:
                live = OverrideRequest.objects.filter(state__in=OverrideRequest.LIVE)
                assert live.exists() or not self.in_cool_off

        @rule()
        def decline(self) -> None:
            for asked in OverrideRequest.objects.filter(state="waiting"):
                ticket = audit.mint(self.admin, "override.decline", NUMBER)
                override_decline(actor=self.admin, ticket=ticket, override_id=asked.pk, reason=REASON)
                asked.refresh_from_db()
                assert asked.state == "declined"

        @rule()
        def call_the_plan_off(self) -> None:
            for intent in UnassignIntent.objects.filter(state="waiting"):
                ticket = self.ticket(self.manager, "number.keep")
                unassign_later.unassign_cancel(actor=self.manager, ticket=ticket, intent_id=intent.pk)
                intent.refresh_from_db()
                assert intent.state == "cancelled"

        @precondition(lambda self: self.holder != self.ourselves)
        @rule()
        def unassign_and_lose_the_answer(self) -> None:
            refused = self.in_cool_off
            self.world.fault("DELETE", "assign-subaccount", "reset", when="after")
            ticket = self.ticket(self.manager, "number.unassign")
            entry = number_unassign(actor=self.manager, ticket=ticket, phonenumber=NUMBER)
            assert entry.outcome == "unknown"
            self.wait(1)  # until nobody has to fear that it is still on its way
            audit.settle_due()
            entry.refresh_from_db()
            assert entry.outcome == ("failed" if refused else "done")
            if not refused:
                self.holder = self.ourselves

        @precondition(lambda self: self.holder != self.ourselves)
        @rule()
        def force(self) -> None:
            asked = OverrideRequest.objects.filter(state="waiting").first()
            entry = number_force(
                actor=self.admin,
                ticket=self.ticket(self.admin, "number.force"),
                phonenumber=NUMBER,
                reason=REASON,
                override_id=asked.pk if asked else None,
            )
            assert entry.outcome == "done"
            self.holder, self.forced = self.ourselves, self.forced + 1

        @invariant()
        def everybody_agrees_who_holds_it(self) -> None:
            upstream = self.world.get("/phonenumber/dids", filter=f"phonenumber eq {NUMBER}").json()["items"][
                0
            ]
            assert upstream["partner_sid"] == self.holder
            assert Number.objects.get(phonenumber=NUMBER).partner_sid == self.holder
            assert not AuditEntry.objects.filter(outcome__in=("open", "unknown")).exists()

        @invariant()
        def every_force_is_on_record_on_both_sides(self) -> None:
            assert AuditEntry.objects.filter(action="number.force", outcome="done").count() == self.forced
            assert number_api_admin().assignment_audit().total == self.forced

        @invariant()
        def every_plan_ends_once(self) -> None:
            for intent in UnassignIntent.objects.all():
                moves = AuditEntry.objects.filter(job=f"intent:{intent.pk}", outcome="done").count()
                assert moves == (intent.state == "done")
                assert (intent.ended is None) == (intent.state in UnassignIntent.LIVE)
            assert UnassignIntent.objects.filter(state__in=UnassignIntent.LIVE).count() <= 1
            if self.holder == self.ourselves:
                assert not UnassignIntent.objects.filter(state="waiting").exists()
                assert not OverrideRequest.objects.filter(state="waiting").exists()

    return Desk


@pytest.mark.django_db
def test_whatever_happens_in_whatever_order_all_sides_agree(sandbox, settings):
    names = count()

    def new_world():
        return sandbox.world(name=f"machine {next(names)}")

    def point_at(world) -> None:
        core, number = world.credentials["core_api"], world.credentials["number_api"]
        settings.CORE_API_URL, settings.CORE_API_TOKEN = core["url"], core["token"]
        settings.NUMBER_API_URL = number["url"]
        settings.NUMBER_API_AUTH_ID, settings.NUMBER_API_AUTH_TOKEN = number["auth_id"], number["auth_token"]
        settings.NUMBER_API_ADMIN_AUTH_ID = number["admin_auth_id"]
        settings.NUMBER_API_ADMIN_AUTH_TOKEN = number["admin_auth_token"]

    run_state_machine_as_test(
        machine(new_world, point_at),
        settings=hypothesis_settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
