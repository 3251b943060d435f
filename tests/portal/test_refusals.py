"""Wrong doors: each has a page that says so, and none is open by accident."""

import io
import logging

import pytest

from portal.logs import OnlyExceptions

pytestmark = pytest.mark.django_db


def test_a_wrong_method_is_a_page(staff):
    response = staff.post("/numbers/")
    assert response.status_code == 405
    assert "Nothing was changed" in response.content.decode()
    assert "GET" in response["Allow"]


@pytest.mark.parametrize("path", ["", "done/", "key/1-abc/", "key/done/"])
def test_there_is_no_new_password_by_mail(stranger, path):
    assert stranger.get(f"/account/password/reset/{path}").status_code == 404


def test_an_answer_is_logged_once(upstream, staff):
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    logging.getLogger().addHandler(handler)
    try:
        staff.get("/numbers/1516206557555/")
    finally:
        logging.getLogger().removeHandler(handler)
    assert "Not Found" not in written.getvalue()
    assert "request" in written.getvalue()


def test_a_traceback_is_kept():
    record = logging.LogRecord("django.request", logging.ERROR, "", 0, "500", (), None)
    assert not OnlyExceptions().filter(record)
    record.exc_info = (ValueError, ValueError("x"), None)
    assert OnlyExceptions().filter(record)
