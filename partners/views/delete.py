"""Delete a sub-partner, when nothing stands in the way."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from partners.forms.confirm import ConfirmForm
from partners.models import Partner
from partners.services.delete import InTheWay, name_of, obstacles, partner_delete
from portal import audit
from portal.http import go, render_part
from portal.roles import requires


@require_http_methods(["GET", "HEAD", "POST"])
@requires("partner.delete")
def delete(request: HttpRequest, partner_sid: str) -> HttpResponse:
    """GET says what stands in the way, or asks for the name; POST deletes."""
    sid, name = partner_sid, name_of(partner_sid)
    if request.method == "POST":
        return _delete(request, sid, name)
    if not name:
        raise Http404("There is no such partner.")
    return _dialog(request, sid, name, _fresh_form(request, sid, name))


def _fresh_form(request: HttpRequest, sid: str, name: str) -> ConfirmForm:
    return ConfirmForm(initial={"ticket": audit.mint(request.user, "partner.delete", sid)}, name=name)


def _dialog(
    request: HttpRequest, sid: str, name: str, form: ConfirmForm, status: int = 200, note: str = ""
) -> HttpResponse:
    context = {"partner_sid": sid, "name": name, "form": form, "note": note, "obstacles": obstacles(sid)}
    return render_part(request, "partners/delete.html", "dialog", context, status=status)


def _delete(request: HttpRequest, sid: str, name: str) -> HttpResponse:
    form = ConfirmForm(request.POST, name=name)
    if name and not form.is_valid():  # without a name it can only be a form that was sent before
        return _dialog(request, sid, name, form, 422)
    try:
        entry = partner_delete(
            actor=request.user,
            ticket=request.POST.get("ticket", ""),
            partner_sid=sid,
            reason=request.POST.get("reason", "")[:500],
        )
    except Partner.DoesNotExist as error:
        raise Http404("There is no such partner.") from error
    except InTheWay:
        return _dialog(request, sid, name, _fresh_form(request, sid, name), 422)
    except audit.BadTicket as error:
        return _dialog(request, sid, name, _fresh_form(request, sid, name), 422, note=str(error))
    if entry.outcome in ("rejected", "failed"):
        return _dialog(request, sid, name, _fresh_form(request, sid, name), 422, note=entry.message)
    if entry.outcome != "done":
        return go(request, reverse("entry", args=[entry.id]))
    messages.success(request, f"{entry.target_text} was deleted.")
    return go(request, reverse("partners"))
