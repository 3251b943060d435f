"""Every page about partners and tokens: it can be read, and costs little."""

import pytest

from numbers.models import Number
from numbers.services.assign import assignable_partners
from numbers.services.sync import sync_numbers
from partners.models import Partner
from portal.models import AuditEntry, Concerned
from tests.moves import FREE, assign, unassign


def test_the_list_shows_the_first_level_with_what_is_counted(manager, partners, visit):
    answer = visit(manager, "/partners/", upstream=0, queries=15)
    assert "New sub-partner" in answer.text
    for partner in partners.values():
        if partner.parent_sid == partners["ourselves"].pk:
            assert partner.name in answer.text


@pytest.mark.parametrize(
    "path", ["", "numbers/", "sub-partners/", "history/", "tokens/", "tokens/new/", "edit/"]
)
def test_a_partners_pages_need_no_answer_from_upstream(manager, partners, sub_partner, visit, path):
    manager.get("/partners/new/")  # the countries are asked for once a day
    answer = visit(manager, f"/partners/{sub_partner.pk}/{path}", upstream=0, queries=20)
    assert sub_partner.name in answer.text


@pytest.fixture
def mirrored(partners) -> None:
    sync_numbers()


def test_its_tabs_stay_with_the_partner_and_cost_the_same_for_many(manager, partners, mirrored, visit):
    parent = next(p for p in partners.values() if any(c.parent_sid == p.pk for c in partners.values()))
    child = next(p for p in partners.values() if p.parent_sid == parent.pk)
    now = parent.synced_at
    Number.objects.bulk_create(
        Number(did_sid=f"d{n}", phonenumber=f"1212555{n:04}", status="assigned", country_code="USA",
               partner_sid=parent.pk, payload={}, synced_at=now)
        for n in range(60)
    )  # fmt: skip
    Partner.objects.bulk_create(
        Partner(partner_sid=f"p{n}", parent_sid=parent.pk, name=f"ZZ {n}", payload={}, synced_at=now)
        for n in range(60)
    )
    held = visit(manager, f"/partners/{parent.pk}/numbers/", queries=20, upstream=0)
    assert parent.name in held.text
    assert "(212) 555-0000" in held.text
    assert "The first 50 of" in held.text
    assert held.all("a", href=f"/numbers/?holder={parent.pk}")
    below = visit(manager, f"/partners/{parent.pk}/sub-partners/", queries=22, upstream=0)
    assert child.name in below.text
    assert "The first 50 of" in below.text
    assert below.all("a", href=f"/partners/?parent={parent.pk}")


def test_what_was_done_to_numbers_it_got_and_gave_back_is_part_of_its_history(
    manager, upstream, mirrored, visit
):
    partner, other = assignable_partners()[:2]
    upstream.rent(FREE)
    sync_numbers()
    assign(manager, visit, FREE, partner)
    unassign(manager, visit, FREE)
    told = visit(manager, f"/partners/{partner.pk}/history/", upstream=0, queries=14).text
    assert "Alex Moreno assigned" in told
    assert "Alex Moreno unassigned" in told
    assert "Nothing was done" in visit(manager, f"/partners/{other.pk}/history/").text


def test_the_history_is_found_by_index(sub_partner):
    about = AuditEntry.objects.alias(partner=Concerned("params", "target")).filter(partner=sub_partner.pk)
    assert "ledger_concerned" in about[:100].explain()


def test_the_create_form_and_the_tokens_of_all_can_be_read(manager, partners, visit):
    assert "Invite" in visit(manager, "/partners/new/").text
    assert partners["ourselves"].name in visit(manager, "/partners/tokens/").text
