"""Giving a number back: only on purpose, only from the parent pool, never past a lock."""

import ast
import re
from pathlib import Path

import pytest

from numbers.models import Number, ReleaseLock, TrunkGroup
from numbers.services.sync import sync_numbers
from partners.models import Partner
from portal import audit
from portal.models import AuditEntry
from tests.moves import assign
from tests.pages import check

NUMBER = "12125550148"  # "Support", with a trunk group
URL = f"/numbers/{NUMBER}/release/"
ROOT = Path(__file__).resolve().parents[2]
RELEASES = re.compile(r"(phonenumbers|api\(?\)?)\.release$|^number_release$")


def release(person, visit, how="now", typed=NUMBER, **more):
    answer = visit(person, URL, htmx=True)
    form = {"ticket": answer.value("ticket"), "how": how, "typed": typed} | more
    return person.post(URL, htmx=True, **form)


def lock(person, visit, reason="The court wants it kept until March"):
    answer = visit(person, URL + "lock/", htmx=True)
    return person.post(URL + "lock/", htmx=True, ticket=answer.value("ticket"), reason=reason)


def upstream_status(world) -> str | None:
    items = world.get("/phonenumber/dids", filter=f'phonenumber eq "{NUMBER}"').json()["items"]
    return items[0]["status"] if items else None


# --- the dialog ----------------------------------------------------------------------------------


def test_before_the_click_it_is_said_what_will_break_and_what_aging_is(manager, mirror, visit):
    did_sid = Number.objects.get(phonenumber=NUMBER).did_sid
    trunk_group = TrunkGroup.objects.get(pk=Number.objects.get(pk=did_sid).did.trunk_group_sid)
    change = {"callback_url": "https://example.com/sms", "string_key_1": "A-17"}
    mirror.patch(f"/phonenumber/dids/{did_sid}", json=change)
    sync_numbers()
    answer = visit(manager, URL, htmx=True, upstream=0)
    assert "What will break" in answer.text
    for word in (trunk_group.name, "https://example.com/sms", "A-17", "ages", "Type the number"):
        assert word in answer.text


def test_messaging_that_is_on_is_named_with_its_fee(manager, mirror, visit):
    did = Number.objects.get(phonenumber=NUMBER)
    Number.objects.filter(pk=did.pk).update(payload=did.payload | {"active_capabilities": 7})
    assert "$0.03 a month" in visit(manager, URL, htmx=True).text


def test_a_number_nothing_hangs_on_is_said_to_be_one(manager, mirror, visit):
    mirror.rent("15162065573")
    sync_numbers()
    assert "Nothing that we know of" in visit(manager, "/numbers/15162065573/release/", htmx=True).text


def test_staff_may_not_release(staff, mirror, visit):
    visit(staff, URL, status=403)
    assert staff.post(URL).status_code == 403
    assert "/release/" not in visit(staff, f"/numbers/{NUMBER}/").html


# --- at once -------------------------------------------------------------------------------------


def test_a_released_number_leaves_us_and_the_mirror_and_is_kept_in_the_ledger(manager, mirror, visit):
    answer = check(release(manager, visit), whole=False)
    assert "Released." in answer.text
    assert upstream_status(mirror) is None
    assert not Number.objects.filter(phonenumber=NUMBER).exists()
    entry = AuditEntry.objects.get(action="number.release")
    assert (entry.outcome, entry.after, entry.before["name"]) == ("done", {"status": "released"}, "Support")


def test_without_javascript_it_ends_on_a_page_that_can_be_reloaded(manager, mirror, visit):
    ticket = visit(manager, URL).value("ticket")
    response = manager.post(URL, ticket=ticket, how="now", typed="(212) 555-0148")
    assert response.status_code == 303
    for _ in range(2):
        assert "Released." in visit(manager, response["Location"]).text


@pytest.mark.parametrize(
    ("typed", "says"), [("", "Type the number"), ("12125550149", "another number"), ("hello", "number")]
)
def test_another_number_typed_releases_nothing(manager, mirror, visit, typed, says):
    response = release(manager, visit, typed=typed)
    assert response.status_code == 422
    assert says in check(response, whole=False).text
    assert upstream_status(mirror) == "assigned"
    assert not AuditEntry.objects.exists()


def test_a_way_that_is_none_releases_nothing(manager, mirror, visit):
    assert release(manager, visit, how="quietly").status_code == 422
    assert upstream_status(mirror) == "assigned"


def test_the_same_form_sent_twice_releases_once(manager, mirror, visit):
    form = {"ticket": visit(manager, URL).value("ticket"), "how": "now", "typed": NUMBER}
    first, second = (manager.post(URL, **form) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert len(mirror.requests(method="DELETE")) == 1


def test_a_number_that_a_sub_account_holds_is_refused_with_what_to_do_first(manager, mirror, visit):
    holder = Partner.objects.filter(sub_account_enabled=True).first()
    assign(manager, visit, NUMBER, holder)
    answer = check(manager.get(URL, htmx=True), whole=False)
    assert holder.name in answer.text
    assert "Unassign it first" in answer.text


def test_a_number_assigned_since_the_dialog_opened_is_not_released(manager, mirror, visit):
    ticket = visit(manager, URL).value("ticket")
    assign(manager, visit, NUMBER, Partner.objects.filter(sub_account_enabled=True).first())
    assert manager.post(URL, ticket=ticket, how="now", typed=NUMBER).status_code == 422
    assert upstream_status(mirror) == "assigned"


def test_a_number_released_elsewhere_meanwhile_is_said_to_be_gone(manager, mirror, visit):
    mirror.delete(f"/phonenumber/dids/{Number.objects.get(phonenumber=NUMBER).did_sid}")
    assert "not list it as yours" in check(release(manager, visit), whole=False).text
    assert AuditEntry.objects.get().outcome == "rejected"


def test_a_lost_answer_is_checked_and_found_to_be_done(manager, mirror, visit):
    mirror.fault("DELETE", "phonenumber/dids", "reset", when="after")
    answer = check(release(manager, visit), whole=False)
    assert "We are checking" in answer.text
    entry = AuditEntry.objects.get()
    settled = check(manager.get(f"{URL}{entry.id}/", htmx=True), whole=False)
    assert "Released." in settled.text
    assert not Number.objects.filter(phonenumber=NUMBER).exists()
    assert len(mirror.requests(method="DELETE")) == 1


def test_a_release_that_never_arrived_is_found_to_have_failed_after_the_grace(
    manager, mirror, visit, settings
):
    settings.UPSTREAM_DEADLINE, settings.SETTLE_GRACE = 0.5, 0
    mirror.fault("DELETE", "phonenumber/dids", "status", status=503)
    release(manager, visit)
    entry = AuditEntry.objects.get()
    assert entry.outcome == "unknown"
    while not audit.grace_over(entry):
        pass
    assert audit.settle_if_due(entry).outcome == "failed"
    assert Number.objects.filter(phonenumber=NUMBER).exists()


def test_nothing_but_the_release_service_ever_releases():
    """Never a side effect: one module calls the client's `release`, and one view calls that."""
    callers = set()
    for package in ("numbers", "partners", "portal"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and RELEASES.search(ast.unparse(node.func)):
                    callers.add(str(path.relative_to(ROOT)))
    assert callers == {"numbers/services/release.py", "numbers/views/release.py"}


# --- with a day to change one's mind -------------------------------------------------------------


def test_a_cancellable_release_is_shown_on_the_number_with_its_end(manager, mirror, visit):
    answer = check(release(manager, visit, how="cancellable"), whole=False)
    assert "It is being released." in answer.text
    assert upstream_status(mirror) == "aging"
    page = visit(manager, f"/numbers/{NUMBER}/")
    until = AuditEntry.objects.get().after["cooldown_ends_at"]
    assert "being released" in page.text
    assert until[:16] in page.html
    assert f"{URL}cancel/" in page.html


def test_a_cancelled_release_gives_the_number_back_without_its_routing(manager, mirror, visit):
    release(manager, visit, how="cancellable")
    dialog = visit(manager, URL + "cancel/", htmx=True)
    assert "routing does not come back" in dialog.text
    answer = check(manager.post(URL + "cancel/", htmx=True, ticket=dialog.value("ticket")), whole=False)
    assert "The number stays yours" in answer.text
    assert upstream_status(mirror) == "assigned"
    number = Number.objects.get(phonenumber=NUMBER)
    assert (number.status, number.did.trunk_group_sid) == ("assigned", None)
    assert "being released" not in visit(manager, f"/numbers/{NUMBER}/").text


def test_a_release_whose_day_is_over_cannot_be_cancelled(manager, mirror, visit):
    release(manager, visit, how="cancellable")
    ticket = visit(manager, URL + "cancel/", htmx=True).value("ticket")
    mirror.advance(25 * 3600)
    answer = check(manager.post(URL + "cancel/", htmx=True, ticket=ticket), whole=False)
    assert "Refused." in answer.text
    sync_numbers()
    assert not Number.objects.filter(phonenumber=NUMBER).exists()


def test_a_lost_answer_to_a_cancelling_is_read_back(manager, mirror, visit):
    release(manager, visit, how="cancellable")
    ticket = visit(manager, URL + "cancel/", htmx=True).value("ticket")
    mirror.fault("POST", "cancel-release", "reset", when="after")
    manager.post(URL + "cancel/", htmx=True, ticket=ticket)
    entry = AuditEntry.objects.get(action="number.release_cancel")
    assert entry.outcome == "unknown"
    assert audit.settle_if_due(entry).outcome == "done"
    assert Number.objects.get(phonenumber=NUMBER).status == "assigned"


def test_a_lost_answer_to_a_cancellable_release_is_read_back_as_pending(manager, mirror, visit):
    mirror.fault("DELETE", "Account/.*/numbers", "reset", when="after")
    release(manager, visit, how="cancellable")
    entry = audit.settle_if_due(AuditEntry.objects.get())
    assert (entry.outcome, entry.after["status"]) == ("done", "pending_release")
    assert "being released" in visit(manager, f"/numbers/{NUMBER}/").text


def test_a_number_that_is_being_released_is_not_released_again(manager, mirror, visit):
    ticket = visit(manager, URL).value("ticket")
    release(manager, visit, how="cancellable")
    answer = check(manager.post(URL, htmx=True, ticket=ticket, how="now", typed=NUMBER), whole=False)
    assert "being released already" in answer.text


def test_without_the_phone_number_api_only_the_release_at_once_is_offered(manager, mirror, visit, settings):
    settings.NUMBER_API_URL = ""
    answer = visit(manager, URL, htmx=True)
    assert "not configured" in answer.text
    assert "change your mind" not in answer.text
    assert release(manager, visit, how="cancellable").status_code == 422
    assert "Released." in check(release(manager, visit), whole=False).text


# --- the release lock ----------------------------------------------------------------------------


def test_a_locked_number_cannot_be_released_and_says_who_wants_it_kept(manager, admin, mirror, visit):
    ticket = visit(admin, URL).value("ticket")
    lock(manager, visit)
    dialog = visit(admin, URL, htmx=True)
    assert "Alex Moreno" in dialog.text
    assert "The court wants it kept" in dialog.text
    assert not dialog.all("input", name="typed")
    answer = check(admin.post(URL, htmx=True, ticket=ticket, how="now", typed=NUMBER), whole=False)
    assert "locked it against release" in answer.text
    assert upstream_status(mirror) == "assigned"
    assert "locked against release" in visit(manager, f"/numbers/{NUMBER}/").text


def test_setting_and_lifting_the_lock_are_on_record(manager, mirror, visit):
    lock(manager, visit)
    ticket = visit(manager, URL + "unlock/", htmx=True).value("ticket")
    for _ in range(2):
        answer = manager.post(URL + "unlock/", htmx=True, ticket=ticket)
        assert answer["HX-Redirect"] == f"/numbers/{NUMBER}/"
    assert not ReleaseLock.objects.exists()
    entries = AuditEntry.objects.order_by("created").values_list("action", "outcome")
    assert list(entries) == [("number.lock", "done"), ("number.unlock", "done")]
    assert "Released." in check(release(manager, visit), whole=False).text


def test_a_lock_wants_a_reason(manager, mirror, visit):
    assert lock(manager, visit, reason="   ").status_code == 422
    assert not ReleaseLock.objects.exists()


def test_the_form_that_locks_never_lifts(manager, mirror, visit):
    form = {
        "ticket": visit(manager, URL + "lock/", htmx=True).value("ticket"),
        "reason": "Kept for the court",
    }
    for _ in range(2):
        answer = manager.post(URL + "lock/", htmx=True, **form)
        assert answer["HX-Redirect"] == f"/numbers/{NUMBER}/"
    assert ReleaseLock.objects.get().reason == "Kept for the court"


def test_the_form_that_locked_does_not_lock_again_once_the_lock_was_lifted(manager, mirror, visit):
    form = {
        "ticket": visit(manager, URL + "lock/", htmx=True).value("ticket"),
        "reason": "Kept for the court",
    }
    manager.post(URL + "lock/", htmx=True, **form)
    lifting = visit(manager, URL + "unlock/", htmx=True).value("ticket")
    manager.post(URL + "unlock/", htmx=True, ticket=lifting)
    answer = check(manager.post(URL + "lock/", htmx=True, **form), whole=False)
    assert "the lock was lifted since" in answer.text
    assert "being released" not in answer.text
    assert not ReleaseLock.objects.exists()


@pytest.mark.parametrize("path", ["lock/", "unlock/"])
def test_staff_may_not_lock(staff, mirror, visit, path):
    visit(staff, URL + path, status=403)


def test_where_there_is_no_lock_none_can_be_lifted(manager, mirror, visit):
    visit(manager, URL + "unlock/", status=404)
    ticket = audit.mint(manager.user, "number.unlock", NUMBER)
    answer = check(manager.post(URL + "unlock/", htmx=True, ticket=ticket), whole=False)
    assert "not locked" in answer.text


def test_a_number_that_is_being_released_takes_no_lock(manager, mirror, visit):
    ticket = visit(manager, URL + "lock/", htmx=True).value("ticket")
    release(manager, visit, how="cancellable")
    answer = manager.post(URL + "lock/", htmx=True, ticket=ticket, reason="The court wants it kept")
    assert "too late" in check(answer, whole=False).text
    assert not ReleaseLock.objects.exists()
