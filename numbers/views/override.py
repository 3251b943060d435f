"""Ask an administrator to override a cool-off, and the administrators' queue."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from numbers.forms.override import DeclineForm, OverrideForm
from numbers.models import Number, OverrideRequest
from numbers.services.cooloff import known_cool_off
from numbers.services.override import CannotDecide, override_ask, override_decline, requests_waiting
from numbers.services.unassign import CannotUnassign
from numbers.views import holding
from portal import audit
from portal.http import go, render_part
from portal.roles import requires


@require_http_methods(["GET", "HEAD", "POST"])
@requires("cooloff.ask")
def ask(request: HttpRequest, phonenumber: str) -> HttpResponse:
    """Put a number into the queue, with a reason."""
    number = get_object_or_404(Number, phonenumber=phonenumber)
    ticket = audit.mint(request.user, "override.ask", phonenumber)
    form = OverrideForm(request.POST or None, initial={"ticket": ticket})
    if not form.is_valid():
        context = {"form": form, "cool_off": known_cool_off(phonenumber)}
        status = 422 if form.is_bound else 200
        return holding.dialog(request, "numbers/override.html", number, status=status, **context)
    try:
        override_ask(actor=request.user, phonenumber=phonenumber, **form.cleaned_data)
    except (CannotDecide, CannotUnassign, audit.BadTicket) as error:
        return holding.refused(request, phonenumber, "Ask for an override", str(error))
    messages.success(request, "The administrators see your request now. You are told here when they decide.")
    return go(request, reverse("number", args=[phonenumber]))


@require_safe
@requires("cooloff.force")
def queue(request: HttpRequest) -> HttpResponse:
    """Every request that waits for a decision."""
    context = {"requests": requests_waiting()}
    return render_part(request, "numbers/override_queue.html", "requests", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("cooloff.force")
def decline(request: HttpRequest, override_id: UUID) -> HttpResponse:
    """Say no, with a reason."""
    asked = get_object_or_404(OverrideRequest, pk=override_id)
    ticket = audit.mint(request.user, "override.decline", asked.phonenumber)
    form = DeclineForm(request.POST or None, initial={"ticket": ticket})
    status, note = (422 if form.is_bound else 200), ""
    if form.is_valid():
        try:
            override_decline(actor=request.user, override_id=override_id, **form.cleaned_data)
        except (CannotDecide, audit.BadTicket) as error:
            note = str(error)
        else:
            messages.success(request, "Declined. The person who asked sees your reason.")
            return go(request, reverse("override_queue"))
    context = {"asked": asked, "form": form, "note": note}
    return render_part(request, "numbers/decline.html", "dialog", context, status=status)
