"""The first page: what wants attention, what we hold, what happened."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from numbers.services.home import home_summary
from portal.roles import requires


@require_safe
@requires("desk.see")
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "numbers/home.html", {"home": home_summary(actor=request.user)})
