"""Revoke a token, or keep one that was to be revoked."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from partners.forms.confirm import ConfirmForm
from partners.models import PlannedRevocation, Token
from partners.services.hygiene import token_row
from partners.services.revoke import CannotRevoke, planned_for, revocation_cancel, token_revoke
from portal import audit
from portal.http import go, render_part
from portal.roles import requires


@require_http_methods(["GET", "HEAD", "POST"])
@requires("token.revoke")
def revoke(request: HttpRequest, partner_sid: str, token_sid: str) -> HttpResponse:
    """GET asks for the token's name; POST revokes it."""
    token = Token.objects.filter(pk=token_sid, partner_sid=partner_sid).first()
    if request.method == "POST":
        if token is None:
            messages.info(request, "This token is gone already. Nothing was changed.")
            return go(request, reverse("partner_tokens", args=[partner_sid]))
        return _revoke(request, token)
    if token is None:
        raise Http404("There is no such token.")
    return _dialog(request, token, _fresh_form(request, token))


def _fresh_form(request: HttpRequest, token: Token) -> ConfirmForm:
    ticket = audit.mint(request.user, "token.revoke", f"{token.partner_sid}/{token.pk}")
    return ConfirmForm(initial={"ticket": ticket}, name=str(token))


def _dialog(
    request: HttpRequest, token: Token, form: ConfirmForm, status: int = 200, note: str = ""
) -> HttpResponse:
    row = token_row(token.pk)
    context = {"row": row, "form": form, "note": note}
    context["replaced"] = planned_for([row.origin.replaces]).get(row.origin.replaces)
    return render_part(request, "partners/revoke.html", "dialog", context, status=status)


def _revoke(request: HttpRequest, token: Token) -> HttpResponse:
    form = ConfirmForm(request.POST, name=str(token))
    if not form.is_valid():
        return _dialog(request, token, form, 422)
    try:
        entry = token_revoke(
            actor=request.user,
            ticket=form.cleaned_data["ticket"],
            token_sid=token.pk,
            reason=form.cleaned_data["reason"],
        )
    except (audit.BadTicket, CannotRevoke) as error:
        return _dialog(request, token, _fresh_form(request, token), 422, note=str(error))
    if entry.outcome in ("rejected", "failed"):
        return _dialog(request, token, _fresh_form(request, token), 422, note=entry.message)
    if entry.outcome != "done":
        return go(request, reverse("entry", args=[entry.id]))
    messages.success(request, f"The token {token} was revoked. It does not work any more.")
    return go(request, reverse("partner_tokens", args=[token.partner_sid]))


@require_POST
@requires("token.revoke")
def keep(request: HttpRequest, partner_sid: str, token_sid: str) -> HttpResponse:
    """Cancel the revocation that a rotation planned."""
    planned = PlannedRevocation.objects.filter(
        token_sid=token_sid, partner_sid=partner_sid, state=PlannedRevocation.State.WAITING
    ).first()
    kept = False
    if planned is not None:
        ticket = audit.mint(request.user, "token.keep", f"{partner_sid}/{token_sid}")
        kept = revocation_cancel(actor=request.user, ticket=ticket, planned=planned)
    if kept:
        messages.success(request, f"{planned} was cancelled: the token stays.")
    else:
        messages.warning(request, "There is nothing to cancel: the token is revoked, or stays anyway.")
    return go(request, reverse("partner_tokens", args=[partner_sid]))
