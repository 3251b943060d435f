"""What every request passes: the log line around it, and what HTMX needs on the way back."""

import logging
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.messages import get_messages
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from portal import requestinfo
from portal.http import wants_part

GetResponse = Callable[[HttpRequest], HttpResponse]
logger = logging.getLogger("portal.request")


class RequestLog:
    """Gives the request its id, answers with it, and writes one line when it is over."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = requestinfo.sane_id(request.headers.get("X-Request-ID", ""))
        with requestinfo.begin(request_id, client_ip=client_ip(request)):
            began, queries = time.perf_counter(), QueryCount()
            with connection.execute_wrapper(queries):
                response = self.get_response(request)
            response["X-Request-ID"] = request_id
            self._write(request, response, (time.perf_counter() - began) * 1000, queries.count)
        return response

    def process_view(self, request: HttpRequest, view: Callable[..., HttpResponse], *_: object) -> None:
        # Health checks must not touch the session's database just to name nobody.
        if getattr(view, "login_required", True) and request.user.is_authenticated:
            requestinfo.act_as(request.user.get_username())

    @staticmethod
    def _write(request: HttpRequest, response: HttpResponse, ms: float, queries: int) -> None:
        upstream = requestinfo.current().upstream
        fields = {"method": request.method, "path": request.path, "status": response.status_code, "ms": ms}
        fields |= {"queries": queries} if queries else {}
        if upstream.calls:
            fields |= {"upstream_calls": upstream.calls, "upstream_ms": upstream.ms}
        level = logging.DEBUG if request.path == "/healthz" else logging.INFO
        logger.log(level, "request", extra={"fields": fields})


class QueryCount:
    """Counts the statements of one request: what `connection.execute_wrapper` wants to be called."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Callable[..., object], *statement: object) -> object:
        self.count += 1
        return execute(*statement)


def client_ip(request: HttpRequest) -> str:
    """The address the request came from; behind a proxy, the one our proxy saw."""
    if settings.BEHIND_PROXY:
        # Only the last value was written by our own proxy; the others are the client's claim.
        return request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()[:45]
    return request.META.get("REMOTE_ADDR", "")


class SessionActivity:
    """Keeps "last seen" of a person's sessions, to the minute.

    allauth's own middleware writes with every request; a page that polls each second would then write
    each second, and queue up with every other writer.
    """

    EVERY_SECONDS = 60
    REMEMBERED = 10_000

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self._seen: dict[str, float] = {}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., HttpResponse], *_: object) -> None:
        if not getattr(view, "login_required", True) or not request.user.is_authenticated:
            return
        key, now = request.session.session_key, time.monotonic()
        if key and now - self._seen.get(key, -self.EVERY_SECONDS) >= self.EVERY_SECONDS:
            from allauth.usersessions.models import UserSession  # not before the apps are ready

            if len(self._seen) >= self.REMEMBERED:
                self._seen.clear()
            self._seen[key] = now
            UserSession.objects.create_from_request(request)


# The headers that decide whether a page or which piece of it is the answer.
ASKED_BY = ["HX-Request", "HX-Boosted", "HX-Target", "HX-History-Restore-Request"]


class HtmxAnswers:
    """A lost session becomes a redirect of the page, messages an event; caches keep both forms apart.

    And an empty refusal becomes a page.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405 and not response.content:
            response = _wrong_method(request, response)
        patch_vary_headers(response, ASKED_BY)
        if not wants_part(request):
            return response
        if _leads_to_login(response):
            return _login_as_page(request)
        return _with_messages(request, response)


def _wrong_method(request: HttpRequest, refused: HttpResponse) -> HttpResponse:
    """Django's answer to a wrong method is an empty page; people get a sentence."""
    page = render(request, "405.html", status=405)
    page["Allow"] = refused["Allow"]
    return page


def _leads_to_login(response: HttpResponse) -> bool:
    login_path = resolve_url(settings.LOGIN_URL)
    return response.status_code == 302 and urlsplit(response["Location"]).path == login_path


def _login_as_page(request: HttpRequest) -> HttpResponse:
    from django.contrib.auth.views import redirect_to_login  # imports models: not before the apps are ready

    page = request.htmx.current_url_abs_path or "/"
    return HttpResponseClientRedirect(redirect_to_login(page)["Location"])


def _with_messages(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Messages of a swapped piece travel as an event; a redirect leaves them for the page it leads to."""
    leaves = 300 <= response.status_code < 400 or "HX-Redirect" in response or "HX-Refresh" in response
    if leaves or not hasattr(request, "_messages"):
        return response
    texts = [{"level": message.level_tag, "text": str(message)} for message in get_messages(request)]
    return trigger_client_event(response, "desk:messages", texts) if texts else response
