"""Give a number back to the carrier, or think better of it within a day."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from numbers.forms.release import ReleaseForm
from numbers.models import Number
from numbers.services.release import (
    NOW,
    CannotRelease,
    cancellable_until,
    leaving,
    number_release,
    number_release_cancel,
    release_outlook,
)
from numbers.views import holding
from portal import audit
from portal.forms import TicketForm
from portal.http import go, render_part, wants_part
from portal.models import AuditEntry
from portal.roles import requires
from portal.upstream import NotConfigured, number_api_configured

TEMPLATE = "numbers/release.html"
ACTIONS = ("number.release", "number.release_cancel")
REFUSALS = (CannotRelease, NotConfigured, audit.BadTicket)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("number.release")
def release(request: HttpRequest, phonenumber: str) -> HttpResponse:
    """GET says what will break; POST releases."""
    try:
        if request.method == "POST":
            return _release(request, phonenumber)
        return _dialog(request, phonenumber, _fresh_form(request, phonenumber))
    except Number.DoesNotExist as error:
        raise Http404 from error
    except REFUSALS as error:
        return holding.refused(request, phonenumber, "Release", str(error))


def _fresh_form(request: HttpRequest, phonenumber: str) -> ReleaseForm:
    ticket = audit.mint(request.user, "number.release", phonenumber)
    cancellable = number_api_configured()
    initial = {"ticket": ticket, "how": "cancellable" if cancellable else NOW}
    return ReleaseForm(phonenumber=phonenumber, cancellable=cancellable, initial=initial)


def _dialog(request: HttpRequest, phonenumber: str, form: ReleaseForm, status: int = 200) -> HttpResponse:
    outlook = release_outlook(phonenumber)
    context = {"outlook": outlook, "form": form, "consequences": outlook.consequences}
    return holding.dialog(request, TEMPLATE, outlook.number, status=status, **context)


def _release(request: HttpRequest, phonenumber: str) -> HttpResponse:
    form = ReleaseForm(request.POST, phonenumber=phonenumber, cancellable=number_api_configured())
    if not form.is_valid():
        return _dialog(request, phonenumber, form, status=422)
    given = form.cleaned_data
    entry = number_release(
        actor=request.user, ticket=given["ticket"], phonenumber=phonenumber, how=given["how"]
    )
    return _ended(request, entry)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("number.release")
def cancel(request: HttpRequest, phonenumber: str) -> HttpResponse:
    """Keep a number whose release can still be cancelled."""
    number = get_object_or_404(Number, phonenumber=phonenumber)
    ticket = audit.mint(request.user, "number.release_cancel", phonenumber)
    form = TicketForm(request.POST or None, initial={"ticket": ticket})
    if not form.is_valid():
        context = {"number": number, "leaving": leaving(number), "form": form, "cancelling": True}
        return render_part(request, TEMPLATE, "cancel", context, status=422 if form.is_bound else 200)
    try:
        entry = number_release_cancel(actor=request.user, phonenumber=phonenumber, **form.cleaned_data)
    except REFUSALS as error:
        return holding.refused(request, phonenumber, "Cancel release", str(error))
    return _ended(request, entry)


def _ended(request: HttpRequest, entry: AuditEntry) -> HttpResponse:
    if not wants_part(request):
        return go(request, reverse("release_outcome", args=[entry.target, entry.id]))
    return holding.moved(_outcome(request, entry))


@require_safe
@requires("number.release")
def outcome(request: HttpRequest, phonenumber: str, entry_id: UUID) -> HttpResponse:
    """What became of a release or its cancelling; asked again each second by a page that waits."""
    entry = audit.visible_entry(request.user, entry_id)
    if entry is None or entry.target != phonenumber or entry.action not in ACTIONS:
        raise Http404
    entry = audit.settle_if_due(entry)
    answer = _outcome(request, entry)
    return holding.moved(answer) if entry.settled else answer


def _outcome(request: HttpRequest, entry: AuditEntry) -> HttpResponse:
    ours = Number.objects.filter(phonenumber=entry.target).exists()
    context = {"entry": entry, "phonenumber": entry.target, "checking": not entry.settled, "ours": ours}
    context["until"] = cancellable_until(entry)
    return render_part(request, TEMPLATE, "outcome", context)
