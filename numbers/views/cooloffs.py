"""The numbers that cannot be unassigned yet, and what is planned with them."""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_safe

from numbers.forms.cooloffs import CoolOffFilterForm
from numbers.services.cooloff_list import InCoolOff, cooloff_list, cooloff_rows
from portal import audit, roles
from portal.http import render_part
from portal.roles import requires
from portal.sheets import sheet as make_sheet

TEMPLATE = "numbers/cooloffs.html"
HEADER = (
    "Number",
    "Holder",
    "Last call (UTC)",
    "Cool-off until (UTC)",
    "Source",
    "Unassign scheduled for (UTC)",
    "Scheduled by",
    "Override asked by",
    "Because",
)


@require_safe
@requires("cooloff.see")
def cooloffs(request: HttpRequest) -> HttpResponse:
    form = CoolOffFilterForm(request.GET)
    listed = cooloff_list(**form.wanted(), page=form.cleaned_data.get("page") or 1)
    context = {"form": form, "listed": listed, "wanted": form.wanted()}
    context["rows"] = [(row, _ticket(request, row)) for row in listed.rows]
    return render_part(request, TEMPLATE, "rows", context)


def _ticket(request: HttpRequest, row: InCoolOff) -> str:
    """What the button that cancels the row's plan carries; "" where there is no such button."""
    waiting = row.intent is not None and row.intent.state == row.intent.State.WAITING
    if not waiting or not roles.may(request.user, "number.unassign"):
        return ""
    return audit.mint(request.user, "number.keep", row.cool_off.phonenumber)


@require_safe
@requires("cooloff.see")
def sheet(request: HttpRequest) -> StreamingHttpResponse:
    """The whole list with the same filter, as CSV."""
    rows = cooloff_rows(**CoolOffFilterForm(request.GET).wanted())
    return make_sheet("cool-offs.csv", HEADER, _cells(rows))


def _cells(rows: Iterator[InCoolOff]) -> Iterator[tuple[object, ...]]:
    for row in rows:
        intent, override = row.intent, row.override
        yield (
            row.cool_off.phonenumber,
            row.holder,
            row.cool_off.last_call_at,
            row.cool_off.until,
            "carrier" if row.cool_off.told_by == "upstream" else "call records",
            intent.due_at if intent else None,
            intent.asked_by_text if intent else None,
            override.asked_by_text if override else None,
            override.reason if override else None,
        )
