"""Asking for an override, and deciding about it once."""

from numbers.models import Number, OverrideRequest
from numbers.services.assign import assignable_partners
from numbers.services.override import end_outdated_requests
from numbers.services.sync import sync_numbers
from partners.models import Partner
from partners.services.family import own_account
from portal.models import AuditEntry
from tests.moves import FREE, ago, ask, force, holder
from tests.pages import check


def test_an_admin_declines_and_the_asker_sees_why(manager, admin, mirror, assigned, visit):
    mirror.add_calls({"phonenumber": FREE})
    ask(manager, visit, FREE)
    asked = OverrideRequest.objects.get()
    url = f"/numbers/overrides/{asked.pk}/decline/"
    ticket = visit(admin, url, htmx=True).value("ticket")
    admin.post(url, htmx=True, ticket=ticket, reason="Wait for the twelve days, please")
    assert OverrideRequest.objects.get().state == "declined"
    assert "Wait for the twelve days" in visit(manager, f"/numbers/{FREE}/").text


def test_two_admins_deciding_at_once_make_one_decision(manager, admin, make_person, mirror, assigned, visit):
    mirror.add_calls({"phonenumber": FREE})
    ask(manager, visit, FREE)
    asked, other = OverrideRequest.objects.get(), make_person("admin", "admin2")
    url = f"/numbers/overrides/{asked.pk}/decline/"
    forms = [(person, visit(person, url, htmx=True).value("ticket")) for person in (admin, other)]
    statuses = [p.post(url, htmx=True, ticket=t, reason="Not this one, sorry").status_code for p, t in forms]
    assert sorted(statuses) == [200, 422]
    assert AuditEntry.objects.filter(action="override.decline").count() == 1


def test_nobody_approves_their_own_request(admin, mirror, assigned, visit):
    mirror.add_calls({"phonenumber": FREE})
    ask(admin, visit, FREE)
    response = force(admin, visit, FREE, request=str(OverrideRequest.objects.get().pk))
    assert "their own request" in check(response, whole=False).text
    assert holder() != own_account().pk


def test_who_asked_is_told_on_the_first_page_when_it_is_decided(manager, admin, mirror, assigned, visit):
    mirror.add_calls({"phonenumber": FREE})
    ask(manager, visit, FREE)
    asked = OverrideRequest.objects.get()
    force(admin, visit, FREE, reason="Granted, the order is on file", request=str(asked.pk))
    assert "Granted, the order is on file" in visit(manager, "/").text


def test_a_request_ends_when_the_number_leaves_the_holder_it_was_asked_from(manager, mirror, assigned, visit):
    mirror.add_calls({"phonenumber": FREE})
    ask(manager, visit, FREE)
    Number.objects.filter(phonenumber=FREE).update(partner_sid=assignable_partners()[1].pk)
    assert end_outdated_requests() == 1
    assert OverrideRequest.objects.get().state == "moot"
    assert end_outdated_requests() == 0


def test_a_request_about_a_number_that_stays_is_kept_by_the_copy(manager, mirror, assigned, visit):
    mirror.add_calls({"phonenumber": FREE})
    ask(manager, visit, FREE)
    sync_numbers()
    assert OverrideRequest.objects.get().state == "waiting"


def test_the_queue_tells_the_calls_the_holder_and_what_is_left(manager, admin, mirror, assigned, visit):
    mirror.add_calls({"phonenumber": FREE, "duration": 0}, {"phonenumber": FREE, "date_start": ago(days=2)})
    visit(manager, f"/numbers/{FREE}/unassign/", htmx=True)
    ask(manager, visit, FREE)
    queue = visit(admin, "/numbers/overrides/", upstream=0)
    assert f"held by {Partner.objects.get(pk=holder())}" in queue.text
    assert "14 d 23 h left" in queue.text
    brief = f"/numbers/{FREE}/calls/brief/"
    assert queue.all("td", **{"hx-get": brief})
    assert "2 calls" in visit(admin, brief, htmx=True).text
    assert admin.get(brief)["Location"] == f"/numbers/{FREE}/calls/"


def test_calls_that_cannot_be_read_do_not_spoil_the_queue(admin, mirror, assigned, visit):
    mirror.fault("GET", "call_drs", "status", status=503, times=50)
    assert "not read just now" in visit(admin, f"/numbers/{FREE}/calls/brief/", htmx=True).text


def test_whoever_comes_second_reads_what_was_decided(manager, admin, make_person, mirror, assigned, visit):
    mirror.add_calls({"phonenumber": FREE})
    ask(manager, visit, FREE)
    asked, other = OverrideRequest.objects.get(), make_person("admin", "admin2")
    url = f"/numbers/overrides/{asked.pk}/decline/"
    forms = [(person, visit(person, url, htmx=True).value("ticket")) for person in (admin, other)]
    answers = [p.post(url, htmx=True, ticket=t, reason="Not this one, sorry") for p, t in forms]
    assert "was declined already" in check(answers[1], whole=False).text


def test_without_a_cool_off_there_is_nothing_to_override(manager, mirror, assigned, visit):
    answer = check(ask(manager, visit, FREE), whole=False)
    assert "unassign it, without an override" in answer.text
    assert not OverrideRequest.objects.exists()
