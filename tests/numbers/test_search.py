"""Searching rentable numbers: what is asked, what is refused here, and what the stamp says."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from numbers.services.search import Near, Query, forget, search
from tests.pages import check

NY = {"country": "USA", "state": "NY", "npa": "516", "search": "1"}


def test_numbers_of_an_area_code_are_found_with_place_price_and_capabilities(staff, upstream, visit):
    answer = visit(staff, "/numbers/rent/", **NY)
    assert "(516) 206-5575" in answer.text
    assert "$0.60" in answer.text
    assert "516, New York" in answer.text


def test_only_numbers_of_the_chosen_area_code_are_found(upstream):
    offers = search(Query(state="NY", npa="516")).offers
    assert offers
    assert {offer.phonenumber[:4] for offer in offers} == {"1516"}


def test_the_selects_are_filled_with_stock_counts(staff, upstream, visit):
    answer = visit(staff, "/numbers/rent/", state="NY")
    options = {option.get("value"): option.text for option in answer.all("option")}
    assert "numbers" in options["516"]
    assert "516" in options
    assert "415" not in options


def test_choosing_a_state_answers_only_the_place_part(staff, upstream, visit):
    answer = visit(staff, "/numbers/rent/", htmx=True, target="place", state="CA")
    assert "415" in answer.text
    assert "<html" not in answer.html


def test_a_second_search_within_half_a_minute_asks_nobody(upstream):
    search(Query(npa="516"))
    asked = len(upstream.requests())
    again = search(Query(npa="516"))
    assert len(upstream.requests()) == asked
    assert again.offers


def test_when_it_is_older_the_carrier_is_asked_again(upstream, settings):
    first = search(Query(npa="516"))
    settings.SEARCH_FRESH_SECONDS = 0
    again = search(Query(npa="516"))
    assert again.at > first.at


def test_who_asks_again_gets_a_new_answer(staff, upstream, visit):
    visit(staff, "/numbers/rent/", **NY)
    with time_machine.travel(timezone.now() + timedelta(seconds=5)):
        visit(staff, "/numbers/rent/", again="1", upstream=1, **NY)


@pytest.mark.django_db(transaction=True)
def test_the_same_search_by_many_at_once_asks_once(upstream):
    upstream.fault("GET", "available_dids", "delay", seconds=0.3, when="before")
    before = len(upstream.requests(path="available_dids"))

    def go() -> None:
        try:
            assert search(Query(npa="212")).offers
        finally:
            connection.close()

    threads = [threading.Thread(target=go) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(upstream.requests(path="available_dids")) - before == 1


def test_a_number_that_is_gone_is_missing_from_every_kept_result_at_once(upstream):
    assert "15162065575" in numbers_of(search(Query(npa="516")))
    assert "15162065575" in numbers_of(search(Query(digits="2065575")))
    forget("15162065575")
    assert "15162065575" not in numbers_of(search(Query(npa="516")))
    assert "15162065575" not in numbers_of(search(Query(digits="2065575")))


def test_when_the_carrier_fails_older_results_are_shown_and_said_to_be_older(
    staff, upstream, settings, visit
):
    visit(staff, "/numbers/rent/", **NY)
    settings.SEARCH_FRESH_SECONDS = 0
    upstream.fault("GET", "available_dids", "status", status=500, times=9)
    answer = visit(staff, "/numbers/rent/", **NY)
    assert "(516) 206-5575" in answer.text
    assert "older than they should be" in answer.text


def test_when_nothing_was_kept_the_page_says_that_it_could_not_search(staff, upstream, visit):
    visit(staff, "/numbers/rent/", state="NY")
    upstream.fault("GET", "available_dids", "status", status=500, times=9)
    answer = visit(staff, "/numbers/rent/", status=502, **NY)
    assert "could not be done" in answer.text


def test_load_more_goes_on_where_the_first_page_ended(upstream):
    first = search(Query(npa="516"))
    second = search(Query(npa="516", offset=first.next_offset))
    assert second.offers
    assert not set(numbers_of(first)) & set(numbers_of(second))


def test_numbers_near_a_zip_code_come_closest_first(upstream):
    found = search(Query(near=Near(zip="11530")))
    assert found.offers[0].phonenumber.startswith("1516")


def test_capabilities_are_all_asked_for(upstream):
    assert {offer.capabilities & 3 for offer in search(Query(npa="516", can=("sms",))).offers} == {3}


def test_external_numbers_come_after_the_carriers_own(upstream):
    own = numbers_of(search(Query(country="SWE")))
    both = numbers_of(search(Query(country="SWE", external=True)))
    assert both[: len(own)] == own
    assert "46501818082" in both[len(own) :]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"state": "ZZ"}, "not a state"),
        ({"state": "CA", "npa": "516"}, "516 is not an area code of California"),
        ({"npa": "5x6"}, "three digits"),
        ({"digits": "55o5"}, "Only digits"),
        ({"digits": '5%" or 1'}, "Only digits"),
        ({"locality": 'x" and state eq "CA'}, "only letters"),
        ({"locality": "50%"}, "only letters"),
        ({"near": "somewhere"}, "ZIP code"),
        ({"near": "91.0, 10"}, "latitude"),
        ({"can": "fax"}, "voice, SMS or MMS"),
        ({"offset": "1000000000"}, "less than or equal"),
        ({"offset": "-1"}, "greater than or equal"),
        ({"country": "QQQ"}, "no numbers of this country"),
        ({"country": "SWE", "state": "NY"}, "Only numbers of the United States"),
        ({"country": "SWE", "external": "on", "near": "516"}, "cannot search by this"),
        ({"external": "on", "country": ""}, "country by country"),
    ],
)
def test_what_cannot_be_searched_is_refused_on_its_field_before_the_carrier_is_asked(
    staff, upstream, visit, wrong, says
):
    asked = len(upstream.requests(path="available_dids"))
    answer = visit(staff, "/numbers/rent/", status=422, **({"search": "1"} | wrong))
    assert says in answer.text
    assert len(upstream.requests(path="available_dids")) == asked


def numbers_of(found) -> list[str]:
    return [offer.phonenumber for offer in found.offers]


# --- reasons beside their fields, places, externals ----------------------------------------------


def test_the_reason_reaches_its_field_when_only_the_results_were_asked_for(staff, upstream, visit):
    wrong = NY | {"digits": "55o5"}
    answer = visit(staff, "/numbers/rent/", htmx=True, target="results", status=422, **wrong)
    (form,) = answer.all("form", id="search")
    assert form.get("hx-swap-oob") == "true"
    field = answer.all("input", name="digits")[0]
    assert (field.get("aria-invalid"), field.get("value")) == ("true", "55o5")
    assert field.get("autofocus") is not None
    assert "Only digits" in answer.all("em", id=field.get("aria-describedby"))[0].text
    mended = wrong | {"digits": "5575", "mend": answer.value("mend")}
    response = staff.get("/numbers/rent/", htmx=True, target="results", **mended)
    again = check(response, whole=False)
    assert again.all("input", name="digits")[0].get("aria-invalid") is None
    assert "mend" not in response["HX-Push-Url"]


def test_results_that_were_found_come_without_the_form(staff, upstream, visit):
    assert not visit(staff, "/numbers/rent/", htmx=True, target="results", **NY).all("form")


def test_an_unknown_state_is_refused_without_a_value_for_search_too(staff, upstream, visit):
    visit(staff, "/numbers/rent/", status=422, search="", state="ZZ")


def test_a_place_the_carrier_does_not_know_is_said_on_its_field(staff, upstream, visit):
    answer = visit(staff, "/numbers/rent/", status=422, near="99999", search="1")
    assert "knows no place like 99999" in answer.text
    assert answer.all("input", name="near")[0].get("aria-invalid") == "true"


def test_a_search_near_a_place_is_headed_by_it(staff, upstream, visit):
    assert "Rentable numbers near 10025" in visit(staff, "/numbers/rent/", near="10025", search="1").text


def test_how_many_of_how_many_are_shown_stands_beside_load_more(staff, upstream, visit):
    answer = visit(staff, "/numbers/rent/", **NY)
    total = next(h2.text.split()[0] for h2 in answer.all("h2") if "516, New York" in h2.text)
    assert f"25 of {total} shown" in answer.text


def test_external_numbers_that_did_not_fit_behind_the_carriers_own_are_said_to_be_missing(
    staff, upstream, visit
):
    upstream.add_numbers(
        *({"phonenumber": f"46850900{n:03}", "country_code": "SWE"} for n in range(100, 200))
    )
    asked = {"country": "SWE", "external": "on", "search": "1"}
    answer = visit(staff, "/numbers/rent/", **asked)
    assert "first 100 of the carrier's own" in answer.text
    narrowed = visit(staff, "/numbers/rent/", **asked | {"digits": "46501818082"})
    assert "carrier's own." not in narrowed.text
    assert "46 501 81 80 82" in narrowed.text


def test_a_silent_carrier_is_a_504(staff, upstream, visit, settings):
    visit(staff, "/numbers/rent/", state="NY")
    settings.UPSTREAM_READ_TIMEOUT = settings.UPSTREAM_DEADLINE = 0.5
    staff.get("/numbers/rent/", state="NY")
    upstream.fault("GET", "available_dids", "delay", seconds=1.5, when="before", times=9)
    visit(staff, "/numbers/rent/", status=504, **NY)
