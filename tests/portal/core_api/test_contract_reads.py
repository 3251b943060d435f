"""What the Core API promises about reading, kept by the sandbox, or by the service named in
CONTRACT_CORE_API_URL and CONTRACT_CORE_API_TOKEN. Nothing here changes anything there."""

from decimal import Decimal

import pytest

from portal.core_api.errors import CredentialsRefused, Invalid, NotFound
from portal.core_api.filters import F, nearby

NOWHERE = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def core(core_anywhere):
    return core_anywhere


def test_we_are_somebody(core):
    me = core.whoami()
    assert me.partner_sid
    assert me.status == "active"
    assert me.available_scopes
    assert me.date_created.utcoffset().total_seconds() == 0


def test_a_wrong_token_is_refused(core, client):
    with pytest.raises(CredentialsRefused):
        client(core._transport._url, token="certainly-not-a-token").whoami()


def test_an_available_number_is_nobodys_and_has_a_price(core):
    page = core.phonenumbers.available(F("country_code") == "USA", limit=5)
    assert 1 <= len(page.items) <= 5
    assert page.total is None
    for did in page:
        assert did.partner_sid is None
        assert did.status == "available"
        assert did.price > Decimal(0)
        assert did.in_country_format


def test_a_search_by_state_and_digits_finds_what_it_says(core):
    page = core.phonenumbers.available(
        (F("state") == "NY") & F("phonenumber").contains("516"), limit=25, order="phonenumber"
    )
    assert page.items
    assert all(did.state == "NY" and "516" in did.phonenumber for did in page)
    numbers = [did.phonenumber for did in page]
    assert numbers == sorted(numbers)


def test_pages_follow_each_other_without_a_gap(core):
    wanted = F("state") == "NY"
    whole = core.phonenumbers.available(wanted, limit=20, order="phonenumber")
    halves = [
        core.phonenumbers.available(wanted, limit=10, offset=offset, order="phonenumber")
        for offset in (0, 10)
    ]
    assert [did.did_sid for half in halves for did in half] == [did.did_sid for did in whole]
    assert halves[0].has_more


def test_order_can_be_descending(core):
    page = core.phonenumbers.available(F("state") == "NY", limit=10, order="phonenumber desc")
    numbers = [did.phonenumber for did in page]
    assert numbers == sorted(numbers, reverse=True)


def test_a_bit_of_the_capabilities_can_be_asked_for(core):
    page = core.phonenumbers.available(F("capabilities").bit(2), limit=10)
    assert page.items
    assert all(did.capabilities & 2 for did in page)


def test_numbers_near_an_area_code_can_be_asked_for(core):
    page = core.phonenumbers.available(nearby(npa="516"), limit=5)
    assert page.items


@pytest.mark.parametrize("text", ["O'Hare", 'the "big" one', "and", "%", "a, b) or (c"])
def test_text_of_a_person_is_only_ever_text(core, text):
    assert core.phonenumbers.available(F("locality") == text).items == ()
    assert core.phonenumbers.available(F("locality").isin([text, "NOWHERE AT ALL"])).items == ()


def test_an_unknown_attribute_is_invalid(core):
    with pytest.raises(Invalid) as caught:
        core.phonenumbers.available(F("colour") == "blue")
    assert caught.value.status == 400


def test_one_available_number_can_be_looked_at(core):
    (did,) = core.phonenumbers.available(limit=1)
    assert core.phonenumbers.available_get(did.did_sid) == did


def test_coverage_counts_what_a_search_finds(core):
    by_state = {
        item.key: item.count for item in core.phonenumbers.coverage("state", F("country_code") == "USA")
    }
    assert by_state["NY"] > 0
    by_npa = core.phonenumbers.coverage("npa", F("state") == "NY")
    assert sum(item.count for item in by_npa) == by_state["NY"]
    assert "516" in {item.key for item in by_npa}


def test_rented_numbers_are_listed_with_their_total(core):
    page = core.phonenumbers.list(limit=3)
    assert page.total >= len(page.items) == 3
    assert all(did.did_sid and did.partner_sid for did in page)


def test_a_whole_pass_over_rented_numbers_is_complete(core):
    listing = core.phonenumbers.iterate(page_size=3)
    numbers = [did.phonenumber for did in listing]
    assert len(numbers) == len(set(numbers)) == core.phonenumbers.list(limit=1).total
    assert listing.complete


def test_a_rented_number_is_found_by_its_digits_and_got_by_its_sid(core):
    (did, *_) = core.phonenumbers.list(limit=1)
    assert core.phonenumbers.find(did.phonenumber).did_sid == did.did_sid
    assert core.phonenumbers.get(did.did_sid) == core.phonenumbers.find(did.phonenumber)


def test_a_number_that_is_not_rented_is_not_found(core):
    (did,) = core.phonenumbers.available(limit=1)
    assert core.phonenumbers.find(did.phonenumber) is None
    with pytest.raises(NotFound):
        core.phonenumbers.get(NOWHERE)
    with pytest.raises(NotFound):
        core.phonenumbers.available_get(NOWHERE)


def test_partners_begin_with_ourselves_and_hang_together(core):
    me = core.whoami()
    listing = core.partners.iterate()
    partners = {partner.partner_sid: partner for partner in listing}
    assert listing.complete
    assert core.partners.get(me.partner_sid).partner_sid == me.partner_sid
    children = [partner for partner in partners.values() if partner.partner_sid != me.partner_sid]
    assert all(child.parent_sid in partners or child.parent_sid == me.partner_sid for child in children)


def test_countries_trunk_groups_and_groups_are_whole_lists(core):
    for listing in (core.countries.iterate(), core.trunk_groups.iterate(), core.phonenumbers.did_groups()):
        assert list(listing)
        assert listing.complete
    assert {country.iso_3166_alpha_3 for country in core.countries.iterate()} >= {"USA", "SWE"}
