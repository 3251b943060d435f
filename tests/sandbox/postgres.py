"""A PostgreSQL server of the tests' own, from Debian's packages."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from contextlib import closing
from pathlib import Path


class Postgres:
    """Started on a free port, with its data in a temporary directory; `stop` removes both."""

    def __init__(self) -> None:
        self.binaries = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
        self.home = Path(tempfile.mkdtemp(prefix="numberdesk-postgres-"))
        # PostgreSQL refuses to run as root.
        self.as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if self.as_user:
            os.chown(self.home, pwd.getpwnam("postgres").pw_uid, -1)
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._run("initdb", "-A", "trust", "-U", "desk", "--encoding=UTF8", "--locale=C.UTF-8")
        places = f"-c listen_addresses=127.0.0.1 -c unix_socket_directories={self.home}"
        options = f"-p {self.port} {places} -c fsync=off"
        self._run("pg_ctl", "-w", "-l", str(self.home / "log"), "-o", options, "start")

    def create(self, name: str) -> str:
        """A fresh database; its URL."""
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "desk", name, data=False)
        return f"postgres://desk@127.0.0.1:{self.port}/{name}"

    def stop(self) -> None:
        self._run("pg_ctl", "-m", "immediate", "stop")
        shutil.rmtree(self.home, ignore_errors=True)

    def _run(self, program: str, *arguments: str, data: bool = True) -> None:
        where = ["-D", str(self.home / "data")] if data else []
        command = [*self.as_user, str(self.binaries / program), *where, *arguments]
        subprocess.run(command, check=True, cwd=self.home, stdout=subprocess.DEVNULL)
