"""What the dialogs of assign, unassign and force have in common: how they open, refuse and end."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import trigger_client_event

from numbers.models import Number
from numbers.services.edit import cleared_by
from numbers.services.holding import MOVES
from numbers.services.unassign import cool_off_told
from numbers.services.undo import CannotUndo, number_undo
from portal import audit
from portal.http import go, render_part, wants_part
from portal.models import AuditEntry
from portal.roles import requires

TEMPLATE = "numbers/holding.html"


def dialog(
    request: HttpRequest, template: str, number: Number, status: int = 200, **context: object
) -> HttpResponse:
    """The part `dialog` of `template`, or its page."""
    return render_part(request, template, "dialog", {"number": number, **context}, status=status)


def refused(request: HttpRequest, phonenumber: str, title: str, why: str) -> HttpResponse:
    """A dialog that only says why not."""
    number = get_object_or_404(Number, phonenumber=phonenumber)
    context = {"number": number, "title": title, "why": why}
    return render_part(request, TEMPLATE, "refused", context, status=422)


def ended(request: HttpRequest, entry: AuditEntry) -> HttpResponse:
    """What became of it: in the dialog for HTMX, on a page that can be reloaded for everyone else."""
    if not wants_part(request):
        return go(request, reverse("number_outcome", args=[entry.target, entry.id]))
    return moved(_outcome(request, entry))


@require_safe
@requires("number.see")
def outcome(request: HttpRequest, phonenumber: str, entry_id: UUID) -> HttpResponse:
    """What became of a move; asked again each second by a page that waits."""
    entry = audit.visible_entry(request.user, entry_id)
    if entry is None or entry.target != phonenumber or entry.action not in MOVES:
        raise Http404
    entry = audit.settle_if_due(entry)
    answer = _outcome(request, entry)
    return moved(answer) if entry.settled else answer


def _outcome(request: HttpRequest, entry: AuditEntry) -> HttpResponse:
    context = {"entry": entry, "phonenumber": entry.target, "checking": not entry.settled}
    context["cool_off"] = cool_off_told(entry)
    context["cleared"] = cleared_by(entry)
    for one in context["cleared"]:
        one.undo_ticket = audit.mint(request.user, one.action, entry.target)
    return render_part(request, TEMPLATE, "outcome", context)


def moved(response: HttpResponse) -> HttpResponse:
    """Tell the page behind the dialog to look again: at the number, or that it is being checked."""
    return trigger_client_event(response, "number:moved", {}, after="settle")


@require_http_methods(["POST"])
@requires("number.edit")
def undo(request: HttpRequest, phonenumber: str, entry_id: UUID) -> HttpResponse:
    """Write the before-values of an edit back."""
    try:
        entry = number_undo(
            actor=request.user,
            ticket=request.POST.get("ticket", ""),
            phonenumber=phonenumber,
            entry_id=entry_id,
        )
    except (CannotUndo, audit.BadTicket) as error:
        return refused(request, phonenumber, "Undo", str(error))
    return go(request, reverse("entry", args=[entry.id]))
