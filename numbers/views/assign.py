"""Hand a number to a sub-account."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from numbers.forms.assign import AssignForm, PickForm
from numbers.models import Number
from numbers.services.assign import CannotAssign, check_free, number_assign
from numbers.services.cooloff import known_cool_off
from numbers.services.pool import pool_numbers
from numbers.views import holding
from partners.models import Partner
from portal import audit
from portal.http import asked, render_part
from portal.roles import requires
from portal.upstream import NotConfigured

TEMPLATE = "numbers/assign.html"


@require_http_methods(["GET", "HEAD", "POST"])
@requires("number.assign")
def assign(request: HttpRequest, phonenumber: str) -> HttpResponse:
    """GET offers who can hold it; POST hands it over."""
    number = get_object_or_404(Number, phonenumber=phonenumber)
    if request.method == "POST":
        return _assign(request, number)
    try:
        check_free(number)
    except CannotAssign as error:
        return holding.refused(request, phonenumber, "Assign", str(error))
    ticket = audit.mint(request.user, "number.assign", phonenumber)
    initial = {"ticket": ticket, "partner": asked(request, "partner")}
    return _dialog(request, number, AssignForm(initial=initial))


@require_safe
@requires("number.assign")
def pick(request: HttpRequest) -> HttpResponse:
    """From a partner's page: which number? The answer is the dialog of `assign`, the partner chosen."""
    partner = get_object_or_404(Partner, pk=asked(request, "partner"))
    form = PickForm(request.GET if "phonenumber" in request.GET else None)
    if not form.is_valid():
        context = {"partner": partner, "form": form, "pool": pool_numbers()}
        status = 422 if form.is_bound else 200
        return render_part(request, "numbers/pick.html", "dialog", context, status=status)
    number = form.cleaned_data["phonenumber"]
    initial = {"ticket": audit.mint(request.user, "number.assign", number.phonenumber), "partner": partner.pk}
    return _dialog(request, number, AssignForm(initial=initial))


def _dialog(request: HttpRequest, number: Number, form: AssignForm, status: int = 200) -> HttpResponse:
    # For whom it was opened stays in its address, so that one that was refused is still for them.
    query = {"partner": form.receiver.pk} if form.receiver else None
    here = reverse("assign", args=[number.phonenumber], query=query)
    cool_off = known_cool_off(number.phonenumber)
    return holding.dialog(request, TEMPLATE, number, status=status, form=form, here=here, cool_off=cool_off)


def _assign(request: HttpRequest, number: Number) -> HttpResponse:
    form = AssignForm(request.POST, initial={"partner": asked(request, "partner")})
    if not form.is_valid():
        return _dialog(request, number, form, status=422)
    try:
        entry = number_assign(
            actor=request.user,
            ticket=form.cleaned_data["ticket"],
            phonenumber=number.phonenumber,
            partner_sid=form.cleaned_data["partner"],
        )
    except (CannotAssign, NotConfigured, audit.BadTicket) as error:
        return holding.refused(request, number.phonenumber, "Assign", str(error))
    return holding.ended(request, entry)
