"""Forcing a number out of its cool-off, on the record."""

import re

import pytest

from numbers.models import Number, OverrideRequest
from numbers.services.assign import assignable_partners
from numbers.services.cooloff import sync_calls
from numbers.services.sync import sync_numbers
from partners.services.family import own_account
from portal import audit
from portal.models import AuditEntry
from tests.moves import FREE, ago, ask, assign, force, holder
from tests.pages import check


def test_an_admin_forces_for_a_request_and_the_entry_keeps_what_was_overridden(
    manager, admin, mirror, assigned, visit
):
    mirror.add_calls({"phonenumber": FREE, "date_start": ago(days=3)})
    before = holder()
    ask(manager, visit, FREE)
    asked = OverrideRequest.objects.get()
    assert "The court asked" in visit(admin, "/numbers/overrides/").text
    visit(admin, f"/numbers/{FREE}/unassign/", htmx=True)
    answer = check(force(admin, visit, FREE, request=str(asked.pk)), whole=False)
    assert "Forced" in answer.text
    entry = AuditEntry.objects.get(action="number.force")
    assert (entry.outcome, entry.actor, entry.params["holder_sid"]) == ("done", admin.user, before)
    assert entry.params["remaining_seconds"] > 11 * 86_400
    assert OverrideRequest.objects.get().state == "forced"
    assert holder() == own_account().pk


def test_with_two_admins_wanted_the_first_ones_force_is_a_request(
    admin, make_person, mirror, assigned, visit, settings
):
    settings.FORCE_NEEDS_SECOND_ADMIN = True
    mirror.add_calls({"phonenumber": FREE})
    force(admin, visit, FREE)
    assert holder() != own_account().pk
    other = make_person("admin", "admin2")
    force(other, visit, FREE, request=str(OverrideRequest.objects.get().pk))
    assert holder() == own_account().pk


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"reason": "   "}, "Say why"),
        ({"reason": "too   short"}, "at least 10"),
        ({"typed": "12125550148"}, "another number"),
        ({"typed": "x"}, "digits"),
    ],
)
def test_a_force_without_a_reason_or_with_another_number_typed_is_refused(
    admin, mirror, assigned, visit, wrong, says
):
    response = force(admin, visit, FREE, **wrong)
    assert response.status_code == 422
    assert says in check(response, whole=False).text
    assert not AuditEntry.objects.filter(action="number.force").exists()


def test_without_admin_credentials_the_portal_says_so(admin, mirror, assigned, visit, settings):
    settings.NUMBER_API_ADMIN_AUTH_TOKEN = ""
    answer = check(admin.get(f"/numbers/{FREE}/force/", htmx=True), whole=False)
    assert "not configured" in answer.text


def test_a_force_that_upstream_refuses_says_so(admin, mirror, assigned, visit, settings):
    mirror.add_calls({"phonenumber": FREE})
    settings.NUMBER_API_ADMIN_AUTH_ID = settings.NUMBER_API_AUTH_ID
    settings.NUMBER_API_ADMIN_AUTH_TOKEN = settings.NUMBER_API_AUTH_TOKEN
    answer = check(force(admin, visit, FREE), whole=False)
    assert "Refused. Nothing was changed" in answer.text
    assert AuditEntry.objects.get(action="number.force").outcome == "rejected"


def test_a_manager_may_not_force(manager, mirror, assigned):
    assert manager.get(f"/numbers/{FREE}/force/").status_code == 403


def ask_and_get(manager, visit) -> OverrideRequest:
    ask(manager, visit, FREE)
    return OverrideRequest.objects.get()


def test_a_forced_number_does_not_keep_ringing_at_its_former_holder(admin, mirror, assigned, visit):
    number = Number.objects.get(phonenumber=FREE)
    mirror.patch(f"/phonenumber/dids/{number.did_sid}", {"callback_url": "https://hooks.example/sms"})
    mirror.add_calls({"phonenumber": FREE})
    sync_numbers()
    dialog = visit(admin, f"/numbers/{FREE}/force/", htmx=True)
    assert "https://hooks.example/sms" in dialog.text
    assert dialog.all("input", name="clear", value="callback_url")[0].get("checked") is not None
    answer = check(force(admin, visit, FREE, clear=["callback_url"]), whole=False)
    assert answer.all("form", action=f"/numbers/{FREE}/undo/{cleared().pk}/")
    assert not Number.objects.get(phonenumber=FREE).did.callback_url


def cleared() -> AuditEntry:
    return AuditEntry.objects.get(action="number.edit")


def test_what_is_overridden_is_asked_for_before_it_is_forced(admin, mirror, assigned, visit):
    mirror.add_calls({"phonenumber": FREE, "date_start": ago(days=3)})
    dialog = visit(admin, f"/numbers/{FREE}/force/", htmx=True)
    assert re.search(r"1[12] d[^.]* before its cool-off ends", dialog.text), dialog.text
    mirror.add_calls({"phonenumber": FREE, "duration": 0})
    force(admin, visit, FREE)
    entry = AuditEntry.objects.get(action="number.force")
    assert entry.params["remaining_seconds"] > 14 * 86_400


def test_without_an_answer_about_the_calls_it_is_forced_with_what_was_known(admin, mirror, assigned, visit):
    mirror.add_calls({"phonenumber": FREE, "date_start": ago(days=3)})
    sync_calls()
    mirror.fault("GET", "call_drs", "status", status=503, times=50)
    force(admin, visit, FREE)
    assert AuditEntry.objects.get(action="number.force").params["remaining_seconds"] > 11 * 86_400
    assert holder() == own_account().pk


@pytest.mark.parametrize("request_id", ["11111111-1111-4111-8111-111111111111", "garbage"])
def test_a_request_that_is_not_there_is_said_to_be_gone(admin, mirror, assigned, visit, request_id):
    ticket = audit.mint(admin.user, "number.force", FREE)
    form = {"ticket": ticket, "typed": FREE, "reason": "The court asked for it", "request": request_id}
    response = admin.post(f"/numbers/{FREE}/force/", htmx=True, **form)
    assert response.status_code == 422
    assert "Nothing was changed" in check(response, whole=False).text
    assert holder() != own_account().pk


def test_a_request_about_another_holder_is_not_forced_on_the_next_one(
    manager, admin, mirror, assigned, visit
):
    mirror.add_calls({"phonenumber": FREE})
    asked = ask_and_get(manager, visit)
    ticket = audit.mint(admin.user, "number.force", FREE)
    other = assignable_partners()[1]
    Number.objects.filter(phonenumber=FREE).update(partner_sid=other.pk)
    form = {"ticket": ticket, "typed": FREE, "reason": "The court asked for it", "request": str(asked.pk)}
    answer = check(admin.post(f"/numbers/{FREE}/force/", htmx=True, **form), whole=False)
    assert f"now {other.name} does" in answer.text
    assert not mirror.requests(method="DELETE")


def test_with_two_admins_wanted_nobody_agrees_to_a_request_about_another_number(
    manager, admin, mirror, partner, assigned, visit, settings
):
    settings.FORCE_NEEDS_SECOND_ADMIN = True
    mirror.add_calls({"phonenumber": FREE})
    asked = ask_and_get(manager, visit)
    assign(manager, visit, "12125550148", partner)
    ticket = audit.mint(admin.user, "number.force", "12125550148")
    form = {"ticket": ticket, "request": str(asked.pk), "reason": asked.reason, "typed": "12125550148"}
    answer = check(admin.post("/numbers/12125550148/force/", htmx=True, **form), whole=False)
    assert "Nothing was changed" in answer.text
    assert OverrideRequest.objects.get().agreed_by is None
    assert not AuditEntry.objects.filter(action="override.agree").exists()


def test_with_two_admins_wanted_a_managers_request_takes_two(
    manager, admin, make_person, mirror, assigned, visit, settings
):
    settings.FORCE_NEEDS_SECOND_ADMIN = True
    mirror.add_calls({"phonenumber": FREE})
    asked = ask_and_get(manager, visit)
    force(admin, visit, FREE, request=str(asked.pk))
    assert holder() != own_account().pk
    assert AuditEntry.objects.get(action="override.agree").actor == admin.user
    assert "you have agreed" in visit(admin, "/numbers/overrides/").text
    again = check(force(admin, visit, FREE, request=str(asked.pk)), whole=False)
    assert "You have agreed already" in again.text
    second = make_person("admin", "admin2")
    assert "Robin Hale has agreed" in visit(second, "/numbers/overrides/").text
    force(second, visit, FREE, request=str(asked.pk))
    assert holder() == own_account().pk
