"""A PostgreSQL server of the tests' own, on a free port, in a directory that is removed afterwards."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

USER = "numberdesk"


@contextmanager
def running_postgres() -> Iterator[str]:
    """The URL of an empty database (`postgres://…`), for as long as the block runs.

    Raises RuntimeError when PostgreSQL is not installed.
    """
    programs = _programs()
    directory = Path(tempfile.mkdtemp(prefix="numberdesk-pg-"))
    port = _free_port()
    as_owner = _not_as_root(directory)
    try:
        init = [programs / "initdb", "-D", directory / "data", "-A", "trust", "-U", USER]
        _run([*as_owner, *init, "--encoding=UTF8", "--locale=C.UTF-8"])
        control = [*as_owner, programs / "pg_ctl", "-D", directory / "data", "-w"]
        options = (
            f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={directory} -c fsync=off"
        )
        _run([*control, "-l", directory / "server.out", "-o", options, "start"])
        try:
            with psycopg.connect(f"postgresql://{USER}@127.0.0.1:{port}/postgres", autocommit=True) as server:
                server.execute("CREATE DATABASE desk")
            yield f"postgres://{USER}@127.0.0.1:{port}/desk"
        finally:
            _run([*control, "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _programs() -> Path:
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if debian:
        return debian[-1]
    if on_path := shutil.which("initdb"):
        return Path(on_path).parent
    raise RuntimeError("PostgreSQL is not installed: on Debian, apt-get install postgresql.")


def _not_as_root(directory: Path) -> list[str]:
    """PostgreSQL refuses to run as root; Debian's package made an account for it."""
    if os.getuid() != 0:
        return []
    shutil.chown(directory, "postgres")
    return ["runuser", "-u", "postgres", "--"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _run(command: list[object]) -> None:
    done = subprocess.run([str(part) for part in command], cwd="/", capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{command[-1]} failed: {done.stdout}{done.stderr}")
