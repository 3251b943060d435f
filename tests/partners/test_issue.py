"""Issuing a token: once, shown once, only what the partner has, and never for ever by omission."""

from datetime import timedelta

import pytest
import requests
import time_machine
from django.utils import timezone

from partners.models import Partner, Token
from portal import audit
from portal.models import AuditEntry
from tests.pages import check


@pytest.fixture
def form(manager, sub_partner, visit) -> dict[str, str]:
    answer = visit(manager, f"/partners/{sub_partner.pk}/tokens/new/")
    return {
        "ticket": answer.value("ticket"),
        "name": "Billing export",
        "preset": "read_numbers",
        "life": "90",
        "until": "",
    }


def url(partner: Partner) -> str:
    return f"/partners/{partner.pk}/tokens/new/"


def secret_of(answer) -> str:
    return next(e for e in answer.all("p", id="token")).text


def works(world, secret: str) -> bool:
    asked = requests.get(
        f"{world.core['url']}/oauth/whoami", headers={"Authorization": f"Bearer {secret}"}, timeout=10
    )
    return asked.status_code == 200


def upstream_tokens(world) -> list[dict]:
    return world.get("/oauth/tokens", limit=1000).json()["items"]


def test_the_token_is_shown_by_the_answer_itself_and_works(manager, upstream, sub_partner, form):
    response = manager.post(url(sub_partner), **form)
    assert response.status_code == 200
    answer = check(response)
    assert works(upstream, secret_of(answer))
    assert "no-store" in response["Cache-Control"]
    token = Token.objects.get(partner_sid=sub_partner.pk, name__startswith="Billing export")
    assert (str(token), token.scopes) == ("Billing export", ["phonenumber.read"])
    assert abs(token.expires_at - timezone.now() - timedelta(days=90)) < timedelta(minutes=5)
    entry = AuditEntry.objects.get()
    assert (entry.outcome, entry.after) == ("done", {"token_sid": token.pk})


def test_the_same_form_sent_twice_issues_once_and_shows_it_once(manager, upstream, sub_partner, form):
    first = secret_of(check(manager.post(url(sub_partner), **form)))
    again = check(manager.post(url(sub_partner), **form))
    assert "It was shown once" in again.text
    assert first not in again.html
    assert len(upstream.requests(method="POST", path="/oauth/token")) == 1


def test_a_token_for_ourselves_is_issued_with_our_own_login(manager, upstream, partners, visit):
    ourselves = partners["ourselves"]
    ticket = visit(manager, url(ourselves)).value("ticket")
    form = {"ticket": ticket, "name": "CI", "preset": "read_numbers", "life": "30"}
    answer = check(manager.post(url(ourselves), **form))
    assert works(upstream, secret_of(answer))
    assert upstream.requests(method="POST", path=r"/oauth/token$")


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"name": ""}, "Give it a name"),
        ({"name": "<b>"}, "A name has letters"),
        ({"preset": "choose"}, "Choose at least one scope"),
        ({"preset": "choose", "scopes": ["partners.delete"]}, "not among what this partner may pass on"),
        ({"preset": "choose", "scopes": ["admin.manage"]}, "not among what this partner may pass on"),
        ({"life": "date"}, "Pick the day"),
        ({"life": "date", "until": "2020-01-01"}, "This day is over"),
        ({"life": "date", "until": "2126-01-01"}, "At most five years"),
        ({"life": "36500"}, "Select a valid choice"),
        ({"life": ""}, "Say how long it lives."),
        ({"preset": "nonsense"}, "Select a valid choice"),
        ({"name": "[hidden]"}, "A name has letters"),
    ],
)
def test_what_cannot_be_is_said_on_its_field_and_nothing_is_sent(
    manager, upstream, sub_partner, form, typed, says
):
    response = manager.post(url(sub_partner), **(form | typed))
    assert response.status_code == 422
    assert says in check(response).text
    assert not AuditEntry.objects.exists()
    assert not upstream.requests(method="POST", path="/oauth/token")


@pytest.mark.parametrize("ticket", ["", "forged", "x" * 900])
def test_a_forged_ticket_issues_nothing(manager, upstream, sub_partner, form, ticket):
    assert manager.post(url(sub_partner), **(form | {"ticket": ticket})).status_code == 422
    assert not upstream.requests(method="POST", path="/oauth/token")


def test_a_ticket_for_one_partner_is_no_good_for_another(manager, upstream, partners, form):
    response = manager.post(url(partners["ourselves"]), **form)
    assert response.status_code == 422
    assert not upstream.requests(method="POST", path="/oauth/token")


def test_a_token_whose_answer_was_lost_is_revoked_because_nobody_saw_it(manager, upstream, sub_partner, form):
    before = {token["token_sid"] for token in upstream_tokens(upstream)}
    upstream.fault("POST", "/oauth/token", "reset", when="after")
    response = manager.post(url(sub_partner), **form)
    entry = AuditEntry.objects.get()
    assert response["Location"] == f"/entries/{entry.id}/"
    assert len(upstream_tokens(upstream)) == len(before) + 1
    manager.get(f"/entries/{entry.id}/", htmx=True)
    entry.refresh_from_db()
    assert entry.outcome == "failed"
    assert "revoked" in entry.message
    assert {token["token_sid"] for token in upstream_tokens(upstream)} == before
    assert AuditEntry.objects.get(action="token.revoke").outcome == "done"


def test_a_token_that_never_came_into_being_is_known_not_to_exist_after_the_grace(
    manager, upstream, sub_partner, form
):
    upstream.fault("POST", "/oauth/token", "reset", when="before")
    manager.post(url(sub_partner), **form)
    audit.settle_due()
    assert AuditEntry.objects.get().outcome == "unknown"
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        audit.settle_due()
    entry = AuditEntry.objects.get()
    assert (entry.outcome, entry.message) == ("failed", "No token was issued.")


def test_an_orphan_that_cannot_be_revoked_at_first_is_revoked_later(manager, upstream, sub_partner, form):
    upstream.fault("POST", r"/oauth/token/", "reset", when="after")
    upstream.fault("POST", "/oauth/revoke", "status", status=503)
    manager.post(url(sub_partner), **form)
    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=True) as clock:
        audit.settle_due()
        assert AuditEntry.objects.get(action="token.issue").outcome == "unknown"
        for _ in range(4):
            clock.shift(timedelta(minutes=3))
            audit.settle_due()
    assert "it was revoked" in AuditEntry.objects.get(action="token.issue").message
    assert not [token for token in upstream_tokens(upstream) if "Billing export" in (token["name"] or "")]
    assert len(upstream.requests(method="POST", path="/oauth/revoke")) == 2


def test_a_refusal_keeps_what_was_typed(manager, upstream, sub_partner, form):
    refusal = {"message": "permission denied", "errors": []}
    upstream.fault("POST", "/oauth/token", "status", status=403, body=refusal)
    response = manager.post(url(sub_partner), **form)
    assert response.status_code == 422
    answer = check(response)
    assert "Nothing was changed" in answer.text
    assert answer.value("name") == "Billing export"


def test_without_a_client_of_the_oauth_service_the_page_says_so(manager, sub_partner, visit, settings):
    settings.CORE_API_CLIENT_ID = ""
    answer = visit(manager, url(sub_partner))
    assert "CORE_API_CLIENT_ID" in answer.text
    assert not answer.all("input", name="ticket")


def test_a_partner_without_scopes_gets_no_token(manager, sub_partner, visit):
    sub_partner.payload["available_scopes"] = []
    sub_partner.save()
    assert "not granted any scope" in visit(manager, url(sub_partner)).text


def test_staff_may_not_see_or_issue_tokens(staff, sub_partner, visit):
    visit(staff, url(sub_partner), status=403)
    visit(staff, f"/partners/{sub_partner.pk}/tokens/", status=403)


def test_a_partner_that_is_not_ours_has_no_form(manager, partners, visit):
    visit(manager, "/partners/00000000-0000-4000-8000-000000000000/tokens/new/", status=404)
