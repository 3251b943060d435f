"""Every write of ours under every trouble of the wire: none is lost, none is doubled, nobody is lied to.

The table of the writes is `table`. Whatever happens, the ledger's outcome is the carrier's
truth, the request was sent at most once, mirror and plans agree, the person is told, and nothing stays open.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from numbers.services import unassign_later
from partners.services.revoke import revoke_due
from portal import audit
from portal.models import UNSETTLED, AuditEntry
from tests.pages import check
from tests.planted import assert_nowhere
from tests.portal.writes.table import MOVE, WRITES, Stage, Write


@dataclass(frozen=True)
class Trouble:
    """A fault of the wire; `commits`: the carrier has done it all the same."""

    name: str
    commits: bool
    fault: dict[str, Any]

    def __str__(self) -> str:
        return self.name


def lost(name: str, kind: str, **given: Any) -> Trouble:
    return Trouble(name, commits=True, fault={"kind": kind, **given})


def never(name: str, kind: str, **given: Any) -> Trouble:
    return Trouble(name, commits=False, fault={"kind": kind, **given})


TROUBLES = (
    lost("answer lost", "reset", when="after"),
    lost("answer cut short", "truncate", bytes=1),
    lost("500 though done", "status", status=500, commit=True),
    lost("a page instead of an answer", "body", body="<html>", status=502, commit=True),
    never("lost on the way", "reset", when="before"),
    never("503 and not done", "status", status=503),
)


@pytest.mark.parametrize("trouble", TROUBLES, ids=str)
@pytest.mark.parametrize("write", WRITES, ids=str)
def test_whatever_becomes_of_the_answer_the_ledger_ends_with_the_truth(
    upstream, stage, client, write, trouble
):
    upstream.fault(write.method, write.path, **trouble.fault)
    entry = done_once(stage, write)
    if entry.outcome != "done":  # an answer without a body can be cut no shorter
        assert entry.outcome == "unknown"
        assert "We are checking" in told(client, stage, entry)
    settle(write)
    agrees(upstream, write, entry, done=trouble.commits and not write.unseen)
    assert ("Done" if entry.outcome == "done" else "Not done") in told(client, stage, entry)


@pytest.mark.parametrize("write", WRITES, ids=str)
def test_what_our_own_database_could_not_write_down_is_written_down_later(upstream, stage, write):
    with connection.cursor() as cursor:
        cursor.execute(FULL)
        entry = done_once(stage, write)
        assert entry.outcome == "open"
        cursor.execute("DROP TRIGGER full")
    settle(write)
    agrees(upstream, write, entry, done=not write.unseen)


@pytest.mark.parametrize("write", [write for write in WRITES if write.target], ids=str)
def test_the_same_form_sent_twice_is_one_write(upstream, stage, write):
    by = write.ticket(stage)
    write.do(stage, by)
    entry = AuditEntry.objects.get(pk=done_once(stage, write, by).pk)
    agrees(upstream, write, entry, done=True)


@pytest.mark.parametrize("write", WRITES, ids=str)
def test_no_credential_that_the_carrier_quotes_is_kept_or_shown(upstream, stage, client, lines, write):
    quoted = credential(upstream, write)
    body = {"error": {"code": 400, "message": quoted}, "message": quoted, "errors": [{"name": quoted}]}
    upstream.fault(write.method, write.path, "status", status=400, body=body)
    entry = done_once(stage, write)
    assert entry.outcome == "rejected"
    client.force_login(stage.people["admin"])
    pages = [client.get(path).content.decode() for path in (f"/entries/{entry.pk}/", "/audit/")]
    assert any(str(entry.pk) in line for line in lines)
    assert_nowhere([quoted], lines, pages)


def credential(world, write: Write) -> str:
    """What the request of `write` proves itself with: all that a carrier could quote."""
    if write.action == "number.force":
        return world.number_api["admin_auth_token"]
    numbers_api = MOVE in write.path or write.name in ("release that can be cancelled", "cancel a release")
    return world.number_api["auth_token"] if numbers_api else world.core["token"]


# The ledger cannot be written when a write is to be closed as done: as with a full disk.
FULL = """
CREATE TRIGGER full BEFORE UPDATE ON portal_auditentry WHEN NEW.outcome = 'done'
BEGIN SELECT RAISE(ABORT, 'the disk is full'); END
"""


def done_once(stage: Stage, write: Write, by: dict[str, Any] | None = None) -> AuditEntry:
    """Do it; its one entry."""
    write.do(stage, by or write.ticket(stage))
    return AuditEntry.objects.exclude(pk__in=stage.entries).get(action=write.action)


def settle(write: Write) -> None:
    """What the clock does at once, and after the minutes that prove what has not happened."""
    for later in (timedelta(), write.proof):
        with time_machine.travel(timezone.now() + later):
            audit.settle_due()
            unassign_later.pick_up_lost()
            revoke_due()


def agrees(world, write: Write, entry: AuditEntry, *, done: bool) -> None:
    """Carrier, mirror and ledger say the same, and it was asked for once."""
    entry.refresh_from_db()
    assert (entry.outcome == "done", write.truth[0](world), write.truth[1]()) == (done, done, done), entry
    assert len(world.requests(write.method, write.path)) == 1
    assert not AuditEntry.objects.filter(outcome__in=UNSETTLED).exists()


def told(client, stage: Stage, entry: AuditEntry) -> str:
    """What somebody reads who looks the entry up before anything is settled for it."""
    unknown = AuditEntry.objects.filter(pk=entry.pk, outcome="unknown")
    unknown.update(settle_after=timezone.now() + timedelta(minutes=1))
    client.force_login(stage.people["admin"])
    page = check(client.get(f"/entries/{entry.pk}/"))
    unknown.update(settle_after=None)
    return page.text
