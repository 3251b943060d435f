"""A call ends at its deadline, however the bytes come."""

import socket
import threading
import time

import pytest

from portal.core_api.errors import NotSent, OutcomeUnknown, Unavailable
from tests.portal.core_api.raw_server import RawServer, drip, head, message, reply, silence
from tests.portal.core_api.samples import NUMBER, PARTNER

SLOW = 0.05  # a byte each 50 ms is far within any read timeout
LONG_HEAD = b"".join(b"X-Padding-%03d: 0123456789\r\n" % number for number in range(50))


@pytest.fixture
def hasty(client):
    """A client with a deadline of 0.6 s that would wait half a minute for each byte."""
    return lambda server, **options: client(
        server.url, connect_timeout=30, read_timeout=30, deadline=0.6, **options
    )


@pytest.fixture
def within_the_deadline():
    """Room for a busy machine; without the deadline the shortest wait lasts more than eight seconds."""
    started = time.monotonic()
    yield
    assert time.monotonic() - started < 5


def slowly(whole):
    return drip(whole, every=SLOW)


@pytest.mark.usefixtures("within_the_deadline")
class TestOverHttp:
    def test_a_read_whose_headers_drip_is_unavailable(self, server, hasty):
        server.plays(slowly(b"HTTP/1.1 200 OK\r\n" + LONG_HEAD))
        with pytest.raises(Unavailable, match="did not answer in time"):
            hasty(server).whoami()

    def test_a_read_whose_body_drips_is_unavailable(self, server, hasty):
        start = head(200, {"Content-Type": "application/json", "Content-Length": 4000})
        server.plays(drip(b" " * 4000, every=SLOW, at_once=start))
        with pytest.raises(Unavailable, match="did not answer in time"):
            hasty(server).whoami()

    def test_a_read_whose_chunks_drip_is_unavailable(self, server, hasty):
        start = head(200, {"Transfer-Encoding": "chunked"})
        server.plays(drip(b"1\r\n \r\n" * 500, every=SLOW, at_once=start))
        with pytest.raises(Unavailable):
            hasty(server).whoami()

    def test_a_body_without_a_length_that_drips_is_cut_although_its_connection_is_given_up(
        self, server, hasty
    ):
        start = head(200, {"Connection": "close"})
        server.plays(drip(b" " * 4000, every=SLOW, at_once=start))
        with pytest.raises(Unavailable):
            hasty(server).whoami()

    def test_a_write_whose_headers_drip_is_unknown(self, server, hasty):
        server.plays(slowly(b"HTTP/1.1 200 OK\r\n" + LONG_HEAD))
        with pytest.raises(OutcomeUnknown, match="did not answer in time"):
            hasty(server).phonenumbers.rent("15162065575")

    def test_a_write_whose_body_drips_is_unknown(self, server, hasty):
        server.plays(slowly(message(200, NUMBER)))
        with pytest.raises(OutcomeUnknown):
            hasty(server).phonenumbers.rent("15162065575")

    def test_a_write_that_is_cut_in_the_middle_of_good_headers_is_not_taken_for_done(self, server, hasty):
        server.plays(drip(LONG_HEAD, every=SLOW, at_once=b"HTTP/1.1 204 No Content\r\n"))
        with pytest.raises(OutcomeUnknown):
            hasty(server).phonenumbers.release("some-sid")

    def test_a_kept_connection_whose_body_drips_is_cut_too(self, server, hasty):
        api = hasty(server)
        server.plays(reply(200, PARTNER), slowly(message(200, PARTNER)))
        api.whoami()
        with pytest.raises(Unavailable):
            api.whoami()
        assert server.connections == 1

    def test_a_proxy_that_drips_means_that_nothing_was_sent(self, server, client):
        api = client(
            "https://core.invalid/core/v2",
            proxy=server.url.removesuffix("/core/v2"),
            connect_timeout=30,
            read_timeout=30,
            deadline=0.6,
        )
        server.plays(slowly(b"HTTP/1.1 200 OK\r\n" + LONG_HEAD))
        with pytest.raises(NotSent, match="did not answer in time"):
            api.phonenumbers.rent("15162065575")
        assert [request.method for request in server.requests] == ["CONNECT"]

    def test_retries_do_not_outlive_the_deadline(self, server, hasty):
        server.plays(silence())
        with pytest.raises(Unavailable):
            hasty(server).whoami()
        assert len(server.requests) == 1

    def test_a_resolver_that_hangs_does_not_hold_the_call(self, client, monkeypatch):
        released = threading.Event()

        def hang(host, *args, flags=0, **options):
            if not flags:
                released.wait(30)
            raise socket.gaierror("no such host")

        monkeypatch.setattr(socket, "getaddrinfo", hang)
        api = client("http://core.invalid/core/v2", connect_timeout=30, read_timeout=30, deadline=0.6)
        try:
            with pytest.raises(NotSent, match="did not answer in time"):
                api.phonenumbers.rent("15162065575")
        finally:
            released.set()


@pytest.mark.usefixtures("within_the_deadline")
class TestOverHttps:
    def test_a_read_whose_headers_drip_is_unavailable(self, tls_server, tls, hasty):
        tls_server.plays(slowly(b"HTTP/1.1 200 OK\r\n" + LONG_HEAD))
        with pytest.raises(Unavailable):
            hasty(tls_server, ca_bundle=tls[1]).whoami()

    def test_a_read_whose_body_drips_is_unavailable(self, tls_server, tls, hasty):
        tls_server.plays(slowly(message(200, PARTNER)))
        with pytest.raises(Unavailable):
            hasty(tls_server, ca_bundle=tls[1]).whoami()

    def test_a_write_whose_body_drips_is_unknown(self, tls_server, tls, hasty):
        tls_server.plays(slowly(message(200, NUMBER)))
        with pytest.raises(OutcomeUnknown):
            hasty(tls_server, ca_bundle=tls[1]).phonenumbers.rent("15162065575")

    def test_a_kept_connection_whose_body_drips_is_cut_too(self, tls_server, tls, hasty):
        api = hasty(tls_server, ca_bundle=tls[1])
        tls_server.plays(reply(200, PARTNER), slowly(message(200, PARTNER)))
        api.whoami()
        with pytest.raises(Unavailable):
            api.whoami()
        assert tls_server.connections == 1

    def test_a_handshake_that_drips_means_that_nothing_was_sent(self, hasty):
        hello = b"\x16\x03\x03\x40\x00" + b"\x02" * 500  # the start of a very long handshake record
        with (
            RawServer(before_tls=drip(hello, every=SLOW)) as server,
            pytest.raises(NotSent, match="did not answer in time"),
        ):
            hasty(server).phonenumbers.rent("15162065575")


def test_a_connection_cut_at_the_deadline_is_not_used_again(server, client):
    api = client(server.url, deadline=1)
    server.plays(slowly(message(200, NUMBER)))
    with pytest.raises(OutcomeUnknown):
        api.phonenumbers.rent("15162065575")
    server.plays(drip(b"", every=0, at_once=message(200, PARTNER)))
    assert api.whoami().name == "CarrierX Main"
    assert server.connections == 2


def test_an_answer_in_time_leaves_no_clock_running(server, client):
    api = client(server.url, deadline=60)
    server.plays(drip(b"", every=0, at_once=message(200, PARTNER)))
    before = threading.active_count()
    for _ in range(5):
        api.whoami()
    until = time.monotonic() + 10  # a clock that was stopped takes a moment to end, others a minute
    while threading.active_count() > before + 1:  # the server's own thread for the connection
        assert time.monotonic() < until
        time.sleep(0.02)
