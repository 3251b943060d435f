"""Rent New Number: pick a place, search the carrier's inventory."""

from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from numbers.forms import SearchForm
from numbers.places import tiles
from numbers.services.search import Found, Offer, Query, search as search_numbers
from numbers.services.stock import Place, place as stock_place
from portal.http import render_part
from portal.roles import requires


@require_safe
@requires("number.search")
def search(request: HttpRequest) -> HttpResponse:
    """The form; with `search` in the query its results too. HTMX asks for one part by its target."""
    place = stock_place(
        country=request.GET.get("country", "").upper(), state=request.GET.get("state", "").upper()
    )
    form = SearchForm(request.GET, place=place)
    valid, found = form.is_valid(), None
    if valid and "search" in request.GET:
        found = search_numbers(form.query(), again="again" in request.GET)
    context = {"form": form, "place": place, "found": found, "asked": "search" in request.GET}
    if found:
        context["rows"] = [_row(offer) for offer in found.offers]
        context |= {"where": place.words(form.query().npa), "total": _total(place, form.query())}
    context["tiles"] = tiles(
        {s.key: s.count for s in place.states}, f"{reverse('search')}?state=", place.state
    )
    context["page_query"] = _page_query(request)
    part = {"place": "place", "more": "more"}.get(request.htmx.target or "", "results")
    return render_part(request, "numbers/search.html", part, context, status=_status(form, found))


@lru_cache(maxsize=4096)
def _row(offer: Offer) -> SafeString:
    """A result's row. It is the same for everybody, and rendering 25 of them is most of a cached search."""
    return render_to_string("numbers/search.html#offer", {"offer": offer})


def _total(place: Place, query: Query) -> int | None:
    """How many numbers match, where the stock counts tell; narrower searches nobody counts."""
    return place.count(query.npa) if query.counted else None


def _status(form: SearchForm, found: Found | None) -> int:
    if form.errors and form.data.get("search"):
        return 422
    return 502 if found and found.at is None else 200


def _page_query(request: HttpRequest) -> str:
    """The search itself, without where in it we are."""
    query = request.GET.copy()
    for name in ("offset", "again"):
        query.pop(name, None)
    return query.urlencode()
