"""What the Phone Number API promises, kept by the sandbox: assigning, cool-off, force, release, accounts."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from portal.core_api.errors import (
    Conflict,
    CoolOffInEffect,
    CredentialsRefused,
    Forbidden,
    Invalid,
    NotFound,
)

OURS, UNUSED = "12125550148", "14155550119"
NOBODYS = "19995550100"


@pytest.fixture
def sub(pool):
    """A sub-account made for this test."""
    return pool.sub_accounts.create("Contract North").account


@pytest.fixture
def fresh(core, pool, sub):
    """A number that was never called, held by `sub`."""
    did = core.phonenumbers.rent("15162065575")
    pool.assign(did.phonenumber, sub.auth_id)
    return did.phonenumber


def now(world):
    return datetime.fromisoformat(world.steer("GET")["now"])


def test_the_numbers_of_both_protocols_are_the_same(core, pool):
    listing = pool.iterate_numbers()
    by_e164 = {number.e164: number for number in listing}
    assert listing.complete
    assert {f"+{did.phonenumber}" for did in core.phonenumbers.iterate()} == set(by_e164)
    held = pool.find(OURS)
    assert held.status == "active"
    assert held.account_id.startswith("MA_")
    assert held.currency == "USD"
    assert held.purchased_at.tzinfo is UTC


def test_numbers_of_sub_accounts_can_be_left_out(pool, fresh):
    assert pool.find(fresh) is not None
    own = [number.e164 for number in pool.iterate_numbers(include_subaccounts=False)]
    assert f"+{fresh}" not in own
    assert f"+{OURS}" in own


def test_a_number_nobody_holds_is_not_found(pool):
    assert pool.find(NOBODYS) is None


def test_the_inventory_belongs_to_nobody(pool):
    page = pool.inventory(country="US", search="516", per_page=5)
    assert page.items
    assert all(number.account_id is None and "516" in number.e164 for number in page)
    assert all(number.monthly_fee >= 0 for number in page)


def test_assigning_moves_a_number_and_its_partner(core, pool, sub):
    core.phonenumbers.rent("15162065575")
    assert pool.assign("15162065575", sub.auth_id) is None
    assert pool.find("15162065575").account_id == sub.auth_id
    assert core.phonenumbers.find("15162065575").partner_sid == sub.api_id


def test_assigning_what_is_not_there_is_not_found(pool, sub):
    with pytest.raises(NotFound):
        pool.assign(NOBODYS, sub.auth_id)
    with pytest.raises(NotFound):
        pool.assign(OURS, "SA_NOBODY")


def test_a_number_another_holds_cannot_be_assigned(pool, fresh):
    other = pool.sub_accounts.create("Contract South").account
    with pytest.raises(Conflict):
        pool.assign(fresh, other.auth_id)


def test_a_number_that_was_never_called_comes_back_at_once(core, pool, fresh):
    assert pool.unassign(fresh) is None
    assert pool.find(fresh).account_id.startswith("MA_")
    assert core.phonenumbers.find(fresh).partner_sid == core.whoami().partner_sid


def test_a_call_within_fifteen_days_holds_it(world, pool, fresh):
    world.add_calls({"phonenumber": fresh, "duration": 60})
    for _ in range(2):  # asking again changes nothing
        with pytest.raises(CoolOffInEffect) as caught:
            pool.unassign(fresh)
    error = caught.value
    assert error.code == "did_cool_off_in_effect"
    assert timedelta(days=14, hours=23) < error.remaining <= timedelta(days=15, minutes=1)
    assert abs(error.until - now(world) - error.remaining) < timedelta(seconds=5)


def test_after_fifteen_days_it_comes_back(world, pool, fresh):
    world.add_calls({"phonenumber": fresh, "duration": 60})
    world.advance(15 * 86_400 + 120)
    assert pool.unassign(fresh) is None
    assert pool.find(fresh).account_id.startswith("MA_")


def test_force_is_for_an_administrator(world, pool, fresh):
    world.add_calls({"phonenumber": fresh})
    with pytest.raises(Forbidden):
        pool.unassign(fresh, force=True)
    assert pool.find(fresh).account_id.startswith("SA_")


def test_a_forced_move_is_on_upstreams_record(world, pool, number_api, fresh):
    world.add_calls({"phonenumber": fresh})
    with pytest.raises(CoolOffInEffect) as refused:
        pool.unassign(fresh)
    given = world.number_api
    admin = number_api(
        url=given["url"],
        auth_id=given["admin_auth_id"],
        auth_token=given["admin_auth_token"],
        headers=lambda: {"X-Request-ID": "req-42", "X-Acting-User": "grace"},
    )
    holder = pool.find(fresh).account_id
    assert admin.unassign(fresh, force=True) is None
    listing = admin.iterate_assignment_audit()
    (move,) = listing
    assert listing.complete
    assert (move.e164, move.from_account_id) == (f"+{fresh}", holder)
    assert move.to_account_id == pool.find(fresh).account_id
    assert move.performed_by == given["admin_auth_id"]
    assert (move.acting_user, move.request_id) == ("grace", "req-42")
    assert move.cool_off_until == refused.value.until
    assert move.last_call_at == move.cool_off_until - timedelta(days=15)
    assert list(pool.iterate_assignment_audit(fresh)) == [move]
    assert list(pool.iterate_assignment_audit(OURS)) == []


def test_an_administrator_without_force_meets_the_cool_off_too(world, admin_pool, fresh):
    world.add_calls({"phonenumber": fresh})
    with pytest.raises(CoolOffInEffect):
        admin_pool.unassign(fresh)


def test_a_release_is_pending_and_can_be_cancelled(core, pool):
    core.phonenumbers.rent("15162065575")
    release = pool.release("15162065575")
    assert release.status == "pending_release"
    assert release.cooldown_ends_at > datetime.now(UTC) + timedelta(hours=23)
    cancelled = pool.cancel_release("15162065575")
    assert (cancelled.status, cancelled.refund_failed) == ("active", False)
    assert pool.find("15162065575").status == "active"


def test_a_release_that_is_over_cannot_be_cancelled(core, pool):
    core.phonenumbers.rent("15162065575")
    pool.release("15162065575", immediate=True)
    with pytest.raises((Invalid, NotFound, Forbidden)):
        pool.cancel_release("15162065575")
    assert core.phonenumbers.find("15162065575") is None


def test_a_number_that_is_not_being_released_has_nothing_to_cancel(pool):
    with pytest.raises(Invalid):
        pool.cancel_release(OURS)


def test_another_accounts_number_cannot_be_released(pool):
    with pytest.raises((Forbidden, NotFound)):
        pool.release(NOBODYS)


def test_a_rent_moves_money_and_is_told_in_the_ledger(core, pool):
    before = pool.balance()
    core.phonenumbers.rent("15162065575")
    after = pool.balance()
    assert after.available_balance < before.available_balance
    assert isinstance(after.balance, Decimal)
    listing = pool.iterate_transactions()
    transactions = list(listing)
    assert listing.complete
    mine = [each for each in transactions if each.reference == "+15162065575"]
    assert sum(each.amount for each in mine) == before.balance - after.balance
    assert transactions[0].created_at >= transactions[-1].created_at


def test_a_sub_account_is_a_partner_and_its_secrets_are_told_once(core, pool, number_api, world):
    made = pool.sub_accounts.create("Contract North", email="north@example.org", description="a test")
    account = made.account
    assert account.auth_id.startswith("SA_")
    assert account.payload["auth_token"] == "[hidden]"
    assert core.partners.get(account.api_id).name == "Contract North"
    read = pool.sub_accounts.get(account.auth_id)
    assert (read.name, read.email, read.description, read.enabled) == (
        "Contract North",
        "north@example.org",
        "a test",
        True,
    )
    own = number_api(url=world.number_api["url"], auth_id=account.auth_id, auth_token=made.auth_token)
    assert own.numbers().items == ()
    with pytest.raises(Forbidden):
        own.sub_accounts.list()


def test_sub_accounts_are_listed_changed_and_removed(pool, sub):
    listing = pool.sub_accounts.iterate()
    assert sub.auth_id in {account.auth_id for account in listing}
    assert listing.complete
    assert pool.sub_accounts.update(sub.auth_id, enabled=False, name="Renamed").enabled is False
    assert pool.sub_accounts.get(sub.auth_id).name == "Renamed"
    assert sub.auth_id not in {account.auth_id for account in pool.sub_accounts.iterate(active_only=True)}
    assert pool.sub_accounts.delete(sub.auth_id) is None
    with pytest.raises(NotFound):
        pool.sub_accounts.get(sub.auth_id)


def test_a_sub_account_of_customers_needs_an_address(pool):
    with pytest.raises(Invalid):
        pool.sub_accounts.create("Contract North", kyc_mode="customer_use")


def test_wrong_credentials_and_foreign_accounts_are_refused(world, number_api):
    given = world.number_api
    stranger = number_api(url=given["url"], auth_id=given["auth_id"], auth_token="wrong-wrong-wrong")
    with pytest.raises(CredentialsRefused):
        stranger.numbers()
    with pytest.raises((Forbidden, CredentialsRefused)):
        number_api(url=given["url"], auth_id="MA_OTHER", auth_token=given["auth_token"]).numbers()
