"""The list of partners."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from partners.services.partner_list import partner_tree
from portal.roles import requires


@require_safe
@requires("partner.see")
def partner_list(request: HttpRequest) -> HttpResponse:
    return render(request, "partners/partner_list.html", {"tree": partner_tree()})
