"""Pieces of the OpenAPI document that all resources share."""

from ninja import Schema
from ninja.responses import codes_4xx


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


READ_ERRORS = {codes_4xx: Refusal}
WRITE_ERRORS = {400: Refusal | WrappedRefusal, frozenset(codes_4xx - {400}): Refusal}
