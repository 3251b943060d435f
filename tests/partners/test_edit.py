"""Editing a partner: only what was touched, no circles, and nobody's change is lost unseen."""

import json

import pytest

from partners.models import Partner
from partners.services.sync import sync_partners
from portal import audit
from portal.models import AuditEntry
from tests.pages import check

FIELDS = (
    "company_name", "name", "owner_email", "tech_email", "billing_email", "phonenumber",
    "address1", "address2", "city", "state", "zip", "daily_spending_limit", "parent_sid",
)  # fmt: skip


def url(partner: Partner) -> str:
    return f"/partners/{partner.pk}/edit/"


@pytest.fixture
def form(manager, sub_partner, visit) -> dict[str, str]:
    answer = visit(manager, url(sub_partner))
    seen = answer.value("seen")
    fields = {name: answer.value(name) for name in FIELDS}
    return fields | {
        "ticket": answer.value("ticket"),
        "seen": seen,
        "country_code": json.loads(seen)["country_code"],
    }


def now(world, partner) -> dict:
    return world.get(f"/partners/{partner.pk}").json()


def test_only_the_touched_field_is_written(manager, upstream, sub_partner, form):
    response = manager.post(url(sub_partner), **(form | {"city": "Portland"}))
    assert response.status_code == 303
    assert now(upstream, sub_partner)["city"] == "Portland"
    entry = AuditEntry.objects.get()
    assert entry.params == {"changes": {"city": "Portland"}}
    assert (entry.outcome, entry.after) == ("done", {"city": "Portland"})


def test_a_phone_is_read_as_the_country_of_the_form_writes_it(manager, upstream, sub_partner, form):
    manager.post(url(sub_partner), **(form | {"phonenumber": "020 7946 0958", "country_code": "GBR"}))
    assert now(upstream, sub_partner)["phonenumber"] == "442079460958"


def test_a_phone_that_was_wrong_before_stands_in_nobodys_way(manager, upstream, sub_partner, visit, form):
    upstream.patch(f"/partners/{sub_partner.pk}", {"phonenumber": "6175550100"})
    sync_partners()
    answer = visit(manager, url(sub_partner))
    again = {name: answer.value(name) for name in ("seen", "ticket", "phonenumber")}
    response = manager.post(url(sub_partner), **(form | again | {"city": "Portland", "country_code": "SWE"}))
    assert response.status_code == 303, check(response).text
    assert now(upstream, sub_partner)["phonenumber"] == "6175550100"
    assert now(upstream, sub_partner)["city"] == "Portland"


def test_nothing_changed_asks_nobody_and_records_nothing(manager, upstream, sub_partner, form):
    before = len(upstream.requests())
    assert manager.post(url(sub_partner), **form).status_code == 303
    assert len(upstream.requests()) == before
    assert not AuditEntry.objects.exists()


def test_a_change_made_elsewhere_is_shown_before_anything_is_written(manager, upstream, sub_partner, form):
    upstream.patch(f"/partners/{sub_partner.pk}", {"city": "Salem"})
    response = manager.post(url(sub_partner), **(form | {"city": "Portland"}))
    assert response.status_code == 422
    answer = check(response)
    assert "Somebody changed this partner" in answer.text
    assert "Salem" in answer.text
    again = form | {"city": "Portland", "seen": answer.value("seen"), "ticket": answer.value("ticket")}
    assert manager.post(url(sub_partner), **again).status_code == 303
    assert now(upstream, sub_partner)["city"] == "Portland"


def test_it_can_be_moved_below_another_partner(manager, upstream, partners, sub_partner, form):
    other = next(
        p for p in partners.values() if p.parent_sid and p.pk not in (sub_partner.pk, sub_partner.parent_sid)
    )
    response = manager.post(url(sub_partner), **(form | {"parent_sid": other.label}))
    assert response.status_code == 303, check(response).text
    assert Partner.objects.get(pk=sub_partner.pk).parent_sid == other.pk


def test_a_circle_is_refused_on_its_field(manager, upstream, partners, visit):
    child = next(p for p in partners.values() if p.parent_sid and p.parent_sid != partners["ourselves"].pk)
    parent = Partner.objects.get(pk=child.parent_sid)
    answer = visit(manager, url(parent))
    seen = json.loads(answer.value("seen"))
    form = {name: answer.value(name) for name in FIELDS} | {
        "ticket": answer.value("ticket"),
        "seen": answer.value("seen"),
        "country_code": seen["country_code"],
    }
    for wanted in (child.label, parent.pk):
        response = manager.post(url(parent), **(form | {"parent_sid": wanted}))
        assert response.status_code == 422
        assert "cannot be its parent" in check(response).text
    assert not upstream.requests(method="PATCH")


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"owner_email": "[hidden]"}, "is not an e-mail address"),
        ({"city": "[hidden]"}, "This is the mask"),
        ({"daily_spending_limit": "much"}, "An amount of money"),
        ({"daily_spending_limit": "NaN"}, "An amount of money"),
        ({"daily_spending_limit": "-1"}, "An amount of money"),
        ({"company_name": ""}, "Enter the company's name."),
        ({"phonenumber": "617-155-0100"}, "There is no such phone number in United States."),
        ({"city": "x" * 101}, "at most 100"),
        ({"seen": "[]"}, "damaged"),
        ({"seen": '{"city": 5}'}, "damaged"),
        ({"ticket": "forged"}, "Nothing was changed"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_written(manager, upstream, sub_partner, form, typed, says):
    response = manager.post(url(sub_partner), **(form | {"zip": "97035"} | typed))
    assert response.status_code == 422
    assert says in check(response).text
    assert not upstream.requests(method="PATCH")


def test_an_edit_without_an_answer_is_settled(manager, upstream, sub_partner, form):
    upstream.fault("PATCH", "/partners", "reset", when="after")
    manager.post(url(sub_partner), **(form | {"city": "Portland"}))
    assert AuditEntry.objects.get().outcome == "unknown"
    audit.settle_due()
    assert AuditEntry.objects.get().outcome == "done"


@pytest.mark.parametrize("path", ["edit/", "delete/", "history/", "tokens/", ""])
def test_a_partner_of_somebody_else_is_not_found(admin, sandbox, partners, visit, path):
    foreign = sandbox.world().core["partner_sid"]
    response = admin.client.get(f"/partners/{foreign}/{path}", follow=True)
    assert response.status_code == 404


@pytest.mark.parametrize("sid", ["x", "..", "%00", "123", "partner;drop"])
def test_a_malformed_sid_is_not_found(admin, partners, sid):
    assert admin.get(f"/partners/{sid}/").status_code == 404
