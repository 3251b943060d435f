"""Every documented shape of an error body is understood, and decided on by status and slug alone."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.core_api.errors import (
    Conflict,
    CoolOffInEffect,
    CredentialsRefused,
    Invalid,
    NotFound,
    OutcomeUnknown,
    Rejected,
    Where,
)
from portal.core_api.refusals import read_refusal, refused
from tests.portal.core_api.samples import envelope

WHERE = Where("POST", "/phonenumber/dids", "req-1", 12)


def test_envelope_a_gives_each_field_its_message():
    refusal = read_refusal(
        envelope(
            "validation error", ("name", "too long"), ("callback_url", "not a URL"), ("name", "not text")
        )
    )
    assert refusal.fields == {"name": "too long; not text", "callback_url": "not a URL"}
    assert refusal.message == "validation error; too long; not text; not a URL"


def test_a_message_without_a_field_belongs_to_the_whole_request():
    refusal = read_refusal(envelope("no item error", (None, "cannot find item by sid")))
    assert refusal.fields == {}
    assert refusal.message == "no item error; cannot find item by sid"


def test_the_same_sentence_is_not_said_twice():
    refusal = read_refusal(envelope("permission denied", ("cause", "permission denied")))
    assert refusal.message == "permission denied"


def test_envelope_b_is_unwrapped():
    body = {"body": {"message": "cannot parse json. Check json for validity", "errors": None}, "status": 400}
    error = refused(400, body, WHERE)
    assert isinstance(error, Invalid)
    assert error.message == "cannot parse json. Check json for validity"


def test_an_error_with_a_slug_has_a_code():
    error = refused(404, {"error": "not_found", "message": "number or sub-account not found"}, WHERE)
    assert isinstance(error, NotFound)
    assert (error.code, error.message) == ("not_found", "number or sub-account not found")


def test_a_sentence_in_place_of_a_slug_is_no_code():
    error = refused(400, {"error": "number is not pending release"}, WHERE)
    assert (error.code, error.message) == ("", "number is not pending release")


def test_an_error_with_a_number_for_a_code_has_no_code():
    error = refused(401, {"error": {"code": 401, "message": "Invalid token"}}, WHERE)
    assert isinstance(error, CredentialsRefused)
    assert error.code == ""


def test_a_validation_error_with_details_gives_each_field_its_message():
    body = {
        "status": "error",
        "error": {
            "code": "VALIDATION_ERROR",
            "message": "Validation failed",
            "details": {
                "errors": [{"field": "email", "message": "is required", "code": "REQUIRED", "value": None}]
            },
        },
        "timestamp": "2026-07-01T10:00:00Z",
        "requestId": "abc",
    }
    error = refused(422, body, WHERE)
    assert (error.code, error.fields) == ("VALIDATION_ERROR", {"email": "is required"})


class TestCoolOff:
    BODY = {
        "error": "did_cool_off_in_effect",
        "cool_off_until": "2026-12-03T14:23:00+02:00",
        "cool_off_remaining_seconds": 1051200,
    }

    def test_says_until_when_and_for_how_long(self):
        error = refused(409, self.BODY, WHERE)
        assert isinstance(error, CoolOffInEffect)
        assert isinstance(error, Conflict)
        assert error.until == datetime(2026, 12, 3, 12, 23, tzinfo=UTC)
        assert error.remaining == timedelta(days=12, hours=4)
        assert "Nothing was changed" in error.message

    def test_stands_even_when_its_figures_cannot_be_read(self):
        error = refused(409, {**self.BODY, "cool_off_until": "soon"}, WHERE)
        assert isinstance(error, CoolOffInEffect)
        assert error.until is None

    def test_does_not_overflow(self):
        error = refused(409, {**self.BODY, "cool_off_remaining_seconds": 10**17}, WHERE)
        assert isinstance(error, CoolOffInEffect)
        assert error.remaining is None

    def test_is_told_by_its_slug_and_not_by_words(self):
        error = refused(409, {"error": "conflict", "message": "did_cool_off_in_effect"}, WHERE)
        assert type(error) is Conflict


@pytest.mark.parametrize(
    "body",
    [None, [], "text", 7, {}, {"detail": "Not Found"}, {"errors": "x"}, {"message": 5}, {"error": None}],
)
def test_a_body_of_no_documented_shape_is_not_understood(body):
    assert not read_refusal(body).understood
    error = refused(404, body, WHERE)
    assert type(error) is Rejected
    assert "404" in error.message


@pytest.mark.parametrize(
    "body",
    [
        {"message": "x", "errors": {"a": 1}},
        {"message": "x", "errors": [None, 3, "y", {"field": {}, "message": "z"}, {"message": []}]},
        {"error": {"code": [], "message": {}, "details": 4}},
        {"body": []},
        {"error": "x" * 10_000},
    ],
)
def test_a_body_that_is_nearly_right_does_no_harm(body):
    assert len(read_refusal(body).message) <= 500


def test_an_error_names_its_call_and_nothing_else():
    error = OutcomeUnknown("It may have happened.", status=500, where=WHERE)
    assert repr(error) == "<OutcomeUnknown 500 POST /phonenumber/dids 'It may have happened.'>"
    assert str(error) == "It may have happened."
    assert (error.request_id, error.elapsed_ms) == ("req-1", 12)
