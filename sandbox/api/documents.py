"""Pieces of the OpenAPI document that all resources share."""

from typing import Any

from ninja import Schema


class FieldProblem(Schema):
    field: str | None
    message: str
    reference_sid: str | None


class Refusal(Schema):
    """Envelope A."""

    message: str
    errors: list[FieldProblem] | None


class WrappedRefusal(Schema):
    """Envelope B: a body that is no JSON."""

    body: Refusal
    status: int


_READ_CODES = frozenset({400, 401, 403, 404})
_WRITE_CODES = frozenset({401, 403, 404, 409, 415, 422})

READ_ERRORS = {_READ_CODES: Refusal}
WRITE_ERRORS = {400: Refusal | WrappedRefusal, _WRITE_CODES: Refusal}


def download(*content_types: str) -> dict[str, Any]:
    """What `@router.get` is told of a GET that answers with a file instead of JSON."""
    content = {each: {"schema": {"type": "string"}} for each in content_types}
    return {
        "response": {200: None, **READ_ERRORS},
        "openapi_extra": {"responses": {200: {"content": content}}},
    }
