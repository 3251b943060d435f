"""Finding out what became of an entry: who may try, when, and how often."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from portal import audit
from portal.core_api.errors import Unavailable
from portal.models import AuditEntry, Outcome

pytestmark = pytest.mark.django_db

ANSWERS: list[object] = []
ASKED: list[AuditEntry] = []


def read_back(entry: AuditEntry) -> audit.Settled | None:
    """The settle function of the word below: gives or raises what a test put into ANSWERS."""
    ASKED.append(entry)
    answer = ANSWERS.pop(0) if ANSWERS else None
    if isinstance(answer, Exception):
        raise answer
    return answer


@pytest.fixture(autouse=True)
def word(monkeypatch):
    """A word of the vocabulary whose truth the test decides."""
    ANSWERS.clear()
    ASKED.clear()
    action = audit.AuditAction("Test", "tested", "testing", "test", settle=f"{__name__}.read_back")
    monkeypatch.setitem(audit.ACTIONS, "test.settle", action)
    monkeypatch.setitem(audit.ACTIONS, "test.nosettle", audit.AuditAction("Test", "did", "doing", "do"))


def entry(outcome=Outcome.UNKNOWN, *, age: float = 0, action="test.settle") -> AuditEntry:
    return AuditEntry.objects.create(
        action=action,
        actor_text="Sam Okafor",
        target="x",
        target_text="x",
        outcome=outcome,
        created=timezone.now() - timedelta(seconds=age),
    )


def test_an_unknown_entry_takes_the_truth_that_is_read_back():
    ANSWERS.append(audit.Settled("done", after={"status": "assigned"}, message="It is ours."))
    settled = audit.settle_if_due(entry())
    assert (settled.outcome, settled.after, settled.message) == (
        "done",
        {"status": "assigned"},
        "It is ours.",
    )
    assert settled.closed is not None


def test_an_entry_whose_process_may_still_wait_is_left_alone(settings):
    young = entry(Outcome.OPEN, age=settings.UPSTREAM_DEADLINE + 4)
    assert audit.settle_if_due(young).outcome == Outcome.OPEN
    assert ASKED == []


def test_an_entry_whose_process_must_have_died_is_read_back(settings):
    ANSWERS.append(audit.Settled("failed", message="It was never sent."))
    stale = entry(Outcome.OPEN, age=settings.UPSTREAM_DEADLINE + 6)
    assert audit.settle_if_due(stale).outcome == Outcome.FAILED


@pytest.mark.parametrize("outcome", [Outcome.DONE, Outcome.REJECTED, Outcome.FAILED])
def test_a_settled_entry_is_never_asked_about(outcome):
    assert audit.settle_if_due(entry(outcome, age=1000)).outcome == outcome
    assert ASKED == []


def test_an_action_without_a_way_to_read_back_stays_unknown():
    kept = entry(action="test.nosettle")
    assert audit.settle_if_due(kept).outcome == Outcome.UNKNOWN
    assert audit.settle_due() == 0


def test_not_known_yet_is_asked_again_but_not_at_once():
    with time_machine.travel(timezone.now(), tick=False) as clock:
        waiting = entry()
        assert audit.settle_if_due(waiting).outcome == Outcome.UNKNOWN
        audit.settle_if_due(waiting)
        assert len(ASKED) == 1
        clock.shift(3)
        audit.settle_if_due(waiting)
        assert len(ASKED) == 2


def test_an_old_question_is_asked_once_a_minute():
    with time_machine.travel(timezone.now(), tick=False) as clock:
        old = entry(age=24 * 3600)
        audit.settle_if_due(old)
        clock.shift(55)
        audit.settle_if_due(old)
        assert len(ASKED) == 1
        clock.shift(6)
        audit.settle_if_due(old)
        assert len(ASKED) == 2


def test_upstream_trouble_leaves_the_entry_as_it_is():
    ANSWERS.append(Unavailable("no answer"))
    assert audit.settle_if_due(entry()).outcome == Outcome.UNKNOWN


def test_one_entry_that_cannot_be_settled_does_not_stop_the_next():
    ANSWERS.extend([RuntimeError("a bug"), audit.Settled("done")])
    first, second = entry(age=2), entry(age=1)
    assert audit.settle_due() == 1
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.outcome, second.outcome) == (Outcome.UNKNOWN, Outcome.DONE)


def test_the_oldest_entries_are_settled_first():
    newer, older = entry(age=1), entry(age=100)
    audit.settle_due()
    asked = [entry.pk for entry in ASKED]
    assert asked == [older.pk, newer.pk]


def test_a_claim_ends_by_itself_when_its_process_died():
    with time_machine.travel(timezone.now(), tick=False) as clock:
        claimed = entry()
        assert audit._claim(claimed)
        assert audit.settle_if_due(claimed).outcome == Outcome.UNKNOWN
        assert ASKED == []
        clock.shift(audit.claim_span() + timedelta(seconds=1))
        audit.settle_if_due(claimed)
        assert len(ASKED) == 1


@pytest.mark.django_db(transaction=True)
def test_four_processes_at_once_read_back_once():
    waiting, start = entry(), threading.Barrier(4)
    ANSWERS.append(audit.Settled("done"))
    seen = []

    def look():
        try:
            mine = AuditEntry.objects.get(pk=waiting.pk)
            start.wait()
            seen.append(audit.settle_if_due(mine).outcome)
        finally:
            connection.close()

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    waiting.refresh_from_db()
    assert waiting.outcome == Outcome.DONE
    assert len(ASKED) == 1
    assert len(seen) == 4


def test_a_late_answer_beats_the_read_back():
    """The web process got its answer while the clock was reading back: the first to write is right."""
    waiting = entry()
    audit.close(waiting, "done", message="from the answer itself")
    assert audit.close(waiting, "failed", message="from reading back").message == "from the answer itself"


def test_grace_is_over_only_after_deadline_and_grace_together(settings):
    wait = settings.UPSTREAM_DEADLINE + settings.SETTLE_GRACE
    assert not audit.grace_over(entry(age=wait - 1))
    assert audit.grace_over(entry(age=wait + 1))


def test_every_word_of_the_vocabulary_can_be_settled():
    """A dotted path that leads nowhere would leave entries unknown for ever."""
    for name, action in audit.ACTIONS.items():
        if action.settle:
            assert callable(audit._settle_function(name))
