"""A seeded sandbox database for tests to read: made by the sandbox's own commands and code, in processes
of their own, and read by SQL."""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
STOCK = 3_000  # rentable US numbers of the default world here: each area code has some

# Worlds beside the default one, and what only the sandbox's own code can tell of itself.
_MORE = f"""
import json, sys
from dataclasses import asdict
import django
django.setup()
from django.db import connection
from django.test.utils import CaptureQueriesContext
from sandbox.models import World
from sandbox.seeding import make_world
from sandbox.seeding.countries import COUNTRIES
from sandbox.seeding.geography import nearby_point

with CaptureQueriesContext(connection) as queries:
    make_world(key="small", inventory="small")
costly = ("zipcodes", "phonenumbers.geodata", "phonenumbers.geocoder")
loaded = [name for name in costly if name in sys.modules]
make_world(key="small-2", inventory="small")
make_world(key="empty", inventory="empty")
make_world(key="again", inventory={STOCK})
make_world(key="few", inventory=20)

def cut(done, total):
    raise KeyboardInterrupt
before = World.objects.count()
try:
    make_world(key="cut", inventory=50, progress=cut)
except KeyboardInterrupt:
    left = World.objects.count() - before
refused = []
for wish in ("big", -1, True, 10**9):
    try:
        make_world(inventory=wish)
    except ValueError as error:
        refused.append(str(error))
wishes = ("npa:516", "npa:329", "zip:10025", "npa:999")
print(json.dumps({{
    "queries": len(queries),
    "loaded": loaded,
    "left": left,
    "refused": refused,
    "countries": [asdict(each) for each in COUNTRIES],
    "near": {{wish: nearby_point(**dict([wish.split(":")])) for wish in wishes}},
}}))
"""


def run(data_dir: Path, *command: str) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith("SANDBOX_")}
    env |= {"DATA_DIR": str(data_dir), "DJANGO_SETTINGS_MODULE": "sandbox.settings"}
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=env, capture_output=True, text=True, timeout=120
    )


def manage(data_dir: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run(data_dir, "manage.py", "sandbox", *arguments)


class Seeded:
    """A seeded database: rows by SQL, what the commands said, what the sandbox's code told."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        assert manage(data_dir, "migrate", "-v0").returncode == 0
        self.first = manage(data_dir, "seed", "--inventory", str(STOCK))
        assert self.first.returncode == 0, self.first.stderr
        more = run(data_dir, "-c", _MORE)
        assert more.returncode == 0, more.stderr
        self.told: dict[str, Any] = json.loads(more.stdout)
        self.connection = sqlite3.connect(f"file:{data_dir}/sandbox.sqlite3?mode=ro", uri=True)
        self.connection.row_factory = sqlite3.Row

    def rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        return self.connection.execute(sql, values).fetchall()

    def numbers(self, world: str, more: str = "1") -> list[sqlite3.Row]:
        """The numbers of a world for which `more` holds, in order."""
        of_world = "world_id = (SELECT id FROM sandbox_world WHERE key = ?)"
        return self.rows(f"SELECT * FROM sandbox_did WHERE {of_world} AND {more} ORDER BY phonenumber", world)  # noqa: S608

    def partners(self, world: str) -> dict[str, sqlite3.Row]:
        found = self.rows(
            "SELECT partner.* FROM sandbox_partner partner JOIN sandbox_world world"
            " ON world.id = partner.world_id WHERE world.key = ?",
            world,
        )
        return {each["name"]: each for each in found}
