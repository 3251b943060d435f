"""Rename a token, narrow its scopes, change when it ends."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from partners.forms.token_edit import TokenEditForm
from partners.models import Partner, Token
from partners.services.token_edit import mirrored_values, token_edit
from portal import audit
from portal.editing import Screen, answer
from portal.forms import focus_first_wrong
from portal.http import render_part
from portal.roles import requires


@require_http_methods(["GET", "HEAD", "POST"])
@requires("token.edit")
def edit(request: HttpRequest, partner_sid: str, token_sid: str) -> HttpResponse:
    """GET shows the form with the mirror's values; POST writes what differs from them."""
    partner = get_object_or_404(Partner, pk=partner_sid)
    token = get_object_or_404(Token, pk=token_sid, partner_sid=partner.pk)
    if token.ours:
        raise Http404("The token the portal itself works with is not changed here.")
    screen = _screen(request, partner, token)
    if request.method != "POST":
        return screen.show(_fresh_form(screen, token))
    form = screen.make(request.POST, mirrored_values(token))
    if not form.is_valid():
        return screen.show(form, status=422)
    try:
        edited = token_edit(
            actor=request.user,
            ticket=form.cleaned_data["ticket"],
            token=token,
            wanted=form.wanted(),
            seen=form.cleaned_data["seen"],
        )
    except audit.BadTicket as error:
        return screen.show(_fresh_form(screen, token), status=422, note=str(error))
    return answer(request, screen, form, edited)


def _screen(request: HttpRequest, partner: Partner, token: Token) -> Screen:
    def show(form: TokenEditForm, status: int = 200, **more: object) -> HttpResponse:
        focus_first_wrong(form)
        context = {"partner": partner, "token": token, "form": form, **more}
        return render_part(request, "partners/token_edit.html", "form", context, status=status)

    return Screen(
        shown=str(token),
        page_href=reverse("partner_tokens", args=[partner.pk]),
        make=lambda data, initial: TokenEditForm(data, initial=initial, token=token),
        show=show,
        ticket=lambda: audit.mint(request.user, "token.edit", f"{token.partner_sid}/{token.pk}"),
    )


def _fresh_form(screen: Screen, token: Token) -> TokenEditForm:
    now = mirrored_values(token)
    return screen.make(None, {**now, "seen": now, "ticket": screen.ticket()})
