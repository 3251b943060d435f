"""Saying by hand which sub-account a partner is, where names do not tell."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, OperationalError, connection, connections
from django.utils import timezone

from partners.models import Partner
from partners.services.sub_accounts import sync_sub_accounts
from portal import audit
from portal.models import AuditEntry
from portal.upstream import number_api
from tests.pages import check


@pytest.fixture
def unlinked(sub_partner) -> Partner:
    """A sub-partner whose sub-account has another name, so that it was not found."""
    sub_partner.was = sub_partner.sub_account_id
    assert sub_partner.was
    Partner.objects.filter(pk=sub_partner.pk).update(
        sub_account_id="", sub_account_enabled=False, linked_by_hand=True
    )
    return sub_partner


def url(partner: Partner) -> str:
    return f"/partners/{partner.pk}/sub-account/"


def test_a_partner_is_linked_to_the_sub_account_that_was_picked(manager, unlinked, visit):
    assert "none, so it cannot hold numbers" in visit(manager, f"/partners/{unlinked.pk}/").text
    dialog = visit(manager, url(unlinked), htmx=True, target="modal")
    assert unlinked.was in dialog.text
    response = manager.post(url(unlinked), ticket=dialog.value("ticket"), sub_account_id=unlinked.was)
    assert response["Location"] == f"/partners/{unlinked.pk}/"
    linked = Partner.objects.get(pk=unlinked.pk)
    assert (linked.sub_account_id, linked.sub_account_enabled) == (unlinked.was, True)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.outcome, entry.before, entry.after) == (
        "sub_account.link",
        "done",
        {"sub_account": ""},
        {"sub_account": unlinked.was},
    )
    assert "set by hand" in visit(manager, f"/partners/{unlinked.pk}/").text


def test_what_was_said_by_hand_outlives_the_search_by_name(manager, sub_partner, visit):
    dialog = visit(manager, url(sub_partner))
    manager.post(url(sub_partner), ticket=dialog.value("ticket"), sub_account_id="")
    sync_sub_accounts()
    unlinked = Partner.objects.get(pk=sub_partner.pk)
    assert (unlinked.sub_account_id, unlinked.sub_account_enabled) == ("", False)


def listed(*accounts: dict) -> dict:
    return {"sub_accounts": list(accounts), "total": len(accounts), "page": 1, "size": 100}


@pytest.mark.parametrize("by_hand", [True, False])
def test_a_link_whose_sub_account_is_gone_is_kept_and_shown_as_disabled(
    manager, upstream, sub_partner, visit, by_hand
):
    Partner.objects.filter(pk=sub_partner.pk).update(linked_by_hand=by_hand)
    upstream.fault("GET", "sub-accounts", "status", status=200, body=listed())
    sync_sub_accounts()
    gone = Partner.objects.get(pk=sub_partner.pk)
    assert (gone.sub_account_id, gone.sub_account_enabled) == (sub_partner.sub_account_id, False)
    assert f"{gone.sub_account_id} disabled" in visit(manager, f"/partners/{gone.pk}/").text
    sync_sub_accounts()
    assert Partner.objects.get(pk=sub_partner.pk).sub_account_enabled


def test_where_a_sub_account_is_gone_names_find_its_successor_unless_a_hand_made_the_link(
    upstream, sub_partner, partners
):
    other = next(p for p in partners.values() if p.sub_account_id and p.pk != sub_partner.pk)
    Partner.objects.filter(pk=other.pk).update(linked_by_hand=True)
    successors = [
        {"auth_id": "SA_1", "name": sub_partner.name},
        {"auth_id": "SA_2", "name": other.name},
    ]
    upstream.fault("GET", "sub-accounts", "status", status=200, body=listed(*successors))
    sync_sub_accounts()
    assert Partner.objects.get(pk=sub_partner.pk).sub_account_id == "SA_1"
    assert Partner.objects.get(pk=other.pk).sub_account_id == other.sub_account_id


@contextmanager
def looking_through_all(upstream) -> Iterator[None]:
    """The clock has its answer of what sub-accounts there are, and does not know it yet."""
    upstream.fault("GET", "sub-accounts", "delay", seconds=2, when="after")

    def look() -> None:
        sync_sub_accounts()
        connections.close_all()

    with ThreadPoolExecutor(1) as clock:
        looked = clock.submit(look)
        time.sleep(0.7)
        yield
        assert not looked.done()
        looked.result()


@pytest.mark.django_db(transaction=True)
def test_a_sub_account_made_while_all_were_looked_through_stays_linked(manager, upstream, unlinked):
    ticket = audit.mint(manager.user, "sub_account.create", unlinked.pk)
    with looking_through_all(upstream):
        manager.post(f"{url(unlinked)}new/", ticket=ticket)
    made = AuditEntry.objects.get().after["sub_account"]
    linked = Partner.objects.get(pk=unlinked.pk)
    assert (linked.sub_account_id, linked.sub_account_enabled) == (made, True)


@pytest.mark.django_db(transaction=True)
def test_what_is_said_by_hand_while_all_are_looked_through_wins_over_the_names(
    manager, upstream, unlinked, partners
):
    namesake = next(p for p in partners.values() if p.sub_account_id and p.pk != unlinked.pk)
    Partner.objects.filter(pk=namesake.pk).update(sub_account_id="", sub_account_enabled=False)
    ticket = audit.mint(manager.user, "sub_account.link", unlinked.pk)
    with looking_through_all(upstream):
        manager.post(url(unlinked), ticket=ticket, sub_account_id=namesake.sub_account_id)
    assert Partner.objects.get(pk=unlinked.pk).sub_account_id == namesake.sub_account_id
    assert Partner.objects.get(pk=namesake.pk).sub_account_id == ""


def test_partners_of_one_name_are_left_to_be_said_by_hand(upstream, partners, sub_partner):
    others = Partner.objects.exclude(pk=sub_partner.pk).exclude(parent_sid="")
    Partner.objects.filter(pk__in=[sub_partner.pk, others[0].pk]).update(
        name="Twin", payload={}, sub_account_id=""
    )
    sync_sub_accounts()
    assert set(Partner.objects.filter(name="Twin").values_list("sub_account_id", flat=True)) == {""}


def test_a_sub_account_another_partner_is_linked_to_is_not_offered(manager, partners, unlinked, visit):
    other = Partner.objects.exclude(sub_account_id="").first()
    dialog = visit(manager, url(unlinked))
    assert other.sub_account_id not in dialog.text
    response = manager.post(url(unlinked), ticket=dialog.value("ticket"), sub_account_id=other.sub_account_id)
    answer = check(response)
    assert response.status_code == 422
    assert "another partner is linked to it" in answer.text
    assert not AuditEntry.objects.exists()


def test_one_sub_account_is_never_two_partners(unlinked):
    taken = Partner.objects.exclude(sub_account_id="").first()
    unlinked.sub_account_id = taken.sub_account_id
    with pytest.raises(IntegrityError):
        unlinked.save()


def test_the_same_form_sent_twice_is_one_link(manager, unlinked, visit):
    form = {"ticket": visit(manager, url(unlinked)).value("ticket"), "sub_account_id": unlinked.was}
    for _ in range(2):
        assert manager.post(url(unlinked), **form).status_code == 303
    assert AuditEntry.objects.count() == 1


def make_ticket(person, partner, visit) -> str:
    form = visit(person, url(partner)).all("form", action=f"{url(partner)}new/")[0]
    return next(e.get("value") for e in form.iter() if e.get("name") == "ticket")


def test_one_is_made_and_linked_for_a_partner_that_has_none(manager, upstream, unlinked, visit):
    ticket = make_ticket(manager, unlinked, visit)
    for _ in range(2):
        assert manager.post(f"{url(unlinked)}new/", ticket=ticket).status_code == 303
    assert len(upstream.requests(method="POST", path="sub-accounts")) == 1
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.outcome) == ("sub_account.create", "done")
    assert Partner.objects.get(pk=unlinked.pk).sub_account_id == entry.after["sub_account"]


def test_one_whose_answer_was_lost_is_found_and_linked(manager, upstream, unlinked, visit):
    ticket = make_ticket(manager, unlinked, visit)
    upstream.fault("POST", "sub-accounts", "reset", when="after")
    answer = manager.post(f"{url(unlinked)}new/", ticket=ticket)
    entry = AuditEntry.objects.get()
    assert answer["Location"] == f"/entries/{entry.pk}/"
    assert entry.outcome == "unknown"
    assert (
        "being made for it right now"
        in check(manager.post(f"{url(unlinked)}new/", ticket=make_ticket(manager, unlinked, visit))).text
    )
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        audit.settle_due()
    entry.refresh_from_db()
    assert entry.outcome == "done"
    assert Partner.objects.get(pk=unlinked.pk).sub_account_id == entry.after["sub_account"]


@pytest.fixture
def taken(upstream, unlinked, partners) -> Partner:
    """A partner that is linked to what the carrier answers it has made for `unlinked`."""
    other = next(p for p in partners.values() if p.sub_account_id and p.pk != unlinked.pk)
    made = {
        "sub_account": {"auth_id": other.sub_account_id, "name": unlinked.name},
        "auth_credentials": {"auth_id": other.sub_account_id, "auth_token": "secret"},
    }
    upstream.fault("POST", "sub-accounts", "status", status=200, body=made)
    return other


def test_where_its_name_led_another_partner_to_the_one_just_made_that_is_said(
    manager, unlinked, taken, visit
):
    answer = manager.post(f"{url(unlinked)}new/", ticket=make_ticket(manager, unlinked, visit))
    entry = AuditEntry.objects.get()
    assert (entry.outcome, entry.after) == ("done", {"sub_account": taken.sub_account_id})
    assert answer["Location"] == f"/entries/{entry.pk}/"
    says = f"It was made, but {taken.name} is linked to it; link it by hand."
    assert says in visit(manager, answer["Location"]).text
    assert Partner.objects.get(pk=unlinked.pk).sub_account_id == ""


def test_where_another_partner_got_it_before_its_lost_answer_is_found_the_entry_ends_all_the_same(
    manager, upstream, unlinked, visit
):
    ticket = make_ticket(manager, unlinked, visit)
    upstream.fault("POST", "sub-accounts", "reset", when="after")
    manager.post(f"{url(unlinked)}new/", ticket=ticket)
    [made] = [a for a in number_api().sub_accounts.iterate() if a.description]
    twin = Partner.objects.exclude(pk=unlinked.pk).exclude(sub_account_id="").first()
    Partner.objects.filter(pk=twin.pk).update(sub_account_id=made.auth_id)
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        audit.settle_due()
    entry = AuditEntry.objects.get()
    assert (entry.outcome, entry.after) == ("done", {"sub_account": made.auth_id})
    assert entry.message == f"It was made, but {twin.name} is linked to it; link it by hand."
    assert Partner.objects.get(pk=unlinked.pk).sub_account_id == ""


def test_one_made_while_our_own_database_failed_is_settled_and_linked(manager, upstream, unlinked, visit):
    ticket = make_ticket(manager, unlinked, visit)

    def failing(execute, sql, *more):
        if sql.startswith('UPDATE "partners_partner"'):
            raise OperationalError("disk full")
        return execute(sql, *more)

    with connection.execute_wrapper(failing):
        answer = manager.post(f"{url(unlinked)}new/", ticket=ticket)
    entry = AuditEntry.objects.get()
    assert (answer["Location"], entry.outcome) == (f"/entries/{entry.pk}/", "open")
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        audit.settle_due()
    entry.refresh_from_db()
    assert entry.outcome == "done"
    assert Partner.objects.get(pk=unlinked.pk).sub_account_id == entry.after["sub_account"]


def test_one_that_never_left_is_settled_as_not_made(manager, upstream, unlinked, visit):
    ticket = make_ticket(manager, unlinked, visit)
    upstream.fault("POST", "sub-accounts", "reset", when="before")
    manager.post(f"{url(unlinked)}new/", ticket=ticket)
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        audit.settle_due()
    assert AuditEntry.objects.get().outcome == "failed"
    assert Partner.objects.get(pk=unlinked.pk).sub_account_id == ""


def test_a_partner_that_has_one_gets_no_second(manager, upstream, unlinked, visit):
    ticket = make_ticket(manager, unlinked, visit)
    Partner.objects.filter(pk=unlinked.pk).update(sub_account_id=unlinked.was)
    answer = check(manager.post(f"{url(unlinked)}new/", ticket=ticket))
    assert "has a sub-account already" in answer.text
    assert not upstream.requests(method="POST", path="sub-accounts")


def test_our_own_account_is_the_parent_pool(manager, partners, visit):
    assert "the parent pool" in visit(manager, url(partners["ourselves"]), status=422).text


def test_without_the_phone_number_api_the_reason_is_said(manager, sub_partner, settings, visit):
    settings.NUMBER_API_URL = ""
    assert "NUMBER_API_URL" in visit(manager, url(sub_partner), status=422).text
    assert "Link…" not in visit(manager, f"/partners/{sub_partner.pk}/").text


def test_when_upstream_is_down_nothing_is_changed(manager, upstream, unlinked, visit):
    upstream.fault("GET", "sub-accounts", "status", status=503, times=10)
    visit(manager, url(unlinked), status=502)


@pytest.mark.parametrize("path", ["", "new/"])
def test_staff_see_the_link_and_may_not_change_it(staff, unlinked, path):
    assert "sub-account/" not in staff.get(f"/partners/{unlinked.pk}/").content.decode()
    assert staff.post(url(unlinked) + path).status_code == 403
