"""Servers that misbehave, and clients that are closed when a test ends."""

import pytest

from portal.core_api import CoreApi
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


@pytest.fixture(scope="session")
def tls(tmp_path_factory):
    """The context of an https server, and the bundle with which a client trusts it."""
    return certificates.make(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def tls_server(tls):
    with RawServer(tls=tls[0]) as server:
        yield server
