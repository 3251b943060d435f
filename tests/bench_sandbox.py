"""What the sandbox needs to answer from a million rentable numbers: `python -m tests.bench_sandbox`.

The world is made first, which is timed too. Medians over rounds that differ in what they ask for, so
that no answer is asked twice in a row; the goal of each is 50 ms on two cores.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.sandbox_server import ROOT, Sandbox, World, start_sandbox, temporary_directory

INVENTORY = int(os.environ.get("BENCH_INVENTORY", "1000000"))
ROUNDS = 40
GOAL = 50  # ms

AVAILABLE, COVERAGE, HELD = "/phonenumber/available_dids", "/phonenumber/coverage", "/phonenumber/dids"
_STATES = ("NY", "CA", "TX", "FL", "IL", "PA", "OH", "GA")


def main() -> None:
    data_dir = temporary_directory()
    try:
        began = time.perf_counter()
        sandbox = start_sandbox(data_dir, inventory=str(INVENTORY))
        seeded = time.perf_counter() - began
        try:
            print_table(seeded, times(default_world(sandbox)))
        finally:
            sandbox.stop()
    finally:
        shutil.rmtree(data_dir, ignore_errors=True)


def default_world(sandbox: Sandbox) -> World:
    """The world the server was seeded with, as its own command tells it."""
    env = {**os.environ, "DATA_DIR": str(sandbox.data_dir), "SANDBOX_URL": sandbox.url}
    command = [sys.executable, str(Path(ROOT, "manage.py")), "sandbox", "credentials"]
    told = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    return World(sandbox.url, json.loads(told.stdout))


def times(world: World) -> list[tuple[str, float]]:
    """What was asked, and the median of its answers in milliseconds."""
    asked: list[tuple[str, Callable[[int], dict[str, object]], str]] = [
        ("browse: a state and digits", _state_and_digits, AVAILABLE),
        ("browse: the guide's own search, NY and 516", _guide, AVAILABLE),
        ("browse: a deep page by keyset", _deep, AVAILABLE),
        ("coverage by state", lambda _: {"group_by": "state", "limit": 1000}, COVERAGE),
        ("coverage by country", lambda _: {"group_by": "country_code", "limit": 1000}, COVERAGE),
        ("coverage by area code in a state", _area_codes, COVERAGE),
        ("held numbers: first page", lambda _: {"limit": 100}, HELD),
        ("held numbers: a page by keyset", lambda at: {**_deep(at), "limit": 100}, HELD),
    ]
    return [(name, _median(world, path, params)) for name, params, path in asked]


def _state_and_digits(at: int) -> dict[str, object]:
    state = _STATES[at % len(_STATES)]
    return {
        "filter": f'state eq "{state}" and phonenumber like "%{at + 500}%"',
        "limit": 25,
        "order": "phonenumber",
    }


def _guide(_: int) -> dict[str, object]:
    return {"filter": 'state eq "NY" and phonenumber like "%516%"', "limit": 25, "order": "phonenumber"}


def _deep(at: int) -> dict[str, object]:
    return {"filter": f'phonenumber gt "1{300 + 15 * at}5550000"', "limit": 1000, "order": "phonenumber"}


def _area_codes(at: int) -> dict[str, object]:
    where = f'country_code eq "USA" and state eq "{_STATES[at % len(_STATES)]}"'
    return {"group_by": "npa", "filter": where, "limit": 1000}


def _median(world: World, path: str, params: Callable[[int], dict[str, object]]) -> float:
    took = []
    for at in range(ROUNDS + 1):
        began = time.perf_counter()
        answer = world.get(path, **params(at))
        took.append((time.perf_counter() - began) * 1000)
        assert answer.ok, answer.text[:500]
    return statistics.median(took[1:])  # the first one reads from disk


def print_table(seeded: float, medians: list[tuple[str, float]]) -> None:
    lines = [
        f"\n### The sandbox with {INVENTORY:,} rentable numbers\n",
        f"Made and serving after {seeded:.0f} s (goal: 180).\n",
        f"| request | median ms (goal: {GOAL}) |",
        "| --- | --- |",
        *(f"| {name} | {median:.1f} |" for name, median in medians),
    ]
    print(*lines, sep="\n")  # noqa: T201


if __name__ == "__main__":
    main()
