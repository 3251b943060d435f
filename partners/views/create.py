"""Create a sub-partner."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from partners.forms.create import CreateForm
from partners.models import Partner
from partners.services.create import TARGET, Created, partner_create
from partners.services.family import own_account
from portal import audit
from portal.forms import focus_first_wrong
from portal.http import asked, go, render_part
from portal.roles import requires
from portal.upstream import number_api_configured


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@requires("partner.create")
def create(request: HttpRequest) -> HttpResponse:
    """GET shows the form; POST makes the sub-partner."""
    if request.method == "POST":
        return _create(request)
    return _form(request, _fresh_form(request))


def _fresh_form(request: HttpRequest) -> CreateForm:
    parent = Partner.objects.filter(pk=asked(request, "parent")).first() or own_account()
    initial = {
        "ticket": audit.mint(request.user, "partner.create", TARGET),
        "parent_sid": parent.label if parent else "",
        "country_code": "USA",
        "payment_type": "prepay",
        "sub_account": True,
    }
    return CreateForm(initial=initial, two_protocols=number_api_configured())


def _form(request: HttpRequest, form: CreateForm, status: int = 200, note: str = "") -> HttpResponse:
    focus_first_wrong(form)
    context = {"form": form, "note": note, "two_protocols": number_api_configured()}
    return render_part(request, "partners/create.html", "form", context, status=status)


def _create(request: HttpRequest) -> HttpResponse:
    form = CreateForm(request.POST, two_protocols=number_api_configured())
    if not form.is_valid():
        return _form(request, form, 422, note="Enter the password once more, too: it is not kept.")
    try:
        created = partner_create(actor=request.user, ticket=form.cleaned_data["ticket"], wanted=form.wanted())
    except audit.BadTicket as error:
        return _form(request, _again(request, form), 422, note=str(error))
    return _answer(request, form, created)


def _answer(request: HttpRequest, form: CreateForm, created: Created) -> HttpResponse:
    if created.entry.outcome in ("rejected", "failed"):
        again = _again(request, form)
        again.is_valid()
        for name, reason in created.fields.items():
            if name in again.fields:
                again.add_error(name, f"The Core API says: {reason}.")
        return _form(request, again, 422, note=created.entry.message)
    if created.entry.outcome != "done" or not created.partner_sid:
        return go(request, reverse("entry", args=[created.entry.id]))
    messages.success(request, f"{created.entry.target_text} was invited.")
    return go(request, reverse("partner", args=[created.partner_sid]))


def _again(request: HttpRequest, form: CreateForm) -> CreateForm:
    """The same form under a new ticket, because this one is used up or was none."""
    data = form.data.copy()
    data["ticket"] = audit.mint(request.user, "partner.create", TARGET)
    return CreateForm(data, two_protocols=number_api_configured())
