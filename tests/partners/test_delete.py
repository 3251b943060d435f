"""Deleting a sub-partner: for admins, with its name typed, and only when nothing is in the way."""

import pytest

from numbers.services.sync import sync_numbers
from partners.models import Invitation, Partner, Token
from partners.services.sync import sync_partners
from portal import audit
from portal.models import AuditEntry
from tests.pages import check


def url(sid: str) -> str:
    return f"/partners/{sid}/delete/"


@pytest.fixture
def empty(upstream, partners) -> Partner:
    """A sub-partner that holds nothing, made elsewhere."""
    made = upstream.post("/partners", {"login": "empty", "password": "long enough", "name": "Empty"}).json()
    upstream.steer("POST", f"/partners/{made['partner_sid']}/verify")
    sync_partners()
    return Partner.objects.get(pk=made["partner_sid"])


def form(person, visit, partner) -> dict[str, str]:
    return {"ticket": visit(person, url(partner.pk), htmx=True).value("ticket"), "typed": partner.name}


def test_an_empty_partner_is_deleted(admin, upstream, empty, visit):
    response = admin.post(url(empty.pk), **form(admin, visit, empty))
    assert response["Location"] == "/partners/"
    assert upstream.get(f"/partners/{empty.pk}").status_code == 404
    assert not Partner.objects.filter(pk=empty.pk).exists()
    assert not Token.objects.filter(partner_sid=empty.pk).exists()
    assert AuditEntry.objects.get().outcome == "done"


def test_what_is_in_the_way_is_listed_and_nothing_is_sent(admin, upstream, partners, visit):
    sync_numbers()
    parent = next(p for p in partners.values() if p.parent_sid and p.parent_sid != partners["ourselves"].pk)
    parent = Partner.objects.get(pk=parent.parent_sid)
    answer = visit(admin, url(parent.pk), htmx=True)
    assert "below it" in answer.text
    ticket = audit.mint(admin.user, "partner.delete", parent.pk)
    response = admin.post(url(parent.pk), ticket=ticket, typed=parent.name)
    assert response.status_code == 422
    assert "this is in the way" in check(response).text
    assert not upstream.requests(method="DELETE")


def test_numbers_in_the_way_that_only_upstream_knows_of_are_told_too(admin, upstream, sub_partner, visit):
    if upstream.get("/phonenumber/dids", filter=f'partner_sid eq "{sub_partner.pk}"').json()["count"] == 0:
        pytest.fail("the seeded sub-partner should hold numbers")
    response = admin.post(url(sub_partner.pk), htmx=True, **form(admin, visit, sub_partner))
    assert response.status_code == 422
    assert "holds phone numbers" in check(response, whole=False).text


def test_our_own_account_cannot_be_deleted(admin, partners, visit):
    assert "your own account" in visit(admin, url(partners["ourselves"].pk), htmx=True).text


def test_without_its_name_nothing_happens(admin, upstream, empty, visit):
    response = admin.post(url(empty.pk), htmx=True, **(form(admin, visit, empty) | {"typed": "x"}))
    assert response.status_code == 422
    assert not upstream.requests(method="DELETE")


def test_one_that_left_the_mirror_is_not_deleted_without_its_name(admin, upstream, empty, visit):
    filled = form(admin, visit, empty)
    Partner.objects.filter(pk=empty.pk).delete()
    assert admin.post(url(empty.pk), ticket=filled["ticket"]).status_code == 404
    assert not upstream.requests(method="DELETE")


def test_a_deletion_without_an_answer_is_settled_by_looking(admin, upstream, empty, visit):
    upstream.fault("DELETE", "/partners", "reset", when="after")
    admin.post(url(empty.pk), **form(admin, visit, empty))
    assert AuditEntry.objects.get().outcome == "unknown"
    audit.settle_due()
    assert AuditEntry.objects.get().outcome == "done"
    assert not Partner.objects.filter(pk=empty.pk).exists()


def test_the_same_form_sent_twice_deletes_once(admin, upstream, empty, visit):
    filled = form(admin, visit, empty)
    admin.post(url(empty.pk), **filled)
    assert admin.post(url(empty.pk), **filled).status_code == 303
    assert len(upstream.requests(method="DELETE")) == 1


def test_an_invitation_can_be_withdrawn(admin, upstream, partners, visit):
    made = upstream.post("/partners", {"login": "new1", "password": "long enough", "name": "New"}).json()
    Invitation.objects.create(
        id="00000000-0000-4000-8000-000000000001",
        partner_sid=made["partner_sid"],
        name="New",
        login="new1",
        state="invited",
        invited_by_text="Alex Moreno",
    )
    ticket = visit(admin, url(made["partner_sid"]), htmx=True).value("ticket")
    admin.post(url(made["partner_sid"]), ticket=ticket, typed="New")
    assert Invitation.objects.get().state == "withdrawn"
    assert AuditEntry.objects.get().outcome == "done"


def test_account_managers_may_not_delete(manager, sub_partner, visit):
    visit(manager, url(sub_partner.pk), status=403)
