"""Batch tasks on several server processes: run once, whoever runs them, and whoever dies doing so."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.sandbox.test_batch_tasks import TASKS, counts, ends, make, patching
from tests.sandbox_server import start_sandbox

MANY = 600  # enough to be in the middle of it when the processes are killed


def workers(server):
    """The process ids of the server's own processes."""
    pid = server.process.pid
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def begin(server):
    """A world with a long task that is seen running; its balance before."""
    for _ in range(6):  # a busy machine may not let us look before the task has ended
        world = server.world(inventory="empty")
        numbers = [f"1305444{n:04}" for n in range(MANY)]
        world.add_numbers(*numbers)
        before = float(world.get("/oauth/whoami").json()["balance"])
        rents = [{"phonenumber": number} for number in numbers]
        task = make(world, {"method": "POST", "type": "phonenumber", "data": rents})
        seen = task
        while seen["status"] not in ("running", "completed"):
            seen = world.get(f"{TASKS}/{task['task_sid']}").json()
        if seen["status"] == "running":
            return world, task, before
    raise AssertionError("no task was ever seen running")


def test_what_killed_processes_left_is_finished_by_others_and_nothing_is_done_twice(tmp_path):
    server = start_sandbox(tmp_path, inventory="empty")
    try:
        world, task, before = begin(server)
        for pid in workers(server):
            os.kill(pid, signal.SIGKILL)
        time.sleep(1)
        world.session.close()
        done = ends(world, task, seconds=60)
        assert counts(done) == {"total": MANY, "processed": MANY, "success": MANY, "failure": 0}
        assert done["error_details"] == []
        assert world.get("/phonenumber/dids").json()["total"] == MANY
        spent = before - float(world.get("/oauth/whoami").json()["balance"])
        assert round(spent, 4) == round(MANY * 0.6, 4)
    finally:
        server.stop()


def test_tasks_about_the_same_numbers_at_once_count_every_operation_once(either_sandbox):
    world = either_sandbox.world()
    numbers = [f"1305444{n:04}" for n in range(20)]
    world.add_numbers(*({"phonenumber": number, "status": "assigned"} for number in numbers))
    bodies = [patching(*numbers, data={"attributes": {f"k{n}": n}}) for n in range(8)]
    with ThreadPoolExecutor(8) as pool:
        tasks = list(pool.map(lambda body: make(world, body), bodies))
    for task in tasks:
        assert counts(ends(world, task, seconds=60)) == {
            "total": 20,
            "processed": 20,
            "success": 20,
            "failure": 0,
        }
    held = world.get("/phonenumber/dids", filter="phonenumber like 1305444%", limit=1000).json()["items"]
    assert [each["attributes"] for each in held] == [{f"k{n}": n for n in range(8)}] * 20


def test_of_two_tasks_that_release_the_same_numbers_each_number_is_released_by_one(either_sandbox):
    world = either_sandbox.world()
    numbers = [f"1305445{n:04}" for n in range(30)]
    world.add_numbers(*({"phonenumber": number, "status": "assigned"} for number in numbers))
    body = {"method": "DELETE", "type": "phonenumber", "field": "phonenumber", "entries": numbers}
    with ThreadPoolExecutor(2) as pool:
        tasks = list(pool.map(lambda _: make(world, body), range(2)))
    done = [ends(world, task, seconds=60) for task in tasks]
    assert sum(task["success"] for task in done) == sum(task["failure"] for task in done) == 30
