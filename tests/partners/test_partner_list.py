"""The list and tree of partners: a level at a time, searched and sorted by the database."""

from datetime import UTC, datetime

import pytest
from django.db.models.signals import post_init

from partners.models import Partner
from partners.services.partner_list import lineage, partner_list
from tests.pages import check

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def made(number: int, parent: str) -> Partner:
    sid = f"00000000-0000-4000-8000-{number:012d}"
    return Partner(
        partner_sid=sid,
        parent_sid=parent,
        name=f"Partner {number:05d}",
        login=f"login{number}",
        display_id=f"CX9{number:07d}",
        status="suspended" if number % 100 == 0 else "active",
        balance=number,
        payload={"partner_sid": sid},
        synced_at=NOW,
    )


@pytest.fixture
def many(partners) -> str:
    """10,000 partners below one; its SID."""
    top = partners["ourselves"].pk
    Partner.objects.bulk_create([made(0, top), *(made(n, made(0, top).pk) for n in range(1, 10_001))])
    return made(0, top).pk


@pytest.fixture
def read():
    """One entry for each partner that is read from the database."""
    seen: list[type[Partner]] = []

    def note(sender: type[Partner], **_: object) -> None:
        seen.append(sender)

    post_init.connect(note, sender=Partner)
    yield seen
    post_init.disconnect(note, sender=Partner)


def test_ten_thousand_children_are_a_page_at_a_time(manager, many, visit, read):
    read.clear()
    answer = visit(manager, "/partners/", parent=many, queries=16, upstream=0)
    assert 50 <= len(read) < 100
    assert "Partner 00001" in answer.text
    assert "Partner 00051" not in answer.text
    assert "Partner 00051" in visit(manager, "/partners/", parent=many, page="2").text


def test_a_search_finds_one_of_them_wherever_it_stands(manager, many, visit):
    for q in ("Partner 07777", "login7777", "CX90007777", made(7777, "").pk):
        answer = visit(manager, "/partners/", q=q)
        assert "Partner 07777" in answer.text
        assert "Partner 00000" in answer.text  # what it stands below


def test_the_richest_come_first_when_asked_for(many):
    assert partner_list(parent=many, sort="-balance").rows[0].partner.name == "Partner 10000"


def test_a_status_narrows(many):
    listed = partner_list(status="suspended", q="Partner")
    assert {row.partner.status for row in listed.rows} == {"suspended"}


def test_a_level_is_found_by_whatever_upstream_calls_the_partner(manager, partners, visit):
    top = partners["ourselves"].pk
    below = Partner(partner_sid="abc", parent_sid=top, name="Odd", payload={}, synced_at=NOW)
    Partner.objects.bulk_create([below, made(1, "abc")])
    assert "Partner 00001" in visit(manager, "/partners/", parent="abc").text


def test_below_a_parent_nobody_knows_our_own_level_is_shown(manager, partners, sub_partner, visit):
    ours = visit(manager, "/partners/").text
    assert sub_partner.name in ours
    assert sub_partner.name in visit(manager, "/partners/", parent="abc").text


@pytest.mark.parametrize("parent", ["\x00", "a" * 65])
def test_a_parent_no_partner_can_be_called_is_left_out_and_said(
    manager, partners, sub_partner, visit, parent
):
    answer = visit(manager, "/partners/", parent=parent, status=422)
    assert "so it was left out" in answer.text
    assert sub_partner.name in answer.text


def test_a_level_names_the_way_down_to_it(partners, many):
    above = partner_list(parent=many).above
    assert [each.pk for each in above] == [partners["ourselves"].pk, many]


def test_a_circle_upstream_hangs_nobody(partners):
    one, two = made(1, made(2, "").pk), made(2, made(1, "").pk)
    Partner.objects.bulk_create([one, two])
    assert len(lineage(one)) == 2


def test_the_partner_field_suggests_while_somebody_types(manager, many, visit):
    answer = visit(manager, "/partners/suggestions/", htmx=True, parent_sid="Partner 0777")
    assert 'value="Partner 07777 (CX90007777)"' in answer.html


def test_an_unknown_filter_is_left_out_and_said(manager, partners):
    response = manager.get("/partners/?status=nonsense")
    assert response.status_code == 422
    assert "so it was left out" in check(response).text
