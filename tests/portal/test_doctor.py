"""`manage.py doctor`: what is configured, reachable and allowed, and never a secret."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from portal import health, ledger_triggers

pytestmark = pytest.mark.django_db


def examine() -> tuple[dict[str, tuple[str, str]], int]:
    """The table as {name: (state, words)}, and the exit code."""
    written = StringIO()
    try:
        call_command("doctor", stdout=written, no_color=True)
        code = 0
    except SystemExit as end:
        code = int(end.code or 0)
    rows = [line for line in written.getvalue().splitlines() if line[:4].strip() in ("ok", "warn", "FAIL")]
    return {row[6:32].strip(): (row[:4].strip(), row[33:]) for row in rows}, code


@pytest.fixture
def nobody_listens(settings):
    settings.CORE_API_URL, settings.CORE_API_TOKEN = "http://127.0.0.1:9/core/v2", "planted-token-41d2"


def test_a_desk_in_order_is_ready(upstream):
    health.beat("clock")
    health.beat("worker")
    found, code = examine()
    assert {name for name, (state, _) in found.items() if state != "ok"} == set()
    assert code == 0
    assert found["Credentials"][1] == "accepted, as CarrierX Main"
    assert found["May rent numbers"][1] == "phonenumber.manage"


def test_a_missing_scope_is_named_before_anyone_is_surprised(upstream):
    upstream.set(scopes=["phonenumber.read", "partners.read", "trunk_groups.read", "countries.read"])
    found, code = examine()
    assert found["May see and search numbers"] == ("ok", "phonenumber.read")
    assert found["May rent numbers"] == ("FAIL", "none of phonenumber.manage, phonenumber.create is granted")
    assert found["May edit numbers"][0] == "FAIL"
    assert found["May create sub-partners"] == (
        "warn",
        "none of partners.manage, partners.create is granted",
    )
    assert found["May issue tokens"][0] == "warn"
    assert code == 1


def test_refused_credentials_are_told_from_silence(upstream, settings):
    settings.CORE_API_TOKEN = "planted-token-41d2"
    found, code = examine()
    assert found["Core API"][0] == "ok"
    assert found["Credentials"] == ("FAIL", "refused: CORE_API_TOKEN is not valid there")
    assert code == 1


def test_an_upstream_that_does_not_answer_is_said_with_its_address(nobody_listens):
    found, code = examine()
    assert found["Core API"][0] == "FAIL"
    assert "http://127.0.0.1:9/core/v2" in found["Core API"][1]
    assert "Credentials" not in found
    assert code == 1


def test_settings_that_are_missing_are_named(settings, nobody_listens):
    settings.CORE_API_TOKEN = ""
    found, code = examine()
    assert found["Settings"][0] == "FAIL"
    assert "CORE_API_TOKEN" in found["Settings"][1]
    assert code == 1


@pytest.mark.parametrize(
    ("present", "state"),
    [
        ((), "warn"),
        (("NUMBER_API_URL",), "warn"),
        (("NUMBER_API_URL", "NUMBER_API_AUTH_ID"), "FAIL"),
        (("NUMBER_API_AUTH_ID", "NUMBER_API_AUTH_TOKEN"), "FAIL"),
        (("NUMBER_API_URL", "NUMBER_API_AUTH_ID", "NUMBER_API_AUTH_TOKEN"), "FAIL"),  # nobody listens
    ],
)
def test_the_number_api_is_configured_wholly_or_not_at_all(settings, nobody_listens, present, state):
    for name in ("NUMBER_API_URL", "NUMBER_API_AUTH_ID", "NUMBER_API_AUTH_TOKEN"):
        setattr(settings, name, "http://127.0.0.1:9/api/v1" if name in present else "")
    assert examine()[0]["Number API"][0] == state


def test_the_number_api_is_asked_whether_it_lets_each_account_in(upstream, settings):
    settings.NUMBER_API_ADMIN_AUTH_TOKEN = "planted-token-41d2"
    found, code = examine()
    assert found["Number API"] == ("ok", f"answers at {settings.NUMBER_API_URL}, credentials accepted")
    assert found["Number API, admin"] == (
        "FAIL",
        "refused: NUMBER_API_ADMIN_AUTH_ID and NUMBER_API_ADMIN_AUTH_TOKEN are not valid there",
    )
    assert code == 1


def test_what_is_not_configured_is_told_by_what_is_missing_from_the_portal(upstream, settings):
    settings.NUMBER_API_ADMIN_AUTH_ID = settings.NUMBER_API_ADMIN_AUTH_TOKEN = ""
    settings.CORE_API_CLIENT_ID = settings.CORE_API_CLIENT_SECRET = ""
    settings.CORE_API_PASSWORD = ""
    found, _ = examine()
    assert found["Number API, admin"] == ("warn", "not configured: no cool-off can be forced")
    assert found["Token service"] == (
        "warn",
        "not configured: tokens can be neither issued nor revoked",
    )
    assert found["Own tokens"] == ("FAIL", "half configured, not set: CORE_API_PASSWORD")


@pytest.mark.django_db(transaction=True)
def test_an_unprotected_ledger_is_a_failure(nobody_listens):
    ledger_triggers.remove(connection)
    try:
        found, _ = examine()
    finally:
        ledger_triggers.install(connection)
    assert found["Ledger"][0] == "FAIL"


def test_processes_that_were_never_seen_are_a_warning(nobody_listens):
    found, _ = examine()
    assert found["Clock"] == ("warn", "never seen")
    assert found["Worker"] == ("warn", "never seen")


def test_no_secret_is_ever_shown(settings, upstream, capfd):
    secrets = [
        settings.SECRET_KEY,
        settings.CORE_API_TOKEN,
        settings.NUMBER_API_AUTH_TOKEN,
        settings.NUMBER_API_ADMIN_AUTH_TOKEN,
    ]
    written = StringIO()
    call_command("doctor", stdout=written)
    shown = written.getvalue() + "".join(capfd.readouterr())
    assert "Core API" in shown
    assert [secret for secret in secrets if secret in shown] == []
