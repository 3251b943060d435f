"""A rent that arrives after it was given up: the ledger is set right, and its person is told."""

from datetime import timedelta

import pytest
import time_machine

from numbers.services.detail import number_adopt
from numbers.services.late_rent import MARK
from numbers.services.sync import sync_numbers
from portal import audit
from portal.models import AuditEntry

NUMBER = "15162065575"
URL = f"/numbers/{NUMBER}/rent/"


@pytest.fixture
def given_up(staff, upstream, visit) -> AuditEntry:
    """A rent that did not arrive while we waited, settled as not done, and carried out after that."""
    page = visit(staff, URL, htmx=True)
    upstream.fault("POST", "phonenumber/dids", "reset", when="before")
    form = {name: page.value(name) for name in ("ticket", "country", "external")}
    staff.post(URL, htmx=True, **form, confirm="on")
    entry = AuditEntry.objects.get()
    with time_machine.travel(entry.created + timedelta(minutes=5)):
        audit.settle_due()
    entry.refresh_from_db()
    assert (entry.outcome, entry.message.split(":")[0]) == ("failed", "Not rented so far")
    answer = upstream.post("/phonenumber/dids", {"phonenumber": NUMBER, "attributes": {MARK: str(entry.pk)}})
    assert answer.status_code == 200
    return entry


def found_late() -> AuditEntry:
    return AuditEntry.objects.get(action="number.rent_found")


def test_the_copy_of_our_numbers_sets_the_ledger_right(staff, given_up):
    sync_numbers()
    found = found_late()
    assert (found.outcome, found.actor, found.target) == ("done", staff.user, NUMBER)
    assert found.params == {"entry": str(given_up.pk)}
    given_up.refresh_from_db()
    assert given_up.outcome == "failed"


def test_it_is_set_right_once_however_often_the_number_is_seen(given_up):
    for _ in range(2):
        sync_numbers()
        number_adopt(NUMBER)
    assert found_late()


def test_looking_at_the_number_sets_it_right_too(staff, given_up, visit):
    staff.get(f"/numbers/{NUMBER}/")
    assert found_late()
    assert "rented after all" in visit(staff, f"/numbers/{NUMBER}/").text


def test_the_first_page_says_it_to_the_person_who_wanted_it_until_the_number_is_given_back(
    staff, manager, given_up, upstream, visit
):
    sync_numbers()
    answer = visit(staff, "/")
    assert "Needs your attention" in answer.text
    assert "arrived late" in answer.text
    assert "Needs your attention" not in visit(manager, "/").text
    did_sid = found_late().after["did_sid"]
    upstream.delete(f"/phonenumber/dids/{did_sid}")
    staff.get(f"/numbers/{NUMBER}/refresh/")
    assert "Needs your attention" not in visit(staff, "/").text


def test_the_entry_that_was_wrong_leads_to_the_one_that_sets_it_right(staff, given_up, visit):
    sync_numbers()
    assert "It happened after all" in visit(staff, f"/entries/{given_up.pk}/").text
    assert "Rented after all" in visit(staff, f"{URL}{given_up.pk}/").text


def test_a_mark_that_names_another_numbers_entry_proves_nothing(given_up, upstream):
    upstream.post("/phonenumber/dids", {"phonenumber": "15162065573", "attributes": {MARK: str(given_up.pk)}})
    number_adopt("15162065573")
    assert not AuditEntry.objects.filter(action="number.rent_found").exists()


@pytest.mark.parametrize("mark", ["", "nonsense", None, 7])
def test_a_mark_that_is_none_of_ours_is_left_alone(upstream, db, mark):
    upstream.post("/phonenumber/dids", {"phonenumber": "15162065573", "attributes": {MARK: str(mark)}})
    assert number_adopt("15162065573")
    assert not AuditEntry.objects.exists()
