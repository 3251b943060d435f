"""Tickets, opening and closing entries."""

import threading
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from portal import audit, requestinfo
from portal.core_api import errors
from portal.models import AuditEntry, Outcome

pytestmark = pytest.mark.django_db

NUMBER = "15162065575"
PARAMS = {"country_code": "USA", "include_external": False}


def open_rent(user, ticket=None, **changes):
    values = {
        "ticket": ticket or audit.mint(user, "number.rent", NUMBER),
        "actor": user,
        "action": "number.rent",
        "target": NUMBER,
        "target_text": "(516) 206-5575",
        "params": PARAMS,
    }
    return audit.open_entry(**{**values, **changes})


def test_an_entry_says_who_did_what_from_where_and_when(staff):
    with requestinfo.begin("request-12345", acting_user="staff", client_ip="192.0.2.7"):
        opened = open_rent(staff.user, reason="for the branch in Mineola", before={"price": Decimal("0.60")})
    entry = AuditEntry.objects.get(pk=opened.entry.pk)
    assert opened.fresh
    assert (entry.actor, entry.actor_text, entry.action) == (staff.user, "Sam Okafor", "number.rent")
    assert (entry.target, entry.target_text, entry.params) == (NUMBER, "(516) 206-5575", PARAMS)
    assert (entry.request_id, entry.ip) == ("request-12345", "192.0.2.7")
    assert (entry.reason, entry.before) == ("for the branch in Mineola", {"price": "0.60"})
    assert (entry.outcome, entry.closed) == (Outcome.OPEN, None)
    assert abs((timezone.now() - entry.created).total_seconds()) < 5


def test_a_ticket_used_twice_is_one_entry(staff):
    ticket = audit.mint(staff.user, "number.rent", NUMBER)
    first, second = open_rent(staff.user, ticket), open_rent(staff.user, ticket)
    assert (first.fresh, second.fresh) == (True, False)
    assert first.entry.pk == second.entry.pk
    assert AuditEntry.objects.count() == 1


def test_a_ticket_used_again_shows_what_became_of_the_entry(staff):
    ticket = audit.mint(staff.user, "number.rent", NUMBER)
    audit.close(open_rent(staff.user, ticket).entry, "done")
    assert open_rent(staff.user, ticket).entry.outcome == Outcome.DONE


@pytest.mark.django_db(transaction=True)
def test_two_threads_with_one_ticket_open_one_entry(staff):
    ticket, start, fresh = audit.mint(staff.user, "number.rent", NUMBER), threading.Barrier(4), []

    def post():
        try:
            start.wait()
            fresh.append(open_rent(staff.user, ticket).fresh)
        finally:
            connection.close()

    threads = [threading.Thread(target=post) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(fresh) == [False, False, False, True]
    assert AuditEntry.objects.count() == 1


@pytest.mark.parametrize("ticket", ["", "x", "eyJlIjoiMSJ9:1abc:def", "\x00", "a" * 10_000])
def test_a_made_up_ticket_is_refused(staff, ticket):
    with pytest.raises(audit.BadTicket, match="Nothing was changed"):
        open_rent(staff.user, ticket or "-")
    assert not AuditEntry.objects.exists()


def test_a_ticket_with_one_character_changed_is_refused(staff):
    ticket = audit.mint(staff.user, "number.rent", NUMBER)
    other = "A" if ticket[0] != "A" else "B"
    with pytest.raises(audit.BadTicket):
        open_rent(staff.user, other + ticket[1:])


def test_a_ticket_of_another_person_is_refused(staff, manager):
    ticket = audit.mint(manager.user, "number.rent", NUMBER)
    with pytest.raises(audit.BadTicket):
        open_rent(staff.user, ticket)


def test_a_ticket_for_another_number_is_refused(staff):
    ticket = audit.mint(staff.user, "number.rent", "15162065581")
    with pytest.raises(audit.BadTicket):
        open_rent(staff.user, ticket)


def test_a_ticket_for_another_action_is_refused(staff):
    ticket = audit.mint(staff.user, "number.edit", NUMBER)
    with pytest.raises(audit.BadTicket):
        open_rent(staff.user, ticket)


def test_a_ticket_is_good_for_a_day(staff):
    with time_machine.travel("2026-11-20T10:00:00Z", tick=False) as clock:
        ticket = audit.mint(staff.user, "number.rent", NUMBER)
        clock.shift(24 * 3600 - 1)
        assert open_rent(staff.user, ticket).fresh
        clock.shift(2)
        with pytest.raises(audit.BadTicket, match="more than a day old"):
            open_rent(staff.user, ticket)


def test_a_used_ticket_can_be_looked_up_without_using_it(staff):
    ticket = audit.mint(staff.user, "number.rent", NUMBER)
    asked = {"ticket": ticket, "actor": staff.user, "action": "number.rent", "target": NUMBER}
    assert audit.used_entry(**asked) is None
    entry = open_rent(staff.user, ticket).entry
    assert audit.used_entry(**asked) == entry


# --- the vocabulary ------------------------------------------------------------------------------


def test_an_action_without_a_word_is_a_programming_error(staff):
    with pytest.raises(ValueError, match="vocabulary"):
        audit.mint(staff.user, "number.paint", NUMBER)


@pytest.mark.parametrize("params", [{}, {"country_code": "USA"}, {**PARAMS, "colour": "red"}])
def test_an_entry_carries_exactly_the_fields_its_word_asks_for(staff, params):
    with pytest.raises(ValueError, match="carries"):
        open_rent(staff.user, params=params)
    assert not AuditEntry.objects.exists()


def test_parameters_too_large_to_keep_are_a_programming_error(staff):
    with pytest.raises(ValueError, match="too large"):
        open_rent(staff.user, params={**PARAMS, "country_code": "x" * 70_000})


# --- closing -------------------------------------------------------------------------------------


def test_a_closed_entry_keeps_the_answer(staff):
    entry = audit.close(
        open_rent(staff.user).entry,
        "done",
        after={"price": Decimal("0.60")},
        upstream_status=200,
        message="Rented.",
    )
    assert (entry.outcome, entry.after, entry.upstream_status) == ("done", {"price": "0.60"}, 200)
    assert (entry.message, entry.settled) == ("Rented.", True)
    assert entry.closed is not None


def test_whoever_closes_first_is_right(staff):
    entry = open_rent(staff.user).entry
    audit.close(entry, "done", message="first")
    later = audit.close(entry, "failed", message="second")
    assert (later.outcome, later.message) == ("done", "first")


def test_an_unknown_outcome_is_not_the_end(staff):
    entry = audit.close(open_rent(staff.user).entry, "unknown")
    assert (entry.settled, entry.closed) == (False, None)
    assert audit.close(entry, "done").settled


@pytest.mark.parametrize("outcome", ["open", "finished", ""])
def test_an_entry_cannot_be_closed_as_anything_else(staff, outcome):
    with pytest.raises(ValueError, match="closed as"):
        audit.close(open_rent(staff.user).entry, outcome)


def test_an_answer_too_large_to_keep_does_not_keep_an_entry_open(staff):
    entry = audit.close(open_rent(staff.user).entry, "done", after={"attributes": "x" * 70_000})
    assert entry.outcome == "done"
    assert "too large" in entry.after["omitted"]


REFUSED = errors.Conflict(
    "conflict",
    status=409,
    refusal=errors.Refusal("conflict", fields={"phonenumber": "phone number is not available"}),
)


@pytest.mark.parametrize(
    ("error", "outcome", "words"),
    [
        (errors.NotSent("connection refused"), "failed", "Nothing was changed"),
        (errors.CredentialsRefused("no", status=401), "failed", "credentials. Nothing was changed"),
        (errors.Unavailable("timed out"), "failed", "Nothing was changed"),
        (errors.BadAnswer("html", status=200), "failed", "Nothing was changed"),
        (REFUSED, "rejected", "phone number is not available. Nothing was changed"),
        (errors.Forbidden("permission denied", status=403), "rejected", "Nothing was changed"),
        (errors.OutcomeUnknown("cut", status=None), "unknown", "no answer came"),
        (errors.CoreApiError("something new"), "unknown", ""),
    ],
)
def test_trouble_becomes_an_outcome_and_a_sentence(staff, error, outcome, words):
    entry = audit.close_from_error(open_rent(staff.user).entry, error)
    assert entry.outcome == outcome
    assert entry.upstream_status == error.status
    assert words in entry.message


# --- reading -------------------------------------------------------------------------------------


def test_people_see_their_own_entries_and_an_admin_everyones(staff, manager, admin):
    mine, theirs = open_rent(staff.user).entry, open_rent(manager.user).entry
    assert audit.recent(staff.user) == [mine]
    assert audit.recent(manager.user) == [theirs]
    assert audit.recent(admin.user) == [theirs, mine]
    assert audit.visible_entry(staff.user, theirs.pk) is None
    assert audit.visible_entry(admin.user, theirs.pk) == theirs


def test_only_what_is_not_known_yet_wants_attention(staff):
    known, waiting, checking = (open_rent(staff.user).entry for _ in range(3))
    audit.close(known, "done")
    audit.close(checking, "unknown")
    assert audit.attention(staff.user) == [waiting, checking]


def test_the_history_of_a_number_holds_everyones_entries_newest_first(staff, manager):
    first, second = open_rent(staff.user).entry, open_rent(manager.user).entry
    assert audit.history(NUMBER) == [second, first]
    assert audit.history("15162065581") == []
