"""What stands on the page of an entry about a number: words, not what a machine keeps."""

from numbers.models import Number, TrunkGroup
from partners.services.family import own_account
from portal.models import AuditEntry
from tests.moves import FREE, ago, ask, force, unassign


def page(person, visit, action: str):
    entry = AuditEntry.objects.filter(action=action).first()
    return visit(person, f"/entries/{entry.pk}/")


def test_a_move_names_who_held_the_number_before_and_after(manager, mirror, partner, assigned, visit):
    told = page(manager, visit, "number.assign")
    assert f"Held by {own_account()} → {partner}" in told.text
    assert partner.pk not in told.text


def test_a_refusal_because_of_the_cool_off_tells_until_when_and_how_long(manager, mirror, assigned, visit):
    mirror.add_calls({"phonenumber": FREE, "date_start": ago(days=3)})
    unassign(manager, visit, FREE, clear=["callback_url"])
    told = page(manager, visit, "number.unassign")
    assert "Clear callback URL" in told.text
    assert "Time left 1" in told.text  # eleven or twelve days
    assert len(told.all("time", **{"data-at": "full"})) == 3  # begun, settled, and the end of the cool-off


def test_a_force_tells_what_was_overridden_beside_what_changed(admin, mirror, partner, assigned, visit):
    mirror.add_calls({"phonenumber": FREE, "date_start": ago(days=3)})
    force(admin, visit, FREE)
    told = page(admin, visit, "number.force").text
    assert f"Held by {partner} → {own_account()}" in told
    assert "Cool-off until" in told
    assert "Time left 1" in told


def test_what_was_cleared_is_told_by_name(manager, mirror, assigned, visit):
    group = TrunkGroup.objects.first()
    number = Number.objects.get(phonenumber=FREE)
    mirror.patch(f"/phonenumber/dids/{number.pk}", {"trunk_group_sid": group.pk})
    manager.get(f"/numbers/{FREE}/refresh/", htmx=True)
    answer = unassign(manager, visit, FREE, clear=["trunk_group_sid"])
    assert group.name in answer.content.decode()
    assert f"Trunk group {group.name} → nothing" in page(manager, visit, "number.edit").text


def test_a_planned_unassign_and_an_override_are_part_of_the_holders_history(
    manager, mirror, partner, assigned, visit
):
    mirror.add_calls({"phonenumber": FREE, "date_start": ago(days=3)})
    ask(manager, visit, FREE)
    unassign(manager, visit, FREE, how="later")
    told = visit(manager, f"/partners/{partner.pk}/history/").text
    assert "scheduled the unassign of" in told
    assert "asked for an override for" in told
    assert page(manager, visit, "override.ask").all("a", href=f"/numbers/{FREE}/")
    asked = page(manager, visit, "number.unassign_later")
    assert f"Holder {partner}" in asked.text
    assert len(asked.all("time", **{"data-at": "full"})) == 3
