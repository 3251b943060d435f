"""A number's calls: the records, the picture of 90 days with the cool-off in it, and silence upstream."""

from datetime import timedelta

import pytest
from django.utils import timezone

from numbers.models import CoolOff, Number
from numbers.services import number_calls as service
from numbers.services.sync import sync_numbers

NUMBER = "15162065573"  # rented in these tests, never called
URL = f"/numbers/{NUMBER}/calls/"


@pytest.fixture
def number(mirror):
    mirror.rent(NUMBER)
    sync_numbers()
    return mirror


def call(world, days_ago: float, **more):
    at = (timezone.now() - timedelta(days=days_ago)).isoformat()
    world.add_calls({"phonenumber": NUMBER, "date_start": at, **more})


def test_calls_are_listed_newest_first_with_direction_and_length(staff, number, visit):
    call(number, 3, duration=125)
    call(number, 2, duration=7, direction="outbound")
    answer = visit(staff, URL)
    rows = [row for row in answer.all("tr") if "2 min 5 s" in _text(row) or "7 s" in _text(row)]
    assert [("out" in _text(row)) for row in rows] == [True, False]
    assert "2 calls in 90 days" in answer.text


def test_they_are_a_tab_of_the_number_which_asks_for_none(staff, number, visit):
    page = visit(staff, f"/numbers/{NUMBER}/", upstream=0)
    assert page.all("a", href=URL)
    tab = visit(staff, URL)
    assert tab.all("a", href=f"/numbers/{NUMBER}/")
    assert [link.get("href") for link in tab.all("a", **{"aria-current": "page"})][-1] == URL
    assert visit(staff, URL, htmx=True).html.lstrip().startswith("<section")


def test_a_number_never_called_says_so_and_has_no_window(staff, number, visit):
    answer = visit(staff, URL)
    assert "Never called" in answer.text
    assert 'class="win"' not in answer.html


def test_the_cool_off_is_drawn_from_the_last_call_into_the_days_ahead(staff, number, visit):
    call(number, 5, duration=0)
    visit(staff, URL)
    spark = service.number_calls(NUMBER).spark
    begins, width = spark.window
    assert begins == pytest.approx(850, abs=2)
    assert begins + width == pytest.approx(1000, abs=3)


def test_a_cool_off_that_is_over_is_drawn_where_it_was(staff, number):
    call(number, 40, duration=0)
    begins, width = service.number_calls(NUMBER).spark.window
    assert (begins, begins + width) == (pytest.approx(500, abs=2), pytest.approx(650, abs=3))


def test_a_day_of_many_calls_stands_higher_than_a_day_of_one(number):
    for _ in range(4):
        call(number, 2.5, duration=1)
    call(number, 6.5, duration=1)
    one, many = service.number_calls(NUMBER).spark.bars
    assert (one.count, many.count) == (1, 4)
    assert many.height > one.height


def test_who_hears_the_page_gets_the_weeks_as_a_table(staff, number, visit):
    call(number, 2, duration=1)
    answer = visit(staff, URL)
    tables = [table for table in answer.all("table") if table.get("class") == "sr"]
    assert sum(int(_text(cell)) for cell in _cells(tables[0])) == 1


def test_a_call_longer_ago_than_the_picture_is_still_the_last_call(staff, number, visit):
    call(number, 120)
    answer = visit(staff, URL)
    assert "No call in 90 days" in answer.text
    assert "Its last call was 119 days ago" in answer.text or "Its last call was 120 days ago" in answer.text


def test_reading_the_calls_corrects_the_forecast(staff, number, visit):
    call(number, 1, duration=60)
    visit(staff, URL)
    assert CoolOff.objects.get(pk=NUMBER).in_effect


def test_many_calls_are_paged_and_asked_for_once(staff, number, visit):
    number.add_calls(*({"phonenumber": NUMBER, "duration": 1} for _ in range(30)))
    first = visit(staff, URL, htmx=True, upstream=2)
    second = visit(staff, URL + "?page=2", htmx=True, upstream=0)
    assert "Page 1 of 2" in first.text
    assert len(_rows(first)) == 25
    assert len(_rows(second)) == 5


def test_of_a_number_with_more_calls_than_can_be_read_the_newest_are_shown_and_it_is_said(
    staff, number, visit, monkeypatch
):
    monkeypatch.setattr(service, "MOST", 5)
    number.add_calls(*({"phonenumber": NUMBER, "duration": 1} for _ in range(9)))
    assert "The newest 5 calls" in visit(staff, URL).text


@pytest.mark.parametrize("wanted", ["0", "-1", "x", "99999999999", "²"])
def test_a_page_that_is_none_is_the_first_or_the_last(staff, number, visit, wanted):
    visit(staff, URL, page=wanted)


def test_when_upstream_is_silent_the_last_known_call_and_the_reason_are_shown(staff, number, visit):
    CoolOff.objects.create(
        phonenumber=NUMBER, last_call_at=timezone.now(), until=None, checked_at=timezone.now()
    )
    number.fault("GET", "call_drs", "status", status=503, times=9)
    answer = visit(staff, URL, status=502)
    assert "The calls could not be read." in answer.text
    assert "Last call" in answer.text
    assert "Try again" in visit(staff, URL, status=502, htmx=True).text


def test_what_was_read_before_is_shown_with_its_age_when_upstream_is_silent(
    staff, number, visit, monkeypatch
):
    call(number, 2, duration=7)
    visit(staff, URL)
    monkeypatch.setattr(service, "FRESH_SECONDS", 0)
    number.fault("GET", "call_drs", "status", status=503, times=9)
    answer = visit(staff, URL)
    assert "These are the calls as of" in answer.text
    assert "7 s" in answer.text


def test_without_the_scope_it_is_a_sentence(staff, number, visit):
    number.fault("GET", "call_drs", "status", status=403, body={"errors": [], "message": "forbidden"})
    assert "does not allow" in visit(staff, URL, status=502).text


def test_a_number_that_is_not_ours_has_no_calls_here(staff, mirror):
    assert staff.get("/numbers/15162065575/calls/").status_code == 404
    assert not Number.objects.filter(phonenumber="15162065575").exists()


def _text(element) -> str:
    return " ".join("".join(element.itertext()).split())


def _cells(table) -> list:
    return [cell for cell in table.iter() if cell.tag.endswith("}td")]


def _rows(answer) -> list:
    listed = next(table for table in answer.all("table") if "list" in (table.get("class") or ""))
    body = next(part for part in listed.iter() if part.tag.endswith("}tbody"))
    return [row for row in body if row.tag.endswith("}tr")]
