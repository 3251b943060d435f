"""The list of our numbers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from numbers.forms.number_list import ListForm
from numbers.services.number_list import number_list as list_numbers
from portal import e164
from portal.http import render_part, wants_part
from portal.roles import requires


@require_safe
@requires("number.see")
def number_list(request: HttpRequest) -> HttpResponse:
    """A page of numbers; a whole number pasted in any format leads straight to it when it is ours."""
    form = ListForm(request.GET)
    form.is_valid()
    wanted = {name: form.cleaned_data.get(name) or "" for name in ("q", "holder", "state", "status")}
    whole = e164.whole(wanted["q"])
    listed = list_numbers(**wanted | {"q": whole or wanted["q"]}, page=form.cleaned_data.get("page") or 1)
    if whole in (row.number.phonenumber for row in listed.rows) and not wants_part(request):
        return redirect("number", whole)
    context = {"form": form, "listed": listed, "wanted": wanted, "whole": whole}
    return render_part(
        request, "numbers/number_list.html", "rows", context, status=422 if form.errors else 200
    )
