"""What every test may ask for: a running sandbox, and a world of its own in it."""

import os
import shutil
from collections.abc import Iterator

import pytest

from tests.sandbox_server import Sandbox, World, start_sandbox, temporary_directory

pytest_plugins = ["tests.people", "tests.pages", "tests.planted"]


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """One sandbox server for the whole session (under xdist: for each worker).

    CONTRACT_SANDBOX_URL points all its tests at one that runs elsewhere, with its steering open.
    """
    elsewhere = os.environ.get("CONTRACT_SANDBOX_URL")
    if elsewhere:
        yield Sandbox(elsewhere.rstrip("/"))
        return
    data_dir = temporary_directory()
    server = start_sandbox(data_dir)
    yield server
    server.stop()
    shutil.rmtree(data_dir, ignore_errors=True)


@pytest.fixture
def world(sandbox: Sandbox) -> World:
    """A fresh world with the small inventory."""
    return sandbox.world()
