"""Tokens: issued and seen once, listed without their text, revoked without anyone seeing it."""

import dataclasses
import json
import pickle
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

import pytest

from portal.core_api.errors import CoreApiError, Forbidden, NotFound, NotSent, OutcomeUnknown
from portal.core_api.filters import F
from portal.core_api.oauth import NoClient, OAuthClient, OwnToken
from tests.portal.core_api.conftest import TOKEN
from tests.portal.core_api.raw_server import no_content, reply, reset
from tests.portal.core_api.samples import (
    ISSUED,
    PARTNER,
    PLANTED_ACCESS,
    PLANTED_REFRESH,
    TOKEN_SID,
    envelope,
    page,
)
from tests.portal.core_api.test_secrets import everything_an_error_shows

CLIENT_SECRET = "planted-client-secret"
SUB = ISSUED["partner_sid"]
QUARTER = timedelta(days=90)


@pytest.fixture
def api(server, client):
    return client(server.url, deadline=2, read_timeout=1, client_id="5c7965f2", client_secret=CLIENT_SECRET)


def issue(api, **changes):
    wishes = {"name": "reports", "scopes": ["phonenumber.read"], "expires_in": QUARTER, **changes}
    return api.oauth.tokens.issue(SUB, **wishes)


def sent_form(request):
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    return {name: values[0] for name, values in parse_qs(request.body.decode(), strict_parsing=True).items()}


class TestIssuing:
    def test_for_a_sub_partner_is_a_form(self, server, api):
        server.plays(reply(200, ISSUED))
        issue(api, scopes=["phonenumber.read", "partners.read"], refresh_expires_in=timedelta(days=1))
        assert server.requests[0].path == f"/core/v2/oauth/token/{SUB}"
        assert sent_form(server.requests[0]) == {
            "client_id": "5c7965f2",
            "client_secret": CLIENT_SECRET,
            "name": "reports",
            "scope": "phonenumber.read,partners.read",
            "access_token_expires_in": "7776000",
            "refresh_token_expires_in": "86400",
        }

    def test_for_ourselves_takes_login_and_password(self, server, api):
        server.plays(reply(200, ISSUED))
        api.oauth.tokens.issue_for_self(
            "carrierx_partner", "planted-password", name="a b&c", scopes=["app.read"], expires_in=QUARTER
        )
        form = sent_form(server.requests[0])
        assert server.requests[0].path == "/core/v2/oauth/token"
        assert (form["grant_type"], form["username"], form["password"], form["name"]) == (
            "password",
            "carrierx_partner",
            "planted-password",
            "a b&c",
        )
        assert form["refresh_token_expires_in"] == form["access_token_expires_in"]

    def test_gives_the_secrets_out_once_and_shows_them_nowhere(self, server, api):
        server.plays(reply(200, ISSUED))
        token = issue(api)
        assert (token.access_token, token.refresh_token) == (PLANTED_ACCESS, PLANTED_REFRESH)
        assert (token.token_sid, token.name, token.scopes) == (TOKEN_SID, "reports", ("phonenumber.read",))
        assert token.date_expiration_access_token == datetime(2026, 12, 10, 13, 46, 42, 169000, tzinfo=UTC)
        shown = repr(token) + str(token) + json.dumps(token.payload)
        assert PLANTED_ACCESS not in shown
        assert PLANTED_REFRESH not in shown

    def test_makes_something_no_cache_session_or_queue_can_keep(self, server, api):
        server.plays(reply(200, ISSUED))
        with pytest.raises(TypeError, match="kept nowhere"):
            pickle.dumps(issue(api))

    @pytest.mark.parametrize("scopes", [[], "", ["a.read,admin.manage"], [""], ["phonenumber.read "]])
    def test_never_asks_for_everything_by_omission(self, server, api, scopes):
        with pytest.raises(ValueError, match="scopes"):
            issue(api, scopes=scopes)
        assert server.requests == []

    @pytest.mark.parametrize("span", [timedelta(0), timedelta(seconds=-1), timedelta(milliseconds=300)])
    def test_never_asks_for_a_life_that_upstream_would_choose(self, server, api, span):
        with pytest.raises(ValueError, match="live"):
            issue(api, expires_in=span)
        assert server.requests == []

    def test_needs_a_name_to_be_found_by(self, server, api):
        with pytest.raises(ValueError, match="name"):
            issue(api, name="  ")
        assert server.requests == []

    def test_needs_a_registration(self, server, client):
        with pytest.raises(NoClient):
            issue(client(server.url))
        assert server.requests == []

    def test_may_use_another_registration(self, server, api):
        server.plays(reply(200, ISSUED))
        issue(api, client=OAuthClient("other", "other-secret"))
        assert sent_form(server.requests[0])["client_id"] == "other"

    def test_that_is_refused_does_not_repeat_what_was_sent(self, server, api):
        server.plays(reply(403, envelope("permission denied", ("cause", f"client {CLIENT_SECRET} unknown"))))
        with pytest.raises(Forbidden) as caught:
            issue(api)
        assert "unknown" in caught.value.message
        assert CLIENT_SECRET not in everything_an_error_shows(caught.value)

    @pytest.mark.parametrize(
        "play",
        [
            reset(),
            reply(500, ISSUED),
            reply(200, {**ISSUED, "access_token": None}),
            reply(200, {**ISSUED, "partner_sid": "x"}),
        ],
    )
    def test_without_a_good_answer_is_unknown_and_shows_nothing(self, server, api, play):
        server.plays(play)
        with pytest.raises(OutcomeUnknown) as caught:
            issue(api)
        shown = everything_an_error_shows(caught.value)
        assert len(server.requests) == 1
        for secret in (CLIENT_SECRET, PLANTED_ACCESS, PLANTED_REFRESH, TOKEN):
            assert secret not in shown


class TestListing:
    def test_never_shows_a_text(self, server, api):
        server.plays(reply(200, page([ISSUED])))
        listing = api.oauth.tokens.iterate(F("partner_sid") == SUB)
        (token,) = listing
        assert listing.complete
        assert (token.token_sid, token.ours, token.date_last_accessed) == (TOKEN_SID, False, None)
        assert not hasattr(token, "access_token")
        shown = repr(token) + json.dumps(dataclasses.asdict(token), default=str)
        assert PLANTED_ACCESS not in shown
        assert PLANTED_REFRESH not in shown

    def test_goes_on_behind_the_last_sid(self, server, api):
        server.plays(
            reply(200, page([{**ISSUED, "token_sid": "a"}], has_more=True)),
            reply(200, page([{**ISSUED, "token_sid": "b"}])),
        )
        assert [token.token_sid for token in api.oauth.tokens.iterate(page_size=1)] == ["a", "b"]
        assert server.requests[0].query["order"] == ["token_sid"]
        assert server.requests[1].query["filter"] == ['token_sid gt "a"']

    def test_knows_the_token_we_work_with(self, server, api):
        server.plays(reply(200, {**ISSUED, "access_token": TOKEN}))
        token = api.oauth.tokens.get(TOKEN_SID)
        assert token.ours
        assert TOKEN not in repr(token) + json.dumps(token.payload)


class TestUpdating:
    def test_sends_names_scopes_and_dates(self, server, api):
        server.plays(reply(200, {**ISSUED, "name": "less"}))
        token = api.oauth.tokens.update(
            TOKEN_SID,
            name="less",
            scopes=("phonenumber.read",),
            date_expiration_access_token=datetime(2026, 12, 1, tzinfo=UTC),
        )
        assert token.name == "less"
        assert (server.requests[0].method, server.requests[0].path) == (
            "PATCH",
            f"/core/v2/oauth/tokens/{TOKEN_SID}",
        )
        assert server.requests[0].json == {
            "name": "less",
            "scopes": ["phonenumber.read"],
            "date_expiration_access_token": "2026-12-01T00:00:00.000Z",
        }
        assert PLANTED_ACCESS not in repr(token) + json.dumps(token.payload)

    def test_wants_a_time_zone(self, server, api):
        with pytest.raises(ValueError, match="time zone"):
            api.oauth.tokens.update(TOKEN_SID, date_expiration_access_token=datetime(2026, 12, 1))  # noqa: DTZ001
        assert server.requests == []

    def test_of_a_secret_is_not_sent(self, server, api):
        with pytest.raises(ValueError, match="access_token"):
            api.oauth.tokens.update(TOKEN_SID, access_token="chosen")
        assert server.requests == []


class TestRevoking:
    def test_sends_the_text_back_without_showing_it(self, server, api):
        calls = []
        server.plays(reply(200, ISSUED), no_content())
        api._transport._on_call = calls.append
        assert api.oauth.tokens.revoke(TOKEN_SID) is None
        read, revoked = server.requests
        assert (read.method, read.path) == ("GET", f"/core/v2/oauth/tokens/{TOKEN_SID}")
        assert (revoked.method, revoked.path) == ("POST", "/core/v2/oauth/revoke")
        assert sent_form(revoked) == {
            "client_id": "5c7965f2",
            "client_secret": CLIENT_SECRET,
            "token": PLANTED_ACCESS,
        }
        assert PLANTED_ACCESS not in repr(calls)

    def test_of_the_token_we_work_with_is_refused(self, server, api):
        server.plays(reply(200, {**ISSUED, "access_token": TOKEN}))
        with pytest.raises(OwnToken):
            api.oauth.tokens.revoke(TOKEN_SID)
        assert len(server.requests) == 1

    def test_of_a_token_that_is_gone_says_so(self, server, api):
        server.plays(reply(404, envelope("no item error", (None, "cannot find token"))))
        with pytest.raises(NotFound):
            api.oauth.tokens.revoke(TOKEN_SID)
        assert len(server.requests) == 1

    def test_of_a_token_whose_text_is_not_shown_never_revokes_our_own(self, server, api):
        server.plays(reply(200, {**ISSUED, "access_token": None}))
        with pytest.raises(NotSent, match="Nothing was changed"):
            api.oauth.tokens.revoke(TOKEN_SID)
        assert len(server.requests) == 1

    @pytest.mark.parametrize(
        "play",
        [
            reset(),
            reply(500),
            reply(403, envelope("permission denied", ("cause", f"may not revoke {PLANTED_ACCESS}"))),
        ],
    )
    def test_that_fails_shows_no_text(self, server, api, play):
        server.plays(reply(200, ISSUED), play)
        with pytest.raises(CoreApiError) as caught:
            api.oauth.tokens.revoke(TOKEN_SID)
        shown = everything_an_error_shows(caught.value)
        assert PLANTED_ACCESS not in shown
        assert CLIENT_SECRET not in shown

    def test_needs_a_registration_before_anything_is_read(self, server, client):
        with pytest.raises(NoClient):
            client(server.url).oauth.tokens.revoke(TOKEN_SID)
        assert server.requests == []


LOGIN = {
    "login": "main_north",
    "login_sid": "l-1",
    "partner_sid": PARTNER["partner_sid"],
    "token_scopes": ["phonenumber.read"],
}


class TestLogins:
    def test_are_listed(self, server, api):
        server.plays(reply(200, page([LOGIN], total=1)))
        listing = api.oauth.logins.iterate()
        (login,) = listing
        assert listing.complete
        assert (login.login, login.token_scopes) == ("main_north", ("phonenumber.read",))

    def test_are_made_and_given_another_password(self, server, api):
        server.plays(reply(200, {**LOGIN, "password": "planted-password"}))
        login = api.oauth.logins.create("main_north", "planted-password", ["phonenumber.read"])
        api.oauth.logins.set_password("l-1", "planted-password")
        assert "planted-password" not in repr(login) + json.dumps(login.payload)
        made, changed = server.requests
        assert made.json == {
            "login": "main_north",
            "password": "planted-password",
            "token_scopes": ["phonenumber.read"],
        }
        assert (changed.method, changed.path, changed.json) == (
            "PATCH",
            "/core/v2/oauth/logins/l-1",
            {"password": "planted-password"},
        )

    def test_are_got_and_removed(self, server, api):
        server.plays(reply(200, LOGIN), no_content())
        assert api.oauth.logins.get("l-1").login == "main_north"
        api.oauth.logins.delete("l-1")
        assert server.requests[1].method == "DELETE"


def test_neither_client_nor_registration_shows_the_secret(api):
    shown = repr(api) + repr(api.oauth.tokens._client) + repr(OAuthClient("a", CLIENT_SECRET))
    assert CLIENT_SECRET not in shown
