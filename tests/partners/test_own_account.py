"""Who we are is what the Core API says, whatever the mirror lacks."""

from partners.models import Partner
from partners.services.family import own_account
from partners.services.sync import sync_partners


def test_it_is_the_account_our_credentials_belong_to(upstream, partners):
    assert own_account().pk == upstream.core["partner_sid"]


def test_a_partner_whose_parent_left_the_mirror_is_not_taken_for_us(partners, sub_partner):
    ourselves = own_account()
    Partner.objects.filter(pk=sub_partner.pk).update(parent_sid="left", partner_sid="0000")
    assert own_account() == ourselves


def test_a_partner_above_us_is_not_taken_for_us(partners):
    ourselves = own_account()
    above = Partner.objects.create(
        partner_sid="0000", name="Above", status="active", payload={}, synced_at=ourselves.synced_at
    )
    Partner.objects.filter(pk=ourselves.pk).update(parent_sid=above.pk)
    assert own_account() == ourselves


def test_other_credentials_are_another_account(partners, sub_partner):
    Partner.objects.filter(is_ours=True).update(is_ours=False)
    Partner.objects.filter(pk=sub_partner.pk).update(is_ours=True)
    sync_partners()
    assert own_account() == partners["ourselves"]


def test_a_partner_that_is_none_of_ours_is_not_taken_in_by_its_address(staff, upstream, partners):
    stranger = partners["ourselves"].payload | {"partner_sid": "11111111-1111-4111-8111-111111111111"}
    upstream.fault("GET", "/partners/1111", "status", status=200, body=stranger)
    assert staff.get("/partners/11111111-1111-4111-8111-111111111111/").status_code == 404
    assert not Partner.objects.filter(pk__startswith="1111").exists()
