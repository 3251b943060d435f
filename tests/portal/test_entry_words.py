"""How entries read: as sentences, and with words for what only a machine would keep."""

import pytest

from portal.models import AuditEntry, Outcome
from portal.templatetags import ledger


@pytest.mark.parametrize(
    ("outcome", "words", "tag"),
    [
        (Outcome.DONE, "rented", "ok"),
        (Outcome.REJECTED, "was refused renting", "bad"),
        (Outcome.FAILED, "could not rent", "bad"),
        (Outcome.UNKNOWN, "is renting", "doubt"),
        (Outcome.OPEN, "is renting", "busy"),
    ],
)
def test_an_entry_reads_as_a_sentence(outcome, words, tag):
    entry = AuditEntry(action="number.rent", outcome=outcome)
    assert (ledger.action_words(entry), ledger.tag(entry)) == (words, tag)


def test_an_entry_of_a_word_we_no_longer_know_still_reads():
    assert ledger.action_words(AuditEntry(action="number.paint", outcome="done")) == "number.paint (done)"


def test_changes_are_the_fields_that_differ():
    entry = AuditEntry(
        before={"name": "N/A", "callback_url": ""}, after={"name": "Support", "callback_url": ""}
    )
    assert ledger.changes(entry) == [ledger.Change("name", "N/A", "Support")]
    assert ledger.changes(AuditEntry(after={"name": "Support"})) == []


@pytest.mark.parametrize(
    ("action", "outcome", "words"),
    [
        ("number.assign", Outcome.DONE, "Assigned"),
        ("number.unassign", Outcome.REJECTED, "Unassigning was refused"),
        ("number.release_cancel", Outcome.FAILED, "Cancelling the release failed"),
        ("number.release", Outcome.UNKNOWN, "Releasing…"),
    ],
)
def test_a_dialog_is_headed_by_what_became_of_it(action, outcome, words):
    assert ledger.heading(AuditEntry(action=action, outcome=outcome)) == words


@pytest.mark.parametrize(
    ("action", "params", "words"),
    [
        ("number.assign", {"partner": "Harbor Dental"}, "to Harbor Dental"),
        ("number.unassign", {"holder": "Harbor Dental"}, "from Harbor Dental"),
        ("number.edit", {"changes": {"name": "Front", "trunk_group_sid": ""}}, "(name, trunk group)"),
        ("number.messaging", {"enabled": False}, "off"),
        ("override.ask", {"holder": "Harbor Dental"}, "held by Harbor Dental"),
        ("number.rent", {}, ""),
    ],
)
def test_a_line_tells_in_short_what_it_was_about(action, params, words):
    assert ledger.in_short(AuditEntry(action=action, params=params)) == words


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("callback_url", None, "nothing"),
        ("attributes", {}, "nothing"),
        ("attributes", {"tier": "gold", "sold": True}, "tier: gold, sold: yes"),
        ("include_external", False, "no"),
        ("scopes", ["dids.read", "partners.read"], "dids.read, partners.read"),
        ("clear", ["trunk_group_sid", "callback_url"], "trunk group, callback URL"),
        ("remaining_seconds", 1_051_200, "12 d 4 h"),
        ("overlap_hours", 24, "1 d"),
        ("due_at", "soon", "soon"),
    ],
)
def test_values_are_told_in_words(name, value, words):
    assert ledger.spoken(name, value) == words


def test_a_time_is_the_readers():
    assert 'data-at="full"' in ledger.spoken("cool_off_until", "2026-12-03T14:23:00Z")


@pytest.mark.django_db
def test_a_name_that_is_not_known_any_more_stays_a_sid():
    assert ledger.spoken("trunk_group_sid", "gone-for-good") == "gone-for-good"


def test_what_stands_there_by_name_is_not_told_by_sid_again():
    entry = AuditEntry(params={"holder_sid": "sid-1", "holder": "Harbor Dental", "request": "sid-2"})
    assert ledger.asked(entry) == [ledger.Told("holder", "Harbor Dental")]


def test_only_a_refusal_is_told_with_what_was_answered():
    after = {"remaining_seconds": 60}
    assert ledger.answered(AuditEntry(outcome="rejected", after=after)) == [ledger.Told("time left", "1 min")]
    assert ledger.answered(AuditEntry(outcome="done", after=after)) == []
