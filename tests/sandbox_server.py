"""A sandbox server of the tests' own, and a world in it to play with."""

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Sandbox:
    """A running server: its base URL; its process and data only when this run started it."""

    url: str
    process: subprocess.Popen[str] | None = None
    data_dir: Path | None = None

    def world(self, *, inventory: str | int = "small", name: str = "") -> "World":
        """A fresh world with credentials of its own."""
        made = requests.post(
            f"{self.url}/_sandbox/worlds", json={"name": name, "inventory": inventory}, timeout=30
        )
        made.raise_for_status()
        return World(self.url, made.json())

    def output(self) -> str:
        """What the server wrote so far, tracebacks included."""
        return (self.data_dir / "sandbox.out").read_text()

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start_sandbox(
    data_dir: Path, *, port: int = 0, control: bool = True, database_url: str = "", inventory: str = "20"
) -> Sandbox:
    """Start `manage.py sandbox serve` and return when it answers; port 0 is any free one."""
    unwanted = ("SANDBOX_URL", "SANDBOX_DATABASE_URL", "DJANGO_SETTINGS_MODULE")
    env = {name: value for name, value in os.environ.items() if name not in unwanted}
    env |= {"DATA_DIR": str(data_dir), "SANDBOX_CONTROL": "1" if control else "0"}
    if database_url:
        env["SANDBOX_DATABASE_URL"] = database_url
    command = [sys.executable, "manage.py", "sandbox", "serve", "--host", "127.0.0.1", "--port", str(port)]
    ready, writing = os.pipe()
    with (data_dir / "sandbox.out").open("w") as output:
        process = subprocess.Popen(
            [*command, "--inventory", inventory, "--ready-fd", str(writing)],
            cwd=ROOT,
            env=env,
            stdout=output,
            stderr=subprocess.STDOUT,
            pass_fds=(writing,),
            text=True,
        )
    os.close(writing)
    with os.fdopen(ready) as pipe:
        url = pipe.readline().strip()
    if not url:
        process.wait(10)
        raise RuntimeError(f"the sandbox did not start:\n{(data_dir / 'sandbox.out').read_text()}")
    return Sandbox(url, process, data_dir)


class World:
    """One world: raw requests with its own token, and everything the steering endpoint offers."""

    def __init__(self, base: str, credentials: dict[str, Any]) -> None:
        self.credentials = credentials
        self.key: str = credentials["world"]
        self.core: dict[str, str] = credentials["core_api"]
        self.number_api: dict[str, str] = credentials["number_api"]
        self.steering = f"{base}/_sandbox/worlds/{self.key}"
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Authorization"] = f"Bearer {self.core['token']}"

    # --- the Core API ----------------------------------------------------------------------------

    def request(self, method: str, path: str, **options: Any) -> requests.Response:
        """A raw request; `path` begins below /core/v2."""
        return self.session.request(
            method, self.core["url"] + path, timeout=options.pop("timeout", 30), **options
        )

    def get(self, path: str, **params: Any) -> requests.Response:
        return self.request("GET", path, params=params)

    def post(self, path: str, json: Any = None, **options: Any) -> requests.Response:
        return self.request("POST", path, json={} if json is None else json, **options)

    def patch(self, path: str, json: Any, **options: Any) -> requests.Response:
        return self.request("PATCH", path, json=json, **options)

    def put(self, path: str, json: Any, **options: Any) -> requests.Response:
        return self.request("PUT", path, json=json, **options)

    def delete(self, path: str) -> requests.Response:
        return self.request("DELETE", path)

    def rent(self, phonenumber: str) -> dict[str, Any]:
        """Rent this number; fails unless that works."""
        answer = self.post("/phonenumber/dids", {"phonenumber": phonenumber})
        assert answer.status_code == 200, answer.text
        return answer.json()

    # --- steering --------------------------------------------------------------------------------

    def steer(self, method: str, path: str = "", json: Any = None, /, **params: Any) -> Any:
        answer = requests.request(method, self.steering + path, json=json, params=params, timeout=30)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def advance(self, seconds: int) -> str:
        """Move the world's clock; its new time."""
        return self.steer("POST", "/clock", {"advance_seconds": seconds})["now"]

    def set(self, **settings: Any) -> dict[str, Any]:
        return self.steer("PATCH", "", {"settings": settings})

    def fault(self, method: str, path: str, kind: str, **params: Any) -> int:
        """Plant a fault for the next request (`times` requests) whose path matches."""
        return self.steer("POST", "/faults", {"method": method, "path": path, "kind": kind, **params})[
            "fault"
        ]

    def left(self, fault: int) -> int:
        """How many requests the fault still waits for. One it delays has taken it on arrival."""
        planted = self.steer("GET", "/faults")["items"]
        return next(each["remaining"] for each in planted if each["id"] == fault)

    def clear_faults(self) -> None:
        self.steer("DELETE", "/faults")

    def requests(self, method: str | None = None, path: str | None = None) -> list[dict[str, Any]]:
        """What the world was asked, oldest first; `path` is a regular expression."""
        given = {name: value for name, value in {"method": method, "path": path}.items() if value}
        return self.steer("GET", "/requests", **given)["items"]

    def forget_requests(self) -> None:
        self.steer("DELETE", "/requests")

    def add_numbers(self, *numbers: dict[str, Any] | str) -> list[dict[str, Any]]:
        """Put numbers in, each as digits or as an object; the numbers as they then are."""
        wanted = [{"phonenumber": each} if isinstance(each, str) else each for each in numbers]
        return self.steer("POST", "/numbers", wanted)["numbers"]

    def add_calls(self, *calls: dict[str, Any]) -> list[str]:
        return self.steer("POST", "/calls", list(calls))["calls"]


def temporary_directory() -> Path:
    return Path(tempfile.mkdtemp(prefix="numberdesk-sandbox-"))
