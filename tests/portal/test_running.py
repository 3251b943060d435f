"""Closing the terminal stops everything that `make run` started."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM, signal.SIGINT])
def test_no_process_outlives_its_terminal(tmp_path, number):
    lines = [f"{name}: echo $$ > {name}.pid; exec sleep 300\n" for name in ("one", "two")]
    (tmp_path / "Procfile").write_text("".join(lines))
    process = subprocess.Popen(
        [sys.executable, "-m", "portal.running"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
    )
    files = [tmp_path / "one.pid", tmp_path / "two.pid"]
    _wait(lambda: all(file.exists() and file.read_text().strip() for file in files))
    time.sleep(1)  # the launcher learns of its processes a moment after they began
    process.send_signal(number)
    process.wait(15)
    for child in (int(file.read_text()) for file in files):
        _wait(lambda child=child: _is_gone(child))


def _is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def _wait(condition) -> None:
    until = time.monotonic() + 15
    while not condition():
        assert time.monotonic() < until, "it did not come to that in time"
        time.sleep(0.05)
