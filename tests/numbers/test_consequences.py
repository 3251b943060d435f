"""What is said before a number leaves: all of it ends with a release, an unassign ends what is ticked."""

import pytest
from django.core.cache import cache

from numbers.models import Number
from numbers.services.consequences import consequences_of, unassign_consequences
from partners.models import Partner
from partners.services.family import own_account

CLEARED = {"trunk_group_sid", "callback_url", "messaging", "attributes"}


@pytest.fixture
def number(mirror) -> Number:
    """A number of a sub-account with everything set that can be."""
    cache.clear()
    number = Number.objects.filter(status="assigned")[0]
    everything = {
        "trunk_group_sid": "tg-1",
        "callback_url": "https://example.com/sms",
        "active_capabilities": 7,
        "attributes": {"desk": "7"},
        "did_group_sid": "dg-1",
        "string_key_1": "A-17",
        "transformations": [{"action": "add", "direction": "in", "operands": ["1"]}],
    }
    holder = Partner.objects.filter(sub_account_enabled=True).exclude(pk=own_account().pk)[0]
    Number.objects.filter(pk=number.pk).update(payload=number.payload | everything, partner_sid=holder.pk)
    return Number.objects.get(pk=number.pk)


def test_a_release_ends_everything(number):
    told = consequences_of(number)
    assert [item.label for item in told.items] == [
        "Rings at",
        "Messages go to",
        "Messaging",
        "Attributes",
        "DID group",
        "Rewriting",
        "String key 1",
    ]
    assert told.stays == ()


def test_an_unassign_ends_only_what_can_be_ticked_and_says_what_becomes_of_it_otherwise(number):
    told = unassign_consequences(number)
    assert {item.field for item in told.items} == CLEARED
    assert all(item.then and item.kept for item in told.items)
    assert [item.label for item in told.stays] == ["DID group", "Rewriting", "String key 1"]


def test_the_unassign_dialog_names_what_stays_and_promises_no_end_of_it(manager, number, visit):
    dialog = visit(manager, f"/numbers/{number.phonenumber}/unassign/", htmx=True)
    assert "Stays as it is: DID group dg-1, Rewriting 1 transformation, String key 1 A-17." in dialog.text
    assert "It leaves the group" not in dialog.text
    lines = {line.get("data-field") for line in dialog.all("li") if line.get("data-field")}
    ticks = {box.get("value") for box in dialog.all("input", name="clear")}
    assert lines == ticks == CLEARED


def test_the_release_dialog_offers_no_tick_to_depend_on(manager, number, visit):
    Number.objects.filter(pk=number.pk).update(partner_sid=own_account().pk)
    dialog = visit(manager, f"/numbers/{number.phonenumber}/release/", htmx=True)
    assert "It leaves the group." in dialog.text
    assert "keep ringing there" not in dialog.text
