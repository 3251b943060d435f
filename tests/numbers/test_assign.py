"""Handing a number to a sub-account."""

from numbers.models import Number
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


def test_only_sub_accounts_that_can_hold_numbers_are_offered(manager, mirror, partner, visit):
    Partner.objects.filter(pk=partner.pk).update(sub_account_enabled=False)
    answer = visit(manager, f"/numbers/{FREE}/assign/", htmx=True)
    assert partner.name not in answer.text


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
    refused = visit(manager, "/numbers/assign/", htmx=True, status=422, phonenumber=str(held), **picked)
    assert "not in the parent pool" in refused.text
