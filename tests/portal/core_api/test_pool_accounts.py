"""The Phone Number API beyond single numbers: sub-accounts, money, whole lists, forced moves."""

import json
import pickle
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from portal.core_api import NumberApi
from portal.core_api.errors import CoreApiError, Invalid, OutcomeUnknown
from tests.portal.core_api.raw_server import no_content, reply, reset
from tests.portal.core_api.test_pool import NUMBER, SUB_ACCOUNT, TOKEN
from tests.portal.core_api.test_secrets import everything_an_error_shows

NEW_TOKEN = "planted-auth-token-of-the-new-one"
ACCESS, REFRESH = "planted-jwt-access", "planted-jwt-refresh"
CREATED = {
    "message": "Sub-account created successfully",
    "sub_account": {**SUB_ACCOUNT, "auth_token": NEW_TOKEN},
    "auth_credentials": {"auth_id": "SA_1", "auth_token": NEW_TOKEN},
    "tokens": {
        "access_token": ACCESS,
        "refresh_token": REFRESH,
        "token_type": "bearer",
        "expires_in": 1800,
    },
}
MOVE = {
    "id": "a-1",
    "e164": "+15162065575",
    "from_account_id": "SA_1",
    "to_account_id": "MA_1",
    "action": "force_unassign",
    "performed_by": "MA_ADMIN",
    "acting_user": "grace",
    "request_id": "req-42",
    "last_call_at": "2026-03-01T10:00:00Z",
    "cool_off_until": "2026-03-16T10:00:00Z",
    "created_at": "2026-03-04T10:00:00Z",
}


@pytest.fixture
def pool(server):
    pool = NumberApi(url=server.url, auth_id="MA_1", auth_token=TOKEN, deadline=2)
    yield pool
    pool.close()


def numbers(page, *digits, total):
    items = [{**NUMBER, "e164": f"+{each}"} for each in digits]
    return reply(200, {"items": items, "page": page, "per_page": 100, "total": total})


class TestWholeLists:
    def test_are_read_page_by_page(self, server, pool):
        first = [str(15162060000 + at) for at in range(100)]
        server.plays(numbers(1, *first, total=101), numbers(2, "15162069999", total=101))
        listing = pool.iterate_numbers(include_subaccounts=False)
        assert [number.e164 for number in listing] == [f"+{each}" for each in [*first, "15162069999"]]
        assert listing.complete
        assert [request.query["page"] for request in server.requests] == [["1"], ["2"]]
        assert server.requests[1].query["include_subaccounts"] == ["false"]

    def test_can_be_read_again_from_the_beginning(self, server, pool):
        server.plays(numbers(1, "15162065575", total=1))
        listing = pool.iterate_numbers()
        assert len(list(listing)) == len(list(listing)) == 1
        assert server.requests[1].query["page"] == ["1"]

    def test_that_change_meanwhile_are_not_complete(self, server, pool):
        first = [str(15162060000 + at) for at in range(100)]
        server.plays(numbers(1, *first, total=102), numbers(2, "15162069999", total=101))
        listing = pool.iterate_numbers()
        assert len(list(listing)) == 101
        assert not listing.complete

    def test_find_one_number_among_those_that_contain_its_digits(self, server, pool):
        server.plays(numbers(1, "115162065575", "15162065575", total=2))
        assert pool.find("15162065575").e164 == "+15162065575"
        assert pool.find("15162065570") is None
        assert server.requests[0].query["search"] == ["15162065575"]


class TestSubAccounts:
    def test_are_made_with_secrets_that_are_seen_once(self, server, pool):
        server.plays(reply(201, CREATED))
        made = pool.sub_accounts.create("North", email="n@example.org", rate_limit=10)
        assert (made.account.auth_id, made.account.name) == ("SA_1", "North")
        assert (made.auth_token, made.access_token, made.refresh_token) == (NEW_TOKEN, ACCESS, REFRESH)
        shown = repr(made) + json.dumps(made.account.payload)
        for secret in (NEW_TOKEN, ACCESS, REFRESH):
            assert secret not in shown
        request = server.requests[0]
        assert (request.method, request.path) == ("POST", "/core/v2/accounts/MA_1/sub-accounts/")
        assert request.json == {"name": "North", "email": "n@example.org", "rate_limit": 10}

    def test_that_are_new_cannot_be_kept_by_cache_session_or_queue(self, server, pool):
        server.plays(reply(200, CREATED))
        with pytest.raises(TypeError, match="kept nowhere"):
            pickle.dumps(pool.sub_accounts.create("North"))

    def test_may_come_without_tokens(self, server, pool):
        server.plays(reply(200, {key: value for key, value in CREATED.items() if key != "tokens"}))
        assert pool.sub_accounts.create("North").access_token == ""

    @pytest.mark.parametrize(
        "play",
        [
            reset(),
            reply(500, CREATED),
            reply(200, {**CREATED, "auth_credentials": None}),
            reply(200, {**CREATED, "sub_account": None}),
        ],
    )
    def test_whose_answer_is_lost_are_unknown_and_show_nothing(self, server, pool, play):
        server.plays(play)
        with pytest.raises(OutcomeUnknown) as caught:
            pool.sub_accounts.create("North")
        assert len(server.requests) == 1
        shown = everything_an_error_shows(caught.value)
        for secret in (NEW_TOKEN, ACCESS, REFRESH, TOKEN):
            assert secret not in shown

    def test_are_refused_without_repeating_their_password(self, server, pool):
        server.plays(reply(400, {"error": "weak_password", "message": "planted-pw-123 is too weak"}))
        with pytest.raises(Invalid, match="too weak") as caught:
            pool.sub_accounts.create("North", password="planted-pw-123")
        assert "planted-pw-123" not in caught.value.message

    def test_are_changed_by_what_is_given(self, server, pool):
        server.plays(reply(200, {**SUB_ACCOUNT, "enabled": False}))
        assert pool.sub_accounts.update("SA_1", enabled=False).enabled is False
        request = server.requests[0]
        assert (request.method, request.path) == ("PUT", "/core/v2/accounts/MA_1/sub-accounts/SA_1")
        assert request.json == {"enabled": False}

    def test_cannot_be_given_what_upstream_keeps(self, server, pool):
        for fields in ({"auth_token": "x"}, {"auth_id": "SA_2"}, {"is_active": True}):
            with pytest.raises((ValueError, TypeError)):
                pool.sub_accounts.update("SA_1", **fields)
        with pytest.raises(ValueError, match="nothing to change"):
            pool.sub_accounts.update("SA_1")
        assert server.requests == []

    @pytest.mark.parametrize("answer", [no_content(), reply(200, {"message": "deleted"})])
    def test_are_removed(self, server, pool, answer):
        server.plays(answer)
        assert pool.sub_accounts.delete("SA_1") is None
        assert (server.requests[0].method, server.requests[0].path) == (
            "DELETE",
            "/core/v2/accounts/MA_1/sub-accounts/SA_1",
        )

    def test_are_read_as_a_whole_list(self, server, pool):
        server.plays(reply(200, {"sub_accounts": [SUB_ACCOUNT], "total": 1, "page": 1, "size": 100}))
        listing = pool.sub_accounts.iterate(active_only=True)
        assert [account.auth_id for account in listing] == ["SA_1"]
        assert listing.complete
        assert server.requests[0].query == {"page": ["1"], "size": ["100"], "active_only": ["true"]}


def test_transactions_are_exact_and_can_be_narrowed(server, pool):
    item = {
        "id": "t-1",
        "type": "debit",
        "amount": 0.6,
        "currency": "USD",
        "reference_type": "did_rental",
        "reference": "+15162065575",
        "created_at": "2026-03-01T10:00:00Z",
    }
    server.plays(
        reply(200, {"transactions": [item], "total": 1, "page": 1, "per_page": 50, "total_pages": 1})
    )
    page = pool.transactions(since=datetime(2026, 3, 1, tzinfo=UTC), reference_type="did_rental")
    (transaction,) = page
    assert (transaction.amount, transaction.reference) == (Decimal("0.6"), "+15162065575")
    assert server.requests[0].path == "/core/v2/Account/MA_1/transactions"
    assert server.requests[0].query == {
        "page": ["1"],
        "per_page": ["50"],
        "reference_type": ["did_rental"],
        "from_date": ["2026-03-01T00:00:00.000Z"],
    }


def test_all_transactions_can_be_read(server, pool):
    item = {"id": "t-1", "amount": -1}
    server.plays(reply(200, {"transactions": [item], "total": 1, "page": 1, "per_page": 1000}))
    listing = pool.iterate_transactions()
    assert [transaction.amount for transaction in listing] == [Decimal(-1)]
    assert listing.complete
    assert server.requests[0].query["per_page"] == ["1000"]


def test_forced_moves_say_who_what_and_over_which_cool_off(server, pool):
    server.plays(reply(200, {"items": [MOVE], "page": 1, "per_page": 100, "total": 1}))
    listing = pool.iterate_assignment_audit()
    (move,) = listing
    assert listing.complete
    assert (move.e164, move.from_account_id, move.performed_by, move.acting_user, move.request_id) == (
        "+15162065575",
        "SA_1",
        "MA_ADMIN",
        "grace",
        "req-42",
    )
    assert move.cool_off_until == datetime(2026, 3, 16, 10, tzinfo=UTC)
    assert server.requests[0].path == "/core/v2/account/MA_1/assignment-audit"


def test_a_balance_in_another_currency_than_asked_for_is_not_trusted(server, pool):
    server.plays(reply(200, {"currency": "EUR", "balance": 1}))
    with pytest.raises(CoreApiError):
        pool.balance("USD")
