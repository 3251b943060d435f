"""How values look on the screens."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

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


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ("", "21 Nov 2026, 10:42:07 UTC"),
        ("full", "21 Nov 2026, 10:42:07 UTC"),
        ("date", "21 Nov 2026 UTC"),
        ("time", "10:42:07 UTC"),
    ],
)
def test_a_moment_says_utc_until_the_script_puts_it_into_the_readers_zone(shape, words):
    shown = desk.at(NOW, shape)
    assert shown == f'<time datetime="2026-11-21T10:42:07+00:00" data-at="{shape}">{words}</time>'


def test_an_age_keeps_counting_and_names_its_moment():
    with time_machine.travel(NOW + timedelta(minutes=4), tick=False):
        assert desk.since(NOW) == (
            '<time datetime="2026-11-21T10:42:07+00:00" title="21 Nov 2026, 10:42:07 UTC" data-ago>'
            "4 min ago</time>"
        )


def test_no_moment_is_no_time_tag():
    assert (desk.at(None), desk.since(None)) == ("–", "never")


@pytest.mark.parametrize(
    ("locality", "state", "words"),
    [
        ("GARDEN CITY", "NY", "Garden City, NY"),
        ("", "NY", "NY"),
        ("ORLANDO", None, "Orlando"),
        (None, None, ""),
    ],
)
def test_a_town_is_as_much_as_is_known(locality, state, words):
    assert desk.town(locality, state) == words


def test_what_a_number_cannot_do_is_named_too():
    assert [(each.label, each.on) for each in desk.capabilities(4 | 1)] == [
        ("Voice", True),
        ("SMS in", True),
        ("MMS", False),
    ]


def test_a_status_nobody_foresaw_is_shown_as_it_is_and_escaped():
    assert desk.number_status("assigned") == '<span class="tag ok">rented</span>'
    assert desk.number_status("<new>") == '<span class="tag">&lt;new&gt;</span>'
    assert desk.partner_status("") == '<span class="tag">unknown</span>'


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
    ("span", "words"),
    [
        (timedelta(days=12, hours=4, minutes=59), "12 d 4 h"),
        (timedelta(days=2, seconds=35), "2 d"),
        (timedelta(hours=4, minutes=10), "4 h 10 min"),
        (timedelta(seconds=50), "50 s"),
        (timedelta(), "0 s"),
    ],
)
def test_a_span_is_its_largest_unit_and_the_next(span, words):
    assert desk.duration(span) == words
