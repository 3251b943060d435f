"""Force a number out of its cool-off: an administrator, a reason, the number typed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from numbers.forms.force import ForceForm
from numbers.models import Number, OverrideRequest
from numbers.services.cooloff import known_cool_off
from numbers.services.force import NeedsSecondAdmin, number_force
from numbers.services.override import CannotDecide, override_ask
from numbers.services.unassign import CannotUnassign, held_by_sub_account
from numbers.views import holding
from portal import audit
from portal.http import go
from portal.roles import requires
from portal.upstream import NotConfigured, number_api_admin

TEMPLATE = "numbers/force.html"


@require_http_methods(["GET", "HEAD", "POST"])
@requires("cooloff.force")
def force(request: HttpRequest, phonenumber: str) -> HttpResponse:
    """GET spells out what would be overridden; POST does it."""
    number = get_object_or_404(Number, phonenumber=phonenumber)
    try:
        if request.method == "POST":
            return _force(request, number, ForceForm(request.POST, phonenumber=phonenumber))
        return _dialog(request, number, _fresh_form(request, phonenumber))
    except (CannotUnassign, CannotDecide, NotConfigured, audit.BadTicket) as error:
        return holding.refused(request, phonenumber, "Force", str(error))


def _fresh_form(request: HttpRequest, phonenumber: str) -> ForceForm:
    ticket = audit.mint(request.user, "number.force", phonenumber)
    initial = {"ticket": ticket, "request": request.GET.get("request", "")}
    return ForceForm(phonenumber=phonenumber, initial=initial)


def _dialog(request: HttpRequest, number: Number, form: ForceForm, status: int = 200) -> HttpResponse:
    number_api_admin()  # says at once when it is not configured
    context = {
        "form": form,
        "holder": held_by_sub_account(number),
        "cool_off": known_cool_off(number.phonenumber),
    }
    # By the number, not by the id in the address: there is one live request per number.
    live = OverrideRequest.objects.filter(phonenumber=number.phonenumber, state__in=OverrideRequest.LIVE)
    context["asked"] = live.first() if form["request"].value() else None
    return holding.dialog(request, TEMPLATE, number, status=status, **context)


def _force(request: HttpRequest, number: Number, form: ForceForm) -> HttpResponse:
    if not form.is_valid():
        return _dialog(request, number, form, status=422)
    given = form.cleaned_data
    try:
        entry = number_force(
            actor=request.user,
            ticket=given["ticket"],
            phonenumber=number.phonenumber,
            reason=given["reason"],
            request_id=given["request"],
        )
    except NeedsSecondAdmin:
        return _ask_second(request, number, given["reason"])
    return holding.ended(request, entry)


def _ask_second(request: HttpRequest, number: Number, reason: str) -> HttpResponse:
    """Where two administrators are wanted, the first one's decision is a request to the others."""
    ticket = audit.mint(request.user, "override.ask", number.phonenumber)
    override_ask(actor=request.user, ticket=ticket, phonenumber=number.phonenumber, reason=reason)
    messages.info(request, "Another administrator must agree. Your request is in their queue.")
    return go(request, reverse("number", args=[number.phonenumber]))
