"""Call detail records: who sees them, and how one walks through them."""

import pytest

DAY = 86_400


@pytest.fixture
def world(either_sandbox):
    return either_sandbox.world()


def calls(world, **params):
    answer = world.get("/calls/call_drs", **params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def sids(answer):
    return [item["dr_sid"] for item in answer["items"]]


@pytest.fixture
def every(world):
    """The sids of all calls, in order."""
    return sids(calls(world, limit=1000))


def test_calls_come_in_the_order_they_ended_and_are_not_counted(world):
    answer = calls(world, limit=1000)
    ends = [item["date_stop"] for item in answer["items"]]
    assert len(ends) > 10
    assert ends == sorted(ends)
    assert answer["total"] is None


def test_walking_forward_by_the_next_links_meets_every_call_once(world, every):
    answer, met = calls(world, after=every[0], limit=4), every[:1]
    while True:
        met += sids(answer)
        if not answer["has_more"]:
            break
        answer = world.session.get(answer["pagination"]["next"], timeout=30).json()
    assert met == every


def test_walking_back_by_the_previous_links_meets_every_call_once(world, every):
    answer, met = calls(world, before=every[-1], limit=4), every[-1:]
    while True:
        met = sids(answer) + met
        if not answer["has_more"]:
            break
        answer = world.session.get(answer["pagination"]["previous"], timeout=30).json()
    assert met == every


def test_the_link_to_what_precedes_names_the_first_call_and_an_offset_of_zero(world, every):
    answer = calls(world, before=every[5], limit=1)
    assert sids(answer) == [every[4]]
    url = f"{world.core['url']}/calls/call_drs"
    assert answer["pagination"]["previous"] == f"{url}?before={every[4]}&limit=1&offset=0"
    assert (
        world.session.get(answer["pagination"]["next"], timeout=30).json()["items"][0]["dr_sid"] == every[5]
    )


def test_before_the_first_and_after_the_last_there_is_nothing(world, every):
    for params in ({"before": every[0]}, {"after": every[-1]}):
        answer = calls(world, **params)
        assert (answer["items"], answer["has_more"], answer["pagination"]) == ([], False, {})


def test_both_neighbours_name_a_span(world, every):
    answer = calls(world, after=every[1], before=every[6])
    assert sids(answer) == every[2:6]


def test_the_newest_first_goes_the_other_way(world, every):
    answer = calls(world, after=every[-1], limit=2, order="date_stop desc")
    assert sids(answer) == [every[-2], every[-3]]


def test_calls_that_ended_together_are_told_apart(world):
    same = {"phonenumber": "12125550148", "date_start": "2020-03-15T10:00:00Z", "duration": 60}
    made = set(world.add_calls(same, same, same, same))
    old = 'date_stop lt "2020-03-16"'
    first = sids(calls(world, filter=old, limit=1))
    rest = sids(calls(world, filter=old, after=first[0], limit=10))
    assert {*first, *rest} == made
    assert len(rest) == 3


def test_a_range_of_dates_is_asked_for_by_unquoted_dates(world):
    world.add_calls({"phonenumber": "12125550148", "date_start": "2020-03-15T10:00:00Z"})
    found = calls(world, filter="date_stop ge 2020-03-15 and date_stop lt 2020-03-16T00:00:00")
    assert [item["date_start"] for item in found["items"]] == ["2020-03-15T10:00:00.000Z"]


def test_a_neighbour_need_not_match_the_filter(world, every):
    inbound = sids(calls(world, filter="direction eq inbound", limit=1000))
    outside = next(sid for sid in every if sid not in inbound)
    later = [sid for sid in inbound if every.index(sid) > every.index(outside)]
    assert sids(calls(world, filter="direction eq inbound", after=outside, limit=1000)) == later


@pytest.mark.parametrize(
    "text",
    [
        'number_billing eq "12125550148"', "duration gt 10", "price ge 0.005", "version eq 2",
        'stir_attest eq "A"', "codec_dst ne null", 'number_external like "1%"', "sipcause eq 200",
    ],
)  # fmt: skip
def test_every_kind_of_field_can_be_filtered_by(world, text):
    assert calls(world, filter=text)["count"] > 0


def test_values_inside_user_data_can_be_filtered_by(world):
    assert calls(world, filter='user_data.identity eq "x"')["count"] == 0


@pytest.mark.parametrize("argument", ["after", "before"])
def test_an_unknown_neighbour_is_not_found(world, argument):
    answer = world.get("/calls/call_drs", **{argument: "0b1e7a6e-52ab-4c2c-9d8b-3f7a58a30f44"})
    assert answer.status_code == 404
    assert answer.json()["errors"][0]["field"] == argument


@pytest.mark.parametrize("more", [{"offset": 1}, {"order": "price"}, {"order": "date_stop up"}])
def test_neighbours_are_not_combined_with_offsets_or_other_orders(world, every, more):
    answer = world.get("/calls/call_drs", after=every[0], **more)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == next(iter(more))


def test_descendants_calls_need_a_scope_of_their_own(world):
    own = world.core["partner_sid"]
    assert {item["partner_sid"] for item in calls(world, limit=1000)["items"]} > {own}
    world.set(scopes=["calls.read"])
    assert {item["partner_sid"] for item in calls(world, limit=1000)["items"]} == {own}


def test_a_descendants_call_is_not_found_without_that_scope(world):
    theirs = next(
        item for item in calls(world, limit=1000)["items"] if item["partner_sid"] != world.core["partner_sid"]
    )
    path = f"/calls/call_drs/{theirs['dr_sid']}"
    assert world.get(path).json() == theirs
    world.set(scopes=["calls.manage"])
    assert world.get(path).status_code == 404


def test_without_a_calls_scope_nothing_is_shown(world):
    world.set(scopes=["phonenumber.manage"])
    assert world.get("/calls/call_drs").status_code == 403


def test_calls_of_another_world_are_not_found(world, either_sandbox):
    sid = calls(either_sandbox.world())["items"][0]["dr_sid"]
    assert world.get(f"/calls/call_drs/{sid}").status_code == 404
    assert world.get("/calls/call_drs", after=sid).status_code == 404


def test_a_call_costs_what_the_rate_says_for_the_seconds_billed(world):
    (sid,) = world.add_calls({"phonenumber": "12125550148", "duration": "61.5", "direction": "inbound"})
    call = world.get(f"/calls/call_drs/{sid}").json()
    assert (call["duration"], call["duration_billing"]) == ("61.5", "120")
    assert (call["rate"], call["price"]) == ("0.005", "0.01")
    assert (call["number_billing"], call["number_dst"]) == ("12125550148", "12125550148")
    assert call["number_external"] == call["number_src"]


def test_fields_can_be_left_out(world):
    answer = calls(world, include_fields="dr_sid,codec_dst", limit=1)
    assert set(answer["items"][0]) == {"dr_sid", "codec_dst"}


def test_messages_have_records_of_the_same_kind(world):
    for text in ("one", "two", "three"):
        world.steer("POST", "/messages", {"phonenumber": "12125550148", "message": text})
    listed = world.get("/sms/message_drs").json()
    assert [item["message"] for item in listed["items"]] == ["one", "two", "three"]
    middle = listed["items"][1]["dr_sid"]
    assert world.get(f"/sms/message_drs/{middle}").json() == listed["items"][1]
    after = world.get("/sms/message_drs", after=middle, limit=1).json()
    assert [item["message"] for item in after["items"]] == ["three"]
    assert after["pagination"]["previous"].endswith(f"?before={after['items'][0]['dr_sid']}&limit=1&offset=0")
    world.set(scopes=["calls.manage"])
    assert world.get("/sms/message_drs").status_code == 403
