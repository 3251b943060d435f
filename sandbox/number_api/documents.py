"""Pieces of the OpenAPI document that all resources share."""

from typing import Any

from ninja.responses import codes_4xx
from pydantic import BaseModel, ConfigDict


class Slug(BaseModel):
    """Shape 1; a few documented refusals have no message."""

    error: str
    message: str | None = None


class CredentialProblem(BaseModel):
    code: int
    message: str


class Denied(BaseModel):
    """Shape 2."""

    error: CredentialProblem


class CodedProblem(BaseModel):
    code: str
    message: str
    details: dict[str, Any]


class CodedRefusal(BaseModel):
    """Shape 3."""

    status: str
    error: CodedProblem
    timestamp: str
    requestId: str  # noqa: N815 - as documented


class CoolOff(BaseModel):
    """409 while a number had a call within the last 15 days."""

    model_config = ConfigDict(extra="forbid")

    error: str
    cool_off_until: str
    cool_off_remaining_seconds: int


_REFUSALS = codes_4xx | {413, 415, 422}
ERRORS: dict[Any, Any] = {_REFUSALS: Slug | Denied | CodedRefusal}
WITH_COOL_OFF: dict[Any, Any] = {
    409: CoolOff | Slug,
    frozenset(_REFUSALS - {409}): Slug | Denied | CodedRefusal,
}


def answers(success: dict[int, Any], errors: dict[Any, Any] = ERRORS) -> dict[Any, Any]:
    return {**success, **errors}
