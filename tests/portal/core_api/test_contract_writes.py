"""What the Core API promises about renting, changing and releasing. Always against the sandbox."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest

from portal.core_api.errors import Conflict, Forbidden, Invalid, NotFound, Rejected
from portal.core_api.filters import F

FREE, OTHER = "15162065575", "15162065581"


def test_a_rented_number_is_ours_and_no_longer_available(core):
    did = core.phonenumbers.rent(FREE, name="Support", string_key_1="a")
    assert (did.phonenumber, did.status, did.name) == (FREE, "assigned", "Support")
    assert did.partner_sid == core.whoami().partner_sid
    assert did.price > Decimal(0)
    assert core.phonenumbers.find(FREE).did_sid == did.did_sid
    assert core.phonenumbers.available(F("phonenumber") == FREE).items == ()


def test_a_number_that_is_taken_is_a_conflict(core):
    core.phonenumbers.rent(FREE)
    with pytest.raises(Conflict) as caught:
        core.phonenumbers.rent(FREE)
    assert "phonenumber" in caught.value.fields


def test_a_number_nobody_has_is_not_found(core):
    with pytest.raises(NotFound):
        core.phonenumbers.rent("15169999999")


def test_many_at_once_rent_one_number_once(world, client):
    api = client(world.core["url"], token=world.core["token"], deadline=30, read_timeout=20)

    def rent(_):
        try:
            return api.phonenumbers.rent(OTHER)
        except Rejected as error:
            return error

    with ThreadPoolExecutor(12) as threads:
        results = list(threads.map(rent, range(12)))
    assert len([result for result in results if not isinstance(result, Rejected)]) == 1
    assert all(type(result) is Conflict for result in results if isinstance(result, Rejected))


def test_an_external_number_may_have_to_wait(core):
    did = core.phonenumbers.rent("46501818082", include_external=True)
    assert did.status == "pending_assignment"
    assert core.phonenumbers.find("46501818082").did_sid == did.did_sid


def test_a_busy_provider_is_a_conflict_about_no_field_of_ours(core, world):
    world.set(external_busy=True)
    with pytest.raises(Conflict) as caught:
        core.phonenumbers.rent("46501818082", include_external=True)
    assert "phonenumber" not in caught.value.fields


def test_an_update_changes_what_it_names_and_merges_attributes(core):
    did = core.phonenumbers.rent(FREE, name="Support", attributes={"team": "north", "floor": "2"})
    trunk_group = next(iter(core.trunk_groups.iterate()))
    core.phonenumbers.update(
        did.did_sid, trunk_group_sid=trunk_group.trunk_group_sid, attributes={"floor": None, "desk": "7"}
    )
    after = core.phonenumbers.get(did.did_sid)
    assert (after.name, after.trunk_group_sid) == ("Support", trunk_group.trunk_group_sid)
    assert after.attributes == {"team": "north", "desk": "7"}
    core.phonenumbers.update(did.did_sid, attributes={"only": "this"}, replace_nested=True)
    assert core.phonenumbers.get(did.did_sid).attributes == {"only": "this"}


def test_an_invalid_value_names_its_field(core):
    did = core.phonenumbers.rent(FREE)
    with pytest.raises(Rejected) as caught:
        core.phonenumbers.update(did.did_sid, trunk_group_sid="no-such-group")
    assert isinstance(caught.value, Invalid | NotFound)
    assert "trunk_group_sid" in caught.value.fields


def test_a_released_number_is_gone_and_cannot_be_rented_at_once(core):
    did = core.phonenumbers.rent(FREE)
    assert core.phonenumbers.release(did.did_sid) is None
    assert core.phonenumbers.find(FREE) is None
    with pytest.raises(NotFound):
        core.phonenumbers.release(did.did_sid)
    with pytest.raises(Conflict):
        core.phonenumbers.rent(FREE)


def test_a_missing_scope_is_forbidden(core, world):
    world.set(scopes=["phonenumber.read"])
    assert core.phonenumbers.available(limit=1).items
    with pytest.raises(Forbidden):
        core.phonenumbers.rent(FREE)


def test_upstream_learns_who_acts_and_in_which_request(world, client):
    api = client(
        world.core["url"],
        token=world.core["token"],
        headers=lambda: {"X-Request-ID": "req-42", "X-Acting-User": "grace"},
    )
    api.phonenumbers.rent(FREE)
    (seen,) = world.requests("POST", "/phonenumber/dids")
    assert (seen["request_id"], seen["acting_user"], seen["status"]) == ("req-42", "grace", 200)
