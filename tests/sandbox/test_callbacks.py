"""Callbacks: really sent, to loopback only, again when need be, once."""

import socket
import threading
import time

import pytest

from tests.sandbox.receiver import Receiver, until
from tests.sandbox.subpartners import as_sub_partner

SMS_FIELDS = {
    "date_created", "date_status_changed", "direction", "from_did", "mcc", "message", "message_segments",
    "message_sid", "mnc", "partner_sid", "price", "status", "to_did",
}  # fmt: skip


@pytest.fixture
def receiver():
    made = Receiver()
    yield made
    made.stop()


@pytest.fixture
def did(world):
    made = world.rent("15162065575")
    world.post(f"/phonenumber/dids/{made['did_sid']}/messaging", {"enabled": True})
    world.advance(31)
    return made


def hear(world, **callbacks):
    answer = world.patch(f"/partners/{world.core['partner_sid']}", {"callbacks": callbacks})
    assert answer.status_code == 200, answer.text


def outbox(world, event="sms"):
    return [each for each in world.steer("GET", "/callbacks")["items"] if each["event"] == event]


def message(world, did, **fields):
    return world.steer("POST", "/messages", {"phonenumber": did["phonenumber"], **fields})


def test_a_message_is_told_to_the_partner(world, did, receiver):
    hear(world, sms=f"{receiver.url}/sms?key=1")
    sent = message(world, did, other="15162065319", message="This is a test")
    (told,) = until(lambda: receiver.told)
    assert told["body"] == sent
    assert set(sent) == SMS_FIELDS
    assert (sent["direction"], sent["from_did"], sent["to_did"]) == (
        "inbound",
        "15162065319",
        did["phonenumber"],
    )
    assert told["path"] == "/sms?key=1"
    assert told["headers"]["Content-Type"] == "application/json"
    assert told["headers"]["X-Callback-Event"] == "sms"
    assert until(lambda: outbox(world)[0]["status"] == "delivered")
    assert outbox(world)[0]["outcome"] == "200"


def test_the_numbers_own_address_comes_before_the_partners(world, did, receiver):
    hear(world, sms=f"{receiver.url}/partner")
    world.patch(f"/phonenumber/dids/{did['did_sid']}", {"callback_url": f"{receiver.url}/number"})
    message(world, did, direction="outbound")
    until(lambda: receiver.told)
    assert [told["path"] for told in receiver.told] == ["/number"]
    assert (receiver.told[0]["body"]["from_did"], receiver.told[0]["body"]["status"]) == (
        did["phonenumber"],
        "sent",
    )


def test_the_groups_address_stands_between_them(world, did, receiver):
    hear(world, sms=f"{receiver.url}/partner")
    group = world.post("/phonenumber/did_groups", {"callback_url": f"{receiver.url}/group"}).json()
    world.patch(f"/phonenumber/dids/{did['did_sid']}", {"did_group_sid": group["did_group_sid"]})
    message(world, did)
    until(lambda: receiver.told)
    assert [told["path"] for told in receiver.told] == ["/group"]


def test_external_numbers_and_short_codes_are_told_of_too(world, receiver):
    hear(world, sms=receiver.url)
    world.set(default_carrier_sid="usual")
    external = world.post(
        "/phonenumber/external_dids", {"phonenumber": "12059051025", "capabilities": 3}
    ).json()
    code = world.steer("POST", "/short_codes", {"short_code": "54321"})
    message(world, external)
    message(world, {"phonenumber": code["short_code"]})
    until(lambda: len(receiver.told) == 2)
    assert {told["body"]["to_did"] for told in receiver.told} == {"12059051025", "54321"}


def test_nobody_is_told_who_did_not_ask(world, did):
    hear(world, sms=None)
    message(world, did)
    assert outbox(world) == []


def test_no_message_comes_to_a_number_without_messaging(world):
    did = world.rent("15162065581")
    answer = world.session.post(
        f"{world.steering}/messages", json={"phonenumber": did["phonenumber"]}, timeout=10
    )
    assert answer.status_code == 409


def test_a_completed_order_is_told_without_anybody_asking(world, receiver):
    hear(world, phonenumber_order=receiver.url, sms=f"{receiver.url}/wrong")
    world.set(external_order_seconds=1)
    did = world.post("/phonenumber/dids?include_external=true", {"phonenumber": "46501818082"}).json()
    assert did["status"] == "pending_assignment"
    (told,) = until(lambda: receiver.told)
    assert told["path"] == "/"
    assert told["body"] == {**did, "status": "assigned"}


def test_an_order_completed_at_once_is_told_at_once(world, receiver):
    hear(world, phonenumber_order=receiver.url)
    world.set(external_order_seconds=0)
    did = world.post("/phonenumber/dids?include_external=true", {"phonenumber": "46501818082"}).json()
    assert did["status"] == "assigned"
    assert until(lambda: receiver.told)[0]["body"] == did


def test_renting_from_the_own_pool_is_no_order(world, receiver):
    hear(world, phonenumber_order=receiver.url)
    world.rent("15162065581")
    assert outbox(world, "phonenumber_order") == []


@pytest.mark.parametrize(("fails", "status"), [(False, "enabled"), (True, "failed")])
def test_what_became_of_messaging_is_told_without_anybody_asking(world, receiver, fails, status):
    hear(world, phonenumber_messaging_update=receiver.url)
    world.set(messaging_seconds=1, messaging_fails=fails)
    sid = world.rent("15162065581")["did_sid"]
    world.post(f"/phonenumber/dids/{sid}/messaging", {"enabled": True})
    (told,) = until(lambda: receiver.told)
    assert (told["body"]["did_sid"], told["body"]["status"]) == (sid, status)
    assert told["body"] == world.get(f"/phonenumber/dids/{sid}/messaging").json()


def test_the_numbers_address_hears_of_messages_only(world, receiver):
    world.set(messaging_seconds=0)
    order = {"phonenumber": "15162065581", "callback_url": f"{receiver.url}/number"}
    sid = world.post("/phonenumber/dids", order).json()["did_sid"]
    hear(world, phonenumber_messaging_update=f"{receiver.url}/partner")
    world.post(f"/phonenumber/dids/{sid}/messaging", {"enabled": True})
    until(lambda: receiver.told)
    assert [told["path"] for told in receiver.told] == ["/partner"]


def test_a_sub_partner_hears_of_its_own(world, receiver):
    sub = as_sub_partner(world)
    hear(world, sms=f"{receiver.url}/main")
    world.set(default_carrier_sid="usual")
    number = sub.post("/phonenumber/external_dids", {"phonenumber": "12059051025", "capabilities": 3}).json()
    message(world, number)
    assert outbox(world) == []
    hear(sub, sms=f"{receiver.url}/sub")
    message(world, number)
    until(lambda: receiver.told)
    assert [told["path"] for told in receiver.told] == ["/sub"]


@pytest.mark.parametrize(
    "url",
    [
        "http://192.0.2.1/x",
        "http://example.com/x",
        "https://127.0.0.1:1/x",
        "http://0.0.0.0:1/x",
        "http://127.0.0.1.example.com/x",
        "http://localhost.example.com/x",
        "http://2130706433/x",
        "http://127.0.0.1@192.0.2.1/x",
        "http://[::ffff:192.0.2.1]/x",
    ],
)
def test_only_loopback_is_called(world, did, url):
    hear(world, sms=url)
    message(world, did)
    (kept,) = outbox(world)
    assert (kept["status"], kept["attempts"]) == ("refused", 0)
    assert kept["outcome"]


def test_the_sandbox_does_not_call_itself(world, did):
    base = world.steering.partition("/_sandbox/")[0]
    hear(world, sms=f"{base}/_sandbox/worlds")
    message(world, did)
    assert outbox(world)[0]["status"] == "refused"


@pytest.mark.parametrize("host", ["localhost", "user:secret@127.0.0.1"])
def test_loopback_has_other_names(world, did, receiver, host):
    hear(world, sms=receiver.url.replace("127.0.0.1", host))
    message(world, did)
    told = until(lambda: receiver.told)[0]
    assert "secret" not in str(told)


def test_a_refused_callback_is_sent_again_until_it_is_taken(world, did):
    receiver = Receiver(500, 503, 302)
    hear(world, sms=receiver.url)
    world.set(callback_retry_seconds=0)
    sent = message(world, did)
    until(lambda: outbox(world)[0]["status"] == "delivered")
    assert outbox(world)[0]["attempts"] == 4
    assert [told["body"] for told in receiver.told] == [sent] * 4
    assert {told["path"] for told in receiver.told} == {"/"}  # a redirect is not followed
    assert len({told["headers"]["X-Callback-ID"] for told in receiver.told}) == 1
    receiver.stop()


def test_after_five_attempts_it_is_given_up(world, did):
    receiver = Receiver(*[500] * 9)
    hear(world, sms=receiver.url)
    world.set(callback_retry_seconds=0)
    message(world, did)
    until(lambda: outbox(world)[0]["status"] == "given_up")
    kept = outbox(world)[0]
    assert (kept["attempts"], kept["outcome"], len(receiver.told)) == (5, "500", 5)
    receiver.stop()


def test_attempts_are_spaced(world, did):
    receiver = Receiver(500)
    hear(world, sms=receiver.url)
    world.set(callback_retry_seconds=2)
    message(world, did)
    until(lambda: len(receiver.told) == 1)
    began = time.monotonic()
    until(lambda: len(receiver.told) == 2)
    assert 1.5 < time.monotonic() - began < 8
    receiver.stop()


def test_nobody_listening_is_no_event(world, did):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    hear(world, sms=f"http://127.0.0.1:{port}/")
    message(world, did)
    kept = until(lambda: [each for each in outbox(world) if each["attempts"]])[0]
    assert until(lambda: outbox(world)[0]["outcome"]) == "ConnectionRefusedError"
    assert kept["status"] == "waiting"


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [(b"SSH-2.0-x\r\n", "no HTTP answer"), (b"", "no HTTP answer"), (b"HTTP/1.1 2", "TimeoutError")],
)
def test_whatever_listens_cannot_hold_the_sender(world, did, answer, outcome):
    """The last one begins an answer and drips on for ever."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve():
        connection, _ = listening.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(answer)
            for _ in range(100 if outcome == "TimeoutError" else 0):
                time.sleep(0.1)
                try:
                    connection.sendall(b"0")
                except OSError:
                    return

    threading.Thread(target=serve, daemon=True).start()
    world.set(callback_retry_seconds=600)
    hear(world, sms=f"http://127.0.0.1:{listening.getsockname()[1]}/")
    message(world, did)
    assert until(lambda: outbox(world)[0]["outcome"], 15) == outcome
    listening.close()


def test_several_server_processes_send_each_once(either_sandbox):
    world = either_sandbox.world()
    receiver = Receiver()
    hear(world, sms=receiver.url)
    world.set(default_carrier_sid="usual")
    world.post("/phonenumber/external_dids", {"phonenumber": "12059051025", "capabilities": 3})
    sent = [message(world, {"phonenumber": "12059051025"})["message_sid"] for _ in range(40)]
    until(lambda: all(each["status"] == "delivered" for each in outbox(world)), 30)
    assert sorted(told["body"]["message_sid"] for told in receiver.told) == sorted(sent)
    assert {each["attempts"] for each in outbox(world)} == {1}
    receiver.stop()


def test_long_texts_are_counted_in_segments(world, did):
    for text, segments in (
        ("", 1),
        ("x" * 160, 1),
        ("x" * 161, 2),
        ("x" * 307, 3),
        ("ü" * 70, 1),
        ("ü" * 71, 2),
    ):
        assert message(world, did, message=text)["message_segments"] == segments
