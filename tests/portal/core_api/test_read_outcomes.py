"""What a read may conclude, above all when it concludes that something is not there."""

import gzip
import json
import socket

import pytest

from portal.core_api.errors import BadAnswer, CredentialsRefused, Forbidden, NotFound, Unavailable
from tests.portal.core_api.raw_server import reply
from tests.portal.core_api.samples import NUMBER, SID, envelope, number, page

UNREADABLE = {
    "html": reply(200, b"<html>welcome</html>", {"Content-Type": "text/html"}),
    "empty": reply(200, b""),
    "redirect": reply(302, headers={"Location": "http://127.0.0.1:9/elsewhere"}),
    "a list": reply(200, [NUMBER]),
    "another one": reply(200, number("15162065581")),
    "wrong type": reply(200, {**NUMBER, "attributes": []}),
    "endless price": reply(200, {**NUMBER, "price": "NaN"}),
    "404 of something in between": reply(404, b"<html>not found</html>"),
    "404 of another program": reply(404, {"detail": "Not Found"}),
    "json nested": reply(200, b'{"a":' * 100_000),
}


@pytest.mark.parametrize("play", UNREADABLE.values(), ids=UNREADABLE)
def test_an_answer_that_cannot_be_read_is_a_bad_answer(server, api, play):
    server.plays(play)
    with pytest.raises(BadAnswer):
        api.phonenumbers.get(SID)
    assert len(server.requests) == 1


def test_only_the_api_itself_can_say_that_something_is_not_there(server, api):
    server.plays(reply(404, envelope("no item error", (None, "cannot find item by sid"))))
    with pytest.raises(NotFound) as caught:
        api.phonenumbers.get(SID)
    assert caught.value.message == "no item error; cannot find item by sid"


def test_a_missing_scope_is_forbidden(server, api):
    server.plays(reply(403, envelope("permission denied", ("cause", "permission denied"))))
    with pytest.raises(Forbidden) as caught:
        api.phonenumbers.get(SID)
    assert caught.value.message == "permission denied"


def test_wrong_credentials_are_refused(server, api):
    server.plays(reply(401))
    with pytest.raises(CredentialsRefused):
        api.whoami()


def test_a_refused_connection_is_unavailable(client):
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    with pytest.raises(Unavailable, match="refused the connection"):
        client(f"http://127.0.0.1:{port}/core/v2").whoami()


def test_an_answer_is_capped_after_decompression(server, api, monkeypatch):
    monkeypatch.setattr("portal.core_api.transport.LARGEST_ANSWER", 100_000)
    bomb = gzip.compress(b" " * 50_000_000)
    server.plays(reply(200, bomb, {"Content-Encoding": "gzip"}))
    with pytest.raises(BadAnswer, match="too large"):
        api.whoami()


def test_a_compressed_answer_is_read(server, api):
    server.plays(reply(200, gzip.compress(json.dumps(NUMBER).encode()), {"Content-Encoding": "gzip"}))
    assert api.phonenumbers.get(SID).locality == "NEW YORK"


class TestFind:
    def test_returns_the_number(self, server, api):
        server.plays(reply(200, page([NUMBER], total=1)))
        assert api.phonenumbers.find("15162065575").did_sid == SID
        assert server.requests[0].query["filter"] == ['phonenumber eq "15162065575"']

    def test_returns_none_when_there_is_none(self, server, api):
        server.plays(reply(200, page([], total=0)))
        assert api.phonenumbers.find("15162065575") is None

    @pytest.mark.parametrize(
        "answer",
        [page([number("15162065581")], total=1), page([], has_more=True), {"items": []}, {"count": 0}],
        ids=["another number", "more of nothing", "no has_more", "no items"],
    )
    def test_does_not_conclude_from_an_answer_that_makes_no_sense(self, server, api, answer):
        server.plays(reply(200, answer))
        with pytest.raises(BadAnswer):
            api.phonenumbers.find("15162065575")
