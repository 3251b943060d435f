"""How values look on the screens."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from portal.models import AuditEntry, Outcome
from portal.templatetags import desk

NOW = datetime(2026, 11, 21, 10, 42, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("digits", "shown"),
    [
        ("15162065575", "(516) 206-5575"),
        ("46501818082", "+46 501 81 80 82"),
        ("not a number", "not a number"),
        ("", "–"),
        (None, "–"),
    ],
)
def test_numbers_look_local(digits, shown):
    assert desk.number(digits) == shown


@pytest.mark.parametrize(
    ("price", "shown"),
    [
        (Decimal("0.6"), "$0.60"),
        ("0.66", "$0.66"),
        (0, "$0.00"),
        (Decimal("1234.5"), "$1,234.50"),
        (None, "–"),
        ("free", "free"),
    ],
)
def test_prices_have_cents(price, shown):
    assert desk.money(price) == shown


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "just now"),
        (1.9, "just now"),
        (12, "12 s ago"),
        (59.9, "59 s ago"),
        (60, "1 min ago"),
        (3 * 3600, "3 h ago"),
        (24 * 3600, "1 day ago"),
        (49 * 3600, "2 days ago"),
        (-3 * 24 * 3600, "in 3 days"),
        (-45, "in 45 s"),
    ],
)
def test_ages_are_said_in_words(seconds, words):
    with time_machine.travel(NOW, tick=False):
        assert desk.ago(timezone.now() - timedelta(seconds=seconds)) == words


def test_no_moment_is_never():
    assert desk.ago(None) == "never"
    assert desk.stamp(None) == "–"


def test_a_stamp_says_its_time_zone():
    assert desk.stamp(NOW) == "21 Nov 2026, 10:42:07 UTC"
    with timezone.override("America/Chicago"):
        assert desk.stamp(NOW) == "21 Nov 2026, 04:42:07 CST"


@pytest.mark.parametrize(
    ("mask", "words"),
    [
        (4, "Voice"),
        (7, "Voice, SMS"),
        (31, "Voice, SMS, MMS"),
        (1, "SMS in"),
        (2 | 16, "SMS out, MMS out"),
        (0, "none"),
        (None, "none"),
    ],
)
def test_capabilities_are_words(mask, words):
    assert desk.capability_words(mask) == words


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
    assert (desk.deed(entry), desk.tag(entry)) == (words, tag)


def test_an_entry_of_a_word_we_no_longer_know_still_reads():
    assert desk.deed(AuditEntry(action="number.paint", outcome="done")) == "number.paint (done)"


def test_changes_are_the_fields_that_differ():
    entry = AuditEntry(
        before={"name": "N/A", "callback_url": ""}, after={"name": "Support", "callback_url": ""}
    )
    assert desk.changes(entry) == [desk.Change("name", "N/A", "Support")]
    assert desk.changes(AuditEntry(after={"name": "Support"})) == []
