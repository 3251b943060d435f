"""Rotating: a new token with the same settings, the old one revoked by the clock, exactly once."""

from datetime import timedelta
from threading import Thread

import pytest
import time_machine
from django.db import connections
from django.utils import timezone

from partners.models import PlannedRevocation, Token
from partners.services.revoke import revoke_due
from portal import audit
from portal.models import AuditEntry
from tests.pages import check
from tests.partners.test_issue import secret_of, upstream_tokens, works


def url(token: Token) -> str:
    return f"/partners/{token.partner_sid}/tokens/{token.pk}/rotate/"


def rotate(person, visit, token, *, overlap="24"):
    ticket = visit(person, url(token)).value("ticket")
    return check(person.post(url(token), ticket=ticket, overlap=overlap, life="90"))


def exists(world, token) -> bool:
    return token.pk in {each["token_sid"] for each in upstream_tokens(world)}


def test_the_new_token_has_the_settings_of_the_old_one_which_still_works(manager, upstream, token, visit):
    answer = rotate(manager, visit, token)
    assert works(upstream, secret_of(answer))
    new = Token.objects.exclude(pk=token.pk).get(name__startswith="Export")
    assert (str(new), new.scopes) == ("Export", token.scopes)
    assert exists(upstream, token)
    planned = PlannedRevocation.objects.get()
    assert abs(planned.due_at - timezone.now() - timedelta(hours=24)) < timedelta(minutes=1)


def test_old_and_new_are_told_apart_wherever_one_could_be_taken_for_the_other(manager, token, visit):
    rotate(manager, visit, token)
    new = Token.objects.exclude(pk=token.pk).get(name__startswith="Export")
    listed = visit(manager, f"/partners/{token.partner_sid}/tokens/").text
    assert f"by Alex Moreno · replaces …{token.pk[-4:]}" in listed
    assert f"replaced by …{new.pk[-4:]}" in listed
    for each, says in (
        (new, f"by Alex Moreno · replaces …{token.pk[-4:]}"),
        (token, f"replaced by …{new.pk[-4:]}"),
        (token, "to be revoked in 23 h"),
    ):
        dialog = visit(manager, f"/partners/{token.partner_sid}/tokens/{each.pk}/revoke/", htmx=True)
        assert f"…{each.pk[-4:]}" in dialog.text
        assert says in dialog.text


def test_who_revokes_the_new_one_is_told_that_the_old_one_ends_too(manager, token, visit):
    rotate(manager, visit, token)
    new = Token.objects.exclude(pk=token.pk).get(name__startswith="Export")
    dialog = visit(manager, f"/partners/{token.partner_sid}/tokens/{new.pk}/revoke/", htmx=True)
    assert f"…{token.pk[-4:]} is to be revoked on" in dialog.text


@pytest.mark.parametrize(("days", "chosen"), [(365, "365"), (30, "30"), (77, "90")])
def test_the_span_of_the_old_one_is_offered_first(manager, token, visit, days, chosen):
    ends = token.issued_at + timedelta(days=days)
    Token.objects.filter(pk=token.pk).update(expires_at=ends)
    page = visit(manager, url(token))
    assert [each.get("value") for each in page.all("input", name="life", checked="")] == [chosen]


def test_the_clock_revokes_the_old_one_when_the_overlap_is_over_and_not_before(
    manager, upstream, token, visit
):
    rotate(manager, visit, token)
    revoke_due()
    assert exists(upstream, token)
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        assert revoke_due() == 1
        assert revoke_due() == 0
    assert not exists(upstream, token)
    assert len(upstream.requests(method="POST", path="/oauth/revoke")) == 1
    entry = AuditEntry.objects.get(action="token.revoke")
    assert (entry.outcome, entry.actor) == ("done", manager.user)
    assert PlannedRevocation.objects.get().state == "done"


@pytest.mark.django_db(transaction=True)
def test_two_clocks_revoke_once(manager, upstream, token, visit):
    rotate(manager, visit, token, overlap="0")

    def run():
        revoke_due()
        connections.close_all()

    clocks = [Thread(target=run) for _ in range(4)]
    [clock.start() for clock in clocks]
    [clock.join() for clock in clocks]
    assert len(upstream.requests(method="POST", path="/oauth/revoke")) == 1
    assert AuditEntry.objects.filter(action="token.revoke").count() == 1
    assert PlannedRevocation.objects.get().state == "done"


def test_a_process_that_died_between_planning_and_sending_is_picked_up(manager, upstream, token, visit):
    rotate(manager, visit, token, overlap="0")
    row = PlannedRevocation.objects.get()
    PlannedRevocation.objects.update(state="running", entry_id=row.id, attempts=1)
    assert revoke_due() == 1
    assert not exists(upstream, token)


def test_a_revocation_without_an_answer_is_settled_and_not_sent_again(manager, upstream, token, visit):
    rotate(manager, visit, token, overlap="0")
    upstream.fault("POST", "/oauth/revoke", "reset", when="after")
    assert revoke_due() == 0
    assert revoke_due() == 0
    audit.settle_due()
    assert PlannedRevocation.objects.get().state == "done"
    assert AuditEntry.objects.get(action="token.revoke").outcome == "done"
    assert len(upstream.requests(method="POST", path="/oauth/revoke")) == 1


def test_a_refused_revocation_is_tried_again_later_and_given_up_in_the_end(manager, upstream, token, visit):
    rotate(manager, visit, token, overlap="0")
    refusal = {"message": "permission denied", "errors": []}
    upstream.fault("POST", "/oauth/revoke", "status", status=403, body=refusal, times=20)
    with time_machine.travel(timezone.now(), tick=True) as clock:
        for _ in range(8):
            revoke_due()
            clock.shift(timedelta(minutes=11))
    planned = PlannedRevocation.objects.get()
    assert (planned.state, planned.attempts) == ("gave_up", 6)
    assert planned.message
    assert exists(upstream, token)


def test_the_person_who_planned_it_may_have_left(manager, upstream, token, visit):
    rotate(manager, visit, token, overlap="0")
    manager.user.delete()
    assert revoke_due() == 1
    assert AuditEntry.objects.get(action="token.revoke").actor_text == "The clock, for Alex Moreno"


def test_the_revocation_can_be_cancelled(manager, upstream, token, visit):
    rotate(manager, visit, token)
    assert "Keep it" in visit(manager, f"/partners/{token.partner_sid}/tokens/").text
    manager.post(f"/partners/{token.partner_sid}/tokens/{token.pk}/keep/")
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        assert revoke_due() == 0
    assert exists(upstream, token)
    assert AuditEntry.objects.get(action="token.keep").outcome == "done"


def test_a_rotation_whose_answer_was_lost_leaves_the_old_token_alone(manager, upstream, token, visit):
    ticket = visit(manager, url(token)).value("ticket")
    upstream.fault("POST", "/oauth/token/", "reset", when="after")
    manager.post(url(token), ticket=ticket, overlap="0", life="90")
    audit.settle_due()
    assert AuditEntry.objects.get(action="token.rotate").outcome == "failed"
    assert revoke_due() == 0
    assert exists(upstream, token)


def test_the_portals_own_token_is_not_rotated_here(manager, upstream, partners, visit):
    own = Token.objects.get(ours=True)
    assert "itself works with" in visit(manager, url(own)).text
