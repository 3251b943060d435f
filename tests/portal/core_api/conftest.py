"""Servers that misbehave, and clients that are closed when a test ends."""

import os

import pytest

from portal.core_api import CoreApi, NumberApi
from tests.portal.core_api import certificates
from tests.portal.core_api.raw_server import RawServer

TOKEN = "5ebc03d6-planted-access-token"


@pytest.fixture
def server():
    with RawServer() as server:
        yield server


@pytest.fixture
def client():
    """`client(url, **options)`: a CoreApi with a planted token, closed when the test ends."""
    made = []

    def make(url, **options):
        made.append(CoreApi(**{"url": url, "token": TOKEN, **options}))
        return made[-1]

    yield make
    for api in made:
        api.close()


@pytest.fixture
def api(server, client):
    """A client of `server`, with limits a test can wait for."""
    return client(server.url, connect_timeout=1, read_timeout=1, deadline=2)


@pytest.fixture
def core(world, client):
    """A client of a world of the test's own, that may do everything."""
    given = world.core
    return client(
        given["url"],
        token=given["token"],
        client_id=given["client_id"],
        client_secret=given["client_secret"],
    )


@pytest.fixture
def core_anywhere(request, client):
    """A client of the service named in CONTRACT_CORE_API_URL and CONTRACT_CORE_API_TOKEN, or else of a world.

    For tests that change nothing.
    """
    url, token = os.environ.get("CONTRACT_CORE_API_URL"), os.environ.get("CONTRACT_CORE_API_TOKEN", "")
    return client(url, token=token) if url else request.getfixturevalue("core")


@pytest.fixture
def number_api():
    """`number_api(url=, auth_id=, auth_token=)`: a NumberApi, closed when the test ends."""
    made = []

    def make(**options):
        made.append(NumberApi(**options))
        return made[-1]

    yield make
    for api in made:
        api.close()


@pytest.fixture
def pool(world, number_api):
    """The master account of a world of the test's own."""
    given = world.number_api
    return number_api(url=given["url"], auth_id=given["auth_id"], auth_token=given["auth_token"])


@pytest.fixture
def admin_pool(world, number_api):
    """The same account with an administrator's credentials."""
    given = world.number_api
    return number_api(url=given["url"], auth_id=given["admin_auth_id"], auth_token=given["admin_auth_token"])


@pytest.fixture(scope="session")
def tls(tmp_path_factory):
    """The context of an https server, and the bundle with which a client trusts it."""
    return certificates.make(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def tls_server(tls):
    with RawServer(tls=tls[0]) as server:
        yield server
