"""A sandbox on PostgreSQL, for what databases do differently."""

import shutil
from collections.abc import Iterator

import pytest

from tests.sandbox.postgres import Postgres
from tests.sandbox_server import Sandbox, start_sandbox, temporary_directory


@pytest.fixture(scope="session")
def postgres_sandbox() -> Iterator[Sandbox]:
    postgres, data_dir = Postgres(), temporary_directory()
    try:
        server = start_sandbox(data_dir, database_url=postgres.create("sandbox"))
        yield server
        server.stop()
    finally:
        postgres.stop()
        shutil.rmtree(data_dir, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def either_sandbox(request: pytest.FixtureRequest) -> Sandbox:
    """The same test on both databases."""
    return request.getfixturevalue("sandbox" if request.param == "sqlite" else "postgres_sandbox")
