"""Nothing secret gets past the client: not upstream's, not ours."""

import json
import logging
import traceback

import pytest

from portal.core_api import NumberApi
from portal.core_api.errors import CoreApiError, OutcomeUnknown, Rejected
from portal.core_api.scrub import HIDDEN, is_secret, scrubbed
from tests.portal.core_api.conftest import TOKEN
from tests.portal.core_api.raw_server import RawServer, reply, reset
from tests.portal.core_api.samples import NUMBER, PARTNER, SID, envelope, page

PLANTED = "planted-and-never-to-be-seen"


@pytest.mark.parametrize(
    "name",
    [
        "access_token",
        "refresh_token",
        "client_secret",
        "password",
        "sip_password",
        "out_sip_password",
        "auth_token",
        "cc_number",
        "cc_cid",
        "cc_expiration",
        "ec_account_number",
        "ec_routing_number",
        "voip_token",
        "porting_pin",
        "Password",
        "Auth-Token",
    ],
)
def test_every_documented_secret_is_masked_at_any_depth(name):
    planted = {"items": [{"properties": {name: PLANTED, "list": [{name: [PLANTED]}]}}], name: {"a": PLANTED}}
    assert PLANTED not in json.dumps(scrubbed(planted))


@pytest.mark.parametrize(
    "name",
    [
        "token_sid",
        "token_type",
        "token_scopes",
        "login",
        "client_id",
        "auth_id",
        "account_id",
        "name",
        "date_expiration_access_token",
        "date_expiration_refresh_token",
        "access_token_expires_in",
    ],
)
def test_what_is_no_secret_stays(name):
    assert not is_secret(name)
    assert scrubbed({name: "seen"}) == {name: "seen"}


def test_a_missing_secret_stays_missing():
    assert scrubbed({"password": None, "cc_stored": True}) == {"password": None, "cc_stored": True}


def test_text_that_no_database_can_hold_is_cleaned():
    assert scrubbed({"na\0me": "a\0b\ud800c", "city": "Malmö"}) == {"name": "ab?c", "city": "Malmö"}


def test_the_payload_of_an_object_is_scrubbed_and_serialisable(server, api):
    server.plays(
        reply(200, {**PARTNER, "password": PLANTED, "attributes": {"sip": {"sip_password": PLANTED}}})
    )
    partner = api.whoami()
    assert PLANTED not in json.dumps(partner.payload) + repr(partner) + json.dumps(partner.attributes)
    assert partner.payload["password"] == HIDDEN


def test_a_porting_pin_is_not_even_an_attribute_in_clear(server, api):
    server.plays(reply(200, {**NUMBER, "porting_pin": PLANTED}))
    assert api.phonenumbers.get(SID).porting_pin == HIDDEN


def test_our_own_token_is_masked_when_upstream_repeats_it(server, api):
    server.plays(reply(400, envelope(f"bad token {TOKEN}", ("cause", f"Bearer {TOKEN} expired"))))
    with pytest.raises(Rejected) as caught:
        api.phonenumbers.release(SID)
    assert TOKEN not in repr(caught.value) + str(caught.value.fields) + caught.value.message


def everything_an_error_shows(error):
    """What a log, an error page or a debugger could print, following every chain, with all locals."""
    seen, texts = set(), []
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        shown = traceback.TracebackException.from_exception(error, capture_locals=True)
        texts.append("".join(shown.format()) + repr(error) + repr(vars(error)) + repr(error.args))
        error = error.__cause__ or error.__context__
    return "".join(texts)


@pytest.mark.parametrize("play", [reset(), reply(500), reply(400), reply(200, b"{")])
def test_an_error_shows_neither_token_nor_query(server, api, play):
    server.plays(play)
    with pytest.raises(CoreApiError) as caught:
        api.phonenumbers.rent("15162065575", include_external=True, name="somebody")
    shown = everything_an_error_shows(caught.value)
    assert TOKEN not in shown
    assert "include_external=true" not in shown
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_an_error_of_an_unreachable_server_shows_no_query(client):
    api = client("http://127.0.0.1:1/core/v2")
    with pytest.raises(CoreApiError) as caught:
        api.phonenumbers.rent("15162065575", include_external=True)
    shown = everything_an_error_shows(caught.value)
    assert "refused the connection" in shown
    assert "include_external=true" not in shown


def test_neither_client_nor_call_shows_a_credential(server, client):
    calls = []
    api = client(server.url, on_call=calls.append)
    server.plays(reply(200, page([], total=0)))
    api.phonenumbers.find("15162065575")
    pool = NumberApi(url=server.url, auth_id="MA_1", auth_token=PLANTED)
    shown = repr(calls) + repr(api) + repr(api._transport) + repr(pool) + repr(pool._transport)
    pool.close()
    assert "/phonenumber/dids" in shown
    assert TOKEN not in shown
    assert PLANTED not in shown
    assert "filter" not in shown


def test_nothing_is_logged_about_a_call_that_fails(server, api, caplog):
    server.plays(reply(500))
    with caplog.at_level(logging.INFO), pytest.raises(OutcomeUnknown):
        api.phonenumbers.release(SID)
    assert caplog.text == ""


def test_a_listener_that_fails_does_not_change_the_outcome(server, client, caplog):
    def fail(call):
        raise RuntimeError("the listener is broken")

    server.plays(reply(200, NUMBER))
    assert client(server.url, on_call=fail).phonenumbers.rent("15162065575").did_sid == SID
    assert "the listener is broken" in caplog.text
    assert TOKEN not in caplog.text


def test_credentials_no_header_can_carry_are_refused_without_repeating_them(client):
    with pytest.raises(ValueError, match="no header can carry") as caught:
        client("http://127.0.0.1:1", token=f"{PLANTED}\n")
    assert PLANTED not in str(caught.value)


def test_cookies_are_not_kept(server, api):
    server.plays(reply(200, PARTNER, {"Set-Cookie": "session=planted; Path=/"}))
    api.whoami()
    api.whoami()
    assert "cookie" not in server.requests[1].headers


def test_a_redirect_is_not_followed_with_our_token(api, server):
    with RawServer() as elsewhere:
        server.plays(reply(302, headers={"Location": elsewhere.url}))
        with pytest.raises(CoreApiError):
            api.whoami()
        assert elsewhere.requests == []


def test_the_environment_cannot_redirect_calls(server, api, monkeypatch, tmp_path):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    server.plays(reply(200, PARTNER))
    assert api.whoami().name == "CarrierX Main"
    assert server.requests[0].headers["authorization"] == f"Bearer {TOKEN}"
