"""A number's calls: the tab of its page."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from numbers.models import Number
from numbers.services.number_calls import NumberCalls, UnreadCalls, number_calls, number_calls_trouble
from portal.core_api.errors import CoreApiError
from portal.http import render_part, wants_part
from portal.roles import requires
from portal.sentences import status_for

TEMPLATE = "numbers/calls.html"


@require_safe
@requires("number.see")
def calls(request: HttpRequest, phonenumber: str) -> HttpResponse:
    try:
        shown = number_calls(phonenumber, page=_page(request))
    except Number.DoesNotExist as error:
        raise Http404 from error
    except CoreApiError as error:
        return _render(request, number_calls_trouble(phonenumber, error), status_for(error))
    return _render(request, shown, 200)


@require_safe
@requires("number.see")
def brief(request: HttpRequest, phonenumber: str) -> HttpResponse:
    """How many, and when the last: for a row of another list. Without HTMX, the calls themselves."""
    if not wants_part(request):
        return redirect("calls", phonenumber)
    try:
        shown: NumberCalls | UnreadCalls = number_calls(phonenumber)
    except Number.DoesNotExist as error:
        raise Http404 from error
    except CoreApiError as error:
        shown = number_calls_trouble(phonenumber, error)
    context = {"number": shown.number, "calls": shown, "cool_off": shown.cool_off}
    return render(request, f"{TEMPLATE}#brief", context)


def _render(request: HttpRequest, shown: NumberCalls | UnreadCalls, status: int) -> HttpResponse:
    context = {"number": shown.number, "calls": shown, "cool_off": shown.cool_off}
    return render_part(request, TEMPLATE, "calls", context, status=status)


def _page(request: HttpRequest) -> int:
    page = request.GET.get("page", "")
    return int(page) if page.isascii() and page.isdecimal() and len(page) < 9 else 1
