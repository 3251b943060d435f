"""Issue a token. The answer to the form is the only page that ever shows it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from partners.forms.issue import IssueForm
from partners.models import Partner
from partners.services.issue import CannotIssue, Issued, NewToken, token_issue, why_not
from portal import audit
from portal.http import go
from portal.roles import requires


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires("token.issue")
def issue(request: HttpRequest, partner_sid: str) -> HttpResponse:
    """GET shows the form; POST issues the token and shows it, this once."""
    partner = get_object_or_404(Partner, pk=partner_sid)
    if request.method == "POST":
        return _issue(request, partner)
    return _form(request, partner, _fresh_form(request, partner))


def _fresh_form(request: HttpRequest, partner: Partner) -> IssueForm:
    return IssueForm(initial={"ticket": audit.mint(request.user, "token.issue", partner.pk)}, partner=partner)


def _form(
    request: HttpRequest, partner: Partner, form: IssueForm, status: int = 200, note: str = ""
) -> HttpResponse:
    context = {"partner": partner, "form": form, "note": note, "why_not": why_not(partner)}
    return render(request, "partners/issue.html", context, status=status)


def _issue(request: HttpRequest, partner: Partner) -> HttpResponse:
    form = IssueForm(request.POST, partner=partner)
    if not form.is_valid():
        return _form(request, partner, form, 422)
    wanted = NewToken(
        partner_sid=partner.pk,
        name=form.cleaned_data["name"],
        scopes=tuple(form.cleaned_data["scopes"]),
        expires_at=form.expires_at(),
    )
    try:
        issued = token_issue(actor=request.user, ticket=form.cleaned_data["ticket"], wanted=wanted)
    except (audit.BadTicket, CannotIssue) as error:
        return _form(request, partner, _fresh_form(request, partner), 422, note=str(error))
    if issued.entry.outcome in ("rejected", "failed"):
        return _form(request, partner, _again(request, partner, form), 422, note=issued.entry.message)
    return reveal(request, partner, issued)


def _again(request: HttpRequest, partner: Partner, form: IssueForm) -> IssueForm:
    """What was typed, under a new ticket, because this one is used up."""
    data = form.data.copy()
    data["ticket"] = audit.mint(request.user, "token.issue", partner.pk)
    return IssueForm(data, partner=partner)


def reveal(request: HttpRequest, partner: Partner, issued: Issued) -> HttpResponse:
    """The token, when it was issued by this very request; for a form sent again, what became of it."""
    if issued.entry.outcome != "done":
        return go(request, reverse("entry", args=[issued.entry.id]))
    context = {"partner": partner, "entry": issued.entry, "token": issued.token}
    return render(request, "partners/reveal.html", context)
