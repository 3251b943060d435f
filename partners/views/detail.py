"""One partner: at once from the mirror, then refreshed behind the page; one only invited, from our record."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from partners.models import Partner
from partners.services.detail import (
    invitation_of,
    partner_adopt,
    partner_detail,
    partner_history,
    partner_refresh,
)
from portal.http import render_part, wants_part
from portal.roles import requires


@require_safe
@requires("partner.see")
def detail(request: HttpRequest, partner_sid: str) -> HttpResponse:
    sid = partner_sid
    try:
        shown = partner_detail(sid)
    except Partner.DoesNotExist:
        if partner_adopt(sid):
            return redirect("partner", partner_sid)
        return _invited(request, sid)
    return render_part(
        request, "partners/partner.html", "partner", {"detail": shown, "refresh": True, "tab": "overview"}
    )


def _invited(request: HttpRequest, sid: str) -> HttpResponse:
    invitation = invitation_of(sid)
    if invitation is None:
        return render(request, "partners/partner_unknown.html", {"partner_sid": sid}, status=404)
    parent = Partner.objects.filter(pk=invitation.parent_sid).first()
    context = {"invitation": invitation, "parent": parent, "history": partner_history(sid)}
    return render(request, "partners/invited.html", context)


@require_safe
@requires("partner.see")
def refresh(request: HttpRequest, partner_sid: str) -> HttpResponse:
    """The same facts after asking the Core API once; without HTMX, back to the page."""
    try:
        shown = partner_refresh(partner_sid)
    except Partner.DoesNotExist:
        return render(request, "partners/partner_unknown.html", {"partner_sid": partner_sid}, status=404)
    if not wants_part(request):
        return redirect("partner", partner_sid)
    return render(
        request, "partners/partner.html#partner", {"detail": shown, "refresh": False, "tab": "overview"}
    )


@require_safe
@requires("partner.see")
def history(request: HttpRequest, partner_sid: str) -> HttpResponse:
    """What was done to a partner and its tokens from here."""
    try:
        shown = partner_detail(partner_sid)
    except Partner.DoesNotExist:
        return redirect("partner", partner_sid)
    context = {"detail": shown, "tab": "history", "history": partner_history(partner_sid)}
    return render(request, "partners/history.html", context)
