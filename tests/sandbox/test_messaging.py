"""Messaging on a rented number: switched on and off in the world's time."""

import pytest

from tests.sandbox.number_accounts import master_of
from tests.sandbox.test_concurrency import call, together

FIELDS = {"campaign_external_id", "campaign_sid", "did_sid", "enabled", "p2p_nnid", "status", "type"}


@pytest.fixture
def sid(world):
    return world.rent("15162065575")["did_sid"]


@pytest.fixture
def path(sid):
    return f"/phonenumber/dids/{sid}/messaging"


def stands(answer):
    return answer.json()["enabled"], answer.json()["status"]


def active(world, sid):
    return world.get(f"/phonenumber/dids/{sid}").json()["active_capabilities"]


def enable(world, path, **sent):
    answer = world.post(path, {"enabled": True, **sent})
    assert answer.status_code == 200, answer.text
    world.advance(31)


def test_messaging_is_off_on_a_number_just_rented(world, path, sid):
    answer = world.get(path)
    assert answer.status_code == 200
    assert set(answer.json()) == FIELDS
    assert stands(answer) == (False, "disabled")
    assert answer.json()["did_sid"] == sid


@pytest.mark.parametrize("true", [True, "true", "True"])
def test_switching_on_takes_the_worlds_time(world, path, sid, true):
    world.set(messaging_seconds=60)
    assert stands(world.post(path, {"enabled": true})) == (True, "in_progress")
    world.advance(58)
    assert stands(world.get(path)) == (True, "in_progress")
    assert active(world, sid) == 4
    world.advance(3)
    assert stands(world.get(path)) == (True, "enabled")
    assert active(world, sid) == 7


def test_while_it_is_in_progress_nothing_more_is_accepted(world, path):
    world.post(path, {"enabled": True})
    for sent in ({"enabled": True}, {"enabled": False}, {}):
        answer = world.post(path, sent)
        assert (answer.status_code, answer.json()["message"]) == (409, "conflict")
    assert world.post(f"{path}?force=true", {"enabled": True, "campaign_sid": "c"}).status_code == 409


@pytest.mark.parametrize("sent", [{"enabled": False}, {"enabled": "false"}, {}])
def test_switching_off_takes_time_too(world, path, sid, sent):
    enable(world, path)
    assert stands(world.post(path, sent)) == (False, "in_progress")
    assert active(world, sid) == 7
    world.advance(31)
    assert stands(world.get(path)) == (False, "disabled")
    assert active(world, sid) == 4


def test_what_is_off_is_off_at_once(world, path):
    assert stands(world.post(path, {"enabled": False})) == (False, "disabled")


def test_what_is_on_already_stays_on(world, path):
    enable(world, path)
    assert stands(world.post(path, {"enabled": True})) == (True, "enabled")


@pytest.mark.parametrize("plan", [True, ["15162065575"]])
def test_it_fails_by_plan_and_can_be_tried_again(world, path, sid, plan):
    world.set(messaging_fails=plan)
    world.post(path, {"enabled": True})
    world.advance(31)
    assert stands(world.get(path)) == (True, "failed")
    assert active(world, sid) == 4
    world.set(messaging_fails=["15162065573"])
    enable(world, path)
    assert stands(world.get(path)) == (True, "enabled")


def test_a_failed_number_can_be_left_off(world, path):
    world.set(messaging_fails=True)
    world.post(path, {"enabled": True})
    world.advance(31)
    assert stands(world.post(path, {"enabled": False})) == (False, "disabled")


def test_a_plan_that_is_no_plan_is_refused(world):
    for plan in ("15162065575", 1, [1], None):
        answer = world.session.patch(world.steering, json={"settings": {"messaging_fails": plan}}, timeout=10)
        assert answer.status_code == 400


def test_the_campaign_goes_with_a2p_and_shows_on_the_number(world, path, sid):
    enable(world, path, type="a2p", campaign_sid="campaign-1")
    assert world.get(path).json()["campaign_sid"] == "campaign-1"
    assert world.get(f"/phonenumber/dids/{sid}").json()["campaign_sid"] == "campaign-1"
    world.post(path, {"enabled": False})
    world.advance(31)
    assert world.get(f"/phonenumber/dids/{sid}").json()["campaign_sid"] is None


def test_p2p_goes_with_its_nnid(world, path):
    enable(world, path, type="p2p", p2p_nnid="nnid-1")
    told = world.get(path).json()
    assert (told["type"], told["p2p_nnid"], told["campaign_sid"]) == ("p2p", "nnid-1", None)


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"type": "p2p", "campaign_sid": "c"}, "campaign_sid"),
        ({"type": "a2p", "p2p_nnid": "n"}, "p2p_nnid"),
        ({"p2p_nnid": "n"}, "p2p_nnid"),
    ],
)
def test_what_does_not_go_with_the_type_is_refused(world, path, sent, field):
    answer = world.post(path, {"enabled": True, **sent})
    assert (answer.status_code, answer.json()["message"]) == (422, "object validation error")
    assert answer.json()["errors"][0]["field"] == field
    assert stands(world.get(path)) == (False, "disabled")


def test_a_type_the_partner_may_not_use_is_refused(world, path):
    world.set(messaging_types=["p2p"])
    assert world.post(path, {"enabled": True, "type": "a2p"}).status_code == 422
    assert world.post(path, {"enabled": True}).json()["type"] == "p2p"


def test_what_is_enabled_changes_with_force_only(world, path, sid):
    enable(world, path, campaign_sid="one")
    answer = world.post(path, {"enabled": True, "campaign_sid": "two"})
    assert (answer.status_code, answer.json()["message"]) == (409, "conflict")
    assert world.get(path).json()["campaign_sid"] == "one"
    answer = world.post(f"{path}?force=true", {"enabled": True, "campaign_sid": "two"})
    assert stands(answer) == (True, "in_progress")
    assert active(world, sid) == 7  # messages keep working meanwhile
    world.advance(31)
    told = world.get(path).json()
    assert (told["status"], told["campaign_sid"]) == ("enabled", "two")


def test_force_can_change_the_type(world, path):
    enable(world, path, campaign_sid="one")
    world.post(f"{path}?force=true", {"enabled": True, "type": "p2p", "p2p_nnid": "n"})
    world.advance(31)
    told = world.get(path).json()
    assert (told["type"], told["p2p_nnid"], told["campaign_sid"]) == ("p2p", "n", None)


def test_force_never_switches_off(world, path):
    enable(world, path)
    assert world.post(f"{path}?force=true", {"enabled": False}).status_code == 422
    assert stands(world.get(path)) == (True, "enabled")


def test_a_number_that_can_only_be_called_has_no_messaging(world):
    sid = world.rent("15162065604")["did_sid"]
    for answer in (
        world.get(f"/phonenumber/dids/{sid}/messaging"),
        world.post(f"/phonenumber/dids/{sid}/messaging", {"enabled": True}),
    ):
        assert answer.status_code == 404
        assert answer.json()["message"] == "no item error"
        assert answer.json()["errors"][0]["message"] == "cannot find item by sid"


def test_a_number_that_is_not_ours_is_not_found(world):
    sid = world.get("/phonenumber/available_dids", limit=1).json()["items"][0]["did_sid"]
    assert world.get(f"/phonenumber/dids/{sid}/messaging").status_code == 404
    assert world.post(f"/phonenumber/dids/{sid}/messaging", {"enabled": True}).status_code == 404


def test_a_number_that_is_not_delivered_yet_has_to_wait(world):
    answer = world.post("/phonenumber/dids?include_external=true", {"phonenumber": "46501818082"})
    did = answer.json()
    answer = world.post(f"/phonenumber/dids/{did['did_sid']}/messaging", {"enabled": True})
    assert answer.status_code == (409 if did["capabilities"] & 27 else 404)


def test_messaging_ends_with_the_release(world, path, sid):
    world.set(aging_days=0)
    enable(world, path, campaign_sid="c")
    world.delete(f"/phonenumber/dids/{sid}")
    again = world.rent("15162065575")
    assert (again["active_capabilities"], again["campaign_sid"]) == (4, None)
    assert stands(world.get(f"/phonenumber/dids/{again['did_sid']}/messaging")) == (False, "disabled")


def test_a_release_while_it_is_in_progress_leaves_nothing_behind(world, path, sid):
    world.post(path, {"enabled": True})
    world.delete(f"/phonenumber/dids/{sid}")
    world.advance(31)
    assert world.get(path).status_code == 404
    world.advance(31 * 86_400)
    assert world.rent("15162065575")["active_capabilities"] == 4


def test_what_works_without_ever_having_been_switched_is_told_as_enabled(world):
    items = world.get("/phonenumber/dids", filter="active_capabilities bit 1", limit=1).json()["items"]
    assert items
    assert stands(world.get(f"/phonenumber/dids/{items[0]['did_sid']}/messaging")) == (True, "enabled")


def test_each_calendar_month_costs_the_fee_once(world, path):
    def fees():
        """The days the fee was charged on."""
        charged = master_of(world).transactions(reference_type="messaging_fee", per_page=1000)["transactions"]
        assert {each["amount"] for each in charged} <= {0.03}
        return sorted(each["created_at"][:10] for each in charged)

    def months(moment):
        return int(moment[:4]) * 12 + int(moment[5:7])

    enable(world, path)
    began = world.advance(0)
    assert len(fees()) == 1  # the whole month, whatever the day
    world.post(path, {"enabled": False})
    world.advance(31)
    world.post(path, {"enabled": True})
    world.advance(31)
    passed = months(world.advance(62 * 86_400)) - months(began)
    charged = fees()
    assert len(charged) == 1 + passed
    assert {day[-2:] for day in charged[1:]} == {"01"}
    world.post(path, {"enabled": False})
    world.advance(31)
    world.advance(62 * 86_400)
    assert len(fees()) == 1 + passed


@pytest.mark.parametrize(
    "sent",
    [
        {"enabled": "yes"},
        {"enabled": 1},
        {"enabled": None},
        {"enabled": True, "type": "sms"},
        {"enabled": True, "campaign_sid": 7},
        {"enabled": True, "campaign_sid": "x" * 37},
        {"enabled": True, "campagne": "x"},
    ],
)
def test_bodies_that_make_no_sense_are_refused(world, path, sent):
    answer = world.post(path, sent)
    assert (answer.status_code, answer.json()["message"]) == (400, "bad request")
    assert stands(world.get(path)) == (False, "disabled")


def test_read_only_fields_may_be_sent_back(world, path):
    told = world.get(path).json()
    assert stands(world.post(path, {**told, "enabled": True})) == (True, "in_progress")


def test_reading_and_switching_need_their_rights(world, path):
    world.set(scopes=["phonenumber.read"])
    assert world.get(path).status_code == 200
    assert world.post(path, {"enabled": True}).status_code == 403
    world.set(scopes=["phonenumber.create"])
    assert world.get(path).status_code == 403
    assert world.post(path, {"enabled": True}).status_code == 200


def test_of_many_at_once_one_switches_on_both_databases(either_sandbox):
    world = either_sandbox.world()
    sid = world.rent("15162065575")["did_sid"]
    answers = together(
        12, lambda _: call(world, "POST", f"/phonenumber/dids/{sid}/messaging", json={"enabled": True})
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 11
    world.advance(31)
    answers = together(12, lambda _: call(world, "GET", f"/phonenumber/dids/{sid}/messaging"))
    assert {answer.json()["status"] for answer in answers} == {"enabled"}
