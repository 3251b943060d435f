"""Renting a number: once, by the person who decided, and with the truth on the screen and in the ledger."""

from datetime import timedelta

import pytest
import time_machine

from numbers.models import Number
from numbers.services.search import Query, search
from portal import audit
from portal.models import AuditEntry
from tests.pages import check

NUMBER = "15162065575"
URL = f"/numbers/{NUMBER}/rent/"


def open_dialog(person, visit, number=NUMBER, **query) -> dict[str, str]:
    answer = visit(person, f"/numbers/{number}/rent/", htmx=True, **query)
    return {
        "ticket": answer.value("ticket"),
        "country": answer.value("country"),
        "external": answer.value("external"),
        "confirm": "on",
    }


def only_entry() -> AuditEntry:
    return AuditEntry.objects.get()


def test_the_dialog_looks_again_and_says_what_will_happen(staff, upstream, visit):
    answer = visit(staff, URL, htmx=True, upstream=1)
    assert "Still available" in answer.text
    assert "Yes, I want to rent this Phone Number" in answer.text
    assert "$0.60 a month" in answer.text


def test_renting_takes_one_call_and_ends_with_the_number_in_the_mirror_and_a_done_entry(
    staff, upstream, visit
):
    form = open_dialog(staff, visit)
    before = len(upstream.requests())
    answer = check(staff.post(URL, htmx=True, **form), whole=False)
    assert len(upstream.requests()) - before == 1
    assert "Rented." in answer.text
    assert f"/numbers/{NUMBER}/" in answer.html
    assert Number.objects.get(phonenumber=NUMBER).status == "assigned"
    entry = only_entry()
    assert (entry.outcome, entry.actor, entry.target) == ("done", staff.user, NUMBER)
    assert entry.after["phonenumber"] == NUMBER


def test_a_rented_number_leaves_the_lists_behind_the_dialog(staff, upstream, visit):
    response = staff.post(URL, htmx=True, **open_dialog(staff, visit))
    assert f'"n{NUMBER}"' in response["HX-Trigger-After-Settle"]


def test_without_htmx_renting_ends_on_a_page_that_can_be_reloaded(staff, upstream, visit):
    response = staff.post(URL, **open_dialog(staff, visit))
    assert response.status_code == 303
    answer = visit(staff, response["Location"])
    assert "Rented." in answer.text
    assert len(upstream.requests(method="POST", path="phonenumber/dids")) == 1


def test_a_rented_number_disappears_from_kept_searches_at_once(staff, upstream, visit):
    assert NUMBER in [offer.phonenumber for offer in search(Query(npa="516")).offers]
    staff.post(URL, htmx=True, **open_dialog(staff, visit))
    assert NUMBER not in [offer.phonenumber for offer in search(Query(npa="516")).offers]


def test_without_the_tick_nothing_is_rented(staff, upstream, visit):
    form = open_dialog(staff, visit) | {"confirm": ""}
    response = staff.post(URL, htmx=True, **form)
    assert response.status_code == 422
    assert "Tick the box" in check(response, whole=False).text
    assert not AuditEntry.objects.exists()


def test_the_same_form_sent_twice_rents_once_and_answers_the_same(staff, upstream, visit):
    form = open_dialog(staff, visit)
    first, second = (check(staff.post(URL, htmx=True, **form), whole=False) for _ in range(2))
    assert "Rented." in first.text
    assert "Rented." in second.text
    assert len(upstream.requests(method="POST", path="phonenumber/dids")) == 1
    assert only_entry().outcome == "done"


@pytest.mark.parametrize("ticket", ["", "forged", "x" * 900])
def test_a_forged_entry_id_is_refused(staff, upstream, visit, ticket):
    form = open_dialog(staff, visit) | {"ticket": ticket}
    response = staff.post(URL, htmx=True, **form)
    assert response.status_code == 422
    assert (
        "Nothing was changed" in check(response, whole=False).text
        or "Open it again" in response.content.decode()
    )
    assert not AuditEntry.objects.exists()
    assert not upstream.requests(method="POST", path="phonenumber/dids")


def test_another_persons_entry_id_is_refused(staff, manager, upstream, visit):
    form = open_dialog(manager, visit)
    response = staff.post(URL, htmx=True, **form)
    assert response.status_code == 422
    assert not upstream.requests(method="POST", path="phonenumber/dids")


def test_an_entry_id_of_another_number_is_refused(staff, upstream, visit):
    form = open_dialog(staff, visit, number="15162065573")
    assert staff.post(URL, htmx=True, **form).status_code == 422
    assert not upstream.requests(method="POST", path="phonenumber/dids")


def test_taken_by_someone_else_is_said_with_three_numbers_nearby(staff, upstream, visit):
    form = open_dialog(staff, visit)
    upstream.add_numbers({"phonenumber": NUMBER, "status": "aging"})
    answer = check(staff.post(URL, htmx=True, **form), whole=False)
    assert "Taken by someone else" in answer.text
    assert answer.text.count("(516)") >= 4
    assert only_entry().outcome == "rejected"


def test_a_number_a_colleague_rented_meanwhile_is_said_to_be_ours_with_the_colleagues_name(
    staff, manager, upstream, visit
):
    form = open_dialog(manager, visit)
    staff.post(URL, htmx=True, **open_dialog(staff, visit))
    answer = check(manager.post(URL, htmx=True, **form), whole=False)
    assert "Your account holds it already (rented by Sam Okafor)." in answer.text
    assert "someone else" not in answer.text
    assert f"/numbers/{NUMBER}/" in answer.html
    assert len(upstream.requests(method="POST", path="phonenumber/dids")) == 1
    entry = AuditEntry.objects.get(actor=manager.user)
    assert (entry.outcome, entry.upstream_status) == ("rejected", None)
    assert "Nothing was sent" in entry.message


def test_a_number_rented_with_our_account_from_elsewhere_is_said_to_be_ours(staff, upstream, visit):
    form = open_dialog(staff, visit)
    upstream.rent(NUMBER)
    answer = check(staff.post(URL, htmx=True, **form), whole=False)
    assert "Your account holds it already." in answer.text
    assert Number.objects.filter(phonenumber=NUMBER).exists()
    assert only_entry().outcome == "rejected"


def test_a_number_gone_before_the_dialog_opens_is_said_so(staff, upstream, visit):
    upstream.add_numbers({"phonenumber": NUMBER, "status": "aging"})
    answer = visit(staff, URL, htmx=True)
    assert "No longer available" in answer.text


def test_a_number_that_is_ours_already_leads_to_it(staff, mirror, visit):
    answer = visit(staff, "/numbers/12125550148/rent/", htmx=True, upstream=0)
    assert "Your account holds it already" in answer.text


def test_an_external_order_that_is_not_complete_is_pending_assignment(staff, upstream, visit):
    url = "/numbers/46501818082/rent/"
    form = open_dialog(staff, visit, number="46501818082", country="SWE", external="1")
    answer = check(staff.post(url, htmx=True, **form), whole=False)
    assert "pending assignment" in answer.text
    assert only_entry().outcome == "done"
    assert Number.objects.get(phonenumber="46501818082").status == "pending_assignment"


def test_a_busy_external_provider_means_try_later(staff, upstream, visit):
    form = open_dialog(staff, visit, number="46501818082", country="SWE", external="1")
    upstream.set(external_busy=True)
    answer = check(staff.post("/numbers/46501818082/rent/", htmx=True, **form), whole=False)
    assert "provider is busy" in answer.text
    assert only_entry().outcome == "rejected"


def test_a_refusal_is_told_with_its_reason(staff, upstream, visit):
    form = open_dialog(staff, visit)
    upstream.set(scopes=["phonenumber.read"])
    answer = check(staff.post(URL, htmx=True, **form), whole=False)
    assert "Not rented" in answer.text
    assert only_entry().outcome == "rejected"


def test_when_the_core_api_cannot_be_reached_nothing_was_changed(staff, upstream, visit, settings):
    form = open_dialog(staff, visit)
    settings.CORE_API_URL = "http://127.0.0.1:9/core/v2"
    answer = check(staff.post(URL, htmx=True, **form), whole=False)
    assert "Nothing was changed" in answer.text
    assert only_entry().outcome == "failed"


@pytest.mark.parametrize(
    ("fault", "rented"),
    [
        ({"kind": "status", "status": 500}, False),
        ({"kind": "status", "status": 500, "commit": True}, True),
        ({"kind": "reset", "when": "before"}, False),
        ({"kind": "reset", "when": "after"}, True),
        ({"kind": "truncate", "bytes": 40}, True),
        (
            {
                "kind": "status",
                "status": 200,
                "body": "<html>hello</html>",
                "content_type": "text/html",
                "commit": True,
            },
            True,
        ),
        ({"kind": "drip", "seconds": 30}, True),
        ({"kind": "delay", "seconds": 6, "when": "after"}, True),
    ],
    ids=lambda value: "-".join(str(v) for v in value.values())[:40] if isinstance(value, dict) else "",
)
def test_when_no_answer_can_be_trusted_we_check_and_then_tell_the_truth(
    staff, upstream, visit, settings, fault, rented
):
    settings.UPSTREAM_DEADLINE, settings.UPSTREAM_READ_TIMEOUT, settings.SETTLE_GRACE = 2.0, 1.5, 0.0
    form = open_dialog(staff, visit)
    upstream.fault("POST", "phonenumber/dids", **fault)
    answer = check(staff.post(URL, htmx=True, **form), whole=False)
    assert "We are checking" in answer.text
    entry = only_entry()
    assert entry.outcome == "unknown"
    with time_machine.travel(entry.created + timedelta(minutes=1)):  # by then no late arrival is possible
        answer = check_until_settled(staff, entry)
    assert only_entry().outcome == ("done" if rented else "failed")
    assert ("Rented." if rented else "Not rented so far") in answer.text
    assert Number.objects.filter(phonenumber=NUMBER).exists() is rented
    assert len(upstream.requests(method="POST", path="phonenumber/dids$")) <= 1


def check_until_settled(person, entry):
    audit.settle_due()
    return check(person.get(f"{URL}{entry.id}/", htmx=True), whole=False)


def test_refused_credentials_are_said_plainly_and_nothing_was_changed(staff, upstream, visit):
    form = open_dialog(staff, visit)
    upstream.fault("POST", "phonenumber/dids", "status", status=401)
    answer = check(staff.post(URL, htmx=True, **form), whole=False)
    assert "Nothing was changed" in answer.text
    assert only_entry().outcome == "failed"


def test_a_rent_by_somebody_else_with_our_account_is_not_taken_for_ours(staff, upstream, visit, settings):
    settings.SETTLE_GRACE = 0.0
    form = open_dialog(staff, visit)
    upstream.fault("POST", "phonenumber/dids", "reset", when="before")
    staff.post(URL, htmx=True, **form)
    upstream.post("/phonenumber/dids", json={"phonenumber": NUMBER})
    audit.settle_due()
    entry = only_entry()
    assert entry.outcome == "rejected"
    assert "Somebody else" in entry.message


def test_strangers_entries_are_not_shown(staff, manager, upstream, visit):
    staff.post(URL, htmx=True, **open_dialog(staff, visit))
    assert manager.get(f"{URL}{only_entry().id}/").status_code == 404


def test_a_number_that_is_no_number_has_no_dialog(staff, upstream):
    assert staff.get("/numbers/0555/rent/").status_code == 404
    assert staff.get("/numbers/15162065575x/rent/").status_code == 404
    assert staff.get("/numbers/999999999999999/rent/").status_code == 404
    assert not upstream.requests()


def test_outside_the_north_american_plan_nothing_is_said_to_be_near(staff, upstream, visit):
    answer = visit(staff, "/numbers/46850112233/rent/", htmx=True, country="SWE", upstream=1)
    assert "No longer available" in answer.text
    assert "near it" not in answer.text
