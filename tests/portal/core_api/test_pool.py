"""The Phone Number API: paths, plus signs, pages, the cool-off, and the generations of a release."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from portal.core_api import NumberApi
from portal.core_api.errors import (
    BadAnswer,
    CoolOffInEffect,
    CredentialsRefused,
    Forbidden,
    Invalid,
    NotFound,
    OutcomeUnknown,
)
from tests.portal.core_api.raw_server import no_content, reply

E164 = "+15162065575"
TOKEN = "planted-auth-token-of-the-master"
NUMBER = {
    "id": "n-1",
    "account_id": "MA_1",
    "e164": E164,
    "country": "US",
    "capabilities": {"voice": True, "sms": False, "mms": False, "fax": False},
    "status": "active",
    "provider": "",
    "setup_fee": 0,
    "monthly_fee": 1,
    "currency": "USD",
    "voice_enabled": True,
    "tags": [],
    "purchased_at": "2026-03-01T10:00:00Z",
    "is_blocked": False,
    "source": "inventory",
}
SUB_ACCOUNT = {
    "id": "500001",
    "auth_id": "SA_1",
    "auth_token": TOKEN,
    "name": "North",
    "parent_auth_id": "MA_1",
    "enabled": True,
    "is_active": True,
}


@pytest.fixture
def pool(server):
    pool = NumberApi(url=server.url, auth_id="MA_1", auth_token=TOKEN, deadline=2)
    yield pool
    pool.close()


def test_every_call_carries_both_headers(server, pool):
    server.plays(reply(200, {"items": [], "page": 1, "per_page": 25, "total": 0}))
    pool.numbers()
    sent = server.requests[0].headers
    assert (sent["x-auth-id"], sent["x-auth-token"]) == ("MA_1", TOKEN)
    assert "authorization" not in sent


def test_numbers_come_in_pages_counted_from_one(server, pool):
    server.plays(reply(200, {"items": [NUMBER], "page": 2, "per_page": 1, "total": 3}))
    page = pool.numbers(page=2, per_page=1, search="516", include_subaccounts=False)
    (number,) = page
    assert (number.e164, number.account_id, number.monthly_fee) == (E164, "MA_1", Decimal(1))
    assert number.purchased_at == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert (page.total, page.has_more) == (3, True)
    assert server.requests[0].path == "/core/v2/Account/MA_1/numbers"
    assert server.requests[0].query == {
        "page": ["2"],
        "per_page": ["1"],
        "search": ["516"],
        "include_subaccounts": ["false"],
    }


def test_the_last_page_has_no_more(server, pool):
    server.plays(reply(200, {"items": [NUMBER], "page": 3, "per_page": 1, "total": 3}))
    assert not pool.numbers(page=3, per_page=1).has_more


@pytest.mark.parametrize("account", [{"account_id": ""}, {"account_id": None}, {"auth_id": None}])
def test_a_number_of_the_inventory_belongs_to_nobody(server, pool, account):
    item = {name: value for name, value in NUMBER.items() if name != "account_id"} | account
    server.plays(reply(200, {"items": [item], "page": 1, "per_page": 25, "total": 1}))
    page = pool.inventory(country="US", exclude=["1212", "1213"])
    assert page.items[0].account_id is None
    assert server.requests[0].path == "/core/v2/Account/MA_1/inventory/numbers"
    assert server.requests[0].query["exclude"] == ["1212,1213"]


@pytest.mark.parametrize("window", [{"page": 0}, {"per_page": 0}, {"per_page": 101}])
def test_a_page_outside_of_the_documented_ones_is_not_asked_for(server, pool, window):
    with pytest.raises(ValueError, match="Pages count from 1"):
        pool.numbers(**window)
    assert server.requests == []


@pytest.mark.parametrize("written", [E164, "15162065575"])
@pytest.mark.parametrize("answer", [no_content(), reply(200, b"")])
def test_assigning_names_number_and_sub_account(server, pool, written, answer):
    server.plays(answer)
    assert pool.assign(written, "SA_1") is None
    request = server.requests[0]
    assert request.method == "POST"
    assert request.target == "/core/v2/account/MA_1/numbers/%2B15162065575/assign-subaccount"
    assert request.json == {"sub_account_id": "SA_1"}


def test_unassigning_does_not_force_unless_told_to(server, pool):
    server.plays(no_content())
    pool.unassign(E164)
    pool.unassign(E164, force=True)
    first, second = server.requests
    assert (first.method, first.query) == ("DELETE", {})
    assert second.query == {"force": ["true"]}


def test_a_cool_off_says_until_when_and_is_asked_once(server, pool):
    body = {
        "error": "did_cool_off_in_effect",
        "cool_off_until": "2026-12-03T14:23:00Z",
        "cool_off_remaining_seconds": 3600,
    }
    server.plays(reply(409, body))
    with pytest.raises(CoolOffInEffect) as caught:
        pool.unassign(E164)
    assert caught.value.until == datetime(2026, 12, 3, 14, 23, tzinfo=UTC)
    assert caught.value.remaining == timedelta(hours=1)
    assert len(server.requests) == 1


def test_forcing_without_an_admins_credentials_is_forbidden(server, pool):
    server.plays(reply(403, {"error": "forbidden", "message": "admin role required"}))
    with pytest.raises(Forbidden, match="admin role required") as caught:
        pool.unassign(E164, force=True)
    assert caught.value.code == "forbidden"


def test_a_mismatch_of_account_and_credentials_is_forbidden(server, pool):
    server.plays(reply(403, {"error": {"code": 403, "message": "Access denied: account ID mismatch"}}))
    with pytest.raises(Forbidden, match="mismatch"):
        pool.numbers()


def test_a_refused_token_is_refused_credentials(server, pool):
    server.plays(reply(401, {"error": {"code": 401, "message": "Invalid token"}}))
    with pytest.raises(CredentialsRefused):
        pool.numbers()


def test_an_unknown_number_or_sub_account_is_not_found(server, pool):
    server.plays(reply(404, {"error": "not_found", "message": "number or sub-account not found"}))
    with pytest.raises(NotFound):
        pool.assign(E164, "SA_9")


class TestRelease:
    def test_can_be_pending(self, server, pool):
        body = {
            "status": "pending_release",
            "cooldown_ends_at": "2026-03-02T10:00:00Z",
            "release_fee": 2,
            "message": "number release initiated",
        }
        server.plays(reply(200, body))
        release = pool.release(E164)
        assert (release.status, release.release_fee) == ("pending_release", Decimal(2))
        assert release.cooldown_ends_at == datetime(2026, 3, 2, 10, tzinfo=UTC)
        assert server.requests[0].target == "/core/v2/Account/MA_1/numbers/%2B15162065575"

    @pytest.mark.parametrize(
        "answer", [no_content(), reply(200, {"message": "number returned to inventory"})]
    )
    def test_of_an_older_service_is_at_once(self, server, pool, answer):
        server.plays(answer)
        assert pool.release(E164).status == "released"

    def test_can_be_immediate(self, server, pool):
        server.plays(reply(200, {"status": "quarantined"}))
        assert pool.release(E164, immediate=True).status == "quarantined"
        assert server.requests[0].query == {"immediate": ["true"]}

    def test_that_answers_with_a_web_page_is_unknown(self, server, pool):
        server.plays(reply(200, b"<html>"))
        with pytest.raises(OutcomeUnknown):
            pool.release(E164)

    def test_can_be_cancelled(self, server, pool):
        server.plays(reply(200, {"status": "active", "currency": "USD", "refund_amount": 2}))
        cancelled = pool.cancel_release(E164)
        assert (cancelled.status, cancelled.refund_amount, cancelled.refund_failed) == ("active", 2, False)
        assert server.requests[0].target == "/core/v2/account/MA_1/numbers/%2B15162065575/cancel-release"

    def test_can_be_cancelled_without_a_refund(self, server, pool):
        server.plays(reply(200, {"status": "active", "refund_status": "failed", "refund_error": "ledger"}))
        assert pool.cancel_release(E164).refund_failed

    def test_that_is_not_pending_cannot_be_cancelled(self, server, pool):
        server.plays(reply(400, {"error": "number is not pending release"}))
        with pytest.raises(Invalid, match="not pending release"):
            pool.cancel_release(E164)


@pytest.mark.parametrize("e164", ["", "+", "516 206", "../x", "+0123456789", "+1516٢06557"])
def test_what_is_no_number_is_never_sent(server, pool, e164):
    for call in (pool.release, pool.unassign, pool.cancel_release):
        with pytest.raises(ValueError, match="A number is needed"):
            call(e164)
    assert server.requests == []


def test_a_balance_is_exact(server, pool):
    server.plays(
        reply(200, {"currency": "USD", "balance": 351.53, "available_balance": 300.5, "status": "ok"})
    )
    balance = pool.balance()
    assert (balance.balance, balance.available_balance) == (Decimal("351.53"), Decimal("300.5"))
    assert server.requests[0].path == "/core/v2/Account/MA_1/balance/USD"


class TestSubAccounts:
    def test_are_listed_without_their_secrets(self, server, pool):
        server.plays(reply(200, {"sub_accounts": [SUB_ACCOUNT], "total": 1, "page": 1, "size": 25}))
        (account,) = pool.sub_accounts.list(active_only=True)
        assert (account.auth_id, account.name, account.enabled) == ("SA_1", "North", True)
        assert TOKEN not in str(account.payload)
        assert server.requests[0].path == "/core/v2/accounts/MA_1/sub-accounts/"
        assert server.requests[0].query == {"page": ["1"], "size": ["25"], "active_only": ["true"]}

    def test_are_got_by_their_auth_id(self, server, pool):
        server.plays(reply(200, SUB_ACCOUNT))
        assert pool.sub_accounts.get("SA_1").id == "500001"
        assert server.requests[0].path == "/core/v2/accounts/MA_1/sub-accounts/SA_1"

    def test_another_one_than_asked_for_is_a_bad_answer(self, server, pool):
        server.plays(reply(200, {**SUB_ACCOUNT, "auth_id": "SA_2"}))
        with pytest.raises(BadAnswer):
            pool.sub_accounts.get("SA_1")
