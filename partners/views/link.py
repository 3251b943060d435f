"""Say which sub-account a partner is, or have one made for it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from partners.forms.link import LinkForm
from partners.models import Partner
from partners.services.link import CannotLink, link_choices, partner_link, partner_make_sub_account
from portal import audit
from portal.core_api.errors import CoreApiError
from portal.http import go, render_part, trouble
from portal.models import AuditEntry
from portal.roles import requires
from portal.upstream import NotConfigured

TEMPLATE = "partners/link.html"
REFUSALS = (CannotLink, NotConfigured, audit.BadTicket)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("sub_account.link")
def link(request: HttpRequest, partner_sid: str) -> HttpResponse:
    """GET offers the sub-accounts nobody is linked to; POST links one of them, or none."""
    partner = get_object_or_404(Partner, pk=partner_sid)
    try:
        choices = link_choices(partner_sid)
        form = LinkForm(request.POST or None, choices=choices, initial=_initial(request, partner))
        if not form.is_valid():
            return _dialog(request, partner, form, status=422 if form.is_bound else 200)
        entry = partner_link(actor=request.user, partner_sid=partner_sid, **form.cleaned_data)
    except REFUSALS as error:
        return _refused(request, partner, str(error))
    except CoreApiError as error:
        return trouble(request, error)
    return _ended(request, partner, entry)


@require_POST
@requires("sub_account.link")
def make(request: HttpRequest, partner_sid: str) -> HttpResponse:
    """Make a new sub-account, named after the partner, and link the two."""
    partner = get_object_or_404(Partner, pk=partner_sid)
    try:
        entry = partner_make_sub_account(
            actor=request.user, ticket=request.POST.get("ticket", ""), partner_sid=partner_sid
        )
    except REFUSALS as error:
        return _refused(request, partner, str(error))
    except CoreApiError as error:
        return trouble(request, error)
    return _ended(request, partner, entry)


def _initial(request: HttpRequest, partner: Partner) -> dict[str, str]:
    ticket = audit.mint(request.user, "sub_account.link", partner.pk)
    return {"ticket": ticket, "sub_account_id": partner.sub_account_id}


def _dialog(request: HttpRequest, partner: Partner, form: LinkForm, status: int = 200) -> HttpResponse:
    make_ticket = audit.mint(request.user, "sub_account.create", partner.pk)
    context = {"partner": partner, "form": form, "make_ticket": make_ticket}
    return render_part(request, TEMPLATE, "dialog", context, status=status)


def _refused(request: HttpRequest, partner: Partner, why: str) -> HttpResponse:
    return render_part(request, TEMPLATE, "dialog", {"partner": partner, "why": why}, status=422)


def _ended(request: HttpRequest, partner: Partner, entry: AuditEntry) -> HttpResponse:
    if entry.outcome in ("rejected", "failed"):
        return _refused(request, partner, entry.message)
    if entry.outcome != "done" or entry.message:
        return go(request, reverse("entry", args=[entry.id]))
    messages.success(request, "Its sub-account is set.")
    return go(request, reverse("partner", args=[partner.pk]))
