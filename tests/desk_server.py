"""The portal as it runs for real: web processes, worker and clock, with a database of their own."""

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import requests

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent

MAKE_STAFF = """
from django.contrib.auth.models import Group, User
user = User.objects.create_user("staff", password="staff-pass-123")
user.groups.add(Group.objects.get(name="staff"))
"""


class Desk:
    """A portal of `processes` web processes on a free port, pointed at `world`."""

    def __init__(self, data_dir: Path, world, **settings: str) -> None:
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.database = data_dir / "portal.sqlite3"
        self.log = data_dir / "desk.log"
        core, number = world.credentials["core_api"], world.credentials["number_api"]
        self.env = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | {
            "DATA_DIR": str(data_dir),
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "SECRET_KEY": "desk-" + "0123456789abcdef" * 4,
            "STATICFILES_STORAGE": "django.contrib.staticfiles.storage.StaticFilesStorage",
            "PORTAL_URL": self.url,
            "CORE_API_URL": core["url"],
            "CORE_API_TOKEN": core["token"],
            "NUMBER_API_URL": number["url"],
            "NUMBER_API_AUTH_ID": number["auth_id"],
            "NUMBER_API_AUTH_TOKEN": number["auth_token"],
            **settings,
        }
        self._running: list[subprocess.Popen] = []
        self.manage("migrate", "-v0")
        self.manage("createcachetable")
        self.manage("shell", "-v0", "-c", MAKE_STAFF)

    def manage(self, *arguments: str) -> str:
        """Run a management command to its end."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.env, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start_web(self, processes: int = 2) -> None:
        bind = ["--bind", f"127.0.0.1:{self.port}", "--workers", str(processes), "--threads", "8"]
        self._start([str(BIN / "gunicorn"), "portal.wsgi", *bind, "--no-control-socket"])
        for _ in range(200):
            try:
                if requests.get(f"{self.url}/healthz", timeout=2).ok:
                    return
            except requests.RequestException:
                time.sleep(0.1)
        raise AssertionError(self.log.read_text()[-4000:])

    def start_worker(self) -> subprocess.Popen:
        return self._start([sys.executable, "manage.py", "db_worker", "--queue-name", "*", "--no-reload"])

    def start_clock(self) -> subprocess.Popen:
        return self._start([sys.executable, "manage.py", "clock"])

    def _start(self, command: list[str]) -> subprocess.Popen:
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                command, cwd=ROOT, env=self.env, stdout=log, stderr=log, start_new_session=True
            )
        self._running.append(process)
        return process

    def kill_one(self, process: subprocess.Popen) -> None:
        """`kill -9` for one process and its children."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self._running.remove(process)

    def kill(self) -> None:
        """`kill -9` for everything, children included."""
        for process in self._running:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self._running.clear()

    def sign_in(self) -> requests.Session:
        session = requests.Session()
        page = session.get(f"{self.url}/account/login/", timeout=10)
        form = {
            "login": "staff",
            "password": "staff-pass-123",
            "csrfmiddlewaretoken": hidden(page.text, "csrfmiddlewaretoken"),
        }
        answer = session.post(f"{self.url}/account/login/", form, headers={"Referer": self.url}, timeout=10)
        assert answer.url == f"{self.url}/", answer.text[:2000]
        return session

    def entries(self) -> list[tuple[str, str]]:
        """(target, outcome) of every entry of the ledger, oldest first."""
        with closing(sqlite3.connect(self.database)) as database:
            return database.execute(
                "SELECT target, outcome FROM portal_auditentry ORDER BY created"
            ).fetchall()


def hidden(html: str, name: str) -> str:
    """The value of the hidden field called `name`."""
    tag = re.search(rf'<input[^>]*name="{name}"[^>]*>', html)
    assert tag, html[:3000]
    return re.search(r'value="([^"]*)"', tag[0])[1]
