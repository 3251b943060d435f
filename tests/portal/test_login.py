"""Signing in and out; nobody makes an account for themselves."""

import pytest
from django.contrib.auth.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def sam(db) -> User:
    return User.objects.create_user("sam", password="open sesame 1")


def sign_in(client, **data):
    return client.post("/account/login/", {"login": "sam", "password": "open sesame 1", **data})


def test_the_sign_in_page_is_there(stranger, visit):
    page = visit(stranger, "/account/login/")
    assert page.all("input", name="password", type="password")


def test_the_right_password_leads_home(client, sam):
    response = sign_in(client)
    assert (response.status_code, response["Location"]) == (302, "/")


def test_the_way_back_is_kept(client, sam):
    assert sign_in(client, next="/audit/?outcome=done")["Location"] == "/audit/?outcome=done"


def test_the_way_back_never_leads_away(client, sam):
    assert sign_in(client, next="https://evil.example/")["Location"] == "/"


def test_a_wrong_password_is_said_and_nobody_is_signed_in(client, sam):
    response = sign_in(client, password="wrong")
    assert response.status_code == 200
    assert "not correct" in response.content.decode()
    assert client.get("/status/").status_code == 302


def test_guessing_is_slowed_down(client, sam):
    for _ in range(6):
        response = sign_in(client, password="wrong")
    assert "Too many failed login attempts" in response.content.decode()
    assert "Too many failed login attempts" in sign_in(client).content.decode()


def test_nobody_signs_up(client):
    form = {"username": "eve", "password1": "a b c 1 2 3 !", "password2": "a b c 1 2 3 !"}
    assert client.post("/account/signup/", form).status_code == 404
    assert not User.objects.exists()


def test_a_switched_off_account_is_told_whom_to_ask(client, sam, stranger, visit):
    User.objects.update(is_active=False)
    assert sign_in(client)["Location"] == "/account/inactive/"
    assert "Ask an administrator" in visit(stranger, "/account/inactive/").text
    assert client.get("/status/").status_code == 302


def test_signing_out_needs_a_post(client, sam):
    sign_in(client)
    client.get("/account/logout/")
    assert client.session.get("_auth_user_id")
    client.post("/account/logout/")
    assert not client.session.get("_auth_user_id")


def test_a_session_is_seen_once_a_minute_not_with_every_page(client, sam, django_assert_max_num_queries):
    sign_in(client)
    client.get("/status/")
    first_seen = sam.usersession_set.get().last_seen_at
    for _ in range(3):
        client.get("/status/")
    assert sam.usersession_set.get().last_seen_at == first_seen
