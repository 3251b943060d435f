"""Several people, clocks and processes at one thing: one order of events, and everyone is told the truth."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from numbers.models import Number, OverrideRequest, UnassignIntent
from numbers.services import unassign_later
from numbers.services.assign import CannotAssign, number_assign
from numbers.services.edit import number_edit
from numbers.services.force import number_force
from numbers.services.messaging import number_messaging
from numbers.services.override import CannotDecide, override_decline
from numbers.services.release import NOW, CannotRelease, number_release
from numbers.services.sync import sync_numbers
from numbers.services.unassign import CannotUnassign
from numbers.services.undo import CannotUndo, number_undo
from partners.models import Partner, PlannedRevocation, Token
from partners.services.edit import partner_edit
from partners.services.revoke import revoke_due, token_revoke
from partners.services.token_edit import token_edit
from portal import audit, clock
from portal.models import UNSETTLED, AuditEntry
from portal.upstream import core_api, number_api
from tests.people import make_user
from tests.portal.writes import table
from tests.portal.writes.table import DELETED, HOLDER, REASON, URL, WRITES, did

PROOF = timedelta(minutes=5)


def by(stage, action: str, target: str, role: str = "manager") -> dict:
    actor = stage.people[role]
    return {"actor": actor, "ticket": audit.mint(actor, action, target)}


def do(stage, name: str) -> None:
    write = next(write for write in WRITES if write.name == name)
    write.do(stage, write.ticket(stage))


def settle(after: timedelta = PROOF) -> None:
    with time_machine.travel(timezone.now() + after):
        audit.settle_due()


def newest(action: str) -> AuditEntry:
    return AuditEntry.objects.filter(action=action).first()


def holder(world, phonenumber: str) -> str:
    return did(world, phonenumber)["partner_sid"]


# --- one number, several moves -------------------------------------------------------------------


def test_a_release_never_takes_a_number_from_a_holder_the_mirror_does_not_know_of(upstream, stage):
    account = Partner.objects.get(name=HOLDER).sub_account_id
    number_api().assign(table.RELEASED, account)
    with pytest.raises(CannotRelease, match=HOLDER):
        number_release(phonenumber=table.RELEASED, how=NOW, **by(stage, "number.release", table.RELEASED))
    assert holder(upstream, table.RELEASED) == stage.partners[HOLDER]
    assert not upstream.requests(method="DELETE", path="/phonenumber/dids")


@pytest.mark.parametrize(
    ("name", "look"),
    [
        ("release", lambda _: (Number, core_api().phonenumbers.find(table.RELEASED))),
        ("delete a partner", lambda stage: (Partner, core_api().partners.get(stage.partners[DELETED]))),
        ("revoke a token", lambda stage: (Token, core_api().oauth.tokens.get(stage.tokens["Revoked"]))),
    ],
)
def test_a_look_from_before_does_not_bring_back_what_has_left(upstream, stage, name, look):
    model, seen = look(stage)
    asked = timezone.now()
    do(stage, name)
    model.upsert([seen], as_of=asked)
    assert not model.objects.filter(pk=model.from_upstream(seen, asked).pk).exists()
    model.upsert([seen], as_of=timezone.now())
    assert model.objects.filter(pk=model.from_upstream(seen, asked).pk).exists()


def test_a_look_from_before_an_edit_was_answered_does_not_undo_it_here(upstream, stage):
    fault = upstream.fault("PATCH", "/phonenumber/dids/", "delay", seconds=6, when="before")
    with ThreadPoolExecutor(1) as other:
        look = other.submit(_look_in_the_middle, upstream, fault)
        do(stage, "edit a number")
        seen, asked = look.result()
    Number.upsert([seen], as_of=asked)
    assert Number.objects.get(phonenumber=table.NAMED).name == "Front desk"


@pytest.mark.parametrize(
    ("name", "number"),
    [("unassign", table.UNASSIGNED), ("cancel a release", table.KEPT)],
)
def test_a_move_that_could_not_be_looked_at_is_not_undone_here_by_a_look_from_before(
    upstream, stage, name, number
):
    write = next(write for write in WRITES if write.name == name)
    seen, asked = core_api().phonenumbers.find(number), timezone.now()
    upstream.fault("GET", "/phonenumber/dids/", "status", status=503, times=20)
    write.do(stage, write.ticket(stage))
    upstream.clear_faults()
    assert write.truth[1]()
    Number.upsert([seen], as_of=asked)
    assert write.truth[1]()


def test_a_move_that_did_not_happen_says_what_became_of_the_number(upstream, stage):
    upstream.fault("POST", "assign-subaccount", "reset", when="before")
    do(stage, "assign")
    core_api().phonenumbers.release(did(upstream, table.ASSIGNED)["did_sid"])
    settle()
    assert "does not list the number as yours any more" in newest("number.assign").message


def _look_in_the_middle(world, fault: int):
    end = time.monotonic() + 30
    while world.left(fault):
        assert time.monotonic() < end, "it was not sent"
        time.sleep(0.02)
    asked = timezone.now()
    seen = core_api().phonenumbers.find(table.NAMED)
    # Kept when it is answered.
    assert not world.requests(method="PATCH", path="/phonenumber/dids/"), "the look came too late"
    return seen, asked


def test_while_it_is_not_known_what_became_of_a_move_nobody_else_moves_the_number(upstream, stage):
    number = table.UNASSIGNED
    upstream.fault("DELETE", "assign-subaccount", "reset", when="after")
    do(stage, "unassign")
    sync_numbers()  # by now the mirror shows it in the pool
    with pytest.raises(CannotAssign, match="Alex Moreno is unassigning"):
        number_assign(
            phonenumber=number, partner_sid=stage.partners[HOLDER], **by(stage, "number.assign", number)
        )
    with pytest.raises(CannotRelease, match="Alex Moreno is unassigning"):
        number_release(phonenumber=number, how=NOW, **by(stage, "number.release", number))
    audit.settle_due()
    assert newest("number.unassign").outcome == "done"
    number_assign(
        phonenumber=number, partner_sid=stage.partners[HOLDER], **by(stage, "number.assign", number)
    )
    assert holder(upstream, number) == stage.partners[HOLDER]


def test_a_plan_that_is_due_waits_for_a_force_whose_answer_was_lost_and_ends_with_it(upstream, stage):
    number = table.DUE
    upstream.fault("DELETE", "assign-subaccount", "reset", when="after")
    number_force(phonenumber=number, reason=REASON, **by(stage, "number.force", number, "admin"))
    do(stage, "scheduled unassign")
    assert UnassignIntent.objects.get().state == "waiting"
    assert len(upstream.requests(method="DELETE", path="assign-subaccount")) == 1
    audit.settle_due()
    assert UnassignIntent.objects.get().state == "moot"
    assert not AuditEntry.objects.filter(outcome__in=UNSETTLED).exists()


def test_a_force_waits_for_the_plan_the_worker_is_carrying_out(upstream, stage):
    upstream.fault("DELETE", "assign-subaccount", "reset", when="before")
    do(stage, "scheduled unassign")
    with pytest.raises(CannotUnassign, match="is unassigning"):
        number_force(phonenumber=table.DUE, reason=REASON, **by(stage, "number.force", table.DUE, "admin"))
    with time_machine.travel(timezone.now() + PROOF):
        unassign_later.pick_up_lost()
        assert UnassignIntent.objects.get().state == "waiting"
        number_force(phonenumber=table.DUE, reason=REASON, **by(stage, "number.force", table.DUE, "admin"))
    assert UnassignIntent.objects.get().state == "moot"


def test_of_a_force_and_a_refusal_at_once_the_first_is_the_decision(upstream, stage):
    upstream.fault("DELETE", "assign-subaccount", "reset", when="after")
    do(stage, "force")
    asked = OverrideRequest.objects.get()
    other = make_user("admin", "admin2")
    ticket = audit.mint(other, "override.decline", table.FORCED)
    with pytest.raises(CannotDecide):
        override_decline(actor=other, ticket=ticket, override_id=asked.pk, reason=REASON)
    audit.settle_due()
    asked.refresh_from_db()
    assert (asked.state, asked.decided_by) == ("forced", stage.people["admin"])


def test_a_partner_deleted_meanwhile_gets_no_number(upstream, stage):
    gone = stage.partners[table.DELETED]
    core_api().partners.delete(gone)
    entry = number_assign(
        phonenumber=table.ASSIGNED, partner_sid=gone, **by(stage, "number.assign", table.ASSIGNED)
    )
    assert entry.outcome == "rejected"
    assert "Nothing was changed" in entry.message
    assert holder(upstream, table.ASSIGNED) == upstream.core["partner_sid"]


# --- edits ---------------------------------------------------------------------------------------


def test_an_edit_whose_answer_was_lost_was_made_though_somebody_edits_over_it(upstream, stage):
    upstream.fault("PATCH", "/phonenumber/dids", "reset", when="after")
    do(stage, "edit a number")
    lost = newest("number.edit")
    number_edit(
        phonenumber=table.NAMED,
        wanted={"name": "Reception"},
        seen={"name": "Front desk"},
        **by(stage, "number.edit", table.NAMED, "admin"),
    )
    settle()
    lost.refresh_from_db()
    assert lost.outcome == "done"
    assert did(upstream, table.NAMED)["name"] == "Reception"


def test_an_undo_does_not_undo_what_somebody_did_elsewhere(upstream, stage):
    elsewhere = "https://example.com/elsewhere"
    sid = Number.objects.get(phonenumber=table.UNDONE).pk
    upstream.patch(f"/phonenumber/dids/{sid}", {"callback_url": elsewhere})
    with pytest.raises(CannotUndo, match="changed again"):
        do(stage, "undo")
    assert did(upstream, table.UNDONE)["callback_url"] == elsewhere


def test_an_undo_needs_a_look_first(upstream, stage):
    upstream.fault("GET", "/phonenumber/dids", "status", status=503, times=3)
    entry = audit.history(table.UNDONE)[-1]
    with pytest.raises(CannotUndo, match="Nothing was changed"):
        number_undo(phonenumber=table.UNDONE, entry_id=entry.pk, **by(stage, "number.edit", table.UNDONE))
    assert did(upstream, table.UNDONE)["callback_url"] is None


def _edit_partner(stage):
    given = by(stage, "partner.edit", stage.partners[table.DELETED])
    partner_edit(
        partner_sid=stage.partners[table.DELETED], wanted={"address2": "Gone"}, seen={"address2": ""}, **given
    )


def _edit_token(stage):
    token = Token.objects.get(pk=stage.tokens["Revoked"])
    target = f"{token.partner_sid}/{token.pk}"
    token_edit(
        token=token, wanted={"name": "New"}, seen={"name": "Revoked"}, **by(stage, "token.edit", target)
    )


def _talk(stage):
    number_messaging(phonenumber=table.TALKING, enabled=True, **by(stage, "number.messaging", table.TALKING))


@pytest.mark.parametrize(
    ("edit", "method", "path", "remove"),
    [
        (
            _edit_partner,
            "PATCH",
            "/partners/",
            lambda stage: core_api().partners.delete(stage.partners[table.DELETED]),
        ),
        (
            _edit_token,
            "PATCH",
            "/oauth/tokens/",
            lambda stage: core_api().oauth.tokens.revoke(stage.tokens["Revoked"]),
        ),
        (
            _talk,
            "POST",
            "/messaging",
            lambda _: core_api().phonenumbers.release(Number.objects.get(phonenumber=table.TALKING).pk),
        ),
    ],
)
def test_an_edit_of_what_is_gone_since_does_not_stay_open(upstream, stage, edit, method, path, remove):
    upstream.fault(method, path, "reset", when="before")
    edit(stage)
    entry = AuditEntry.objects.exclude(pk__in=stage.entries).get()
    remove(stage)
    audit.settle_due()
    entry.refresh_from_db()
    assert entry.outcome == "unknown"
    settle()
    entry.refresh_from_db()
    assert entry.outcome == "failed"
    assert "gone" in entry.message


def test_a_token_that_is_rotated_and_revoked_is_revoked_once(upstream, stage):
    do(stage, "rotate a token")
    old = stage.tokens["Rotated"]
    target = f"{stage.partners[table.EDITED]}/{old}"
    token_revoke(token_sid=old, reason=REASON, **by(stage, "token.revoke", target))
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        revoke_due()
    assert len(upstream.requests(method="POST", path="/oauth/revoke")) == 1
    assert PlannedRevocation.objects.get(token_sid=old).state == "done"
    assert Token.objects.filter(name__startswith="Rotation").exists()


# --- a step that fails in the middle -------------------------------------------------------------


@pytest.fixture
def broken():
    """`broken(statement)` makes our database refuse something; `broken()` mends it."""

    def breaks(when: str = "") -> None:
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER IF EXISTS broken")
            if when:
                cursor.execute(
                    f"CREATE TRIGGER broken BEFORE {when} BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
                )

    return breaks


def test_a_force_is_not_done_before_its_request_is(upstream, stage, broken):
    broken("UPDATE ON numbers_overriderequest WHEN NEW.state = 'forced'")
    do(stage, "force")
    assert newest("number.force").outcome == "open"
    broken()
    settle()
    assert newest("number.force").outcome == "done"
    assert OverrideRequest.objects.get().state == "forced"


def test_an_unassign_is_not_done_before_everything_is_cleared(upstream, stage, broken):
    broken("INSERT ON portal_auditentry WHEN NEW.reason = 'Cleared when it was unassigned.'")
    do(stage, "unassign and clear")
    assert did(upstream, table.CLEARED)["callback_url"] == URL
    assert newest("number.unassign").outcome == "open"
    broken()
    settle()
    assert newest("number.unassign").outcome == "done"
    assert did(upstream, table.CLEARED)["callback_url"] is None


def test_what_is_cleared_after_the_person_has_left_keeps_their_name(upstream, stage):
    upstream.fault("DELETE", "assign-subaccount", "reset", when="after")
    do(stage, "unassign and clear")
    stage.people["manager"].delete()
    settle()
    assert did(upstream, table.CLEARED)["callback_url"] is None
    assert newest("number.edit").actor_text == "Alex Moreno"


# --- clocks --------------------------------------------------------------------------------------


def test_a_clock_that_runs_ahead_of_the_carriers_waits_as_long_as_the_carrier_says(upstream, stage):
    upstream.add_calls(
        {
            "phonenumber": table.DUE,
            "date_start": (timezone.now() - timedelta(days=15)).isoformat(),
            "duration": 120,
        }
    )
    with time_machine.travel(timezone.now() + timedelta(minutes=10)):
        do(stage, "scheduled unassign")
        intent = UnassignIntent.objects.get()
        assert intent.state == "waiting"
        assert timedelta(minutes=1) < intent.due_at - timezone.now() < timedelta(minutes=3)
        assert "call" not in intent.message


def test_a_clock_that_was_dead_for_a_day_does_everything_once(upstream, stage):
    for write in WRITES:
        if write.target and write.name != "clear on the way":
            upstream.fault(write.method, write.path, "reset", when="after")
            write.do(stage, write.ticket(stage))
    upstream.clear_faults()
    with time_machine.travel(timezone.now() + timedelta(days=2)) as now:
        clock.run_once()
        unassign_later.carry_out(UnassignIntent.objects.get().pk)  # handed to the worker
        now.shift(timedelta(minutes=2))
        clock.run_once()
    assert not AuditEntry.objects.filter(outcome__in=UNSETTLED).exists()
    for write in WRITES:
        expected = not write.unseen
        assert (write.truth[0](upstream), write.truth[1]()) == (expected, expected), write


def test_a_partner_that_appeared_while_the_clock_was_dead_for_a_month_is_found(upstream, stage):
    upstream.fault("POST", "/partners$", "reset", when="after")
    do(stage, "create a partner")
    settle(timedelta(days=31))
    assert newest("partner.create").outcome == "done"
