"""What the Core API promises about messaging, external numbers, groups, prefixes and short codes."""

import json
import time

import pytest

from portal.core_api.errors import Conflict, Invalid, NotFound, Rejected
from portal.core_api.filters import F

NOWHERE = "00000000-0000-4000-8000-000000000000"
VOICE_ONLY, FULL = "15162065604", "15162065630"
CARRIER = "b7a4f2e0-5d1c-4b6e-9a57-2f1f0a8c3d11"


class TestMessaging:
    def test_is_off_until_it_is_switched_on_and_takes_a_while(self, core, world):
        did = core.phonenumbers.rent(FULL)
        assert core.phonenumbers.messaging(did.did_sid).status == "disabled"
        asked = core.phonenumbers.set_messaging(did.did_sid, enabled=True)
        assert (asked.enabled, asked.status) == (True, "in_progress")
        with pytest.raises(Conflict):
            core.phonenumbers.set_messaging(did.did_sid, enabled=False)
        world.advance(3600)
        assert core.phonenumbers.messaging(did.did_sid).status == "enabled"
        after = core.phonenumbers.get(did.did_sid)
        assert after.active_capabilities == after.capabilities == 31

    def test_can_change_its_type_by_force_only(self, core, world):
        did = core.phonenumbers.rent(FULL)
        core.phonenumbers.set_messaging(did.did_sid, enabled=True)
        world.advance(3600)
        changed = core.phonenumbers.set_messaging(
            did.did_sid, enabled=True, type="p2p", p2p_nnid="104532", force=True
        )
        assert (changed.type, changed.p2p_nnid) == ("p2p", "104532")

    def test_can_fail(self, core, world):
        world.set(messaging_fails=True)
        did = core.phonenumbers.rent(FULL)
        core.phonenumbers.set_messaging(did.did_sid, enabled=True)
        world.advance(3600)
        assert core.phonenumbers.messaging(did.did_sid).status == "failed"

    def test_of_a_number_that_can_only_do_voice_is_not_found(self, core):
        did = core.phonenumbers.rent(VOICE_ONLY)
        with pytest.raises(NotFound):
            core.phonenumbers.messaging(did.did_sid)
        with pytest.raises(NotFound):
            core.phonenumbers.set_messaging(did.did_sid, enabled=True)

    def test_of_an_external_number_has_a_path_of_its_own(self, core):
        external = core.external_dids.register("12065550123", 27, underlying_carrier_sid=CARRIER)
        with pytest.raises(Invalid) as caught:
            core.phonenumbers.set_messaging(external.external_did_sid, enabled=True)
        assert caught.value.status == 422
        assert core.external_dids.messaging(external.external_did_sid).status
        core.external_dids.set_messaging(external.external_did_sid, enabled=True)


class TestExternalDids:
    def test_are_registered_found_and_usable_at_once(self, core):
        made = core.external_dids.register(
            "12065550123", 3, underlying_carrier_sid=CARRIER, name="Reminders", attributes={"team": "north"}
        )
        assert (made.phonenumber, made.status, made.name) == ("12065550123", "assigned", "Reminders")
        assert made.active_capabilities == made.capabilities == 3
        assert made.partner_sid == core.whoami().partner_sid
        assert core.external_dids.find("12065550123") == made
        assert core.external_dids.get(made.external_did_sid) == made
        assert core.external_dids.find("12065550124") is None

    def test_are_a_whole_list_in_order_of_the_number(self, core):
        for digits in ("12065550125", "12065550123", "12065550124"):
            core.external_dids.register(digits, 3, underlying_carrier_sid=CARRIER)
        listing = core.external_dids.iterate(F("phonenumber").startswith("1206"), page_size=1)
        assert [did.phonenumber for did in listing] == ["12065550123", "12065550124", "12065550125"]
        assert listing.complete

    def test_cannot_be_registered_twice(self, core):
        core.external_dids.register("12065550123", 3, underlying_carrier_sid=CARRIER)
        with pytest.raises(Conflict):
            core.external_dids.register("12065550123", 3, underlying_carrier_sid=CARRIER)

    def test_need_a_carrier_where_there_is_no_usual_one(self, core):
        with pytest.raises(Invalid) as caught:
            core.external_dids.register("12065550123", 3)
        assert "underlying_carrier_sid" in caught.value.fields

    def test_are_changed_and_removed(self, core):
        made = core.external_dids.register("12065550123", 3, underlying_carrier_sid=CARRIER)
        core.external_dids.update(made.external_did_sid, name="Renamed", string_key_1="a")
        read = core.external_dids.get(made.external_did_sid)
        assert (read.name, read.string_key_1) == ("Renamed", "a")
        assert core.external_dids.delete(made.external_did_sid) is None
        with pytest.raises(NotFound):
            core.external_dids.get(made.external_did_sid)


class TestDidGroups:
    def test_are_made_changed_used_and_removed(self, core):
        made = core.did_groups.create(name="Clinics", callback_url="https://example.org/sms")
        assert made.partner_sid == core.whoami().partner_sid
        assert core.did_groups.update(made.did_group_sid, name="Hospitals").name == "Hospitals"
        assert core.did_groups.get(made.did_group_sid).callback_url == "https://example.org/sms"
        did = core.phonenumbers.rent("15162065575", did_group_sid=made.did_group_sid)
        assert did.did_group_sid == made.did_group_sid
        core.phonenumbers.update(did.did_sid, did_group_sid=None)
        listing = core.did_groups.iterate()
        assert made.did_group_sid in {group.did_group_sid for group in listing}
        assert listing.complete
        assert core.did_groups.delete(made.did_group_sid) is None
        with pytest.raises(NotFound):
            core.did_groups.get(made.did_group_sid)

    def test_need_nothing(self, core):
        assert core.did_groups.create().name == "N/A"


@pytest.mark.parametrize("kind", ["prefixes", "lrn_prefixes"])
class TestPrefixes:
    def test_are_made_changed_and_removed(self, core, kind):
        prefixes = getattr(core, kind)
        made = prefixes.create("1516555", name="Block", attributes={"team": "north"})
        assert (made.prefix, made.name, made.attributes) == ("1516555", "Block", {"team": "north"})
        group = next(iter(core.trunk_groups.iterate()))
        changed = prefixes.update(made.sid, trunk_group_sid=group.trunk_group_sid, name="Renamed")
        assert changed.trunk_group_sid == group.trunk_group_sid
        assert prefixes.get(made.sid) == changed
        listing = prefixes.iterate()
        assert made.sid in {prefix.sid for prefix in listing}
        assert listing.complete
        assert prefixes.delete(made.sid) is None
        with pytest.raises(NotFound):
            prefixes.get(made.sid)

    def test_of_others_are_not_found(self, core, kind):
        with pytest.raises(NotFound):
            getattr(core, kind).get(NOWHERE)


class TestShortCodes:
    def test_are_listed_read_and_named(self, core, world):
        world.steer("POST", "/short_codes", {"short_code": "46000"})
        listing = core.short_codes.iterate()
        code = next(each for each in listing if each.short_code == "46000")
        assert core.short_codes.get(code.short_code_sid).short_code == "46000"
        assert core.short_codes.update(code.short_code_sid, name="Alerts", string_key_1="a").name == "Alerts"
        assert core.short_codes.get(code.short_code_sid).string_key_1 == "a"

    def test_of_others_are_not_found(self, core):
        with pytest.raises(NotFound):
            core.short_codes.get(NOWHERE)


class TestTrunkGroups:
    def test_are_made_changed_and_removed(self, core):
        made = core.trunk_groups.create(name="North", routing_type="failover")
        assert made.name == "North"
        core.trunk_groups.update(made.trunk_group_sid, name="Far north")
        assert core.trunk_groups.get(made.trunk_group_sid).name == "Far north"
        assert core.trunk_groups.delete(made.trunk_group_sid) is None
        with pytest.raises(NotFound):
            core.trunk_groups.get(made.trunk_group_sid)

    def test_have_trunks_of_their_own(self, core):
        group = core.trunk_groups.create(name="North").trunk_group_sid
        made = core.trunk_groups.create_trunk(group, name="One", priority=1, in_capacity=10)
        assert (made.name, made.priority, made.in_capacity) == ("One", 1, 10)
        changed = core.trunk_groups.update_trunk(group, made.trunk_sid, name="First", allow_transfer=True)
        assert (changed.name, changed.allow_transfer) == ("First", True)
        assert core.trunk_groups.get_trunk(group, made.trunk_sid) == changed
        listing = core.trunk_groups.trunks(group)
        assert list(listing) == [changed]
        assert listing.complete
        assert core.trunk_groups.delete_trunk(group, made.trunk_sid) is None
        assert list(core.trunk_groups.trunks(group)) == []


class TestEndpoints:
    def test_of_a_third_party_are_made_changed_and_removed(self, core):
        made = core.endpoints.create(
            "third_party",
            name="PBX",
            addresses=[{"ip": "10.1.2.13", "sip_username": "u", "sip_password": "planted-sip-password"}],
            out_sip_password="planted-sip-password",
        )
        assert (made.type, made.name) == ("third_party", "PBX")
        (address,) = made.addresses
        assert (address.ip, address.port, address.sip_username) == ("10.1.2.13", 5060, "u")
        assert "planted-sip-password" not in repr(made) + json.dumps(made.payload)
        assert core.endpoints.update(made.endpoint_sid, capacity=5).capacity == 5
        assert core.endpoints.get(made.endpoint_sid).name == "PBX"
        found = core.endpoints.iterate(F("addresses.ip") == "10.1.2.13")
        assert [endpoint.endpoint_sid for endpoint in found] == [made.endpoint_sid]
        assert core.endpoints.delete(made.endpoint_sid) is None
        with pytest.raises(NotFound):
            core.endpoints.get(made.endpoint_sid)

    def test_with_a_masked_password_are_not_sent_back(self, core):
        made = core.endpoints.create(
            "third_party", addresses=[{"ip": "10.1.2.13", "sip_password": "hush-hush"}]
        )
        with pytest.raises(ValueError, match="cannot be sent back"):
            core.endpoints.update(made.endpoint_sid, addresses=made.payload["addresses"])

    def test_that_are_hosted_only_change_name_and_capacity(self, core):
        made = core.endpoints.create("conference", name="Rooms")
        assert core.endpoints.update(made.endpoint_sid, name="Halls").name == "Halls"
        with pytest.raises(Rejected):
            core.endpoints.update(made.endpoint_sid, addresses=[{"ip": "10.1.2.13"}])


class TestAccessControl:
    def test_rules_are_made_changed_and_removed(self, core):
        made = core.access_control.create(
            field="calling", operation="prefix", quantifier="any", entries=["1900"], name="Premium"
        )
        assert (made.field, made.entries, made.read_only) == ("calling", ("1900",), False)
        changed = core.access_control.update(made.rule_sid, entries=["1900", "1976"])
        assert changed.entries == ("1900", "1976")
        assert core.access_control.get(made.rule_sid) == changed
        listing = core.access_control.iterate()
        assert changed in list(listing)
        assert listing.complete
        assert core.access_control.delete(made.rule_sid) is None
        with pytest.raises(NotFound):
            core.access_control.get(made.rule_sid)

    def test_lists_in_effect_come_level_by_level(self, core):
        rule = core.access_control.create(
            field="called", operation="exact", quantifier="any", entries=["15165550100"]
        )
        me = core.whoami().partner_sid
        acl = {
            "access_control_rules": [rule.rule_sid],
            "direction": "outbound",
            "voice_action_true": "reject403",
        }
        core.partners.update(me, acls=[acl])
        layers = list(core.access_control.effective_for_calls(partner_sid=me, direction="outbound"))
        lists = [each for layer in layers for each in layer.acls]
        assert (rule.rule_sid,) in [each.rule_sids for each in lists]
        assert "reject403" in {each.voice_action_true for each in lists}
        assert list(core.access_control.effective_for_sms(partner_sid=me)) is not None


class TestBatch:
    def test_changes_many_numbers_after_a_review(self, core):
        sids = [core.phonenumbers.rent(each).did_sid for each in ("15162065575", "15162065581")]
        task = core.batch.update(["15162065575", "15162065581"], {"name": "Batch"}, review=True)
        assert task.method == "PATCH"
        task = wait_for(core, task, "pending_review")
        review = core.batch.review(task.task_sid)
        assert {item.sid for item in review.items} == set(sids)
        assert {item.changes["name"] for item in review.items} == {("N/A", "Batch")}
        assert "15162065575" in core.batch.review_csv(task.task_sid)
        core.batch.approve(task.task_sid)
        done = wait_for(core, task, "completed")
        assert (done.total, done.success, done.failure) == (2, 2, 0)
        assert {core.phonenumbers.get(sid).name for sid in sids} == {"Batch"}

    def test_is_cancelled_without_doing_anything(self, core):
        did = core.phonenumbers.rent("15162065575")
        task = wait_for(core, core.batch.release(["15162065575"], review=True), "pending_review")
        assert core.batch.cancel(task.task_sid).status == "cancelled"
        assert core.phonenumbers.get(did.did_sid).phonenumber == "15162065575"
        with pytest.raises(Rejected):
            core.batch.approve(task.task_sid)

    def test_tells_which_entries_failed(self, core):
        core.phonenumbers.rent("15162065575")
        task = core.batch.release(["15162065575", "19995550100"], review=False)
        done = wait_for(core, task, "completed")
        assert (done.success, done.failure) == (1, 1)
        ((key, message),) = [(error.key, error.message) for error in done.errors]
        assert key == "19995550100"
        assert message
        assert core.phonenumbers.find("15162065575") is None

    def test_rents_many_numbers(self, core):
        task = core.batch.rent([{"phonenumber": "15162065575", "name": "Batch"}], review=False)
        wait_for(core, task, "completed")
        assert core.phonenumbers.find("15162065575").name == "Batch"
        listing = core.batch.iterate()
        assert task.task_sid in {each.task_sid for each in listing}
        assert core.batch.list(limit=1).items[0].task_sid == task.task_sid
        assert core.batch.delete(task.task_sid) is None
        with pytest.raises(NotFound):
            core.batch.get(task.task_sid)


def wait_for(core, task, status):
    """The task as soon as it has this status; fails after ten seconds."""
    for _ in range(100):
        task = core.batch.get(task.task_sid)
        if task.status == status:
            return task
        time.sleep(0.1)
    raise AssertionError(f"{task.status}, not {status}")
