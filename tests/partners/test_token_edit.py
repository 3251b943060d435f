"""Renaming a token, taking scopes away, changing when it ends."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from partners.models import Token
from portal.models import AuditEntry
from tests.pages import check


def url(token: Token) -> str:
    return f"/partners/{token.partner_sid}/tokens/{token.pk}/edit/"


@pytest.fixture
def form(manager, token, visit) -> dict[str, object]:
    answer = visit(manager, url(token), upstream=0)
    seen = json.loads(answer.value("seen"))
    return {
        "ticket": answer.value("ticket"),
        "seen": answer.value("seen"),
        "name": answer.value("name"),
        "expires": answer.value("expires"),
        "scopes": seen["scopes"].split(","),
    }


def now(world, token) -> dict:
    return world.get(f"/oauth/tokens/{token.pk}").json()


def test_a_token_is_renamed_narrowed_and_ends_on_another_day(manager, upstream, token, form):
    day = (datetime.now(UTC) + timedelta(days=30)).date()
    changed = form | {"name": "Export 2", "scopes": ["calls.read"], "expires": day.isoformat()}
    assert manager.post(url(token), **changed).status_code == 303
    told = now(upstream, token)
    assert (told["name"], told["scopes"]) == ("Export 2", ["calls.read"])
    assert told["date_expiration_access_token"].startswith(f"{day}T23:59:59")
    assert told["date_expiration_refresh_token"].startswith(f"{day}T23:59:59")
    token.refresh_from_db()
    assert (str(token), token.scopes) == ("Export 2", ["calls.read"])


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"scopes": ["calls.read", "phonenumber.manage"]}, "can only be narrowed"),
        ({"scopes": []}, "revoke it instead"),
        ({"expires": "2020-01-01"}, "This day is over"),
        ({"expires": "2999-01-01"}, "At most five years"),
        ({"expires": "soon"}, "valid date"),
        ({"name": "<script>"}, "A name has letters"),
        ({"seen": "{}[]"}, "damaged"),
        ({"ticket": "forged", "name": "Other"}, "Nothing was changed"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_written(manager, upstream, token, form, typed, says):
    response = manager.post(url(token), **(form | typed))
    assert response.status_code == 422
    assert says in check(response).text
    assert not upstream.requests(method="PATCH")


def test_a_change_made_elsewhere_is_shown_before_anything_is_written(manager, upstream, token, form):
    upstream.patch(f"/oauth/tokens/{token.pk}", {"name": "Theirs"})
    response = manager.post(url(token), **(form | {"name": "Mine"}))
    assert response.status_code == 422
    assert "Somebody changed this token" in check(response).text
    assert not AuditEntry.objects.exists()


def test_a_renamed_token_keeps_the_mark_it_is_found_by(manager, upstream, token, form):
    upstream.patch(f"/oauth/tokens/{token.pk}", {"name": "Export [nd-0123456789ab]"})
    Token.objects.filter(pk=token.pk).update(name="Export [nd-0123456789ab]")
    manager.post(url(token), **(form | {"name": "Other"}))
    assert now(upstream, token)["name"] == "Other [nd-0123456789ab]"


def test_the_portals_own_token_is_not_changed_here(manager, partners, visit):
    visit(manager, url(Token.objects.get(ours=True)), status=404)
