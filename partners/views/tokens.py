"""A partner's tokens, without their secrets."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from partners.models import Partner
from partners.services.detail import partner_detail
from partners.services.hygiene import tokens_of
from partners.services.issue import why_not
from portal.roles import requires


@require_safe
@requires("token.see")
def tokens(request: HttpRequest, partner_sid: str) -> HttpResponse:
    try:
        shown = partner_detail(partner_sid)
    except Partner.DoesNotExist:
        return redirect("partner", partner_sid)
    context = {
        "detail": shown,
        "tab": "tokens",
        "rows": tokens_of(partner_sid),
        "why_not": why_not(shown.partner),
    }
    return render(request, "partners/tokens.html", context)
