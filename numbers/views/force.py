"""Force a number out of its cool-off: an administrator, a reason, the number typed."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from numbers.forms.clear import CLEARABLE
from numbers.forms.force import ForceForm
from numbers.models import Number
from numbers.services.force import NeedsSecondAdmin, force_outlook, number_force
from numbers.services.override import CannotDecide
from numbers.services.unassign import CannotUnassign
from numbers.views import holding
from portal import audit
from portal.http import go
from portal.roles import requires
from portal.upstream import NotConfigured

TEMPLATE = "numbers/force.html"
REFUSALS = (CannotUnassign, CannotDecide, NotConfigured, audit.BadTicket)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("cooloff.force")
def force(request: HttpRequest, phonenumber: str) -> HttpResponse:
    """GET spells out what would be overridden; POST does it."""
    get_object_or_404(Number, phonenumber=phonenumber)
    try:
        if request.method == "POST":
            return _force(request, phonenumber, ForceForm(request.POST, phonenumber=phonenumber))
        return _dialog(request, phonenumber, _fresh_form(request, phonenumber))
    except REFUSALS as error:
        return holding.refused(request, phonenumber, "Force", str(error))
    except NeedsSecondAdmin:
        messages.info(request, "Another administrator must agree. The request is in their queue.")
        return go(request, reverse("number", args=[phonenumber]))


def _fresh_form(request: HttpRequest, phonenumber: str) -> ForceForm:
    ticket = audit.mint(request.user, "number.force", phonenumber)
    initial = {"ticket": ticket, "request": request.GET.get("request", ""), "clear": list(CLEARABLE)}
    return ForceForm(phonenumber=phonenumber, initial=initial)


def _dialog(request: HttpRequest, phonenumber: str, form: ForceForm, status: int = 200) -> HttpResponse:
    outlook = force_outlook(phonenumber, override_id=_uuid(form["request"].value()))
    context = {"form": form, "outlook": outlook, "consequences": outlook.consequences}
    return holding.dialog(request, TEMPLATE, outlook.number, status=status, **context)


def _uuid(text: object) -> UUID | None:
    """None for what is no id: the form says so itself."""
    try:
        return UUID(str(text))
    except ValueError:
        return None


def _force(request: HttpRequest, phonenumber: str, form: ForceForm) -> HttpResponse:
    if not form.is_valid():
        return _dialog(request, phonenumber, form, status=422)
    given = form.cleaned_data
    entry = number_force(
        actor=request.user,
        ticket=given["ticket"],
        phonenumber=phonenumber,
        reason=given["reason"],
        override_id=given["request"],
        clear=given["clear"],
    )
    return holding.ended(request, entry)
