"""One line a request, with its id and its person, and never a secret."""

import logging
import re

import pytest
from django.test import Client, RequestFactory

from portal import requestinfo
from portal.logs import OneLine, masked
from portal.middleware import client_ip

pytestmark = pytest.mark.django_db


def lines(caplog) -> list[str]:
    return [OneLine().format(record) for record in caplog.records if record.name == "portal.request"]


def test_a_request_is_one_line_with_its_id_and_its_answer(staff, caplog):
    with caplog.at_level(logging.INFO):
        response = staff.client.get("/status/", headers={"X-Request-ID": "abc-12345678"})
    records = [r for r in caplog.records if r.name == "portal.request"]
    assert response["X-Request-ID"] == "abc-12345678"
    assert len(records) == 1
    assert records[0].fields["path"] == "/status/"
    assert records[0].fields["status"] == 200
    assert records[0].fields["ms"] > 0


@pytest.mark.parametrize(
    "offered", ["", "short", "a" * 65, "with space 12345", "a\nb-12345678", "é" * 10, "<script>123"]
)
def test_an_id_that_is_not_plain_is_replaced(offered, client):
    answer = client.get("/healthz", headers={"X-Request-ID": offered.encode().decode("latin-1")})
    assert re.fullmatch("[0-9a-f]{32}", answer["X-Request-ID"])


def test_the_id_does_not_outlive_the_request(client):
    client.get("/healthz", headers={"X-Request-ID": "abc-12345678"})
    assert requestinfo.current().request_id == ""


# --- the line ------------------------------------------------------------------------------------


def record(message, *args, **fields) -> logging.LogRecord:
    made = logging.LogRecord("portal.test", logging.INFO, "file", 1, message, args, None)
    made.fields = fields
    return made


def test_a_line_is_pairs():
    with requestinfo.begin("request-1234", acting_user="sam"):
        line = OneLine().format(record("entry", target="15162065575", words="two words"))
    assert re.match(
        r"at=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00 level=info from=portal.test event=entry ", line
    )
    assert line.endswith('target=15162065575 words="two words" request=request-1234 user=sam')


@pytest.mark.parametrize(
    "text", ["a\nlevel=info event=forged", 'quote " and = sign', "tab\there", "\x1b[31mred"]
)
def test_no_text_can_break_out_of_its_value(text):
    line = OneLine().format(record("said", text=text))
    assert "\n" not in line
    assert "\x1b" not in line
    assert len(re.findall(r"(?:^| )event=", re.sub(r'"(?:[^"\\]|\\.)*"', "", line))) == 1


def test_a_traceback_stays_on_its_line():
    try:
        raise RuntimeError("two\nlines")
    except RuntimeError:
        import sys

        made = record("trouble")
        made.exc_info = sys.exc_info()
    line = OneLine().format(made)
    assert "\n" not in line
    assert "RuntimeError" in line


# --- secrets -------------------------------------------------------------------------------------

PLANTED = "planted-secret-7f3a9c"


@pytest.mark.parametrize(
    "name", ["SECRET_KEY", "CORE_API_TOKEN", "NUMBER_API_AUTH_TOKEN", "NUMBER_API_ADMIN_AUTH_TOKEN"]
)
def test_no_secret_of_the_settings_reaches_a_line(settings, name):
    setattr(settings, name, PLANTED)
    try:
        raise RuntimeError(f"url?token={PLANTED}")
    except RuntimeError:
        import sys

        made = record("failed with %s", PLANTED, value=PLANTED)
        made.exc_info = sys.exc_info()
    line = OneLine().format(made)
    assert PLANTED not in line
    assert line.count("«secret»") >= 3


@pytest.mark.parametrize("text", ["Authorization: Bearer abcdef0123456789", "basic dXNlcjpwYXNzd29yZA=="])
def test_an_authorization_header_is_masked_whoever_it_belongs_to(text):
    assert re.search(r"(?i)(bearer|basic) «secret»$", masked(text))


def test_a_short_setting_does_not_blank_out_the_log(settings):
    settings.CORE_API_TOKEN = "a"
    assert masked("a banana") == "a banana"


# --- where it came from --------------------------------------------------------------------------


def test_without_a_proxy_the_callers_claim_is_not_believed(settings):
    settings.BEHIND_PROXY = False
    request = RequestFactory().get("/", headers={"X-Forwarded-For": "203.0.113.9"}, REMOTE_ADDR="192.0.2.1")
    assert client_ip(request) == "192.0.2.1"


def test_behind_a_proxy_only_what_the_proxy_saw_is_believed(settings):
    settings.BEHIND_PROXY = True
    request = RequestFactory().get("/", headers={"X-Forwarded-For": "203.0.113.9, 192.0.2.44"})
    assert client_ip(request) == "192.0.2.44"


def test_an_error_page_carries_the_request_id_too():
    assert (
        Client().get("/no/such/page/", headers={"X-Request-ID": "abc-12345678"})["X-Request-ID"]
        == "abc-12345678"
    )
