"""Find anything from anywhere: what the field at the top of every page shows, and leads to."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from numbers.services.find import find as find_anything
from portal.context import Shell
from portal.http import asked, render_part, wants_part
from portal.roles import requires

IN_PASSING, ON_A_PAGE = 6, 25


@require_safe
@requires("desk.see")
def find(request: HttpRequest) -> HttpResponse:
    """A few of each kind while somebody types, more as a page; a whole number of ours is gone to at once."""
    q = asked(request, "q")
    part = wants_part(request)
    found = find_anything(q, most=IN_PASSING if part else ON_A_PAGE)
    if found.ours and not part:
        return redirect("number", found.whole)
    pages = [page for page in Shell(request).pages if q.lower() in page.label.lower()]
    return render_part(request, "numbers/find.html", "found", {"q": q, "found": found, "pages": pages})
