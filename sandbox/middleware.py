"""Around every request: tidy paths in, documented answers out, whatever happens inside."""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, QueryDict

from sandbox import bodies
from sandbox.errors import CORS, ApiError, Problem, bad_request, json_answer
from sandbox.number_api import errors as number_errors, paths as number_paths

MAX_QUERY = 16 * 1024
# What /phonenumber/dids was once called; /dids/inventory has a page of its own.
_OLDER_NAME = re.compile(r"^(/core/v2)/dids(?=$|/(?!inventory$))")
_METHODS = "GET, HEAD, POST, PATCH, PUT, DELETE, OPTIONS"


def answers(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Django middleware: preflight, size limits, envelope A for what the resources do not answer."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = _answer(request, get_response)
        for name, value in CORS.items():
            response.headers[name] = value
        response.headers["Vary"] = "accept-encoding"
        if request_id := request.headers.get("X-Request-ID"):
            response.headers["X-Request-ID"] = request_id[:200]
        _tell_the_length(request, response)
        return response

    return middleware


def _tell_the_length(request: HttpRequest, response: HttpResponse) -> None:
    """Of the body, which HEAD leaves out; where there is none, there is no type of it either."""
    if response.status_code == 204:
        del response.headers["Content-Type"]
        return
    response.headers["Content-Length"] = str(len(response.content))
    if request.META["REQUEST_METHOD"] == "HEAD":
        response.content = b""


def _answer(request: HttpRequest, get_response: Callable[[HttpRequest], HttpResponse]) -> HttpResponse:
    if request.method == "OPTIONS":
        return _preflight(request)
    try:
        _check_size(request)
    except ApiError as error:
        return _told(request, error)
    if len(request.path_info) > 1:
        # A trailing slash names the same resource; the documents' own samples use both.
        request.path_info = _OLDER_NAME.sub(r"\1/phonenumber/dids", request.path_info.rstrip("/"))
    if number_paths.is_number_api(request.path_info):
        request.path_info = number_paths.tidy(request.path_info)
    if request.method == "HEAD":
        request.method = "GET"
    request.GET = _without_blanks(request.GET)  # type: ignore[assignment]
    response = get_response(request)
    if isinstance(response, HttpResponseNotAllowed):
        refused = _told(
            request, ApiError(405, "method not allowed", Problem(None, f"use {response.headers['Allow']}"))
        )
        refused.headers["Allow"] = response.headers["Allow"]
        return refused
    return response


def _without_blanks(query: QueryDict) -> QueryDict:
    """A parameter with nothing in it is as if absent: clients build URLs from empty form fields."""
    kept = query.copy()
    for name, values in query.lists():
        kept.setlist(name, [value for value in values if value])
        if not kept.getlist(name):
            del kept[name]
    return kept


def _told(request: HttpRequest, error: ApiError) -> HttpResponse:
    """A refusal in the words of the protocol that was spoken."""
    if number_paths.is_number_api(request.path_info):
        return json_answer(number_errors.plain(error), error.status)
    return json_answer(error.body, error.status)


def _preflight(request: HttpRequest) -> HttpResponse:
    headers = request.headers.get("Access-Control-Request-Headers", "Authorization, Content-Type")
    return HttpResponse(
        status=200,
        content_type="application/json",
        headers={
            "Access-Control-Allow-Methods": _METHODS,
            "Access-Control-Allow-Headers": headers.replace("\r", "").replace("\n", "")[:1000],
            "Access-Control-Max-Age": "86400",
        },
    )


def _check_size(request: HttpRequest) -> None:
    if len(request.META.get("QUERY_STRING", "")) > MAX_QUERY:
        raise bad_request(None, f"the query is longer than {MAX_QUERY} characters")
    if "%00" in request.META.get("QUERY_STRING", "") or "\x00" in request.path_info:
        raise bad_request(None, "the URL contains a NUL character")
    length = request.META.get("CONTENT_LENGTH") or "0"
    if int(length) > bodies.MAX_BYTES:
        raise bad_request(None, f"the body is larger than {bodies.MAX_BYTES} bytes")


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - named by Django
    """Paths that lead nowhere (Django's handler404)."""
    return _told(request, ApiError(404, "not found", Problem(None, "there is nothing at this path")))


def bad_url(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - named by Django
    """What Django itself refuses to read (handler400), such as a chunked body over the limit."""
    return _told(request, bad_request(None, "the request could not be read"))


def server_error(request: HttpRequest) -> HttpResponse:
    """Anything unforeseen (handler500): recorded by Django's logger, told without details."""
    return _told(request, ApiError(500, "internal server error", Problem(None, "an unexpected condition")))
