"""The first page: what waits for this person, and how our numbers stand."""

from datetime import timedelta

import pytest
from django.utils import timezone

from numbers.models import Number
from numbers.services.cooloff import note_last_call
from numbers.services.override import override_ask
from partners.services.family import own_account
from portal import audit


@pytest.fixture
def held(mirror) -> list[str]:
    """Numbers that sub-partners hold."""
    found = Number.objects.exclude(partner_sid=own_account().pk).filter(status="assigned")
    return list(found.values_list("phonenumber", flat=True)[:2])


@pytest.fixture
def asked(manager, held):
    """An override request of the account manager's."""
    note_last_call(held[0], timezone.now() - timedelta(days=3))
    return override_ask(
        actor=manager.user,
        ticket=audit.mint(manager.user, "override.ask", held[0]),
        phonenumber=held[0],
        reason="The clinic moves on Friday",
    )


def test_the_first_page_asks_nobody(admin, mirror, visit):
    visit(admin, "/", upstream=0, queries=20)


def test_a_request_waits_for_the_administrators_and_for_nobody_else(manager, admin, asked, visit):
    answer = visit(admin, "/")
    assert "1 override request to decide" in answer.text
    assert "The clinic moves on Friday" in answer.text
    assert "to decide" not in visit(manager, "/").text


def test_nobody_is_asked_to_decide_about_their_own_request(admin, held, visit):
    note_last_call(held[0], timezone.now() - timedelta(days=3))
    ticket = audit.mint(admin.user, "override.ask", held[0])
    override_ask(actor=admin.user, ticket=ticket, phonenumber=held[0], reason="I want it myself")
    assert "to decide" not in visit(admin, "/").text


def test_numbers_in_cool_off_and_those_that_free_up_within_a_day_are_counted(staff, held, visit):
    note_last_call(held[0], timezone.now() - timedelta(days=3))
    note_last_call(held[1], timezone.now() - timedelta(days=14, hours=12))
    text = visit(staff, "/").text
    assert "in cool-off 2" in text
    assert "Free within a day 1" in text
