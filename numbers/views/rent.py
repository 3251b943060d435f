"""The rent dialog: look again, decide, and see what became of it."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import trigger_client_event

from numbers.forms.rent import RentForm
from numbers.services.rent import RentState, number_check, number_rent, rent_outcome
from portal import audit, e164
from portal.http import go, render_part, wants_part
from portal.models import AuditEntry
from portal.roles import requires

TEMPLATE = "numbers/rent.html"
# After these nobody can rent the number: its row leaves the results behind the dialog.
GONE = (RentState.RENTED, RentState.PENDING, RentState.TAKEN, RentState.OURS)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("number.rent")
def rent(request: HttpRequest, phonenumber: str) -> HttpResponse:
    """GET opens the dialog with a second look at the number; POST rents it."""
    if not e164.is_whole(phonenumber):
        raise Http404
    return _rent(request, phonenumber) if request.method == "POST" else _dialog(request, phonenumber)


def _dialog(
    request: HttpRequest, phonenumber: str, form: RentForm | None = None, note: str = ""
) -> HttpResponse:
    country = (form.data if form else request.GET).get("country", "USA")[:3].upper()
    external = (form.data if form else request.GET).get("external", "") in ("on", "true", "True", "1")
    checked = number_check(phonenumber=phonenumber, country=country, external=external)
    form = form or RentForm(
        initial={
            "ticket": audit.mint(request.user, "number.rent", phonenumber),
            "country": country,
            "external": bool(checked.offer and checked.offer.external),
        }
    )
    context = {"phonenumber": phonenumber, "checked": checked, "form": form, "note": note}
    status = 422 if form.errors or note else checked.status
    return render_part(request, TEMPLATE, "dialog", context, status=status)


def _rent(request: HttpRequest, phonenumber: str) -> HttpResponse:
    form = RentForm(request.POST)
    if not form.is_valid():
        return _dialog(request, phonenumber, form)
    try:
        entry = number_rent(
            actor=request.user,
            ticket=form.cleaned_data["ticket"],
            phonenumber=phonenumber,
            country=form.cleaned_data["country"],
            external=form.cleaned_data["external"],
        )
    except audit.BadTicket as error:
        return _dialog(request, phonenumber, note=str(error))
    if not wants_part(request):
        return go(request, reverse("rent_outcome", args=[phonenumber, entry.id]))
    return _outcome(request, entry)


@require_safe
@requires("number.rent")
def outcome(request: HttpRequest, phonenumber: str, entry_id: UUID) -> HttpResponse:
    """What became of a rent; asked again each second by a page that waits."""
    entry = audit.visible_entry(request.user, entry_id)
    if entry is None or entry.action != "number.rent" or entry.target != phonenumber:
        raise Http404
    return _outcome(request, audit.settle_if_due(entry))


def _outcome(request: HttpRequest, entry: AuditEntry) -> HttpResponse:
    became = rent_outcome(entry)
    context = {"phonenumber": entry.target, "became": became, "entry": became.entry}
    response = render_part(request, TEMPLATE, "outcome", context)
    if became.state in GONE:
        trigger_client_event(response, "desk:gone", {"id": f"n{entry.target}"}, after="settle")
    return response
