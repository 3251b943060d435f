"""The world of these tests, with the names people use for its partners."""

import pytest
from django.core.cache import cache

from partners.models import Partner, Token
from partners.services.family import own_account
from partners.services.sub_accounts import sync_sub_accounts
from partners.services.sync import sync_partners, sync_tokens


@pytest.fixture
def partners(upstream) -> dict[str, Partner]:
    """Partners, sub-accounts and tokens in step; every partner by name, ourselves as `ourselves`."""
    cache.clear()
    sync_partners()
    sync_sub_accounts()
    sync_tokens()
    found = {partner.name: partner for partner in Partner.objects.all()}
    return found | {"ourselves": own_account()}


@pytest.fixture
def sub_partner(partners) -> Partner:
    """A sub-partner that has none below it."""
    parents = {partner.parent_sid for partner in partners.values()}
    return next(p for p in partners.values() if p.parent_sid and p.pk not in parents)


@pytest.fixture
def token(upstream, sub_partner) -> Token:
    """A token of a sub-partner, issued elsewhere."""
    wishes = {
        "client_id": upstream.core["client_id"],
        "client_secret": upstream.core["client_secret"],
        "name": "Export",
        "scope": "phonenumber.read,calls.read",
        "access_token_expires_in": "864000",
    }
    upstream.request("POST", f"/oauth/token/{sub_partner.pk}", data=wishes)
    sync_tokens()
    return Token.objects.get(name="Export")
