"""The list of numbers: instant, found by any pasted format, and shareable by its address."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from numbers.models import Number
from numbers.services.cooloff import note_last_call
from numbers.services.sync import mirrored_at, sync_numbers
from partners.models import Partner
from partners.services.family import own_account
from portal import audit, health
from portal.core_api.errors import CoreApiError
from portal.models import Beat


def test_the_list_asks_nobody(staff, mirror, visit):
    answer = visit(staff, "/numbers/", upstream=0, queries=10)
    assert "(212) 555-0148" in answer.text


@pytest.mark.parametrize(
    "typed", ["12125550148", "+1 (212) 555-0148", "212.555.0148", "tel:+1-212-555-0148", " 1 212 555 0148 "]
)
def test_a_number_pasted_in_any_format_leads_straight_to_it(staff, mirror, typed):
    response = staff.get("/numbers/", q=typed)
    assert response.status_code == 302
    assert response["Location"] == "/numbers/12125550148/"


def test_a_number_that_stands_in_anothers_name_is_not_taken_for_it(staff, mirror, visit):
    Number.objects.filter(phonenumber="12125550148").update(name="forwards to 15162065575")
    assert "(212) 555-0148" in visit(staff, "/numbers/", q="15162065575").text


def test_a_pasted_number_that_is_not_ours_offers_to_rent_it(staff, mirror, visit):
    answer = visit(staff, "/numbers/", q="(516) 206-5575")
    assert "not one of your numbers" in answer.text


@pytest.mark.parametrize("q", ["Support", "0148", "555-01"])
def test_digits_and_names_are_found(staff, mirror, visit, q):
    assert "(212) 555-0148" in visit(staff, "/numbers/", htmx=True, q=q).text


def test_state_and_status_filter(staff, mirror, visit):
    assert "(212) 555-0148" in visit(staff, "/numbers/?state=NY&status=assigned").text
    assert "(212) 555-0148" not in visit(staff, "/numbers/", state="CA").text


@pytest.mark.parametrize("query", [{"q": "'; drop table"}, {"q": "%"}, {"q": "_"}, {"page": "99999"}])
def test_rubbish_is_answered_with_a_page(staff, mirror, visit, query):
    visit(staff, "/numbers/", **query)


@pytest.mark.parametrize("query", ["state=ZZ", "status=lost", "page=0", "page=x", "q=%00"])
def test_an_unknown_filter_is_said_to_be_one(staff, mirror, visit, query):
    answer = visit(staff, f"/numbers/?{query}", status=422)
    assert "(212) 555-0148" in answer.text
    assert "could not be used" in answer.text


def test_the_mirror_is_as_old_as_its_last_complete_copy(staff, mirror, visit):
    assert "Mirror as of just now" in visit(staff, "/numbers/").text
    Beat.objects.filter(name="mirror:numbers").update(at=timezone.now() - timedelta(hours=3))
    number = Number.objects.first()
    staff.get(f"/numbers/{number.phonenumber}/refresh/", htmx=True)  # one fresh row makes no fresh mirror
    assert "Mirror as of 3 h ago" in visit(staff, "/numbers/").text


def test_a_copy_that_failed_half_way_leaves_the_age_as_it_was(mirror):
    before = mirrored_at()
    mirror.fault("GET", "phonenumber/dids", "status", status=500, times=9)
    with pytest.raises(CoreApiError):
        sync_numbers()
    assert mirrored_at() == before


def test_trouble_upstream_is_said_beside_the_age(staff, mirror, visit, monkeypatch):
    monkeypatch.setattr(health, "_last_write", health._LastWrite())
    health.note_call(status=None, elapsed_ms=20, error="Unavailable")
    assert "in trouble, so what changed elsewhere" in visit(staff, "/numbers/").text


def test_states_of_a_number_have_one_word_each(staff, mirror, visit):
    options = [option.text for option in visit(staff, "/numbers/").all("option")]
    assert {"Rented", "Pending", "Released"} <= set(options)
    assert "Assigned" not in options


def row_of(answer, phonenumber: str) -> str:
    """What the row of a number says."""
    link = f"/numbers/{phonenumber}/"
    row = next(row for row in answer.all("tr") if any(e.get("href") == link for e in row.iter()))
    return " ".join("".join(row.itertext()).split())


def test_a_row_tells_the_cool_off_and_the_last_call_of_a_number_that_somebody_holds(staff, mirror, visit):
    held = Number.objects.exclude(partner_sid=own_account().pk).first()
    note_last_call(held.phonenumber, timezone.now() - timedelta(days=2, hours=1))
    row = row_of(visit(staff, "/numbers/", q=held.phonenumber, htmx=True), held.phonenumber)
    assert "cool-off 12 d 22 h" in row or "cool-off 12 d 23 h" in row
    assert str(Partner.objects.get(pk=held.partner_sid)) in row


def test_a_number_of_the_parent_pool_is_in_nobodys_cool_off(staff, mirror, visit):
    note_last_call("12125550148", timezone.now() - timedelta(days=2))
    row = row_of(visit(staff, "/numbers/", q="2125550148", htmx=True), "12125550148")
    assert "parent pool" in row
    assert "cool-off" not in row


def test_a_number_somebody_waits_for_is_said_to_be_checked(staff, mirror, visit):
    audit.open_entry(
        entry_id=uuid4(),
        actor=staff.user,
        action="number.edit",
        target="12125550148",
        target_text="(212) 555-0148",
        params={"did_sid": "x", "changes": {}},
    )
    assert "checking" in row_of(visit(staff, "/numbers/", q="2125550148", htmx=True), "12125550148")
