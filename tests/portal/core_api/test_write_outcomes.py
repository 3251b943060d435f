"""What a person may be told about a write that failed: did it leave, and can its answer be trusted?"""

import socket
import time

import pytest

from portal.core_api.errors import (
    Conflict,
    CredentialsRefused,
    Forbidden,
    Invalid,
    NotFound,
    NotSent,
    OutcomeUnknown,
    Rejected,
)
from tests.portal.core_api.raw_server import RawServer, hang_up, no_content, raw, reply, reset, silence
from tests.portal.core_api.samples import NUMBER, PARTNER, SID, envelope, number

PHONE = "15162065575"


def rent(api):
    return api.phonenumbers.rent(PHONE)


class TestNotSent:
    def test_when_the_connection_is_refused(self, client):
        with socket.create_server(("127.0.0.1", 0)) as unused:
            port = unused.getsockname()[1]
        with pytest.raises(NotSent, match=r"refused the connection.*Nothing was changed"):
            rent(client(f"http://127.0.0.1:{port}/core/v2"))

    def test_when_the_name_does_not_resolve(self, client, monkeypatch):
        def unknown(*args, **options):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

        monkeypatch.setattr(socket, "getaddrinfo", unknown)
        with pytest.raises(NotSent, match="name could not be resolved"):
            rent(client("http://core.invalid/core/v2"))

    def test_when_connecting_takes_too_long(self, client):
        with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
            held = [socket.socket() for _ in range(3)]
            for one in held:  # fills the backlog; the next handshake is left without an answer
                one.settimeout(0)
                one.connect_ex(full.getsockname())
            started = time.monotonic()
            with pytest.raises(NotSent, match="did not answer in time"):
                rent(client(f"http://127.0.0.1:{full.getsockname()[1]}/core/v2", connect_timeout=0.3))
            assert time.monotonic() - started < 3  # connecting could last as long as the whole call: 15 s
            for one in held:
                one.close()

    def test_when_the_certificate_is_not_trusted(self, tls_server, client):
        with pytest.raises(NotSent, match="certificate is not trusted"):
            rent(client(tls_server.url))
        assert tls_server.requests == []

    def test_when_the_handshake_breaks(self, client):
        with RawServer(before_tls=hang_up()) as server, pytest.raises(NotSent):
            rent(client(server.url))


def cut(status_line, headers, body):
    return raw(f"HTTP/1.1 {status_line}\r\n{headers}\r\n\r\n{body}".encode(), then_close=True)


UNTRUSTWORTHY = {
    "reset": reset(),
    "hang up": hang_up(),
    "silence": silence(),
    "not http": raw(b"SSH-2.0-OpenSSH_9.2\r\n", then_close=True),
    "500": reply(500, envelope("internal server error")),
    "500 of the other api": reply(500, {"error": "internal_server_error", "message": "failed"}),
    "502 html": reply(502, b"<html>bad gateway</html>"),
    "503": reply(503),
    "504": reply(504),
    "408": reply(408, envelope("timeout")),
    "redirect": reply(307, headers={"Location": "http://127.0.0.1:9/elsewhere"}),
    "html": reply(200, b"<html>welcome</html>", {"Content-Type": "text/html"}),
    "empty": reply(200, b""),
    "json cut": reply(200, b'{"did_sid": "abc", "phonen'),
    "json nested": reply(200, b"[" * 100_000),
    "a list": reply(200, [NUMBER]),
    "null": reply(200, b"null"),
    "not utf-8": reply(200, b'{"phonenumber": "\xff"}'),
    "no number": reply(200, {"did_sid": SID}),
    "another number": reply(200, number("15162065581")),
    "wrong type": reply(200, {**NUMBER, "capabilities": "many"}),
    "nan": reply(200, b'{"did_sid": "a", "phonenumber": "15162065575", "price": NaN}'),
    "body cut": cut("200 OK", "Content-Length: 900", '{"did_sid": "a"'),
    "chunks cut": cut("200 OK", "Transfer-Encoding: chunked", "5\r\n{}   \r\n"),
    "bad chunk": cut("200 OK", "Transfer-Encoding: chunked", "zz\r\n{}\r\n0\r\n\r\n"),
    "bad gzip": reply(200, b"this is not gzip", {"Content-Encoding": "gzip"}),
    "head cut": raw(b"HTTP/1.1 200 OK\r\nContent-Ty", then_close=True),
    "rst in the body": reset(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{"),
}


class TestOutcomeUnknown:
    @pytest.mark.parametrize("play", UNTRUSTWORTHY.values(), ids=UNTRUSTWORTHY)
    def test_when_no_trustworthy_answer_comes(self, server, client, play):
        server.plays(play)
        with pytest.raises(OutcomeUnknown, match="read back") as caught:
            rent(client(server.url, read_timeout=0.3))
        assert len(server.requests) == 1
        assert caught.value.fields == {}

    def test_when_the_answer_is_larger_than_anything_documented(self, server, client, monkeypatch):
        monkeypatch.setattr("portal.core_api.transport.LARGEST_ANSWER", 10_000)
        server.plays(reply(200, {**NUMBER, "attributes": {"much": "x" * 20_000}}))
        with pytest.raises(OutcomeUnknown, match="too large"):
            rent(client(server.url))

    def test_when_a_release_is_answered_by_a_web_page(self, server, api):
        server.plays(reply(200, b"<html>please sign in</html>"))
        with pytest.raises(OutcomeUnknown):
            api.phonenumbers.release(SID)

    def test_when_a_release_is_answered_by_headers_that_end_too_early(self, server, api):
        server.plays(raw(b"HTTP/1.1 200 OK\r\nContent-Ty", then_close=True))
        with pytest.raises(OutcomeUnknown):
            api.phonenumbers.release(SID)

    def test_when_the_connection_dies_over_https_after_the_request_left(self, tls_server, tls, client):
        tls_server.plays(reset())
        with pytest.raises(OutcomeUnknown):
            rent(client(tls_server.url, ca_bundle=tls[1]))
        assert len(tls_server.requests) == 1


class TestRejected:
    @pytest.mark.parametrize(
        ("status", "kind"),
        [(400, Invalid), (403, Forbidden), (404, NotFound), (409, Conflict), (415, Invalid), (422, Invalid)],
    )
    def test_by_status(self, server, api, status, kind):
        server.plays(reply(status, envelope("refused", ("phonenumber", "is not available"))))
        with pytest.raises(kind) as caught:
            rent(api)
        assert type(caught.value) is kind
        assert isinstance(caught.value, Rejected)
        assert caught.value.status == status
        assert caught.value.fields == {"phonenumber": "is not available"}

    @pytest.mark.parametrize("status", [402, 405, 410, 413, 429])
    def test_other_refusals_are_plain_rejections(self, server, api, status):
        server.plays(reply(status, envelope("refused")))
        with pytest.raises(Rejected) as caught:
            rent(api)
        assert type(caught.value) is Rejected

    def test_401_is_about_us_and_not_about_the_number(self, server, api):
        server.plays(reply(401, envelope("authentication required", ("cause", "authentication required"))))
        with pytest.raises(CredentialsRefused, match="Nothing was changed") as caught:
            rent(api)
        assert not isinstance(caught.value, Rejected)

    def test_a_404_that_is_a_web_page_does_not_prove_that_the_number_is_gone(self, server, api):
        server.plays(reply(404, b"<html>nginx</html>"))
        with pytest.raises(Rejected) as caught:
            api.phonenumbers.release(SID)
        assert not isinstance(caught.value, NotFound)


class TestDone:
    def test_a_rent_returns_the_number(self, server, api):
        server.plays(reply(200, NUMBER))
        assert rent(api).did_sid == SID
        assert server.requests[0].json == {"phonenumber": PHONE}

    @pytest.mark.parametrize("play", [no_content(), reply(200, b""), reply(200, {"message": "released"})])
    def test_a_release_returns_nothing(self, server, api, play):
        server.plays(play)
        assert api.phonenumbers.release(SID) is None


def test_a_write_does_not_ride_on_a_connection_that_has_rested(server, api, monkeypatch):
    monkeypatch.setattr("portal.core_api.wire.RESTED_SECONDS", 0.05)
    server.plays(reply(200, PARTNER), reply(200, PARTNER), reply(200, NUMBER))
    api.whoami()
    time.sleep(0.1)
    api.whoami()
    assert server.connections == 1
    time.sleep(0.1)
    rent(api)
    assert server.connections == 2
