"""The list of partners: a level of the tree, or what a search finds."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from numbers.services.assign import assignable_partners
from partners.forms.partner_list import ListForm
from partners.models import Partner
from partners.services.partner_list import partner_list as list_partners, statuses, suggestions as suggest
from portal.http import asked, render_part
from portal.roles import requires


@require_safe
@requires("partner.see")
def partner_list(request: HttpRequest) -> HttpResponse:
    form = ListForm(request.GET, statuses=statuses())
    valid = form.is_valid()
    wanted = {name: str(form.cleaned_data.get(name) or "") for name in ("q", "status", "sort", "parent")}
    listed = list_partners(**wanted, page=request.GET.get("page", ""))
    context = {"form": form, "listed": listed, "wanted": wanted}
    return render_part(request, "partners/partner_list.html", "rows", context, status=200 if valid else 422)


@require_safe
@requires("partner.see")
def suggestions(request: HttpRequest) -> HttpResponse:
    """Choices for a field that names a partner, while somebody types; with `can_hold`, one for a number."""
    typed = asked(request, "parent_sid") or asked(request, "partner")
    among = assignable_partners() if "can_hold" in request.GET else Partner.objects.all()
    found = suggest(typed, among=among)
    return render(request, "partners/create.html#choices", {"choices": found})
