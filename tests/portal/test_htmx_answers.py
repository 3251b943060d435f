"""What HTMX gets: whole-page redirects to sign in, messages as an event, pieces kept apart in caches."""

import json

import pytest
from django.contrib import messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.http import HttpResponse, HttpResponseRedirect
from django.test import RequestFactory
from django_htmx.middleware import HtmxMiddleware

from portal.http import go
from portal.middleware import HtmxAnswers

pytestmark = pytest.mark.django_db


def answered(view, *, htmx=True, boosted=False):
    headers = {"HX-Request": "true"} if htmx else {}
    headers |= {"HX-Boosted": "true"} if boosted else {}
    request = RequestFactory().get("/numbers/", headers=headers)
    request.session = {}
    request._messages = FallbackStorage(request)
    return HtmxMiddleware(HtmxAnswers(view))(request)


def with_a_message(response):
    def view(request):
        messages.success(request, "Rented (516) 206-5575 — “done”")
        return response

    return view


def test_messages_of_a_swapped_piece_travel_as_an_event():
    response = answered(with_a_message(HttpResponse("piece")))
    event = json.loads(response["HX-Trigger"])["desk:messages"]
    assert event == {"value": [{"level": "success", "text": "Rented (516) 206-5575 — “done”"}]} or event == [
        {"level": "success", "text": "Rented (516) 206-5575 — “done”"}
    ]


@pytest.mark.parametrize("kind", [{"htmx": False}, {"boosted": True}])
def test_a_whole_page_shows_its_messages_itself(kind):
    assert "HX-Trigger" not in answered(with_a_message(HttpResponse("page")), **kind)


def test_a_redirect_leaves_its_messages_for_the_page_it_leads_to():
    assert "HX-Trigger" not in answered(with_a_message(HttpResponseRedirect("/numbers/")))
    assert "HX-Trigger" not in answered(lambda request: with_a_message(go(request, "/numbers/"))(request))


def test_caches_keep_page_and_piece_apart():
    vary = answered(lambda _: HttpResponse("piece", headers={"Vary": "Cookie"}))["Vary"]
    parts = {part.strip() for part in vary.split(",")}
    assert parts == {"Cookie", "HX-Request", "HX-Boosted", "HX-Target", "HX-History-Restore-Request"}


def test_a_lost_session_sends_the_whole_page_to_sign_in_and_back_to_the_page(client):
    response = client.get(
        "/audit/?page=2",
        headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/audit/?outcome=done"},
    )
    assert response.status_code == 200
    assert response["HX-Redirect"] == "/account/login/?next=/audit/%3Foutcome%3Ddone"


def test_a_foreign_page_is_never_the_way_back(client):
    response = client.get(
        "/audit/", headers={"HX-Request": "true", "HX-Current-URL": "https://evil.example/audit/"}
    )
    assert response["HX-Redirect"] == "/account/login/?next=/"


def test_other_redirects_are_left_alone():
    assert answered(lambda _: HttpResponseRedirect("/numbers/")).status_code == 302


def test_going_somewhere_is_a_see_other_without_htmx():
    response = answered(lambda request: go(request, "/numbers/"), htmx=False)
    assert (response.status_code, response["Location"]) == (303, "/numbers/")


def test_going_somewhere_is_a_client_redirect_with_htmx():
    response = answered(lambda request: go(request, "/numbers/"))
    assert (response.status_code, response["HX-Redirect"]) == (200, "/numbers/")
