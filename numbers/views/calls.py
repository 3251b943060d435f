"""A number's calls: a card of its page, and a page of its own."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from numbers.models import Number
from numbers.services.number_calls import number_calls, number_calls_trouble
from portal.core_api.errors import CoreApiError
from portal.http import render_part
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
        context = number_calls_trouble(phonenumber, error)
        return render_part(request, TEMPLATE, "calls", context, status=status_for(error))
    context = {"number": shown.number, "calls": shown, "cool_off": shown.cool_off}
    return render_part(request, TEMPLATE, "calls", context)


def _page(request: HttpRequest) -> int:
    page = request.GET.get("page", "")
    return int(page) if page.isascii() and page.isdecimal() and len(page) < 9 else 1
