"""What stands within a partner: its numbers and its sub-partners, the first of each."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from numbers.services.number_list import number_list
from partners.models import Partner
from partners.services.detail import partner_detail
from partners.services.partner_list import partner_list
from portal.roles import requires


@require_safe
@requires("number.see")
def numbers(request: HttpRequest, partner_sid: str) -> HttpResponse:
    """The first fifty numbers a partner holds."""
    try:
        shown = partner_detail(partner_sid)
    except Partner.DoesNotExist:
        return redirect("partner", partner_sid)
    context = {"detail": shown, "tab": "numbers", "listed": number_list(holder=partner_sid)}
    return render(request, "partners/numbers.html", context)


@require_safe
@requires("partner.see")
def sub_partners(request: HttpRequest, partner_sid: str) -> HttpResponse:
    """The first fifty partners right below a partner."""
    try:
        shown = partner_detail(partner_sid)
    except Partner.DoesNotExist:
        return redirect("partner", partner_sid)
    context = {"detail": shown, "tab": "sub-partners", "listed": partner_list(parent=partner_sid)}
    return render(request, "partners/sub_partners.html", context)
