"""The Phone Number API as one documented interface: its resources and how refusals are told."""

import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema

from sandbox.bodies import JsonBody
from sandbox.dates import iso
from sandbox.errors import ApiError, UnreadableJson, json_answer
from sandbox.number_api import (
    assignment,
    balance,
    health,
    me,
    numbers,
    purchase,
    release,
    routing,
    sub_accounts,
    transactions,
)
from sandbox.number_api.errors import Coded, Refused, plain
from sandbox.openapi import Documented, operations_of

# Both halves of a key go together; Basic and an access token are taken in their place.
_SCHEMES = {
    "AuthID": {"type": "apiKey", "in": "header", "name": "X-Auth-ID"},
    "AuthToken": {"type": "apiKey", "in": "header", "name": "X-Auth-Token"},
    "Basic": {"type": "http", "scheme": "basic"},
    "AccessToken": {"type": "http", "scheme": "bearer"},
}
_ACCEPTED: list[dict[str, list[str]]] = [{"AuthID": [], "AuthToken": []}, {"Basic": []}, {"AccessToken": []}]


class _NumberApi(Documented):
    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        document = super().get_openapi_schema(**options)
        document["components"]["securitySchemes"] = _SCHEMES
        for operation in operations_of(document):
            operation["security"] = _ACCEPTED
        return document


api = _NumberApi(
    title="Phone Number API",
    version="1",
    description="The embedded Phone Number API of Numberdesk: numbers, sub-accounts and money of MA_ and SA_"
    " accounts. The first part of a path may be written Account, account or accounts.",
    openapi_url="/openapi.json",
    docs_url=None,
    parser=JsonBody(),
    urls_namespace="number",
)
# Purchase before those whose path has a number in the same place.
for module in (
    me,
    purchase,
    numbers,
    release,
    assignment,
    routing,
    health,
    balance,
    transactions,
    sub_accounts,
):
    api.add_router("", module.router)


@api.exception_handler(Refused)
def told_as_is(request: HttpRequest, error: Refused) -> HttpResponse:
    return json_answer(error.body, error.status)


@api.exception_handler(Coded)
def told_with_code(request: HttpRequest, error: Coded) -> HttpResponse:
    """Shape 3; `requestId` is the client's own when it sent one."""
    body: dict[str, Any] = {
        "status": "error",
        "error": {"code": error.code, "message": error.message, "details": error.details},
        "timestamp": iso(timezone.now()),
        "requestId": request.headers.get("X-Request-ID", "")[:200] or secrets.token_hex(8),
    }
    return json_answer(body, error.status)


@api.exception_handler(ApiError)
def told_plainly(request: HttpRequest, error: ApiError) -> HttpResponse:
    """What parts shared with the other protocol refuse."""
    return json_answer(plain(error), error.status)


@api.exception_handler(HttpError)
def unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Ninja wraps whatever its body parser raises; the parser's own refusal says more."""
    cause = error.__cause__ or error.__context__
    return told_plainly(request, cause if isinstance(cause, ApiError) else UnreadableJson())


@api.exception_handler(ValidationError)
def wrong_types(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """422 in shape 3, an error for each field."""
    problems = [
        {
            "field": ".".join(str(part) for part in _place(each["loc"])) or None,
            "message": each["msg"],
            "code": each["type"],
            "value": _sent(request, each["loc"]),
        }
        for each in error.errors[:20]
    ]
    return told_with_code(request, Coded(422, "VALIDATION_ERROR", "Validation failed", {"errors": problems}))


def _place(location: tuple) -> list:
    """`("body", "payload", "name")` and `("query", "params", "page")` are `name` and `page`."""
    return [part for part in location[1:] if part not in ("payload", "params")]


def _sent(request: HttpRequest, location: tuple) -> str | None:
    """What a query said; what a body said is not repeated, for it may be a secret."""
    return request.GET.get(_place(location)[0], "")[:100] if location[0] == "query" else None
