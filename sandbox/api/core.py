"""The Core API as one documented interface: its resources and how refusals are told."""

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from sandbox.api import (
    addresses,
    available_dids,
    billing_method,
    calls,
    countries,
    coverage,
    did_groups,
    invoices,
    logins,
    lookup,
    oauth,
    partners,
    phonenumber_dids,
    rates,
    tokens,
    trunk_groups,
)
from sandbox.bodies import JsonBody
from sandbox.errors import ApiError, Problem, UnreadableJson, answer

api = NinjaAPI(
    title="Core API",
    version="2",
    description="The embedded Core API of Numberdesk: partners, tokens and phone numbers.",
    openapi_url="/openapi.json",
    docs_url=None,
    parser=JsonBody(),
    urls_namespace="core",
)
for module in (
    available_dids,
    coverage,
    phonenumber_dids,
    did_groups,
    trunk_groups,
    partners,
    billing_method,
    oauth,
    tokens,
    logins,
    countries,
    addresses,
    calls,
    rates,
    lookup,
    invoices,
):
    api.add_router("", module.router)


@api.exception_handler(ApiError)
def told_as_is(_request: HttpRequest, error: ApiError) -> HttpResponse:
    return answer(error)


@api.exception_handler(HttpError)
def unreadable(_request: HttpRequest, error: HttpError) -> HttpResponse:
    """Ninja wraps whatever its body parser raises; the parser's own refusal says more."""
    cause = error.__cause__ or error.__context__
    return answer(cause if isinstance(cause, ApiError) else UnreadableJson())


@api.exception_handler(ValidationError)
def wrong_types(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    """400 in envelope A, a problem for each field; the place of a field is a dotted path."""
    problems = (Problem(_field(each["loc"]), each["msg"]) for each in error.errors[:20])
    return answer(ApiError(400, "bad request", *problems))


def _field(place: tuple) -> str | None:
    """`("body", "payload", "name")` and `("query", "limit")` are `name` and `limit`."""
    return ".".join(str(part) for part in place[2 if place[0] == "body" else 1 :]) or None
