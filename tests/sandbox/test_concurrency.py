"""Many at once, on SQLite and on PostgreSQL: a number never has two holders."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import requests


@pytest.fixture
def world(either_sandbox):
    return either_sandbox.world()


def together(count, one):
    """What `one(n)` gives when `count` threads set off at the same moment."""
    start = Barrier(count)

    def run(n):
        start.wait()
        return one(n)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def call(world, method, path, **options):
    headers = {"Authorization": f"Bearer {world.core['token']}"}
    return requests.request(method, world.core["url"] + path, headers=headers, timeout=60, **options)


def test_of_fifty_rents_of_one_number_one_wins_and_all_others_are_told_so(world):
    answers = together(
        50, lambda _: call(world, "POST", "/phonenumber/dids", json={"phonenumber": "15162065575"})
    )
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 49}
    for answer in answers:
        if answer.status_code == 409:
            assert answer.json()["message"] == "conflict"
            assert answer.json()["errors"][0]["field"] == "phonenumber"
    assert world.get("/phonenumber/dids", filter="phonenumber eq 15162065575").json()["total"] == 1


def test_random_rents_at_once_get_different_numbers(world):
    answers = together(20, lambda _: call(world, "POST", "/phonenumber/dids?filter=state+eq+CA", json={}))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["phonenumber"] for answer in answers}) == 20


def test_the_last_numbers_of_a_filter_go_to_as_many_callers_as_there_are_numbers(world):
    left = world.get("/phonenumber/available_dids", filter="npa eq 305", limit=1000).json()["count"]
    answers = together(
        left + 6, lambda _: call(world, "POST", "/phonenumber/dids?filter=npa+eq+305", json={})
    )
    assert Counter(answer.status_code for answer in answers) == {200: left, 404: 6}


def test_of_many_releases_of_one_number_one_wins(world):
    sid = world.rent("15162065575")["did_sid"]
    answers = together(12, lambda _: call(world, "DELETE", f"/phonenumber/dids/{sid}"))
    assert Counter(answer.status_code for answer in answers) == {204: 1, 404: 11}


def test_merges_of_different_keys_at_once_all_stay(world):
    sid = world.rent("15162065575")["did_sid"]
    path = f"/phonenumber/dids/{sid}"
    answers = together(12, lambda n: call(world, "PATCH", path, json={"attributes": {f"k{n}": n}}))
    assert {answer.status_code for answer in answers} == {200}
    assert world.get(path).json()["attributes"] == {f"k{n}": n for n in range(12)}


def test_an_aging_number_becomes_available_once(world):
    world.set(aging_days=0)
    sid = world.rent("15162065575")["did_sid"]
    call(world, "DELETE", f"/phonenumber/dids/{sid}")
    answers = together(
        16, lambda _: call(world, "POST", "/phonenumber/dids", json={"phonenumber": "15162065575"})
    )
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 15}
