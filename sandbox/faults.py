"""Planted trouble: what a fault may be, which request takes it, and how it is played on the wire.

Faults live in the database, so that several server processes agree, and are claimed by one
conditional UPDATE, so that `times` means exactly that many requests.
"""

import errno
import re
import socket
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.client import responses
from typing import Any

from django.db.models import F

from sandbox.errors import CORS, bad_request, json_answer
from sandbox.models import Fault, World

# Kind: the parameters it takes, with their types. A float is a time in seconds.
KINDS: dict[str, dict[str, type | tuple[type, ...]]] = {
    "status": {"status": int, "body": object, "content_type": str, "headers": dict, "commit": bool},
    "delay": {"seconds": (int, float), "when": str},
    "drip": {"seconds": (int, float), "headers_too": bool},
    "reset": {"when": str},
    "truncate": {"bytes": int},
    "body": {"body": str, "content_type": str, "status": int, "commit": bool},
}
_REQUIRED = {
    "status": ("status",),
    "delay": ("seconds",),
    "drip": ("seconds",),
    "truncate": ("bytes",),
    "body": ("body",),
}


@dataclass(frozen=True)
class Answer:
    """A whole HTTP answer, not yet sent."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def status_line(self) -> str:
        return f"{self.status} {responses.get(self.status, 'Status')}"

    def head(self) -> bytes:
        """The status line and headers as they go over the wire, for the whole body's length."""
        kept = [
            (name, value)
            for name, value in self.headers
            if name.lower() not in ("content-length", "connection")
        ]
        lines = [f"HTTP/1.1 {self.status_line}", *(f"{name}: {value}" for name, value in kept)]
        return "\r\n".join([*lines, f"Content-Length: {len(self.body)}", "Connection: close", "", ""]).encode(
            "latin-1"
        )


def plant(world: World, wanted: Any) -> Fault:
    """Keep a fault described by `{"method", "path", "kind", "times", ...}`; ApiError 400 if it is none."""
    if not isinstance(wanted, dict):
        raise bad_request(None, "a fault is an object")
    params = dict(wanted)
    method, path = params.pop("method", "*"), params.pop("path", "")
    kind, times = params.pop("kind", None), params.pop("times", 1)
    if kind not in KINDS:
        raise bad_request("kind", f"is one of {', '.join(KINDS)}")
    if not isinstance(method, str) or not isinstance(times, int) or not 0 < times < 10**9:
        raise bad_request("times", "method is a text, times a whole number of at least 1")
    _check_pattern(path)
    _check_params(kind, params)
    return Fault.objects.create(
        world=world, method=method.upper(), path=path, kind=kind, params=params, remaining=times
    )


def _check_pattern(path: Any) -> None:
    try:
        re.compile(path)
    except (re.error, TypeError):
        raise bad_request("path", "is not a regular expression") from None


def _check_params(kind: str, params: dict[str, Any]) -> None:
    for name, value in params.items():
        if name not in KINDS[kind] or not isinstance(value, KINDS[kind][name]):
            raise bad_request(name, f"a {kind} fault takes {', '.join(KINDS[kind])}")
    for name in _REQUIRED.get(kind, ()):
        if name not in params:
            raise bad_request(name, f"a {kind} fault needs {name}")
    if params.get("when", "before") not in ("before", "after"):
        raise bad_request("when", 'is "before" or "after"')


def claim(world_id: int, method: str, path: str) -> Fault | None:
    """The first planted fault this request takes, one of its times used up; None when there is none."""
    planted = Fault.objects.filter(world_id=world_id, method__in=("*", method), remaining__gt=0).order_by(
        "pk"
    )
    for fault in planted:
        if re.search(fault.path, path) is None:
            continue
        if Fault.objects.filter(pk=fault.pk, remaining__gt=0).update(remaining=F("remaining") - 1):
            return fault
    return None


def play(fault: Fault | None, run: Callable[[], Answer]) -> Answer:
    """The answer to give; runs the handler (once, or not at all) as the fault says.

    For faults of the wire it is the true answer, to be sent by `misbehave`.
    """
    if fault is None:
        return run()
    params = fault.params
    if fault.kind == "delay":
        return _delayed(params, run)
    if fault.kind in ("status", "body"):
        if params.get("commit", False):
            run()
        return _made_up(params)
    if fault.kind == "reset" and params.get("when", "before") == "before":
        return Answer(0, [], b"")
    return run()


def _delayed(params: dict[str, Any], run: Callable[[], Answer]) -> Answer:
    if params.get("when", "before") == "before":
        time.sleep(params["seconds"])
        return run()
    answer = run()
    time.sleep(params["seconds"])
    return answer


def _made_up(params: dict[str, Any]) -> Answer:
    status = params.get("status", 200)
    body = params.get("body", {"message": "planted fault", "errors": None})
    raw = body.encode() if isinstance(body, str) else json_answer(body).content
    content_type = params.get("content_type", "application/json")
    headers = {**CORS, "Content-Type": content_type, **params.get("headers", {})}
    return Answer(status, [(name, str(value)) for name, value in headers.items()], raw)


def is_of_the_wire(fault: Fault | None) -> bool:
    """Whether the answer must be sent by `misbehave`, past the server."""
    return fault is not None and fault.kind in ("reset", "truncate", "drip")


def misbehave(fault: Fault, answer: Answer, connection: socket.socket) -> None:
    """Send `answer`, or not, as the fault says, and give the connection up.

    Always raises ConnectionResetError, which tells the server that this connection is done.
    """
    if fault.kind == "reset":
        _reset(connection)
    elif fault.kind == "truncate":
        connection.sendall(answer.head() + answer.body[: fault.params["bytes"]])
    else:
        _drip(connection, answer, fault.params)
    raise ConnectionResetError(errno.ECONNRESET, "a planted fault ended the connection")


def _reset(connection: socket.socket) -> None:
    """Closing a socket that lingers for no time at all sends RST instead of FIN."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _drip(connection: socket.socket, answer: Answer, params: dict[str, Any]) -> None:
    slow = answer.body
    if params.get("headers_too", False):
        slow = answer.head() + answer.body
    else:
        connection.sendall(answer.head())
    pause = params["seconds"] / max(len(slow), 1)
    for at in range(len(slow)):
        connection.sendall(slow[at : at + 1])
        time.sleep(pause)
