"""Starting and stopping the server; the default world."""

import json
import os
import socket
import subprocess
import sys
from contextlib import closing

import pytest
import requests

from tests.sandbox_server import ROOT, start_sandbox


def manage(data_dir, *arguments):
    env = {**os.environ, "DATA_DIR": str(data_dir)}
    command = [sys.executable, "manage.py", "sandbox", *arguments]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def own(tmp_path):
    server = start_sandbox(tmp_path, inventory="empty")
    yield server
    server.stop()


def test_the_default_world_answers_to_the_credentials_the_command_prints(own):
    printed = json.loads(manage(own.data_dir, "credentials").stdout)
    assert printed["world"] == "default"
    assert set(printed["number_api"]) == {"url", "auth_id", "auth_token", "admin_auth_id", "admin_auth_token"}
    core = printed["core_api"]
    headers = {"Authorization": f"Bearer {core['token']}"}
    answer = requests.get(f"{own.url}/core/v2/oauth/whoami", headers=headers, timeout=30)
    assert answer.json()["partner_sid"] == core["partner_sid"]


def test_a_second_start_keeps_the_data(own, tmp_path):
    before = manage(tmp_path, "credentials").stdout
    own.stop()
    again = start_sandbox(tmp_path, inventory="empty")
    try:
        assert manage(tmp_path, "credentials").stdout == before
    finally:
        again.stop()


def test_it_ends_well_when_asked_to_stop(own):
    own.process.terminate()
    assert own.process.wait(10) == 0


def test_a_taken_port_is_one_clear_sentence(tmp_path):
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = manage(tmp_path, "serve", "--port", str(port))
    assert ended.returncode == 1
    assert ended.stderr.strip() == (
        f"CommandError: Port {port} of 127.0.0.1 is taken: stop what uses it, or set SANDBOX_PORT to another."
    )


def test_options_alone_mean_serve(tmp_path):
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ended = manage(tmp_path, "--port", str(taken.getsockname()[1]))
    assert "is taken" in ended.stderr


def test_before_the_first_start_there_are_no_credentials(tmp_path):
    manage(tmp_path, "migrate", "-v0")
    ended = manage(tmp_path, "credentials")
    assert ended.returncode == 1
    assert "sandbox seed" in ended.stderr


def test_every_model_has_its_migration(tmp_path):
    assert manage(tmp_path, "makemigrations", "--check", "--dry-run").returncode == 0
