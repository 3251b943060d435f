"""The field at the top of every page: anything of ours, from anywhere."""

import pytest

from partners.models import Partner


def found(person, visit, q, **limits):
    return visit(person, "/find/", htmx=True, q=q, **limits)


@pytest.mark.parametrize("q", ["0148", "Supp", "(212) 555-0148", "tel:+1-212-555-0148"])
def test_numbers_are_found_by_digits_and_name(staff, mirror, visit, q):
    assert found(staff, visit, q).all("a", href="/numbers/12125550148/")


@pytest.mark.parametrize("q", ["harbor", "HARBOR DENTAL"])
def test_partners_are_found_by_name(staff, mirror, visit, q):
    partner = Partner.objects.get(name__startswith="Harbor Dental")
    assert found(staff, visit, q).all("a", href=f"/partners/{partner.pk}/")


def test_a_number_says_who_holds_it(manager, mirror, partner, assigned, visit):
    assert str(partner) in found(manager, visit, assigned).text


def test_with_nothing_typed_the_pages_are_offered_and_only_ones_own(staff, admin, mirror, visit):
    assert not found(staff, visit, "").all("a", href="/numbers/overrides/")
    assert found(admin, visit, "").all("a", href="/numbers/overrides/")


def test_a_page_is_found_by_its_name(manager, mirror, visit):
    answer = found(manager, visit, "create sub")
    assert [each.get("href") for each in answer.all("a")] == ["/partners/new/"]


def test_it_costs_little_while_somebody_types(staff, mirror, visit):
    found(staff, visit, "12125", upstream=0, queries=6)


def test_a_whole_number_of_ours_is_gone_to_at_once(staff, mirror):
    response = staff.get("/find/", q="+1 (212) 555-0148")
    assert response["Location"] == "/numbers/12125550148/"


@pytest.mark.parametrize("htmx", [True, False])
def test_a_whole_number_that_is_not_ours_leads_to_renting_it(staff, mirror, visit, htmx):
    answer = visit(staff, "/find/", htmx=htmx, q="(516) 206-5575")
    assert answer.all("a", href="/numbers/15162065575/rent/")


def test_as_a_page_it_lists_more_of_each_kind_and_leads_to_all(staff, mirror, visit):
    answer = visit(staff, "/find/", q="har", upstream=0)
    assert answer.all("a", href="/partners/?q=har")
    assert answer.value("q") == "har"


RUBBISH = [
    "+4930",
    "+43123",
    "+4912345678901234",
    "zzzz",
    "%",
    "_",
    "'; drop table",
    "\x00",
    "<b>",
    "9" * 300,
]


@pytest.mark.parametrize("htmx", [True, False])
@pytest.mark.parametrize("q", RUBBISH)
def test_rubbish_finds_nothing_and_says_so(staff, mirror, visit, q, htmx):
    answer = visit(staff, "/find/", htmx=htmx, q=q)
    assert "Nothing of yours matches" in answer.text or answer.all("a")


@pytest.mark.parametrize("q", ["51634906", "516349062", "516.349.06"])
def test_a_number_that_is_still_being_typed_is_not_taken_for_one_abroad(staff, mirror, visit, q):
    assert "is not yours" not in found(staff, visit, q).text


def test_partners_come_first_where_a_name_is_typed(staff, mirror, visit):
    groups = [each.get("aria-label") for each in found(staff, visit, "e").all("div", role="group")]
    assert groups[:2] == ["Partners", "Numbers"]


def test_a_partner_is_found_by_its_sub_account(staff, mirror, visit):
    partner = Partner.objects.exclude(sub_account_id="").first()
    assert found(staff, visit, partner.sub_account_id[:7]).all("a", href=f"/partners/{partner.pk}/")
