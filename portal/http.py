"""How views answer: one place decides between a fragment and a page."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django_htmx.http import HttpResponseClientRedirect

from portal import requestinfo
from portal.core_api.errors import CoreApiError
from portal.sentences import sentence, status_for


def wants_part(request: HttpRequest) -> bool:
    """True for an HTMX request that swaps a piece of a page (not a boosted link, not a history restore)."""
    htmx = getattr(request, "htmx", None)
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def asked(request: HttpRequest, name: str) -> str:
    """What the address says for `name`, fit to look for: 100 characters at most, without the NUL that
    PostgreSQL refuses; "" where it says nothing.
    """
    return request.GET.get(name, "").replace("\x00", "").strip()[:100]


def render_part(
    request: HttpRequest, template: str, part: str, context: dict[str, object], status: int = 200
) -> HttpResponse:
    """The partial `part` of `template` for HTMX, the whole `template` for everyone else."""
    name = f"{template}#{part}" if wants_part(request) else template
    return render(request, name, context, status=status)


def go(request: HttpRequest, url: str) -> HttpResponse:
    """Send the browser to `url` as a whole page: a redirect, or its HTMX equivalent."""
    return HttpResponseClientRedirect(url) if wants_part(request) else _see_other(url)


def refused(request: HttpRequest, sentence: str) -> HttpResponse:
    """403 with a sentence that says who may."""
    return render_part(request, "403.html", "body", {"sentence": sentence}, status=403)


def trouble(request: HttpRequest, error: CoreApiError, *, retry_href: str = "") -> HttpResponse:
    """502 (or 504 after a time-out) for a read that upstream did not answer; nothing was changed by it."""
    context = {
        "sentence": sentence(error),
        "request_id": requestinfo.current().request_id,
        "retry_href": retry_href,
    }
    return render_part(request, "trouble.html", "body", context, status=status_for(error))


def _see_other(url: str) -> HttpResponse:
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response
