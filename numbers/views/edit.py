"""Edit a number: only touched fields are written, and nobody's change is lost unseen."""

import json

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from numbers.forms import EditForm
from numbers.models import Number
from numbers.services.edit import Edited, number_edit, values
from portal import audit, e164
from portal.http import go, render_part
from portal.roles import requires

TEMPLATE = "numbers/edit.html"


@require_http_methods(["GET", "HEAD", "POST"])
@requires("number.edit")
def edit(request: HttpRequest, phonenumber: str) -> HttpResponse:
    """GET shows the form with the mirror's values; POST writes what differs from them."""
    number = get_object_or_404(Number, phonenumber=phonenumber)
    if request.method == "POST":
        return _save(request, number)
    return _form(request, number, _fresh_form(request, number))


def _fresh_form(request: HttpRequest, number: Number) -> EditForm:
    now = values(number.did)
    ticket = audit.mint(request.user, "number.edit", number.phonenumber)
    return EditForm(initial={**now, "seen": now, "ticket": ticket})


def _form(
    request: HttpRequest, number: Number, form: EditForm, status: int = 200, **more: object
) -> HttpResponse:
    context = {"number": number, "form": form, **more}
    return render_part(request, TEMPLATE, "form", context, status=status)


def _save(request: HttpRequest, number: Number) -> HttpResponse:
    form = EditForm(request.POST, initial=values(number.did))
    if not form.is_valid():
        return _form(request, number, form, status=422)
    try:
        edited = number_edit(
            actor=request.user,
            ticket=form.cleaned_data["ticket"],
            phonenumber=number.phonenumber,
            wanted=form.wanted(),
            seen=form.cleaned_data["seen"],
        )
    except audit.BadTicket as error:
        return _form(request, number, _fresh_form(request, number), status=422, note=str(error))
    return _answer(request, number, form, edited)


def _answer(request: HttpRequest, number: Number, form: EditForm, edited: Edited) -> HttpResponse:
    if edited.trouble:
        return _form(request, number, form, status=502, note=edited.trouble)
    if edited.theirs:
        again = _again(form, edited)
        conflict = [
            {
                "label": again[name].label,
                "theirs": again.shown(name, now),
                "mine": again.shown(name, again[name].value()),
            }
            for name, now in edited.theirs.items()
        ]
        return _form(request, number, again, status=422, conflict=conflict)
    if edited.entry is not None and edited.entry.outcome in ("rejected", "failed"):
        return _refused(request, number, form, edited)
    if edited.entry is not None and edited.entry.outcome != "done":
        return go(request, reverse("entry", args=[edited.entry.id]))
    shown = e164.display(number.phonenumber)
    messages.success(
        request, f"{shown} was changed." if edited.entry else "Nothing to change: all as it was."
    )
    return go(request, reverse("number", args=[number.phonenumber]))


def _again(form: EditForm, edited: Edited) -> EditForm:
    """The person's own text stays; what is now upstream becomes what the form was opened with."""
    data = form.data.copy()
    data["seen"] = json.dumps(edited.now)
    return EditForm(data, initial=edited.now)


def _refused(request: HttpRequest, number: Number, form: EditForm, edited: Edited) -> HttpResponse:
    """The reason on the form; a new ticket, because this one is used up."""
    data = form.data.copy()
    data["ticket"] = audit.mint(request.user, "number.edit", number.phonenumber)
    again = EditForm(data, initial=form.initial)
    return _form(request, number, again, status=422, note=edited.entry.message)
