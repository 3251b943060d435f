"""Forced moves: our record, and the carrier's beside it."""

import csv
import io

import pytest
import requests

from numbers.services.assign import assignable_partners
from numbers.services.sync import sync_numbers
from portal.models import AuditEntry
from tests.moves import FREE, assign, force
from tests.pages import check

URL = "/numbers/forced/"
CARRIER = "/numbers/forced/carrier/"
REASON = "The court asked for it on Monday"


@pytest.fixture
def called(manager, mirror, visit):
    """A number that a sub-account holds and that was called just now."""
    mirror.rent(FREE)
    sync_numbers()
    assign(manager, visit, FREE, assignable_partners()[0])
    mirror.add_calls({"phonenumber": FREE, "duration": 0})
    visit(manager, f"/numbers/{FREE}/unassign/", htmx=True)  # looks up its last call
    return assignable_partners()[0]


def force_elsewhere(world, phonenumber=FREE, **headers):
    """As somebody with the administrator's credentials does it past us."""
    api = world.number_api
    answer = requests.delete(
        f"{api['url']}/account/{api['auth_id']}/numbers/+{phonenumber}/assign-subaccount",
        params={"force": "true"},
        headers={"X-Auth-ID": api["admin_auth_id"], "X-Auth-Token": api["admin_auth_token"], **headers},
        timeout=10,
    )
    assert answer.ok, answer.text


def test_a_forced_move_tells_who_took_what_from_whom_why_and_what_was_overridden(admin, called, visit):
    check(force(admin, visit, FREE), whole=False)
    answer = visit(admin, URL)
    for word in ("(516) 206-5573", called.name, "Robin Hale", REASON, "14 d 23 h"):
        assert word in answer.text


def test_nothing_forced_is_said(admin, mirror, visit):
    assert "Nothing was forced from here" in visit(admin, URL, upstream=0).text


def test_both_records_agree_on_what_was_forced_here(admin, called, visit):
    force(admin, visit, FREE)
    answer = visit(admin, CARRIER, htmx=True)
    assert "It says the same as ours." in answer.text
    assert "1 forced move" in answer.text


def test_a_forced_move_that_did_not_come_from_us_is_shown(admin, called, mirror, visit):
    force_elsewhere(mirror)
    answer = visit(admin, CARRIER)
    assert "1 forced move did not come from here" in answer.text
    assert "(516) 206-5573" in answer.text
    assert called.name in answer.text


def test_a_second_move_under_a_copied_request_id_is_not_taken_for_ours(admin, manager, called, mirror, visit):
    force(admin, visit, FREE)
    entry = AuditEntry.objects.get(action="number.force")
    assign(manager, visit, FREE, called)
    force_elsewhere(mirror, **{"X-Request-ID": entry.request_id})
    assert "1 forced move did not come from here" in visit(admin, CARRIER).text


def test_a_forced_move_of_ours_the_carrier_does_not_know_is_shown(admin, called, mirror, visit):
    force(admin, visit, FREE)
    mirror.fault(
        "GET",
        "assignment-audit",
        "status",
        status=200,
        body={"items": [], "page": 1, "per_page": 100, "total": 0},
    )
    assert "has no record of 1 that was made here" in visit(admin, CARRIER).text


def test_an_attempt_that_came_to_nothing_is_listed_and_not_missed_upstream(admin, called, mirror, visit):
    mirror.fault("DELETE", "assign-subaccount", "status", status=403, body={"error": "forbidden"})
    force(admin, visit, FREE)
    assert AuditEntry.objects.get(action="number.force").outcome == "rejected"
    assert "refused" in visit(admin, URL).text
    assert "It says the same as ours." in visit(admin, CARRIER).text


def test_without_the_phone_number_api_there_is_nothing_to_compare_with(admin, mirror, visit, settings):
    settings.NUMBER_API_URL = ""
    assert "not configured" in visit(admin, CARRIER).text


def test_upstream_trouble_is_a_sentence_and_our_own_record_stays(admin, called, mirror, visit):
    force(admin, visit, FREE)
    mirror.fault("GET", "assignment-audit", "status", status=503, times=9)
    assert "It could not be compared." in visit(admin, CARRIER).text
    assert REASON in visit(admin, URL, upstream=0).text


def test_a_carrier_without_such_a_record_is_no_trouble(admin, mirror, visit):
    mirror.fault("GET", "assignment-audit", "status", status=404, body={"error": "not_found"})
    assert "no record of forced moves" in visit(admin, CARRIER).text


def test_the_sheet_holds_the_same(admin, called, visit):
    force(admin, visit, FREE, reason="=cmd|' /C calc'!A0 said the court")
    response = admin.get("/numbers/forced.csv")
    (row,) = csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode()))
    assert (row["Number"], row["Who"], row["Previous holder"]) == (FREE, "Robin Hale", called.name)
    assert row["Reason"].startswith("'=cmd")
    assert int(row["Seconds overridden"]) > 14 * 86_400


@pytest.mark.parametrize("path", [URL, CARRIER, "/numbers/forced.csv"])
def test_only_administrators_review(manager, mirror, path):
    assert manager.get(path).status_code == 403
