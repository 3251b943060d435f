"""Counts of the stock stay exact, whoever changes numbers, in whatever way, and however many at once."""

import sqlite3
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from random import Random

import pytest

from tests.sandbox.seeded import manage

KEPT = ("country_code", "state", "npa")


def counted(world, group, **params):
    answer = world.get("/phonenumber/coverage", group_by=group, limit=1000, **params)
    assert answer.status_code == 200, answer.text
    return {item["key"]: item["count"] for item in answer.json()["items"]}


def really_there(world, group, text=""):
    items = world.get("/phonenumber/available_dids", filter=text, limit=1000).json()["items"]
    told = (item["phonenumber"][1:4] if group == "npa" else item[group] for item in items)
    return dict(Counter(key for key in told if key))


def check(world):
    for group in KEPT:
        text = 'country_code eq "USA"' if group == "npa" else ""
        assert counted(world, group, filter=text) == really_there(world, group, text)
    assert counted(world, "state", filter="capabilities bit 8") == really_there(
        world, "state", "capabilities bit 8"
    )


def test_counts_follow_every_way_a_number_changes(either_sandbox):
    world = either_sandbox.world()
    check(world)
    sid = world.rent("15162065575")["did_sid"]
    check(world)
    world.delete(f"/phonenumber/dids/{sid}")
    check(world)
    world.advance(31 * 86_400)  # the released number is available again
    check(world)
    world.add_numbers({"phonenumber": "13075550100", "state": "WY", "locality": "CODY"}, "12025550111")
    assert counted(world, "state")["WY"] == 1
    world.add_numbers({"phonenumber": "13075550100", "state": "WI", "capabilities": 31})
    assert "WY" not in counted(world, "state")
    world.add_numbers(
        {"phonenumber": "13075550100", "provider": "external"},
        {"phonenumber": "12125550148", "status": "available"},
    )
    check(world)


def test_counts_of_worlds_do_not_mix(either_sandbox):
    world, other = either_sandbox.world(), either_sandbox.world()
    before = counted(other, "state")
    world.rent("15162065575")
    assert counted(other, "state") == before
    world.steer("DELETE")
    assert counted(other, "state") == before


def test_counts_stay_exact_while_many_rent_and_release(either_sandbox):
    world = either_sandbox.world()
    numbers = [
        item["phonenumber"] for item in world.get("/phonenumber/available_dids", limit=100).json()["items"]
    ]

    def churn(seed):
        random = Random(seed)
        for _ in range(8):
            answer = world.post("/phonenumber/dids", {"phonenumber": random.choice(numbers)})
            if answer.status_code == 200 and random.random() < 0.5:
                assert world.delete(f"/phonenumber/dids/{answer.json()['did_sid']}").status_code == 204

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(churn, range(16)))
    check(world)


def test_hundreds_of_changes_are_added_up(postgres_sandbox):
    world = postgres_sandbox.world()
    changes = [{"phonenumber": "15162065575", "capabilities": at % 2 + 1} for at in range(600)]
    world.add_numbers(*changes)
    check(world)
    check(world)


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory):
    path = tmp_path_factory.mktemp("counts")
    assert manage(path, "migrate", "-v0").returncode == 0
    assert manage(path, "seed", "--inventory", "50").returncode == 0
    return path


_KINDS = "world_id, country_code, state, npa, capabilities"
_THERE = f"""
    SELECT {_KINDS}, count(*) FROM sandbox_did WHERE status = 'available' AND NOT external GROUP BY {_KINDS}
"""  # noqa: S608 - our own names
_KEPT = f"""
    SELECT {_KINDS}, sum(numbers) FROM sandbox_stockcount GROUP BY {_KINDS} HAVING sum(numbers) <> 0
"""  # noqa: S608 - our own names


def differences(connection):
    """Kinds whose count is not the number of rows there are."""
    there, kept = (set(connection.execute(each).fetchall()) for each in (_THERE, _KEPT))
    return there ^ kept


def test_counts_are_kept_by_the_database_itself(data_dir):
    with closing(sqlite3.connect(data_dir / "sandbox.sqlite3")) as connection:
        assert not differences(connection)
        connection.execute("UPDATE sandbox_did SET status = 'deleted' WHERE state = 'NY'")
        connection.execute("DELETE FROM sandbox_did WHERE npa = '415' AND partner_sid IS NULL")
        assert not differences(connection)


def test_when_the_tables_were_remade_counting_starts_again(data_dir):
    with closing(sqlite3.connect(data_dir / "sandbox.sqlite3")) as connection:
        for name in ("stock_came", "stock_went", "stock_was", "stock_changed"):
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("UPDATE sandbox_did SET status = 'deleted' WHERE state = 'NY'")
        connection.commit()
        assert differences(connection)
        assert manage(data_dir, "seed", "--if-missing").returncode == 0
        assert not differences(connection)
