"""Take a number back: now, or when its cool-off ends."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from numbers.forms.clear import CLEARABLE
from numbers.forms.unassign import UnassignForm
from numbers.models import Number, OverrideRequest, UnassignIntent
from numbers.services.consequences import unassign_consequences
from numbers.services.unassign import CannotUnassign, number_unassign, unassign_outlook
from numbers.services.unassign_later import CannotSchedule, unassign_cancel, unassign_when_free
from numbers.views import holding
from portal import audit
from portal.forms import TicketForm
from portal.http import go
from portal.roles import requires
from portal.upstream import NotConfigured

TEMPLATE = "numbers/unassign.html"
REFUSALS = (CannotUnassign, CannotSchedule, NotConfigured, audit.BadTicket)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("number.unassign")
def unassign(request: HttpRequest, phonenumber: str) -> HttpResponse:
    """GET says before the click whether it will pass; POST does it now, or plans it."""
    get_object_or_404(Number, phonenumber=phonenumber)
    try:
        if request.method == "POST":
            return _unassign(request, phonenumber)
        return _dialog(request, phonenumber, _fresh_form(request, phonenumber))
    except REFUSALS as error:
        return holding.refused(request, phonenumber, "Unassign", str(error))


def _fresh_form(request: HttpRequest, phonenumber: str) -> UnassignForm:
    initial = {
        "ticket_now": audit.mint(request.user, "number.unassign", phonenumber),
        "ticket_later": audit.mint(request.user, "number.unassign_later", phonenumber),
        "clear": list(CLEARABLE),
    }
    return UnassignForm(initial=initial)


def _dialog(request: HttpRequest, phonenumber: str, form: UnassignForm, status: int = 200) -> HttpResponse:
    outlook = unassign_outlook(phonenumber)
    intent = UnassignIntent.objects.filter(phonenumber=phonenumber, state__in=UnassignIntent.LIVE).first()
    context = {"outlook": outlook, "form": form, "intent": intent}
    context["consequences"] = unassign_consequences(outlook.number)
    live = OverrideRequest.objects.filter(phonenumber=phonenumber, state__in=OverrideRequest.LIVE)
    context["asked"] = live.exists()
    return holding.dialog(request, TEMPLATE, outlook.number, status=status, **context)


def _unassign(request: HttpRequest, phonenumber: str) -> HttpResponse:
    form = UnassignForm(request.POST)
    if not form.is_valid():
        return _dialog(request, phonenumber, form, status=422)
    given = {"ticket": form.cleaned_data["ticket"], "clear": form.cleaned_data["clear"]}
    if form.cleaned_data["how"] == "now":
        return holding.ended(request, number_unassign(actor=request.user, phonenumber=phonenumber, **given))
    unassign_when_free(actor=request.user, phonenumber=phonenumber, **given)
    messages.success(request, "It will be unassigned when its cool-off ends.")
    return go(request, reverse("number", args=[phonenumber]))


@require_POST
@requires("number.unassign")
def cancel(request: HttpRequest, phonenumber: str, intent_id: UUID) -> HttpResponse:
    """Call a planned unassign off."""
    get_object_or_404(UnassignIntent, pk=intent_id, phonenumber=phonenumber)
    form = TicketForm(request.POST)
    ticket = form.cleaned_data["ticket"] if form.is_valid() else ""
    try:
        unassign_cancel(actor=request.user, ticket=ticket, intent_id=intent_id)
    except (CannotSchedule, audit.BadTicket) as error:
        return holding.refused(request, phonenumber, "Scheduled unassign", str(error))
    messages.success(request, "The scheduled unassign was cancelled. The number stays where it is.")
    return go(request, reverse("number", args=[phonenumber]))
