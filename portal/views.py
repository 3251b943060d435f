"""Status, audit, one entry, and the two addresses a load balancer asks."""

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal import audit, health, roles
from portal.clock import duty_states
from portal.forms import AuditFilterForm
from portal.http import render_part
from portal.pages import page_of
from portal.roles import requires

ENTRIES_ON_A_PAGE = 50


@require_safe
@requires("desk.see")
def status(request: HttpRequest) -> HttpResponse:
    context = {
        "pulse": health.pulse(),
        "checks": [health.database(), health.cache_works(), *health.processes()],
        "duties": duty_states(),
        "attention_count": audit.attention_count(request.user),
    }
    return render_part(request, "portal/status.html", "body", context)


@require_safe
@requires("audit.own")
def audit_list(request: HttpRequest) -> HttpResponse:
    everyone = roles.may(request.user, "audit.everyone")
    form = AuditFilterForm(request.GET, everyone=everyone)
    valid = form.is_valid()
    page = page_of(
        form.narrow(audit.visible_to(request.user)), request.GET.get("page", ""), size=ENTRIES_ON_A_PAGE
    )
    context = {"form": form, "everyone": everyone, "page": page, "entries": page.items}
    context["query"] = _without_page(request)
    return render_part(request, "portal/audit.html", "rows", context, status=200 if valid else 422)


def _without_page(request: HttpRequest) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    return query.urlencode()


@require_safe
@requires("audit.own")
def entry(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """The state of one entry; asked again each second by a page that waits for it."""
    found = audit.visible_entry(request.user, entry_id)
    if found is None:
        raise Http404("There is no such entry, or it is not yours.")
    found = audit.settle_if_due(found)
    context = {"entry": found, "settled": found.settled, "target_href": _target_href(found)}
    context["amendment"] = audit.amendment(found)
    context["undo_ticket"] = _undo_ticket(request, found)
    return render_part(request, "portal/entry.html", "state", context)


def _undo_ticket(request: HttpRequest, found: audit.AuditEntry) -> str:
    """What the button that writes the before-values back carries; "" where there is no such button."""
    if not audit.undoable(found) or not roles.may(request.user, found.action):
        return ""
    return audit.mint(request.user, found.action, found.target)


def _target_href(found: audit.AuditEntry) -> str:
    """The page of what an entry is about, "" when it has none (any more)."""
    if found.action.startswith(("number.", "override.")):
        return reverse("number", args=[found.target])
    if found.action == "partner.create":
        sid = (found.after or {}).get("partner_sid", "")
    elif found.action.startswith(("partner.", "token.", "sub_account.")):
        sid = found.target.partition("/")[0]
    else:
        sid = ""
    return reverse("partner", args=[sid]) if sid else ""


@login_not_required
def closed(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view takes its request
    """What the login library offers and we do not."""
    raise Http404


@never_cache
@require_safe
@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view takes its request
    """The process answers. Asks nothing of anyone."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
@login_not_required
def readyz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view takes its request
    """200 when pages can be served, else 503 with the reasons. Upstream trouble is none: pages show it."""
    failing = [check for check in (health.database(), health.cache_works()) if check.state == "fail"]
    reasons = [f"{check.name}: {check.words}" for check in failing]
    return JsonResponse({"ready": not reasons, "reasons": reasons}, status=503 if reasons else 200)
