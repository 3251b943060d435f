"""What depends on the database holds on PostgreSQL too: the same tests, run there."""

import os
import subprocess
import sys
from pathlib import Path

from tests.postgres import running_postgres

ROOT = Path(__file__).resolve().parents[2]
DEPEND_ON_THE_DATABASE = (
    "test_ledger.py",
    "test_audit.py",
    "test_settle.py",
    "test_clock.py",
    "test_tasks.py",
    "test_mirror.py",
)


def test_ledger_tickets_settlement_and_clock_hold_on_postgresql():
    files = [f"tests/portal/{name}" for name in DEPEND_ON_THE_DATABASE]
    with running_postgres() as url:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", *files],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": url},
            capture_output=True,
            text=True,
            timeout=300,
        )
    assert done.returncode == 0, done.stdout[-5000:]
    assert "passed" in done.stdout
