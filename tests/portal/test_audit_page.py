"""/audit/ and /entries/…: who sees which entries, and how they are found."""

import uuid
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from portal import audit
from portal.models import AuditEntry, Outcome

pytestmark = pytest.mark.django_db


def entry(person, target="15162065575", outcome=Outcome.DONE, action="number.rent", **fields) -> AuditEntry:
    return AuditEntry.objects.create(
        action=action,
        actor=person.user,
        actor_text=person.user.get_full_name(),
        target=target,
        target_text=f"about {target}",
        params={"country_code": "USA", "include_external": False},
        outcome=outcome,
        **fields,
    )


def test_staff_see_their_own_entries_only(staff, manager, visit):
    entry(staff, "15162065575")
    entry(manager, "15162065581")
    page = visit(staff, "/audit/")
    visit(staff, "/audit/", queries=5)
    assert "about 15162065575" in page.text
    assert "about 15162065581" not in page.text
    assert not page.all("input", name="actor")


def test_a_manager_does_not_see_everyones_entries(staff, manager, visit):
    entry(staff)
    assert "about 15162065575" not in visit(manager, "/audit/").text


def test_an_admin_sees_everyones(staff, manager, admin, visit):
    entry(staff, "15162065575")
    entry(manager, "15162065581")
    page = visit(admin, "/audit/")
    visit(admin, "/audit/", queries=5)
    assert "about 15162065575" in page.text
    assert "about 15162065581" in page.text
    assert page.all("input", name="actor")


def test_naming_another_actor_shows_staff_nothing_more(staff, manager, visit):
    entry(manager)
    assert "about 15162065575" not in visit(staff, "/audit/", actor="Alex").text


@pytest.mark.parametrize(
    "query",
    [
        {"action": "number.edit"},
        {"outcome": "rejected"},
        {"actor": "moreno"},
        {"target": "(516) 206-5581"},
        {"target": "206 5581"},
    ],
    ids=str,
)
def test_filters_leave_what_they_ask_for(staff, manager, admin, visit, query):
    entry(staff, "15162065575")
    entry(manager, "15162065581", Outcome.REJECTED, "number.edit")
    page = visit(admin, "/audit/?" + urlencode(query))
    assert "about 15162065581" in page.text
    assert "about 15162065575" not in page.text


@pytest.mark.parametrize(
    "query", [{"action": "number.paint"}, {"outcome": "maybe"}, {"target": "x" * 100}], ids=str
)
def test_a_filter_that_makes_no_sense_is_answered_on_its_field(admin, visit, query):
    visit(admin, "/audit/?" + urlencode(query), status=422)


def test_the_list_comes_in_pages_newest_first(staff, visit):
    now = timezone.now()
    for index in range(51):
        entry(staff, f"151620655{index:02}", created=now - timedelta(minutes=index))
    first = visit(staff, "/audit/")
    visit(staff, "/audit/", queries=5)
    assert "about 15162065500" in first.text
    assert "about 15162065550" not in first.text
    assert "page=2" in first.html
    second = visit(staff, "/audit/", page="2", outcome="done")
    assert "about 15162065550" in second.text
    assert "page=3" not in second.html
    assert "?page=1&amp;outcome=done" in second.html


@pytest.mark.parametrize("offered", ["0", "-1", "x", "1e9", "9" * 30, "²"])
def test_a_page_number_that_is_none_is_the_first_page(staff, visit, offered):
    entry(staff)
    assert "about 15162065575" in visit(staff, "/audit/", page=offered).text


def test_a_page_after_the_last_is_empty(staff, visit):
    entry(staff)
    assert "about 15162065575" not in visit(staff, "/audit/", page="99999999").text


def test_htmx_gets_the_rows_only(staff, visit):
    entry(staff)
    page = visit(staff, "/audit/", htmx=True)
    assert "<html" not in page.html
    assert "about 15162065575" in page.html


# --- one entry -----------------------------------------------------------------------------------


def test_an_entry_shows_what_became_of_it(staff, visit):
    found = entry(staff, message="It is ours now.", closed=timezone.now())
    page = visit(staff, f"/entries/{found.pk}/")
    visit(staff, f"/entries/{found.pk}/", queries=5)
    assert "It is ours now." in page.text
    assert "rented" in page.text
    assert "every 1s" not in page.html


def test_an_entry_that_is_not_known_yet_asks_again(staff, visit):
    found = entry(staff, outcome=Outcome.OPEN)
    page = visit(staff, f"/entries/{found.pk}/", htmx=True)
    assert "every 1s" in page.html
    assert f"/entries/{found.pk}/" in page.html


def test_a_page_that_waits_learns_the_truth(staff, visit, monkeypatch):
    settled = audit.Settled("done", message="Read back: it is ours.")
    monkeypatch.setattr(f"{__name__}.truth", lambda _: settled, raising=False)
    word = audit.AuditAction("Test", "tested", "testing", "test", settle=f"{__name__}.truth")
    monkeypatch.setitem(audit.ACTIONS, "test.page", word)
    found = entry(staff, outcome=Outcome.UNKNOWN, action="test.page")
    page = visit(staff, f"/entries/{found.pk}/", htmx=True)
    assert "Read back: it is ours." in page.text
    assert "every 1s" not in page.html


def test_another_persons_entry_is_not_there(staff, manager, admin, visit):
    found = entry(manager)
    visit(staff, f"/entries/{found.pk}/", status=404)
    visit(admin, f"/entries/{found.pk}/")


def test_an_entry_that_never_was_is_not_there(admin, visit):
    visit(admin, f"/entries/{uuid.uuid4()}/", status=404)
