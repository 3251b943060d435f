"""A number's page: at once from the mirror, refreshed behind it, and honest when upstream is silent."""

from datetime import timedelta

import pytest
from django.utils import timezone

from numbers.models import Number
from numbers.services.assign import assignable_partners
from numbers.services.cooloff import note_last_call
from numbers.services.sync import sync_numbers
from partners.services.family import own_account
from portal import audit
from portal.core_api.errors import CoreApiError

NUMBER = "12125550148"
URL = f"/numbers/{NUMBER}/"


def test_everything_known_is_shown_before_anybody_is_asked(staff, mirror, visit):
    answer = visit(staff, URL, upstream=0, queries=15)
    assert "(212) 555-0148" in answer.text
    assert "Support" in answer.text
    assert "CarrierX Main" in answer.text
    assert "refresh/" in answer.html


def test_behind_the_page_it_is_refreshed_with_one_call(staff, mirror, visit):
    did_sid = Number.objects.get(phonenumber=NUMBER).did_sid
    mirror.patch(f"/phonenumber/dids/{did_sid}", json={"name": "Renamed elsewhere"})
    answer = visit(staff, URL + "refresh/", htmx=True, upstream=1)
    assert "Renamed elsewhere" in answer.text
    assert answer.all("div", id="number")[0].get("hx-trigger") == "number:moved from:body"


def test_when_upstream_is_silent_the_page_shows_what_we_have_and_says_so(staff, mirror, visit):
    mirror.fault("GET", "phonenumber/dids", "status", status=503, times=9)
    answer = visit(staff, URL + "refresh/", htmx=True)
    assert "Not refreshed" in answer.text
    assert "(212) 555-0148" in answer.text


def test_a_number_released_elsewhere_leaves_the_mirror_and_is_said_to(staff, mirror, visit):
    did_sid = Number.objects.get(phonenumber=NUMBER).did_sid
    mirror.delete(f"/phonenumber/dids/{did_sid}")
    answer = visit(staff, URL + "refresh/", htmx=True)
    assert "no longer lists" in answer.text
    assert not Number.objects.filter(phonenumber=NUMBER).exists()


def test_a_number_rented_elsewhere_is_found_on_first_sight(staff, mirror, visit):
    mirror.post("/phonenumber/dids", json={"phonenumber": "15162065573"})
    assert staff.get("/numbers/15162065573/").status_code == 302
    visit(staff, "/numbers/15162065573/")


def test_a_number_that_is_not_ours_offers_the_next_step(staff, mirror, visit):
    answer = visit(staff, "/numbers/15162065573/", status=404)
    assert "not one of your numbers" in answer.text
    assert "/numbers/15162065573/rent/" in answer.html


def test_a_full_pass_forgets_what_is_gone_and_a_broken_one_forgets_nothing(mirror):
    did_sid = Number.objects.get(phonenumber=NUMBER).did_sid
    mirror.delete(f"/phonenumber/dids/{did_sid}")
    mirror.fault("GET", "phonenumber/dids", "status", status=500, times=9)
    with pytest.raises(CoreApiError):
        sync_numbers()
    assert Number.objects.filter(phonenumber=NUMBER).exists()
    mirror.clear_faults()
    sync_numbers()
    assert not Number.objects.filter(phonenumber=NUMBER).exists()


def test_what_was_done_to_it_has_a_tab(staff, mirror, visit):
    assert "Nothing was done to this number" in visit(staff, URL + "history/", upstream=0).text
    form = visit(staff, URL + "edit/")
    values = {name: form.value(name) for name in ("ticket", "seen", "string_key_1", "string_key_2")}
    staff.post(URL + "edit/", **values, name="Front desk")
    assert "edited" in visit(staff, URL + "history/", upstream=0).text
    visit(staff, "/numbers/15160000000/history/", status=404)


def test_a_held_number_in_cool_off_says_until_when_and_what_can_be_done(manager, mirror, visit):
    held = Number.objects.exclude(partner_sid=own_account().pk).filter(status="assigned").first()
    note_last_call(held.phonenumber, timezone.now() - timedelta(days=5, hours=2, minutes=5))
    answer = visit(manager, f"/numbers/{held.phonenumber}/", upstream=0)
    assert "In cool-off until" in answer.text
    assert "5 d 2 h of 15 d passed" in answer.text
    assert "Unassign when it ends…" in answer.text
    assert "Ask for an override…" in answer.text


def test_while_a_move_is_not_known_the_page_says_so_and_offers_no_other_one(manager, mirror, visit):
    number = Number.objects.filter(partner_sid=own_account().pk, status="assigned").first()
    url = f"/numbers/{number.phonenumber}/"
    mirror.fault("POST", "assign-subaccount", "reset", when="after")
    ticket = visit(manager, url + "assign/", htmx=True).value("ticket")
    partner = assignable_partners()[0]
    manager.post(url + "assign/", htmx=True, ticket=ticket, partner=partner.pk)
    page = visit(manager, url)
    assert "We are checking: Alex Moreno" in page.text
    assert "Assign…" not in page.text
    assert "Release…" not in page.text
    for path in ("assign/", "release/"):
        assert "not known yet" in visit(manager, url + path, htmx=True, status=422).text
    audit.settle_due()
    assert "We are checking" not in visit(manager, url).text


def test_a_number_that_was_released_here_still_tells_its_history(manager, mirror, visit):
    number = Number.objects.filter(partner_sid=own_account().pk, status="assigned").first()
    url = f"/numbers/{number.phonenumber}/"
    form = visit(manager, url + "release/", htmx=True)
    manager.post(url + "release/", htmx=True, ticket=form.value("ticket"), how="now", typed=str(number))
    page = visit(manager, url, status=404)
    assert "not one of your numbers" in page.text
    assert "released" in page.text
    assert "Alex Moreno" in page.text
