"""Handing a number to a sub-account."""

from datetime import timedelta

import pytest
from django.utils import timezone

from numbers.models import Number
from numbers.services.cooloff import note_last_call
from partners.models import Partner
from partners.services.family import own_account
from portal import audit
from portal.models import AuditEntry
from tests.moves import FREE, assign, holder
from tests.pages import check


def test_a_number_is_assigned_and_its_new_holder_shown(manager, mirror, partner, visit):
    answer = check(assign(manager, visit, FREE, partner), whole=False)
    assert f"Assigned to {partner.name}" in answer.text
    assert holder() == partner.pk
    assert AuditEntry.objects.get().outcome == "done"


def test_the_dialog_says_who_holds_it_now_and_who_afterwards(manager, mirror, partner, visit):
    open_end = visit(manager, f"/numbers/{FREE}/assign/", htmx=True)
    assert "Held by the parent pool → , then the sub-account you pick" in open_end.text
    assert open_end.all("select", name="partner")
    known = visit(manager, f"/numbers/{FREE}/assign/", htmx=True, partner=partner.pk)
    assert f"Held by the parent pool → , then {partner.name}" in known.text
    assert not known.all("select", name="partner")
    assert known.value("partner") == partner.pk


def test_a_dialog_opened_for_one_partner_stays_with_it_when_it_is_refused(manager, mirror, partner, visit):
    opened = visit(manager, f"/numbers/{FREE}/assign/", htmx=True, partner=partner.pk)
    [form] = opened.all("form", method="post")
    assert form.get("action") == form.get("hx-post")
    response = manager.post(form.get("action"), htmx=True, ticket="", partner=partner.pk)
    assert response.status_code == 422
    again = check(response, whole=False)
    assert f"Held by the parent pool → , then {partner.name}" in again.text
    assert not again.all("select", name="partner")
    assert again.value("partner") == partner.pk
    answer = manager.post(
        again.all("form", method="post")[0].get("action"),
        htmx=True,
        ticket=opened.value("ticket"),
        partner=again.value("partner"),
    )
    assert f"Assigned to {partner.name}" in check(answer, whole=False).text


def test_where_the_partner_it_was_opened_for_cannot_hold_it_any_more_another_can_be_picked(
    manager, mirror, partner, visit
):
    opened = visit(manager, f"/numbers/{FREE}/assign/", htmx=True, partner=partner.pk)
    Partner.objects.filter(pk=partner.pk).update(sub_account_enabled=False)
    address = opened.all("form", method="post")[0].get("action")
    response = manager.post(address, htmx=True, ticket=opened.value("ticket"), partner=partner.pk)
    assert response.status_code == 422
    again = check(response, whole=False)
    assert "Pick another one." in again.text
    assert again.all("select", name="partner")


@pytest.mark.parametrize("address", [f"/numbers/{FREE}/assign/", "/numbers/assign/"])
def test_a_nul_in_the_address_is_left_out(manager, mirror, partner, visit, address):
    answer = visit(manager, address, htmx=True, partner=f"{partner.pk}\x00")
    assert answer.value("partner") == partner.pk


def test_a_nul_alone_is_nobody(manager, mirror, partner, visit):
    assert visit(manager, f"/numbers/{FREE}/assign/", htmx=True, partner="\x00").all("select")
    visit(manager, "/numbers/assign/", htmx=True, partner="\x00", status=404)


def test_only_sub_accounts_that_can_hold_numbers_are_offered(manager, mirror, partner, visit):
    Partner.objects.filter(pk=partner.pk).update(sub_account_enabled=False)
    answer = visit(manager, f"/numbers/{FREE}/assign/", htmx=True)
    assert partner.name not in answer.text


def test_sub_accounts_of_one_name_are_told_apart_by_their_account_ids(manager, mirror, partner, visit):
    offered = visit(manager, f"/numbers/{FREE}/assign/", htmx=True).all("option", value=partner.pk)
    assert offered[0].text == f"{partner.name} ({partner.display_id})"


@pytest.fixture
def many(partner) -> Partner:
    """More than a hundred that could hold the number; two of them have one name."""
    Partner.objects.bulk_create(
        Partner(
            partner_sid=f"p{n}",
            parent_sid=partner.parent_sid,
            name=f"Branch {n % 100}",
            display_id=f"CX{n:08}",
            status="active",
            sub_account_id=f"SA_{n}",
            sub_account_enabled=True,
            payload={},
            synced_at=partner.synced_at,
        )
        for n in range(101)
    )
    return Partner.objects.get(pk="p7")


def test_of_very_many_one_is_found_while_typing_instead_of_listed(manager, mirror, many, visit):
    dialog = visit(manager, f"/numbers/{FREE}/assign/", htmx=True, queries=12, upstream=0)
    assert not dialog.all("option")
    asks = dialog.all("input", name="partner")[0].get("hx-get")
    Partner.objects.filter(pk="p70").update(sub_account_enabled=False)
    choices = visit(manager, f"{asks}&partner=Branch+7", htmx=True).html
    assert "Branch 7 (CX00000007)" in choices
    assert "Branch 70" not in choices
    assert "Branch 71 (CX00000071)" in choices


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("Branch 0", "Several partners are called that."),
        ("Nobody", "There is no such partner."),
        ("Branch 70 (CX00000070)", "This sub-account cannot hold numbers now."),
        ("", "Pick who shall hold it."),
    ],
)
def test_whoever_was_typed_and_cannot_hold_it_is_said_on_the_field(manager, mirror, many, visit, typed, says):
    Partner.objects.filter(pk="p70").update(sub_account_enabled=False)
    url = f"/numbers/{FREE}/assign/"
    ticket = visit(manager, url, htmx=True).value("ticket")
    answer = manager.post(url, htmx=True, ticket=ticket, partner=typed)
    assert answer.status_code == 422
    assert says in check(answer, whole=False).text
    assert not AuditEntry.objects.exists()


def test_one_that_was_typed_by_its_whole_suggestion_gets_the_number(manager, mirror, partner, many, visit):
    url = f"/numbers/{FREE}/assign/"
    ticket = visit(manager, url, htmx=True).value("ticket")
    manager.post(url, htmx=True, ticket=ticket, partner=partner.label)
    assert holder() == partner.pk


def test_a_number_that_was_called_lately_is_said_to_stay_for_as_long(manager, mirror, partner, visit):
    url = f"/numbers/{FREE}/assign/"
    assert "It can be taken back at any time" in visit(manager, url, htmx=True).text
    called = timezone.now() - timedelta(hours=10)
    note_last_call(FREE, called)
    told = visit(manager, url, htmx=True)
    assert "It will be locked as soon as it is assigned." in told.text
    assert "It was called 10 h ago" in told.text
    assert (called + timedelta(days=15)).isoformat()[:19] in told.html
    assert "at any time" not in told.text


def test_a_number_that_somebody_holds_is_refused_before_upstream_is_asked(
    manager, mirror, assigned, partner, visit
):
    asked, url = len(mirror.requests()), f"/numbers/{FREE}/assign/"
    assert "not in the parent pool" in visit(manager, url, htmx=True, status=422).text
    opened_before = audit.mint(manager.user, "number.assign", FREE)
    answer = check(manager.post(url, htmx=True, ticket=opened_before, partner=partner.pk), whole=False)
    assert "not in the parent pool" in answer.text
    assert len(mirror.requests()) == asked


def test_from_a_partners_page_only_numbers_of_the_parent_pool_are_offered_and_taken(
    manager, mirror, partner, visit
):
    picked = {"partner": partner.pk}
    offered = visit(manager, "/numbers/assign/", htmx=True, **picked)
    held = Number.objects.exclude(partner_sid=own_account().pk).first()
    assert "(516) 206-5573" in offered.html
    assert str(held) not in offered.html
    answer = visit(manager, "/numbers/assign/", htmx=True, phonenumber="516.206.5573", **picked)
    assert answer.value("partner") == partner.pk
    assert f"the parent pool → , then {partner.label}" in answer.text
    assert not answer.all("select")
    refused = visit(manager, "/numbers/assign/", htmx=True, status=422, phonenumber=str(held), **picked)
    assert "not in the parent pool" in refused.text
