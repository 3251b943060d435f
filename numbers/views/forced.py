"""The report of forced moves, for administrators."""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_safe

from numbers.services.forced import Forced, forced_compared, forced_list, forced_rows
from portal.http import render_part
from portal.roles import requires
from portal.sheets import sheet as make_sheet

TEMPLATE = "numbers/forced.html"
HEADER = (
    "When (UTC)",
    "Who",
    "Number",
    "Previous holder",
    "Reason",
    "Cool-off until (UTC)",
    "Seconds overridden",
    "Outcome",
    "Entry",
)


@require_safe
@requires("cooloff.review")
def forced(request: HttpRequest) -> HttpResponse:
    """Our own record; the carrier's is fetched behind the page."""
    page = forced_list(page=request.GET.get("page", ""))
    context = {"page": page, "moves": [Forced(entry) for entry in page.items]}
    return render_part(request, TEMPLATE, "rows", context)


@require_safe
@requires("cooloff.review")
def carrier(request: HttpRequest) -> HttpResponse:
    """What the carrier's own record says beside ours."""
    return render_part(request, "numbers/forced_carrier.html", "carrier", {"compared": forced_compared()})


@require_safe
@requires("cooloff.review")
def sheet(_request: HttpRequest) -> StreamingHttpResponse:
    """All of our forced moves, as CSV."""
    return make_sheet("forced-moves.csv", HEADER, _cells(forced_rows()))


def _cells(rows: Iterator[Forced]) -> Iterator[tuple[object, ...]]:
    for row in rows:
        entry = row.entry
        yield (
            entry.created,
            entry.actor_text,
            entry.target,
            row.holder,
            entry.reason,
            row.until,
            entry.params["remaining_seconds"],
            entry.get_outcome_display(),
            str(entry.id),
        )
