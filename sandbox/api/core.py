"""The Core API as one documented interface: its resources and how refusals are told."""

from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from ninja.errors import HttpError, ValidationError

from sandbox.api import (
    access_rules,
    addresses,
    available_dids,
    batch_tasks,
    billing_method,
    calls,
    countries,
    coverage,
    did_groups,
    effective_acls,
    endpoints,
    external_dids,
    invoices,
    logins,
    lookup,
    lrn_prefixes,
    message_drs,
    messaging,
    oauth,
    partners,
    phonenumber_dids,
    prefixes,
    rates,
    short_codes,
    tokens,
    trunk_groups,
    trunks,
)
from sandbox.bodies import JsonBody
from sandbox.errors import ApiError, Problem, UnreadableJson, answer, conflict
from sandbox.openapi import Documented

api = Documented(
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
    messaging,
    external_dids,
    did_groups,
    prefixes,
    lrn_prefixes,
    short_codes,
    trunk_groups,
    trunks,
    endpoints,
    access_rules,
    effective_acls,
    partners,
    billing_method,
    oauth,
    tokens,
    logins,
    batch_tasks,
    countries,
    addresses,
    calls,
    rates,
    lookup,
    invoices,
    message_drs,
):
    api.add_router("", module.router)


@api.exception_handler(ApiError)
def told_as_is(_request: HttpRequest, error: ApiError) -> HttpResponse:
    return answer(error)


@api.exception_handler(IntegrityError)
def overtaken(_request: HttpRequest, _error: IntegrityError) -> HttpResponse:
    """Another request took away, at the same moment, what this one was about to refer to."""
    return answer(conflict("cause", "something changed meanwhile; nothing was done, try again"))


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
