"""Batch tasks: many changes at once, reviewed or not, each counted, failures told one by one."""

import csv
import io
import time

import pytest

from tests.sandbox.accounts import as_administrator, bearer, call, make_partner, token_for

TASKS = "/batch/tasks"
NUMBERS = ("15162065573", "15162065575", "15162065581")
TASK_FIELDS = {
    "data", "date_created", "date_modified", "entries", "error_details", "failure", "field", "method",
    "partner_sid", "processed", "review", "status", "success", "task_sid", "total", "type",
}  # fmt: skip


def patching(*entries, **fields):
    known = {"method": "PATCH", "type": "phonenumber", "field": "phonenumber", "data": {"name": "Desk"}}
    return {**known, "entries": list(entries), **fields}


def make(world, body):
    answer = world.post(TASKS, body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def ends(world, task, *statuses, seconds=15):
    """The task as soon as it has one of `statuses` (completed, unless given)."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = world.get(f"{TASKS}/{task['task_sid']}").json()
        if found["status"] in (statuses or ("completed",)):
            return found
        time.sleep(0.05)
    raise AssertionError(f"still {found['status']}, {found['processed']} of {found['total']}")


def counts(task):
    return {name: task[name] for name in ("total", "processed", "success", "failure")}


def names(world):
    return {
        each["phonenumber"]: each["name"]
        for each in world.get("/phonenumber/dids", limit=1000).json()["items"]
    }


@pytest.fixture
def rented(world):
    return [world.rent(number) for number in NUMBERS]


def test_a_task_is_answered_before_it_is_run(world, rented):
    task = make(world, patching(*NUMBERS))
    assert set(task) == TASK_FIELDS
    assert (task["status"], task["review"], task["error_details"]) == ("created", False, [])
    assert set(counts(task).values()) == {None}
    assert task["partner_sid"] == world.core["partner_sid"]
    assert task["data"] == {"name": "Desk"}
    assert task["entries"] == list(NUMBERS)


def test_patch_changes_every_number_named(world, rented):
    group = world.get("/trunk_groups").json()["items"][0]["trunk_group_sid"]
    data = {"trunk_group_sid": group, "name": "Desk", "attributes": {"floor": 3}}
    world.patch(f"/phonenumber/dids/{rented[0]['did_sid']}", {"attributes": {"room": "b"}})
    task = ends(world, make(world, patching(*NUMBERS, data=data)))
    assert counts(task) == {"total": 3, "processed": 3, "success": 3, "failure": 0}
    assert task["error_details"] == []
    assert task["date_modified"] >= task["date_created"]
    for did in rented:
        now = world.get(f"/phonenumber/dids/{did['did_sid']}").json()
        assert (now["name"], now["trunk_group_sid"]) == ("Desk", group)
    assert world.get(f"/phonenumber/dids/{rented[0]['did_sid']}").json()["attributes"] == {
        "room": "b",
        "floor": 3,
    }


def test_delete_releases_and_tells_which_failed(world, rented):
    sent = {"method": "DELETE", "type": "phonenumber", "field": "phonenumber"}
    entries = [NUMBERS[0], "19999999999", NUMBERS[1], NUMBERS[0]]
    task = ends(world, make(world, {**sent, "entries": entries}))
    assert counts(task) == {"total": 4, "processed": 4, "success": 2, "failure": 2}
    assert [each["key"] for each in task["error_details"]] == [
        {"phonenumber": "19999999999"},
        {"phonenumber": NUMBERS[0]},
    ]
    assert task["error_details"][0]["error"]["message"] == "no item error"
    assert task["data"] is None
    assert set(names(world)) & set(NUMBERS) == {NUMBERS[2]}


def test_post_rents_what_each_body_describes(world):
    data = [
        {"phonenumber": NUMBERS[0], "name": "One"},
        {"phonenumber": NUMBERS[1]},
        {"phonenumber": "12125550148"},
    ]
    task = ends(world, make(world, {"method": "POST", "type": "phonenumber", "data": data}))
    assert counts(task) == {"total": 3, "processed": 3, "success": 2, "failure": 1}
    assert task["error_details"][0]["key"] == {"phonenumber": "12125550148"}
    assert task["error_details"][0]["error"]["errors"][0]["message"] == "phone number is not available"
    assert (task["field"], task["entries"], task["data"]) == (None, [], data)
    assert names(world)[NUMBERS[0]] == "One"


def test_entries_may_name_numbers_by_other_fields(world, rented):
    world.patch(f"/phonenumber/dids/{rented[0]['did_sid']}", {"string_key_1": "a"})
    for did in rented[1:]:
        world.patch(f"/phonenumber/dids/{did['did_sid']}", {"string_key_1": "b"})
    by_sid = make(world, patching(rented[0]["did_sid"], field="did_sid", data={"name": "By sid"}))
    assert ends(world, by_sid)["success"] == 1
    by_key = make(world, patching("a", "b", field="string_key_1", data={"name": "By key"}))
    task = ends(world, by_key)
    assert (task["success"], task["failure"]) == (1, 1)
    assert task["error_details"][0]["key"] == {"string_key_1": "b"}
    assert names(world)[NUMBERS[0]] == "By key"
    assert names(world)[NUMBERS[1]] == "N/A"


def test_what_no_longer_can_be_fails_alone(world, rented):
    world.delete(f"/phonenumber/dids/{rented[1]['did_sid']}")
    nowhere = {"trunk_group_sid": "f448e2c3-88c1-4cd1-8cf2-3567c16e0794"}
    task = ends(world, make(world, patching(*NUMBERS, data=nowhere)))
    assert (task["success"], task["failure"]) == (0, 3)
    assert task["error_details"][0]["error"]["errors"][0]["field"] == "trunk_group_sid"
    assert ends(world, make(world, patching(*NUMBERS)))["failure"] == 1
    assert names(world)[NUMBERS[2]] == "Desk"


def test_prefixes_are_made_changed_and_deleted(world):
    data = [{"prefix": "1516999", "name": "East"}, {"prefix": "1516998"}]
    assert ends(world, make(world, {"method": "POST", "type": "prefix", "data": data}))["success"] == 2
    assert ends(world, make(world, {"method": "POST", "type": "prefix", "data": data}))["failure"] == 2
    body = patching("1516999", type="prefix", field="prefix", data={"string_key_1": "x"})
    assert ends(world, make(world, body))["success"] == 1
    known = world.get("/phonenumber/prefixes", filter="prefix eq 1516999").json()["items"][0]
    assert (known["name"], known["string_key_1"]) == ("East", "x")
    body = {
        "method": "DELETE",
        "type": "prefix",
        "field": "prefix_sid",
        "entries": [known["prefix_sid"], "nope"],
    }
    task = ends(world, make(world, body))
    assert (task["success"], task["failure"]) == (1, 1)
    left = world.get("/phonenumber/prefixes", filter="prefix like 151699%").json()["items"]
    assert [each["prefix"] for each in left] == ["1516998"]


# --- review --------------------------------------------------------------------------------------


def reviewed(world, **fields):
    task = make(world, patching(*NUMBERS, review=True, **fields))
    return ends(world, task, "pending_review")


def test_a_review_shows_old_and_new_and_changes_nothing(world, rented):
    task = reviewed(world, data={"name": "Desk", "string_key_1": "k"})
    assert counts(task) == {"total": 3, "processed": 0, "success": 0, "failure": 0}
    answer = world.get(f"{TASKS}/{task['task_sid']}/review_items").json()
    assert (answer["method"], answer["type"]) == ("PATCH", "phonenumber")
    assert answer["review_items"] == [
        {
            "description": did["phonenumber"],
            "fields": {"name": ["N/A", "Desk"], "string_key_1": [None, "k"]},
            "sid": did["did_sid"],
            "version": 1,
        }
        for did in rented
    ]
    assert names(world)[NUMBERS[0]] == "N/A"


def test_the_review_can_be_downloaded_as_csv(world, rented):
    task = reviewed(world, data={"name": 'A "b", c', "attributes": {"x": 1}})
    path = f"{TASKS}/{task['task_sid']}/review_items.csv"
    answer = world.get(path)
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) == 6
    first = {"sid": rented[0]["did_sid"], "description": NUMBERS[0], "version": "1"}
    assert rows[0] == {**first, "field": "name", "old": "N/A", "new": 'A "b", c'}
    assert rows[1] == {**first, "field": "attributes", "old": "{}", "new": '{"x": 1}'}
    fewer = list(csv.DictReader(io.StringIO(world.get(path, include_fields="description,new").text)))
    assert set(fewer[0]) == {"description", "new"}


def test_reviews_of_rents_and_releases_tell_who_will_hold_what(world, rented):
    rent = {"method": "POST", "type": "phonenumber", "data": [{"phonenumber": "15162065604"}], "review": True}
    task = ends(world, make(world, rent), "pending_review")
    items = world.get(f"{TASKS}/{task['task_sid']}/review_items").json()["review_items"]
    assert items[0]["fields"] == {"phonenumber": [None, "15162065604"]}
    assert (items[0]["sid"], items[0]["description"]) == (None, "15162065604")
    release = {"method": "DELETE", "type": "phonenumber", "field": "phonenumber", "entries": [NUMBERS[0]]}
    task = ends(world, make(world, {**release, "review": True}), "pending_review")
    items = world.get(f"{TASKS}/{task['task_sid']}/review_items").json()["review_items"]
    assert items[0]["fields"] == {"partner_sid": [world.core["partner_sid"], None]}


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_approving_runs_it(world, rented, method):
    task = reviewed(world)
    answer = world.request(method, f"{TASKS}/{task['task_sid']}", json={**task, "status": "approved"})
    assert (answer.status_code, answer.json()["status"]) == (200, "approved")
    assert ends(world, task)["success"] == 3
    assert names(world)[NUMBERS[0]] == "Desk"


def test_cancelling_ends_it(world, rented):
    task = reviewed(world)
    path = f"{TASKS}/{task['task_sid']}"
    assert world.patch(path, {"status": "cancelled"}).json()["status"] == "cancelled"
    for status in ("approved", "pending_review", "running"):
        assert world.patch(path, {"status": status}).status_code in (409, 422)
    assert world.patch(path, {"status": "cancelled"}).status_code == 200
    time.sleep(1.2)
    assert world.get(path).json()["status"] == "cancelled"
    assert names(world)[NUMBERS[0]] == "N/A"


def test_only_the_status_can_be_changed_and_only_to_approved_or_cancelled(world, rented):
    task = reviewed(world)
    path = f"{TASKS}/{task['task_sid']}"
    for status in ("completed", "running", "", "created"):
        refused = world.patch(path, {"status": status})
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "status")
    same = {"entries": ["1"], "data": {"name": "x"}, "total": 9, "status": "pending_review"}
    assert world.patch(path, same).json() == task
    assert world.patch(path, {"colour": 1}).status_code == 400
    assert world.patch(path, {"status": 5}).status_code == 400
    assert world.patch(f"{TASKS}/nope", {"status": "approved"}).status_code == 404


def test_a_task_that_needs_no_review_can_be_neither_approved_nor_cancelled(world, rented):
    task = ends(world, make(world, patching(*NUMBERS)))
    for status in ("approved", "cancelled"):
        assert world.patch(f"{TASKS}/{task['task_sid']}", {"status": status}).status_code == 409
    assert world.get(f"{TASKS}/{task['task_sid']}/review_items").json()["review_items"] == []


# --- who, what, and nonsense ---------------------------------------------------------------------


def test_a_deleted_task_never_runs(world, rented):
    task = reviewed(world)
    path = f"{TASKS}/{task['task_sid']}"
    answer = world.delete(path)
    assert (answer.status_code, answer.content) == (204, b"")
    assert world.get(path).status_code == world.delete(path).status_code == 404
    assert world.patch(path, {"status": "approved"}).status_code == 404


def test_tasks_are_listed_and_filtered(world, rented):
    first, second = make(world, patching(NUMBERS[0])), make(world, patching(NUMBERS[1], review=True))
    ends(world, first)
    ends(world, second, "pending_review")
    page = world.get(TASKS).json()
    assert (page["total"], page["limit"]) == (2, 10)
    assert [each["task_sid"] for each in page["items"]] == [first["task_sid"], second["task_sid"]]
    found = world.get(TASKS, filter="status eq pending_review and review eq true").json()
    assert [each["task_sid"] for each in found["items"]] == [second["task_sid"]]
    assert world.get(TASKS, filter="success ge 1", include_fields="status").json()["items"] == [
        {"status": "completed"}
    ]


def test_a_sub_partners_task_touches_nothing_of_its_parent(world, rented):
    partner = make_partner(world, scopes=["batch.manage"])
    headers = bearer(token_for(world, partner["partner_sid"]))
    made = call(world, headers, "POST", TASKS, json=patching(*NUMBERS)).json()
    task = ends(world, made)
    assert (task["partner_sid"], task["failure"]) == (partner["partner_sid"], 3)
    assert names(world)[NUMBERS[0]] == "N/A"
    mine = make(world, patching(NUMBERS[0]))
    assert call(world, headers, "GET", f"{TASKS}/{mine['task_sid']}").status_code == 404
    assert call(world, headers, "GET", TASKS).json()["total"] == 1


def test_each_right_is_enough_for_its_own_request(world, rented):
    world.set(scopes=["phonenumber.manage"])
    assert world.post(TASKS, patching(*NUMBERS)).status_code == 403
    world.set(scopes=["batch.create"])
    path = f"{TASKS}/{make(world, patching(*NUMBERS))['task_sid']}"
    paths = (path, f"{path}/review_items", f"{path}/review_items.csv", TASKS)
    assert {world.get(each).status_code for each in paths} == {403}
    world.set(scopes=["batch.read"])
    assert {world.get(each).status_code for each in paths} == {200}
    assert (world.patch(path, {}).status_code, world.delete(path).status_code) == (403, 403)
    ends(world, {"task_sid": path.rpartition("/")[2]})
    world.set(scopes=["batch.update"])
    assert world.patch(path, {}).status_code == 200
    world.set(scopes=["batch.delete"])
    assert world.delete(path).status_code == 204


def test_administrators_have_the_same_paths(world, rented):
    as_administrator(world)
    made = world.post(f"/admin{TASKS}", patching(NUMBERS[0], review=True)).json()
    ends(world, made, "pending_review")
    path = f"/admin{TASKS}/{made['task_sid']}"
    assert len(world.get(f"{path}/review_items").json()["review_items"]) == 1
    assert world.get(f"{path}/review_items.csv").status_code == 200
    assert world.put(path, {"status": "cancelled"}).json()["status"] == "cancelled"
    assert world.delete(path).status_code == 204


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"method": "PUT"}, 400, "method"),
        ({"method": None}, 400, "method"),
        ({"type": "file"}, 400, "type"),
        ({"field": None}, 400, "field"),
        ({"field": "partner_sid"}, 400, "field"),
        ({"field": "partner__password"}, 400, "field"),
        ({"entries": None}, 400, "entries"),
        ({"entries": []}, 400, "entries"),
        ({"entries": "15162065573"}, 400, "entries"),
        ({"entries": [{"phonenumber": "1"}]}, 400, "entries.0"),
        ({"entries": ["1"] * 10_001}, 400, "entries"),
        ({"data": None}, 400, "data"),
        ({"data": {}}, 400, "data"),
        ({"data": [{"name": "x"}]}, 400, "data"),
        ({"data": {"name": 5}}, 400, "data.name"),
        ({"data": {"colour": "red"}}, 400, "data.colour"),
        ({"review": "yes"}, 400, "review"),
        ({"colour": "red"}, 400, "colour"),
        ({"method": "POST", "entries": []}, 400, "data"),
        (
            {"method": "POST", "entries": [], "field": "", "data": [{"phonenumber": 5}]},
            400,
            "data.0.phonenumber",
        ),
        ({"method": "POST", "data": [{"phonenumber": "15162065573"}]}, 422, "entries"),
        ({"method": "DELETE"}, 422, "data"),
    ],
)
def test_a_task_that_makes_no_sense_is_not_made(world, change, status, field):
    body = {name: value for name, value in {**patching(*NUMBERS), **change}.items() if value is not None}
    answer = world.post(TASKS, body)
    assert answer.status_code == status, answer.text
    assert answer.json()["errors"][0]["field"].startswith(field)
    assert world.get(TASKS).json()["total"] == 0
