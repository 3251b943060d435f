"""Real processes: two that do the same at once, and one that is killed with everything under way."""

import json
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing

import pytest

from tests.desk_server import Desk
from tests.portal.writes.process import ALL
from tests.portal.writes.swallowing import Swallowing

WRITTEN = len(ALL) + 1  # one of them writes twice: it clears a field on the way


@pytest.fixture
def desk(world, tmp_path):
    core, number = world.core, world.number_api
    desk = Desk(
        tmp_path,
        world,
        CORE_API_CLIENT_ID=core["client_id"],
        CORE_API_CLIENT_SECRET=core["client_secret"],
        NUMBER_API_ADMIN_AUTH_ID=number["admin_auth_id"],
        NUMBER_API_ADMIN_AUTH_TOKEN=number["admin_auth_token"],
        UPSTREAM_PLACES="40",
    )
    run(desk, "prepare")
    world.forget_requests()
    yield desk
    desk.kill()


def start(desk: Desk, what: str) -> subprocess.Popen:
    code = f"from tests.portal.writes import process; process.{what}()"
    return desk._start([sys.executable, "manage.py", "shell", "-v0", "-c", code])


def run(desk: Desk, what: str) -> str:
    return desk.manage("shell", "-v0", "-c", f"from tests.portal.writes import process; process.{what}()")


def ended(desk: Desk, *processes: subprocess.Popen) -> None:
    for process in processes:
        assert process.wait(60) == 0, desk.log.read_text()[-4000:]
        desk._running.remove(process)


def written(world) -> int:
    return sum(each["method"] not in ("GET", "HEAD") for each in world.requests())


def outcomes(desk: Desk) -> Counter[str]:
    """How many entries ended in which way, and how many plans are being carried out."""
    with closing(sqlite3.connect(desk.database, timeout=20)) as database:
        rows = database.execute(
            "SELECT outcome, COUNT(*) FROM portal_auditentry GROUP BY outcome"
            " UNION SELECT state, COUNT(*) FROM numbers_unassignintent WHERE state = 'running' GROUP BY state"
        )
        return Counter(dict(rows.fetchall()))


def truths(desk: Desk, world) -> dict[str, tuple[bool, bool]]:
    """What the carrier and what the desk says of each write."""
    here = json.loads(run(desk, "here").splitlines()[-1])
    return {write.name: (bool(write.truth[0](world)), here[write.name]) for write in ALL}


def settled(desk: Desk) -> None:
    """Two clocks at once, again and again, until nothing is left to find out."""

    def nothing_is_left() -> bool:
        ended(desk, start(desk, "settle"), start(desk, "settle"))
        return not outcomes(desk).keys() & {"open", "unknown", "running"}

    until(nothing_is_left)


def until(condition, seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to that in time"
        time.sleep(0.05)


def kill_when_swallowed(desk: Desk, world, *, delivers: bool = False) -> None:
    """Kill a process that does everything when each write has left and none is answered."""
    origin = world.core["url"].removesuffix("/core/v2")
    carrier = Swallowing(origin, delivers=delivers)
    for name in ("CORE_API_URL", "NUMBER_API_URL"):
        desk.env[name] = carrier.url + desk.env[name].removeprefix(origin)
    doing = start(desk, "do")
    until(lambda: carrier.swallowed == len(ALL))
    desk.kill_one(doing)
    carrier.stop()
    desk.env |= {"UPSTREAM_DEADLINE": "4", "UPSTREAM_READ_TIMEOUT": "4", "SETTLE_GRACE": "0"}
    desk.env |= {"CORE_API_URL": world.core["url"], "NUMBER_API_URL": world.number_api["url"]}


def test_two_processes_with_the_same_forms_write_everything_once(desk, world):
    ended(desk, start(desk, "do"), start(desk, "do"))
    assert written(world) == WRITTEN
    assert {name: found for name, found in truths(desk, world).items() if found != (True, True)} == {}
    assert set(outcomes(desk)) == {"done"}


def test_of_a_process_killed_while_the_carrier_holds_its_answers_back_nothing_is_lost(desk, world):
    kill_when_swallowed(desk, world, delivers=True)
    settled(desk)
    unseen = {write.name for write in ALL if write.unseen}
    expected = {write.name: (not write.unseen, not write.unseen) for write in ALL}
    assert truths(desk, world) == expected
    assert written(world) == WRITTEN + len(unseen)  # they were revoked, for nobody saw them


def test_of_a_process_killed_before_anything_arrives_nothing_is_done(desk, world):
    kill_when_swallowed(desk, world)
    # Whether an unverified partner came into being shows for thirty days at most; nobody knows before.
    until(lambda: run(desk, "settle") is not None and outcomes(desk)["open"] == 1, seconds=60)
    found = truths(desk, world)
    assert found.pop("create a partner") == (False, True)
    assert set(found.values()) == {(False, False)}
    assert written(world) == 0
