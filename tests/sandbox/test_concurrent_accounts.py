"""Partners and logins made, moved and deleted by many at once, on SQLite and on PostgreSQL."""

from collections import Counter

import pytest

from tests.sandbox.accounts import make_partner, order
from tests.sandbox.test_concurrency import call, together


@pytest.fixture
def world(either_sandbox):
    return either_sandbox.world()


def test_of_many_partners_with_one_login_one_is_made(world):
    body = order()
    answers = together(12, lambda _: call(world, "POST", "/partners", json=body))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 11}


def test_of_many_logins_with_one_name_one_is_made(world):
    body = {"login": f"{world.core['login']}_desk", "password": "secret-secret", "token_scopes": []}
    answers = together(12, lambda _: call(world, "POST", "/oauth/logins", json=body))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 11}


def test_moves_at_once_close_no_circle(world):
    one, other = make_partner(world), make_partner(world)
    moves = [(one, other), (other, one)] * 6
    together(
        len(moves),
        lambda n: call(
            world,
            "PATCH",
            f"/partners/{moves[n][0]['partner_sid']}",
            json={"parent_sid": moves[n][1]["partner_sid"]},
        ),
    )
    root = world.core["partner_sid"]
    parents = {each["partner_sid"]: each["parent_sid"] for each in world.get("/partners").json()["items"]}
    assert {one["partner_sid"], other["partner_sid"]} <= set(parents)
    for sid in parents:
        seen = []
        while sid != root:
            assert sid not in seen
            seen.append(sid)
            sid = parents[sid]


def test_a_partner_is_deleted_or_gets_a_child_never_both(world):
    for _ in range(4):
        parent = make_partner(world)["partner_sid"]
        answers = together(
            2,
            lambda n, sid=parent: (
                call(world, "DELETE", f"/partners/{sid}")
                if n
                else call(world, "POST", "/partners", json=order(parent_sid=sid))
            ),
        )
        assert [answer.status_code for answer in answers] in ([200, 409], [422, 204])


def test_of_many_deletions_of_one_partner_one_wins(world):
    sid = make_partner(world)["partner_sid"]
    answers = together(8, lambda _: call(world, "DELETE", f"/partners/{sid}"))
    assert Counter(answer.status_code for answer in answers) == {204: 1, 404: 7}


def test_of_an_approval_and_a_cancellation_at_once_one_counts(world):
    body = {"method": "PATCH", "type": "phonenumber", "field": "phonenumber", "entries": ["12125550148"]}
    task = world.post("/batch/tasks", {**body, "data": {"name": "x"}, "review": True}).json()
    path = f"/batch/tasks/{task['task_sid']}"
    while world.get(path).json()["status"] != "pending_review":
        pass
    wishes = ["approved", "cancelled"]
    answers = together(2, lambda n: call(world, "PATCH", path, json={"status": wishes[n]}))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
