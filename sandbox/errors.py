"""Refusals in the Core API's two documented envelopes.

Envelope A: `{"message", "errors": [{"field", "message", "reference_sid"}]}`, for everything except
unreadable JSON, which is told in envelope B: `{"body": {"message", "errors": null}, "status": 400}`.
"""

import json
from dataclasses import dataclass

from django.http import HttpResponse

CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "Access-Control-Allow-Origin,Access-Control-Allow-Methods,Access-Control-Allow-Credentials,"
        "Content-Disposition,Access-Control-Allow-Headers"
    ),
}


@dataclass(frozen=True)
class Problem:
    """One entry of `errors`: which field, and what is wrong with it."""

    field: str | None
    message: str
    reference_sid: str | None = None


class ApiError(Exception):
    """A refusal; `sandbox.errors.answer` turns it into a response."""

    def __init__(self, status: int, message: str, *problems: Problem) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.problems = problems

    @property
    def body(self) -> dict:
        return {"message": self.message, "errors": [vars(problem) for problem in self.problems]}


class UnreadableJson(ApiError):
    """400 in envelope B, the only wrapped error of the Core API."""

    def __init__(self) -> None:
        super().__init__(400, "cannot parse json. Check json for validity")

    @property
    def body(self) -> dict:
        return {"body": {"message": self.message, "errors": None}, "status": 400}


def bad_request(field: str | None, message: str) -> ApiError:
    return ApiError(400, "bad request", Problem(field, message))


def unauthorized() -> ApiError:
    return ApiError(401, "authentication required", Problem("cause", "authentication required"))


def forbidden(field: str = "cause", message: str = "permission denied") -> ApiError:
    return ApiError(403, "permission denied", Problem(field, message))


def not_found(message: str = "cannot find item by sid", field: str | None = None) -> ApiError:
    return ApiError(404, "no item error", Problem(field, message))


def conflict(field: str, message: str) -> ApiError:
    return ApiError(409, "conflict", Problem(field, message))


def invalid(*problems: Problem) -> ApiError:
    """422: readable, but the object it describes cannot be."""
    return ApiError(422, "object validation error", *problems)


def json_answer(body: object, status: int = 200) -> HttpResponse:
    """`body` as compact JSON."""
    return HttpResponse(
        json.dumps(body, separators=(",", ":")), content_type="application/json", status=status
    )


def answer(error: ApiError) -> HttpResponse:
    return json_answer(error.body, error.status)
