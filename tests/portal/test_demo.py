"""`manage.py demo`: what `make run` stands up, and finds again."""

import json
import os
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def ports() -> dict[str, str]:
    return {"PORT": str(free_port()), "SANDBOX_PORT": str(free_port())}


def run_demo(data_dir: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", "demo", "--inventory", "small"],
        cwd=ROOT,
        env={**inherited, "DATA_DIR": str(data_dir), **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.fixture(scope="module")
def desk(tmp_path_factory, ports):
    """A desk that was stood up once: its directory, its keys, and what the terminal showed."""
    data_dir = tmp_path_factory.mktemp("demo") / "var"
    done = run_demo(data_dir, **ports)
    assert done.returncode == 0, done.stdout + done.stderr
    return data_dir, json.loads((data_dir / "demo.json").read_text()), done.stdout


def test_the_file_with_the_keys_has_what_others_read_from_it(desk, ports):
    _, keys, _ = desk
    assert set(keys) == {"portal_url", "users", "core_api", "number_api", "secret_key"}
    assert keys["portal_url"] == f"http://127.0.0.1:{ports['PORT']}"
    assert {name: user["role"] for name, user in keys["users"].items()} == {
        "staff": "staff",
        "manager": "manager",
        "admin": "admin",
    }
    assert set(keys["core_api"]) == {"url", "token", "login", "password", "client_id", "client_secret"}
    assert set(keys["number_api"]) == {"url", "auth_id", "auth_token", "admin_auth_id", "admin_auth_token"}
    assert keys["core_api"]["url"] == f"http://127.0.0.1:{ports['SANDBOX_PORT']}/core/v2"
    assert all(keys["core_api"].values())
    assert all(keys["number_api"].values())
    assert len(keys["secret_key"]) >= 50


def test_only_its_owner_reads_the_file(desk):
    assert (desk[0] / "demo.json").stat().st_mode & 0o777 == 0o600


def test_each_person_can_sign_in_and_has_their_role(desk):
    data_dir, keys, _ = desk
    with sqlite3.connect(data_dir / "portal.sqlite3") as database:
        people = database.execute(
            "SELECT u.username, u.password, u.first_name, g.name FROM auth_user u"
            " JOIN auth_user_groups m ON m.user_id = u.id JOIN auth_group g ON g.id = m.group_id"
        ).fetchall()
    assert {(name, first, group) for name, _, first, group in people} == {
        ("staff", "Sam", "staff"),
        ("manager", "Alex", "manager"),
        ("admin", "Robin", "admin"),
    }
    for name, stored, _, _ in people:
        assert PBKDF2PasswordHasher().verify(keys["users"][name]["password"], stored)


def test_the_terminal_says_where_and_who(desk):
    _, keys, shown = desk
    assert keys["portal_url"] in shown
    for name, user in keys["users"].items():
        assert name in shown
        assert user["password"] in shown


def test_the_passwords_are_not_the_same_for_everybody(desk):
    passwords = {user["password"] for user in desk[1]["users"].values()}
    assert len(passwords) == 3
    assert min(map(len, passwords)) >= 16


def test_a_second_start_keeps_everything_and_is_quick(desk, ports):
    data_dir, _, first_shown = desk
    before = (data_dir / "demo.json").read_bytes()
    began = time.monotonic()
    again = run_demo(data_dir, **ports)
    assert again.returncode == 0
    assert time.monotonic() - began < 5
    assert (data_dir / "demo.json").read_bytes() == before
    assert [line for line in first_shown.splitlines() if "sign in" in line] == [
        line for line in again.stdout.splitlines() if "sign in" in line
    ]


def test_another_port_changes_the_addresses_and_nothing_else(desk, ports):
    data_dir, keys, _ = desk
    moved = {"PORT": str(free_port()), "SANDBOX_PORT": str(free_port())}
    assert run_demo(data_dir, **moved).returncode == 0
    after = json.loads((data_dir / "demo.json").read_text())
    assert after["portal_url"].endswith(moved["PORT"])
    assert after["core_api"]["url"] == f"http://127.0.0.1:{moved['SANDBOX_PORT']}/core/v2"
    assert after["users"] == keys["users"]
    assert after["core_api"]["token"] == keys["core_api"]["token"]
    assert run_demo(data_dir, **ports).returncode == 0


def test_a_lost_world_is_made_again_for_the_same_people(desk, ports):
    data_dir, keys, _ = desk
    for file in data_dir.glob("sandbox.sqlite3*"):
        file.unlink()
    done = run_demo(data_dir, **ports)
    assert done.returncode == 0, done.stderr
    after = json.loads((data_dir / "demo.json").read_text())
    assert after["users"] == keys["users"]
    assert after["core_api"]["token"] != keys["core_api"]["token"]


# --- refusals: one sentence, and nothing is made -------------------------------------------------


@pytest.mark.parametrize("name", ["PORT", "SANDBOX_PORT"])
def test_a_taken_port_is_one_clear_sentence(tmp_path, name):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ports = {"PORT": str(free_port()), "SANDBOX_PORT": str(free_port()), name: str(port)}
        done = run_demo(tmp_path / "var", **ports)
    assert done.returncode == 1
    assert done.stderr.strip().startswith(f"Port {port} is taken by another program")
    assert len(done.stderr.strip().splitlines()) == 1
    assert f"{name}=" in done.stderr
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize("port", ["0", "65536", "abc", "-1", "80a"])
def test_a_port_that_is_none_is_one_clear_sentence(tmp_path, port):
    done = run_demo(tmp_path / "var", PORT=port)
    assert done.returncode == 1
    assert "which is no port" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_same_port_twice_is_one_clear_sentence(tmp_path):
    done = run_demo(tmp_path / "var", PORT="8123", SANDBOX_PORT="8123")
    assert done.returncode == 1
    assert "both 8123" in done.stderr
