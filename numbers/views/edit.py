"""Edit a number: only touched fields are written, and nobody's change is lost unseen."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from numbers.forms.edit import EditForm
from numbers.models import Number
from numbers.services.edit import number_edit, values
from numbers.services.groups import groups_for
from portal import audit, e164
from portal.editing import Screen, answer
from portal.forms import focus_first_wrong
from portal.http import render_part
from portal.roles import requires


@require_http_methods(["GET", "HEAD", "POST"])
@requires("number.edit")
def edit(request: HttpRequest, phonenumber: str) -> HttpResponse:
    """GET shows the form with the mirror's values; POST writes what differs from them."""
    number = Number.objects.filter(phonenumber=phonenumber).first()
    if number is None:
        return render(request, "numbers/number_unknown.html", {"phonenumber": phonenumber}, status=404)
    screen = _screen(request, number)
    if request.method != "POST":
        return screen.show(_fresh_form(screen, number))
    form = screen.make(request.POST, values(number.did))
    if not form.is_valid():
        return screen.show(form, status=422)
    try:
        edited = number_edit(
            actor=request.user,
            ticket=form.cleaned_data["ticket"],
            phonenumber=number.phonenumber,
            wanted=form.wanted(),
            seen=form.cleaned_data["seen"],
        )
    except audit.BadTicket as error:
        return screen.show(_fresh_form(screen, number), status=422, note=str(error))
    return answer(request, screen, form, edited)


def _screen(request: HttpRequest, number: Number) -> Screen:
    def show(form: EditForm, status: int = 200, **more: object) -> HttpResponse:
        context = {"number": number, "form": form, "first_wrong": focus_first_wrong(form), **more}
        return render_part(request, "numbers/edit.html", "form", context, status=status)

    groups = groups_for(number)
    return Screen(
        shown=e164.display(number.phonenumber),
        page_href=reverse("number", args=[number.phonenumber]),
        make=lambda data, initial: EditForm(data, initial=initial, groups=groups),
        show=show,
        ticket=lambda: audit.mint(request.user, "number.edit", number.phonenumber),
    )


def _fresh_form(screen: Screen, number: Number) -> EditForm:
    now = values(number.did)
    return screen.make(None, {**now, "seen": now, "ticket": screen.ticket()})
