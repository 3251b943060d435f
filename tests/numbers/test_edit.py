"""Editing a number: only what was touched is written, and nobody's change is lost unseen."""

import json
from datetime import timedelta

import pytest
import time_machine

from numbers.models import Number, TrunkGroup
from portal import audit
from portal.models import AuditEntry
from tests.pages import check

NUMBER = "12125550148"
URL = f"/numbers/{NUMBER}/edit/"
FIELDS = ("name", "trunk_group_sid", "did_group_sid", "callback_url", "string_key_1", "string_key_2")


@pytest.fixture
def form(staff, mirror, visit) -> dict[str, str]:
    answer = visit(staff, URL, upstream=0)
    fields = {
        name: answer.value(name)
        for name in ("ticket", "seen", "name", "callback_url", "string_key_1", "string_key_2")
    }
    seen = json.loads(fields["seen"])
    return fields | {name: seen[name] for name in ("trunk_group_sid", "did_group_sid")}


def upstream_number(world) -> dict:
    listed = world.get("/phonenumber/dids", filter=f'phonenumber eq "{NUMBER}"').json()
    return listed["items"][0]


def test_a_new_name_is_written_upstream_mirrored_and_recorded_with_what_was_before(staff, mirror, form):
    response = staff.post(URL, **(form | {"name": "Front desk"}))
    assert response.status_code == 303
    assert upstream_number(mirror)["name"] == "Front desk"
    assert Number.objects.get(phonenumber=NUMBER).name == "Front desk"
    entry = AuditEntry.objects.get()
    assert (entry.outcome, entry.before, entry.after) == ("done", {"name": "Support"}, {"name": "Front desk"})


def test_only_the_touched_field_is_sent(staff, mirror, form):
    staff.post(URL, **(form | {"string_key_1": "A-17"}))
    assert AuditEntry.objects.get().params["changes"] == {"string_key_1": "A-17"}


def test_editing_takes_two_calls(staff, mirror, form):
    before = len(mirror.requests())
    staff.post(URL, **(form | {"name": "Front desk"}))
    assert len(mirror.requests()) - before == 2


def test_a_trunk_group_can_be_set_and_taken_away(staff, mirror, form):
    other = TrunkGroup.objects.exclude(pk=form["trunk_group_sid"]).first()
    staff.post(URL, **(form | {"trunk_group_sid": other.pk}))
    assert upstream_number(mirror)["trunk_group_sid"] == other.pk


def test_nothing_changed_asks_nobody_and_records_nothing(staff, mirror, form):
    before = len(mirror.requests())
    assert staff.post(URL, **form).status_code == 303
    assert len(mirror.requests()) == before
    assert not AuditEntry.objects.exists()


def test_a_change_made_elsewhere_meanwhile_is_shown_before_anything_is_written(staff, mirror, form):
    mirror.patch(f"/phonenumber/dids/{upstream_number(mirror)['did_sid']}", json={"name": "Night line"})
    response = staff.post(URL, **(form | {"name": "Front desk"}))
    assert response.status_code == 422
    answer = check(response)
    assert "Somebody changed this number" in answer.text
    assert "Night line" in answer.text
    assert upstream_number(mirror)["name"] == "Night line"
    again = form | {"name": "Front desk", "seen": answer.value("seen"), "ticket": answer.value("ticket")}
    assert staff.post(URL, **again).status_code == 303
    assert upstream_number(mirror)["name"] == "Front desk"


def test_a_change_elsewhere_to_another_field_does_not_stand_in_the_way(staff, mirror, form):
    mirror.patch(f"/phonenumber/dids/{upstream_number(mirror)['did_sid']}", json={"string_key_2": "B"})
    assert staff.post(URL, **(form | {"name": "Front desk"})).status_code == 303
    assert upstream_number(mirror)["string_key_2"] == "B"


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("javascript:alert(1)", "must begin with"),
        ("ftp://example.com/x", "must begin with"),
        ("https://", "names no host"),
        ("https:///sms", "names no host"),
        ("https://intranet/sms", "cannot reach"),
        ("https://10.0.0.7/sms", "cannot reach"),
        ("https://example.com:99999/", "not a web address"),
        ("https://user:secret@example.com/", "name and password"),
        ("https://exa mple.com/", "names no host"),
        ("hello", "must begin with"),
        ("https://[::1", "not a web address"),
    ],
)
def test_a_callback_the_carrier_could_never_call_is_refused_on_its_field(staff, mirror, form, url, says):
    response = staff.post(URL, **(form | {"callback_url": url}))
    assert response.status_code == 422
    assert says in check(response).text
    assert not AuditEntry.objects.exists()


def test_a_trunk_group_that_does_not_exist_is_refused_on_its_field(staff, mirror, form):
    response = staff.post(URL, **(form | {"trunk_group_sid": "nonsense"}))
    assert response.status_code == 422
    assert "no such group" in check(response).text


@pytest.mark.parametrize("seen", ["", "{", "[]", '{"name": 5}', "null"])
def test_a_damaged_form_changes_nothing(staff, mirror, form, seen):
    response = staff.post(URL, **(form | {"name": "x", "seen": seen}))
    assert response.status_code == 422
    assert not AuditEntry.objects.exists()


def test_the_same_form_sent_twice_writes_once(staff, mirror, form):
    changed = form | {"name": "Front desk"}
    staff.post(URL, **changed)
    staff.post(URL, **changed)
    assert len(mirror.requests(method="PATCH")) == 1


def test_an_edit_without_an_answer_is_checked_and_settled(staff, mirror, form):
    mirror.fault("PATCH", "phonenumber/dids", "reset", when="after")
    response = staff.post(URL, **(form | {"name": "Front desk"}))
    entry = AuditEntry.objects.get()
    assert response["Location"] == f"/entries/{entry.id}/"
    assert entry.outcome == "unknown"
    staff.get(f"/entries/{entry.id}/", htmx=True)
    assert AuditEntry.objects.get().outcome == "done"
    assert Number.objects.get(phonenumber=NUMBER).name == "Front desk"


def test_when_the_core_api_is_down_the_form_keeps_what_was_typed(staff, mirror, form):
    mirror.fault("GET", "phonenumber/dids", "status", status=503, times=9)
    response = staff.post(URL, **(form | {"name": "Front desk"}))
    assert response.status_code == 502
    answer = check(response)
    assert "Nothing was changed" in answer.text
    assert answer.value("name") == "Front desk"


def test_an_oversized_name_is_refused_on_its_field(staff, mirror, form):
    response = staff.post(URL, **(form | {"name": "x" * 5000}))
    assert response.status_code == 422
    assert not AuditEntry.objects.exists()


def test_an_oversized_body_is_refused_without_a_500(staff, mirror, form):
    assert staff.post(URL, **(form | {"name": "x" * 400_000})).status_code in (400, 413, 422)


# --- what the Core API refuses -------------------------------------------------------------------


def test_what_the_core_api_refuses_is_said_on_its_field(staff, mirror, form):
    reason = {"field": "string_key_1", "message": "must be unique", "reference_sid": None}
    body = {"message": "object validation error", "errors": [reason]}
    mirror.fault("PATCH", "phonenumber/dids", "status", status=422, body=body)
    response = staff.post(URL, **(form | {"string_key_1": "A-17"}))
    assert response.status_code == 422
    answer = check(response)
    field = answer.all("input", name="string_key_1")[0]
    assert field.get("aria-invalid") == "true"
    assert field.get("autofocus") is not None
    said = answer.all("em", id=field.get("aria-describedby"))[0]
    assert "must be unique" in said.text
    again = form | {"string_key_1": "A-18", "ticket": answer.value("ticket")}
    assert staff.post(URL, **again).status_code == 303


def test_a_string_key_longer_than_the_core_api_takes_is_refused_here(staff, mirror, form):
    response = staff.post(URL, **(form | {"string_key_1": "x" * 201}))
    assert response.status_code == 422
    assert not mirror.requests(method="PATCH")


def test_a_callback_we_would_refuse_does_not_block_the_other_fields(staff, mirror, visit):
    number = Number.objects.get(phonenumber=NUMBER)
    mirror.patch(f"/phonenumber/dids/{number.did_sid}", json={"callback_url": "http://intranet/sms"})
    staff.get(f"/numbers/{NUMBER}/refresh/", htmx=True)
    answer = visit(staff, URL)
    fields = {name: answer.value(name) for name in ("ticket", "seen", "callback_url")}
    seen = json.loads(fields["seen"])
    assert fields["callback_url"] == "http://intranet/sms"
    assert staff.post(URL, **(seen | fields | {"name": "Front desk"})).status_code == 303
    assert upstream_number(mirror)["name"] == "Front desk"


# --- whose groups --------------------------------------------------------------------------------


def test_groups_of_other_sub_partners_are_not_offered_and_the_holders_are_named(staff, mirror, visit):
    held = next(n for n in Number.objects.all() if n.partner_sid != main_partner(mirror))
    for name, sid in (("Ours", main_partner(mirror)), ("Theirs", held.partner_sid), ("Others", "x")):
        TrunkGroup.objects.create(pk=name, name=name, payload={"partner_sid": sid}, synced_at=held.synced_at)
    theirs = [option.text for option in visit(staff, f"/numbers/{held.phonenumber}/edit/").all("option")]
    assert "Ours" in theirs
    assert any(text.startswith("Theirs (") for text in theirs)
    assert "Others" not in theirs
    ours = [option.text for option in visit(staff, URL).all("option")]
    assert "Ours" in ours
    assert not any(text.startswith(("Theirs", "Others")) for text in ours)


def main_partner(world) -> str:
    return world.core["partner_sid"]


# --- a number that is not there any more ---------------------------------------------------------


def test_a_number_that_is_not_ours_has_no_form_but_a_page_that_says_so(staff, mirror, visit):
    assert "not one of your numbers" in visit(staff, "/numbers/15162065575/edit/", status=404).text


def test_an_edit_without_an_answer_of_a_number_that_was_given_back_ends(staff, mirror, form):
    mirror.fault("PATCH", "phonenumber/dids", "reset", when="before")
    staff.post(URL, **(form | {"name": "Front desk"}))
    entry = AuditEntry.objects.get()
    mirror.delete(f"/phonenumber/dids/{entry.params['did_sid']}")
    audit.settle_due()
    entry.refresh_from_db()
    assert entry.outcome == "unknown"
    with time_machine.travel(entry.created + timedelta(minutes=5)):
        audit.settle_due()
    entry.refresh_from_db()
    assert (entry.outcome, entry.message) == ("failed", "The number is no longer yours. It was not changed.")
