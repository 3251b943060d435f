"""The one place that makes clients: from the settings, with who asks on every request."""

import logging

import pytest

from portal import health, requestinfo
from portal.core_api.errors import Unavailable
from portal.upstream import (
    NotConfigured,
    core_api,
    number_api,
    number_api_admin,
    number_api_admin_configured,
    number_api_configured,
)

pytestmark = pytest.mark.django_db


def test_one_client_serves_the_whole_process(upstream):
    assert core_api() is core_api()


def test_other_settings_are_another_client(upstream, settings):
    before = core_api()
    settings.CORE_API_TOKEN = "another-token-0123456789"
    assert core_api() is not before


def test_who_asks_and_under_which_id_goes_upstream(upstream):
    upstream.forget_requests()
    with requestinfo.begin("request-98765", acting_user="sam"):
        core_api().whoami()
    (asked,) = upstream.requests()
    assert (asked["request_id"], asked["acting_user"]) == ("request-98765", "sam")


def test_a_name_no_header_could_carry_is_encoded(upstream):
    upstream.forget_requests()
    with requestinfo.begin(acting_user="Åsa Öberg"):
        core_api().whoami()
    assert upstream.requests()[0]["acting_user"] == "%C3%85sa%20%C3%96berg"


def test_a_page_logs_what_it_cost_upstream(upstream, staff, caplog):
    with caplog.at_level(logging.INFO), requestinfo.begin() as info:
        core_api().whoami()
        core_api().whoami()
    assert info.upstream.calls == 2
    assert info.upstream.ms > 0
    calls = [record.fields for record in caplog.records if record.name == "portal.upstream"]
    assert [(call["method"], call["path"], call["status"]) for call in calls] == [
        ("GET", "/oauth/whoami", 200)
    ] * 2


def test_calls_are_the_pulse(upstream, monkeypatch):
    monkeypatch.setattr(health, "_last_write", health._LastWrite())
    core_api().whoami()
    assert health.pulse().state == "ok"
    upstream.fault("GET", "/oauth/whoami", "status", status=500, times=5)
    with pytest.raises(Unavailable):
        core_api().whoami()
    assert health.pulse().state == "trouble"


def test_the_token_is_in_no_log_line(upstream, settings, caplog):
    upstream.fault("GET", "/oauth/whoami", "status", status=500, times=5)
    with caplog.at_level(logging.DEBUG), pytest.raises(Unavailable):
        core_api().whoami()
    assert caplog.records
    assert settings.CORE_API_TOKEN not in caplog.text


def test_the_phone_number_api_has_a_client_of_its_own_and_its_admin_another(upstream):
    assert number_api() is number_api()
    assert number_api_admin() is number_api_admin()
    assert number_api() is not number_api_admin()
    assert number_api_configured()
    assert number_api_admin_configured()


def test_other_settings_of_the_phone_number_api_are_another_client(upstream, settings):
    before, core = number_api(), core_api()
    settings.NUMBER_API_AUTH_TOKEN = "another-token-0123456789"
    assert number_api() is not before
    assert core_api() is core


@pytest.mark.parametrize("name", ["NUMBER_API_URL", "NUMBER_API_AUTH_ID", "NUMBER_API_AUTH_TOKEN"])
def test_without_its_settings_there_is_no_client_and_the_setting_is_named(upstream, settings, name):
    setattr(settings, name, "")
    assert not number_api_configured()
    with pytest.raises(NotConfigured, match=f"not configured here.*{name}") as caught:
        number_api()
    assert caught.value.settings == (name,)


def test_admin_access_needs_settings_of_its_own(upstream, settings):
    settings.NUMBER_API_ADMIN_AUTH_TOKEN = ""
    assert number_api() is not None
    assert not number_api_admin_configured()
    with pytest.raises(NotConfigured, match="NUMBER_API_ADMIN_AUTH_TOKEN"):
        number_api_admin()


def test_tokens_are_issued_with_the_configured_registration(upstream, settings):
    known = core_api().oauth.tokens._client
    assert (known.client_id, known.client_secret) == (
        settings.CORE_API_CLIENT_ID,
        settings.CORE_API_CLIENT_SECRET,
    )
    settings.CORE_API_CLIENT_SECRET = "another-secret-0123456789"
    assert core_api().oauth.tokens._client is not known


def test_trouble_of_the_phone_number_api_is_logged_but_not_the_pulse(upstream, settings, monkeypatch, caplog):
    monkeypatch.setattr(health, "_last_write", health._LastWrite())
    core_api().whoami()
    settings.NUMBER_API_URL = "http://127.0.0.1:1/api/v1"
    with caplog.at_level(logging.INFO), pytest.raises(Unavailable):
        number_api().numbers()
    assert health.pulse().state == "ok"
    (failed, *_) = [record.fields for record in caplog.records if record.levelname == "WARNING"]
    assert failed["error"] == "Unavailable"
