"""Rotate a token: a new one with the same settings, and the old one ends after an overlap."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from partners.forms.life import life_of
from partners.forms.rotate import RotateForm
from partners.models import Partner, Token
from partners.services.issue import CannotIssue, NewToken, token_issue, why_not
from partners.views.issue import reveal
from portal import audit
from portal.roles import requires


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires("token.issue")
def rotate(request: HttpRequest, partner_sid: str, token_sid: str) -> HttpResponse:
    """GET asks for the overlap; POST issues the new token and shows it, this once."""
    partner = get_object_or_404(Partner, pk=partner_sid)
    token = get_object_or_404(Token, pk=token_sid, partner_sid=partner.pk)
    if request.method == "POST":
        return _rotate(request, partner, token)
    return _form(request, partner, token, _fresh_form(request, token))


def _fresh_form(request: HttpRequest, token: Token) -> RotateForm:
    ticket = audit.mint(request.user, "token.rotate", f"{token.partner_sid}/{token.pk}")
    return RotateForm(initial={"ticket": ticket, "life": life_of(token)})


def _form(
    request: HttpRequest, partner: Partner, token: Token, form: RotateForm, status: int = 200, note: str = ""
) -> HttpResponse:
    context = {"partner": partner, "token": token, "form": form, "note": note, "why_not": why_not(partner)}
    return render(request, "partners/rotate.html", context, status=status)


def _rotate(request: HttpRequest, partner: Partner, token: Token) -> HttpResponse:
    form = RotateForm(request.POST)
    if not form.is_valid():
        return _form(request, partner, token, form, 422)
    wanted = NewToken(
        partner_sid=partner.pk,
        name=str(token),
        scopes=tuple(token.scopes),
        expires_at=form.expires_at(),
        replaces=token.pk,
        overlap=form.cleaned_data["overlap"],
    )
    try:
        issued = token_issue(actor=request.user, ticket=form.cleaned_data["ticket"], wanted=wanted)
    except (audit.BadTicket, CannotIssue) as error:
        return _form(request, partner, token, _fresh_form(request, token), 422, note=str(error))
    if issued.entry.outcome in ("rejected", "failed"):
        note = issued.entry.message
        return _form(request, partner, token, _fresh_form(request, token), 422, note=note)
    return reveal(request, partner, issued)
