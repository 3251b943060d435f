"""Lock a number against being released, with a reason; and lift the lock."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from numbers.forms.release_lock import LockForm
from numbers.models import Number, ReleaseLock
from numbers.services.release_lock import CannotLock, release_lock, release_unlock
from numbers.views import holding
from portal import audit
from portal.forms import TicketForm
from portal.http import go
from portal.roles import requires

TEMPLATE = "numbers/release_lock.html"


@require_http_methods(["GET", "HEAD", "POST"])
@requires("number.lock")
def lock(request: HttpRequest, phonenumber: str) -> HttpResponse:
    """GET asks for the reason; POST locks."""
    number = get_object_or_404(Number, phonenumber=phonenumber)
    ticket = audit.mint(request.user, "number.lock", phonenumber)
    form = LockForm(request.POST or None, initial={"ticket": ticket})
    if not form.is_valid():
        return holding.dialog(request, TEMPLATE, number, status=422 if form.is_bound else 200, form=form)
    try:
        release_lock(actor=request.user, phonenumber=phonenumber, **form.cleaned_data)
    except (CannotLock, audit.BadTicket) as error:
        return holding.refused(request, phonenumber, "Lock against release", str(error))
    messages.success(request, "It is locked against release now.")
    return go(request, reverse("number", args=[phonenumber]))


@require_http_methods(["GET", "HEAD", "POST"])
@requires("number.lock")
def unlock(request: HttpRequest, phonenumber: str) -> HttpResponse:
    """GET shows whose lock it is and why; POST lifts it."""
    number = get_object_or_404(Number, phonenumber=phonenumber)
    ticket = audit.mint(request.user, "number.unlock", phonenumber)
    form = TicketForm(request.POST or None, initial={"ticket": ticket})
    if not form.is_valid():
        held = get_object_or_404(ReleaseLock, pk=phonenumber)
        context = {"form": form, "lock": held}
        return holding.dialog(request, TEMPLATE, number, status=422 if form.is_bound else 200, **context)
    try:
        release_unlock(actor=request.user, phonenumber=phonenumber, **form.cleaned_data)
    except (CannotLock, audit.BadTicket) as error:
        return holding.refused(request, phonenumber, "Lift the release lock", str(error))
    messages.success(request, "The release lock was lifted.")
    return go(request, reverse("number", args=[phonenumber]))
