"""Rent New Number: pick a place, search the carrier's inventory."""

from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from numbers.forms.search import SearchForm
from numbers.places import tiles
from numbers.services.search import Found, Offer, search as search_numbers
from numbers.services.stock import Place, place as stock_place
from portal.forms import focus_first_wrong
from portal.http import render_part, wants_part
from portal.roles import requires

NOT_THE_SEARCH = ("offset", "again", "mend")


@require_safe
@requires("number.search")
def search(request: HttpRequest) -> HttpResponse:
    """The form; with `search` in the query its results too. HTMX asks for one part by its target."""
    place = stock_place(
        country=request.GET.get("country", "").upper(), state=request.GET.get("state", "").upper()
    )
    form = SearchForm(request.GET, place=place)
    asked, found = "search" in request.GET, None
    if form.is_valid() and asked:
        found = search_numbers(form.query(), again="again" in request.GET)
        for name, reason in found.wrong.items():
            form.add_error(name, reason)
    part = {"place": "place", "more": "more"}.get(request.htmx.target or "", "results")
    context = _context(request, form, place, found, part)
    status = 422 if form.errors and asked else found.status if found else 200
    response = render_part(request, "numbers/search.html", part, context, status=status)
    if context["form_too"]:
        response["HX-Push-Url"] = f"{request.path}?{context['page_query']}"
    return response


def _context(
    request: HttpRequest, form: SearchForm, place: Place, found: Found | None, part: str
) -> dict[str, object]:
    asked = "search" in request.GET
    context = {"form": form, "place": place, "found": found, "asked": asked}
    context["tiles"] = tiles(
        {s.key: s.count for s in place.states}, f"{reverse('search')}?state=", place.state
    )
    context["page_query"] = _page_query(request)
    context["first_wrong"] = focus_first_wrong(form) if asked else ""
    # The results alone were asked for, but reasons belong beside their fields, and leave with them too.
    mends = bool(form.errors) or "mend" in request.GET
    context["form_too"] = asked and mends and part == "results" and wants_part(request)
    if found and not found.wrong:
        query = form.query()
        context["rows"] = [_row(offer) for offer in found.offers]
        context["where"] = _where(place, query.npa, str(query.near or ""))
        context["total"] = place.count(query.npa) if query.counted else None
        context["shown"] = query.offset + len(found.offers)
    return context


@lru_cache(maxsize=4096)
def _row(offer: Offer) -> SafeString:
    """A result's row. It is the same for everybody, and rendering 25 of them is most of a cached search."""
    return render_to_string("numbers/search.html#offer", {"offer": offer})


def _where(place: Place, npa: str, near: str) -> str:
    """`in 516, New York`; `near 10025`; `near 10025, in New York`."""
    if not near:
        return f"in {place.words(npa)}"
    return f"near {near}, in {place.words(npa)}" if place.state or npa else f"near {near}"


def _page_query(request: HttpRequest) -> str:
    """The search itself, without where in it we are."""
    query = request.GET.copy()
    for name in NOT_THE_SEARCH:
        query.pop(name, None)
    return query.urlencode()
