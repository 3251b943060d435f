"""One number: everything upstream knows, instantly from the mirror, then refreshed behind the page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from numbers.models import Number
from numbers.services.detail import Detail, number_adopt, number_detail, number_refresh
from portal import audit
from portal.http import render_part, wants_part
from portal.roles import requires


@require_safe
@requires("number.see")
def detail(request: HttpRequest, phonenumber: str) -> HttpResponse:
    try:
        shown = number_detail(phonenumber)
    except Number.DoesNotExist:
        if number_adopt(phonenumber):
            return redirect("number", phonenumber)
        return _unknown(request, phonenumber)
    return render_part(request, "numbers/number.html", "number", _context(request, shown, refresh=True))


def _unknown(request: HttpRequest, phonenumber: str) -> HttpResponse:
    """A number we do not hold, and what was done to it from here while we did.

    A page that showed it, and is behind the dialog in which it was released, is told in its place.
    """
    context = {"phonenumber": phonenumber, "history": audit.history(phonenumber)}
    status = 200 if wants_part(request) else 404
    return render_part(request, "numbers/number_unknown.html", "unknown", context, status=status)


@require_safe
@requires("number.see")
def refresh(request: HttpRequest, phonenumber: str) -> HttpResponse:
    """The same facts after asking the Core API once; without HTMX, back to the page."""
    try:
        shown = number_refresh(phonenumber)
    except Number.DoesNotExist:
        return _unknown(request, phonenumber)
    if not wants_part(request):
        return redirect("number", phonenumber)
    return render(request, "numbers/number.html#number", _context(request, shown, refresh=False))


@require_safe
@requires("number.see")
def history(request: HttpRequest, phonenumber: str) -> HttpResponse:
    """What was done to a number from here."""
    try:
        shown = number_detail(phonenumber, history=100)
    except Number.DoesNotExist:
        return _unknown(request, phonenumber)
    return render(request, "numbers/history.html", {"detail": shown})


def _context(request: HttpRequest, shown: Detail, *, refresh: bool) -> dict[str, object]:
    keep_ticket = audit.mint(request.user, "number.keep", shown.number.phonenumber) if shown.intent else ""
    return {"detail": shown, "refresh": refresh, "tab": "overview", "keep_ticket": keep_ticket}
