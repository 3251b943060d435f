"""Where the Phone Number API is not configured: what needs it is hidden, with one sentence why."""

import pytest
from django.core.cache import cache

from numbers.models import Number
from partners.services.family import own_account

NEEDING = ("Cool-offs", "Override Requests", "Forced Moves")
WHY = "Numbers cannot be assigned or unassigned here. The Phone Number API is not configured."


@pytest.fixture
def core_api_only(mirror, settings):
    cache.clear()
    settings.NUMBER_API_URL = ""


def in_navigation(answer) -> str:
    return " ".join("".join(nav.itertext()) for nav in answer.all("nav") if nav.get("aria-label") == "Main")


def number_held(*, ours: bool) -> str:
    numbers = Number.objects.filter(status="assigned")
    us = own_account().pk
    found = numbers.filter(partner_sid=us) if ours else numbers.exclude(partner_sid=us)
    return found[0].phonenumber


def test_the_navigation_offers_what_needs_it_only_where_it_is_there(admin, mirror, settings, visit):
    there = in_navigation(visit(admin, "/"))
    settings.NUMBER_API_URL = ""
    gone = in_navigation(visit(admin, "/"))
    for label in NEEDING:
        assert label in there
        assert label not in gone
    assert "Partners" in gone


@pytest.mark.parametrize("path", ["cool-offs", "overrides", "forced"])
def test_the_pages_themselves_say_why(admin, core_api_only, path, visit):
    assert WHY in visit(admin, f"/numbers/{path}/").text


@pytest.mark.parametrize("ours", [True, False])
def test_a_number_says_why_it_cannot_be_moved(manager, core_api_only, ours, visit):
    page = visit(manager, f"/numbers/{number_held(ours=ours)}/")
    assert WHY in page.text
    assert "ssign…" not in page.text


def test_with_both_protocols_nothing_is_to_be_explained(admin, mirror, visit):
    for path in (
        "/numbers/cool-offs/",
        "/numbers/overrides/",
        "/numbers/forced/",
        f"/numbers/{number_held(ours=True)}/",
    ):
        assert "not configured" not in visit(admin, path).text
