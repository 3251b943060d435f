"""Tokens of ourselves and all sub-partners that deserve a second look."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from partners.forms.hygiene import HygieneForm
from partners.services.hygiene import UNUSED_DAYS, token_hygiene
from portal.http import render_part
from portal.roles import requires


@require_safe
@requires("token.see")
def hygiene(request: HttpRequest) -> HttpResponse:
    form = HygieneForm(request.GET)
    valid = form.is_valid()
    wanted = {name: form.cleaned_data.get(name) or "" for name in ("q", "finding")}
    wanted["days"] = form.cleaned_data.get("days") or UNUSED_DAYS
    found = token_hygiene(**wanted, page=request.GET.get("page", ""))
    context = {"form": form, "found": found, "wanted": wanted}
    return render_part(request, "partners/hygiene.html", "rows", context, status=200 if valid else 422)
