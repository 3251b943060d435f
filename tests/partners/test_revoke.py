"""Revoking a token: its name typed, at once, and nobody locks the portal out."""

import pytest

from partners.models import Token
from portal import audit
from portal.models import AuditEntry
from tests.pages import check
from tests.partners.test_rotate import exists


def url(token) -> str:
    return f"/partners/{token.partner_sid}/tokens/{token.pk}/revoke/"


@pytest.fixture
def form(manager, token, visit):
    return {
        "ticket": visit(manager, url(token), htmx=True).value("ticket"),
        "typed": "Export",
        "reason": "Left",
    }


def test_a_revoked_token_is_gone(manager, upstream, token, form):
    assert manager.post(url(token), **form).status_code == 303
    assert not exists(upstream, token)
    assert not Token.objects.filter(pk=token.pk).exists()
    entry = AuditEntry.objects.get()
    assert (entry.outcome, entry.reason) == ("done", "Left")


def test_without_its_name_nothing_happens(manager, upstream, token, form):
    response = manager.post(url(token), htmx=True, **(form | {"typed": "export"}))
    assert response.status_code == 422
    assert "Type Export exactly" in check(response, whole=False).text
    assert exists(upstream, token)


def test_the_same_form_sent_twice_revokes_once(manager, upstream, token, form):
    manager.post(url(token), **form)
    assert manager.post(url(token), **form).status_code == 303
    assert len(upstream.requests(method="POST", path="/oauth/revoke")) == 1


def test_one_that_is_gone_already_is_done(manager, upstream, token, form):
    wishes = {key: upstream.core[key] for key in ("client_id", "client_secret")}
    secret = upstream.get(f"/oauth/tokens/{token.pk}").json()["access_token"]
    upstream.request("POST", "/oauth/revoke", data=wishes | {"token": secret})
    manager.post(url(token), **form)
    assert AuditEntry.objects.get().message == "It was gone already."


def test_without_an_answer_it_is_settled_by_looking(manager, upstream, token, form):
    upstream.fault("POST", "/oauth/revoke", "reset", when="after")
    manager.post(url(token), **form)
    assert AuditEntry.objects.get().outcome == "unknown"
    audit.settle_due()
    assert AuditEntry.objects.get().outcome == "done"
    assert not Token.objects.filter(pk=token.pk).exists()


def test_the_portals_own_token_cannot_be_revoked(manager, upstream, partners, visit):
    own = Token.objects.get(ours=True)
    form = {"ticket": visit(manager, url(own), htmx=True).value("ticket"), "typed": str(own)}
    response = manager.post(url(own), **form)
    assert response.status_code == 422
    assert "lock everybody out" in check(response).text
    assert exists(upstream, own)


def test_a_token_of_another_partner_is_not_found_here(manager, token, partners, visit):
    visit(manager, f"/partners/{partners['ourselves'].pk}/tokens/{token.pk}/revoke/", status=404)
