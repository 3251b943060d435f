"""Edit a partner: only touched fields are written, and nobody's change is lost unseen."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from partners.forms.edit import EditForm
from partners.models import Partner
from partners.services.edit import partner_edit, values
from portal import audit
from portal.editing import Screen, answer
from portal.forms import focus_first_wrong
from portal.http import render_part
from portal.roles import requires


@require_http_methods(["GET", "HEAD", "POST"])
@requires("partner.edit")
def edit(request: HttpRequest, partner_sid: str) -> HttpResponse:
    """GET shows the form with the mirror's values; POST writes what differs from them."""
    partner = get_object_or_404(Partner, pk=partner_sid)
    screen = _screen(request, partner)
    if request.method != "POST":
        return screen.show(_fresh_form(screen, partner))
    form = screen.make(request.POST, values(partner.upstream))
    if not form.is_valid():
        return screen.show(form, status=422)
    try:
        edited = partner_edit(
            actor=request.user,
            ticket=form.cleaned_data["ticket"],
            partner_sid=partner.pk,
            wanted=form.wanted(),
            seen=form.cleaned_data["seen"],
        )
    except audit.BadTicket as error:
        return screen.show(_fresh_form(screen, partner), status=422, note=str(error))
    return answer(request, screen, form, edited)


def _screen(request: HttpRequest, partner: Partner) -> Screen:
    def show(form: EditForm, status: int = 200, **more: object) -> HttpResponse:
        focus_first_wrong(form)
        context = {"partner": partner, "form": form, **more}
        return render_part(request, "partners/edit.html", "form", context, status=status)

    return Screen(
        shown=partner.name,
        page_href=reverse("partner", args=[partner.pk]),
        make=lambda data, initial: EditForm(data, initial=initial, partner=partner),
        show=show,
        ticket=lambda: audit.mint(request.user, "partner.edit", partner.pk),
    )


def _fresh_form(screen: Screen, partner: Partner) -> EditForm:
    now = values(partner.upstream)
    return screen.make(None, {**now, "seen": now, "ticket": screen.ticket()})
