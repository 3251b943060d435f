"""Tokens that deserve a second look, found across all partners."""

from datetime import timedelta

import pytest
import requests
from django.utils import timezone

from partners.models import Token, TokenAddress
from partners.services.sync import sync_tokens
from tests.partners.test_rotate import rotate


def of(found: list, **fields) -> Token:
    now = timezone.now()
    number = len(found)
    defaults = {
        "token_sid": f"00000000-0000-4000-8000-{number:012d}",
        "partner_sid": "p",
        "issued_at": now - timedelta(days=200),
        "expires_at": now + timedelta(days=100),
        "used_at": now,
        "synced_at": now,
        "payload": {"scopes": []},
    }
    found.append(Token(**defaults | fields))
    return found[-1]


@pytest.fixture
def all_kinds(db) -> None:
    now, found = timezone.now(), []
    of(found, name="fine")
    of(found, name="unneeded", used_at=None)
    of(found, name="abandoned", used_at=now - timedelta(days=120))
    of(found, name="eternal", expires_at=now + timedelta(days=36_500))
    of(found, name="ending", expires_at=now + timedelta(days=3))
    of(found, name="moved", new_address_at=now - timedelta(days=1))
    Token.objects.bulk_create(found)


@pytest.mark.parametrize(
    ("finding", "name"),
    [
        ("never_used", "unneeded"),
        ("unused", "abandoned"),
        ("never_expires", "eternal"),
        ("expiring", "ending"),
        ("new_address", "moved"),
    ],
)
def test_each_finding_finds_its_token_and_no_other(manager, all_kinds, visit, finding, name):
    answer = visit(manager, "/partners/tokens/", finding=finding)
    shown = [
        each
        for each in ("fine", "unneeded", "abandoned", "eternal", "ending", "moved")
        if each in answer.text
    ]
    assert shown == [name]


def test_the_tile_counts_what_the_rows_say_also_of_a_token_issued_just_now(manager, db, visit):
    found, now = [], timezone.now()
    of(found, name="young", used_at=None, issued_at=now - timedelta(minutes=2))
    Token.objects.bulk_create(found)
    answer = visit(manager, "/partners/tokens/")
    assert "Never used 1" in answer.text
    assert "issued 2 min ago" in answer.text


def test_many_tokens_cost_no_more_than_one(manager, partners, token, visit):
    found = []
    for number in range(60):
        of(found, name=f"token {number} [nd-{number:012x}]", partner_sid=token.partner_sid)
    Token.objects.bulk_create(found)
    visit(manager, "/partners/tokens/", queries=14, upstream=0)


def test_a_revocation_that_is_planned_is_seen_among_all_tokens_too(manager, token, visit):
    rotate(manager, visit, token)
    answer = visit(manager, "/partners/tokens/", q="Export")
    assert "to be revoked in 23 h" in answer.text


def test_how_long_is_unused_can_be_chosen(manager, all_kinds, visit):
    assert "abandoned" not in visit(manager, "/partners/tokens/", finding="unused", days="150").text


def test_a_token_used_from_another_address_than_before_is_noticed(upstream, partners):
    token = Token.objects.get(ours=True)
    assert token.new_address_at is None
    TokenAddress.objects.filter(token_sid=token.pk).update(address="192.0.2.7")
    sync_tokens()
    token.refresh_from_db()
    assert token.new_address_at is not None


def test_a_token_that_was_revoked_elsewhere_leaves_the_mirror(upstream, token):
    wishes = {key: upstream.core[key] for key in ("client_id", "client_secret")}
    secret = upstream.get(f"/oauth/tokens/{token.pk}").json()["access_token"]
    requests.post(
        f"{upstream.core['url']}/oauth/revoke",
        data=wishes | {"token": secret},
        headers={"Authorization": f"Bearer {upstream.core['token']}"},
        timeout=10,
    ).raise_for_status()
    sync_tokens()
    assert not Token.objects.filter(pk=token.pk).exists()


def test_staff_do_not_see_tokens(staff, all_kinds, visit):
    visit(staff, "/partners/tokens/", status=403)
