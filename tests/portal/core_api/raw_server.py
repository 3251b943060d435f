"""A server that does to the byte what a test tells it: for what no proper HTTP server can be asked to do.

    with RawServer() as server:
        server.plays(reply(200, {"a": 1}), reset(), drip(b"HTTP/1.1 200 OK\\r\\n", every=0.1))

Each request takes the next play; the last one is repeated. Everything received is in `server.requests`.
"""

import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

Play = Callable[["Line"], None]


@dataclass(frozen=True)
class Request:
    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, list[str]]:
        return parse_qs(urlsplit(self.target).query)

    @property
    def json(self) -> object:
        return json.loads(self.body)


class Line:
    """The server's end of one connection."""

    def __init__(self, sock: socket.socket, closing: threading.Event) -> None:
        self.sock = sock
        self.closing = closing
        self.open = True
        self.file = sock.makefile("rb")

    def read_request(self) -> Request | None:
        first = self.file.readline().decode("latin-1").split()
        if len(first) < 2:
            return None
        headers = {}
        while (line := self.file.readline().decode("latin-1").strip()) != "":
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        body = self.file.read(int(headers.get("content-length", 0)))
        return Request(first[0], first[1], headers, body)

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def rest(self, seconds: float) -> bool:
        """Wait; True when the server is being closed meanwhile."""
        return self.closing.wait(seconds)

    def hang_up(self) -> None:
        self.open = False
        self.file.close()
        self.sock.close()


def head(status: int, headers: Mapping[str, object]) -> bytes:
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", *(f"{k}: {v}" for k, v in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def message(status: int, body: object, headers: Mapping[str, object] | None = None) -> bytes:
    """A whole and correct answer; a body that is not bytes is sent as JSON."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    given = {"Content-Type": "application/json", "Content-Length": len(data), **(headers or {})}
    return head(status, given) + data


def reply(status: int, body: object = None, headers: Mapping[str, object] | None = None) -> Play:
    return raw(message(status, {} if body is None else body, headers))


def no_content() -> Play:
    return raw(b"HTTP/1.1 204 No Content\r\n\r\n")


def raw(data: bytes, *, then_close: bool = False) -> Play:
    def play(line: Line) -> None:
        line.send(data)
        if then_close:
            line.hang_up()

    return play


def drip(data: bytes, *, every: float, at_once: bytes = b"") -> Play:
    """`at_once`, then byte by byte: each one comes well within any read timeout."""

    def play(line: Line) -> None:
        line.send(at_once)
        for at in range(len(data)):
            if line.rest(every):
                return
            line.send(data[at : at + 1])

    return play


def silence() -> Play:
    return lambda line: line.rest(30) and None


def hang_up() -> Play:
    return lambda line: line.hang_up()


def reset(after: bytes = b"") -> Play:
    """A real RST: what was sent before may be lost with it."""

    def play(line: Line) -> None:
        line.send(after)
        line.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        line.hang_up()

    return play


class RawServer:
    """Listens on loopback from `with` to its end. `tls` makes it https; `before_tls` spoils the handshake."""

    def __init__(self, tls: ssl.SSLContext | None = None, before_tls: Play | None = None) -> None:
        self.requests: list[Request] = []
        self.connections = 0
        self._tls = tls
        self._before_tls = before_tls
        self._plays: list[Play] = [reply(200)]
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._lines: list[Line] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        scheme = "https" if tls or before_tls else "http"
        self.url = f"{scheme}://127.0.0.1:{self._socket.getsockname()[1]}/core/v2"

    def plays(self, *plays: Play) -> None:
        with self._lock:
            self._plays = list(plays)

    def __enter__(self) -> "RawServer":
        self._start(self._accept)
        return self

    def __exit__(self, *exc: object) -> None:
        self._closing.set()
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for line in list(self._lines):
            with suppress(OSError):
                line.sock.shutdown(socket.SHUT_RDWR)
        for thread in list(self._threads):
            thread.join(5)

    def _start(self, work: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=work, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            self._start(self._serve, sock)

    def _serve(self, sock: socket.socket) -> None:
        with suppress(OSError, ValueError):  # the client went away, as it should
            if self._before_tls is not None:
                line = Line(sock, self._closing)
                self._lines.append(line)
                self._before_tls(line)
                line.hang_up()
                return
            if self._tls is not None:
                sock = self._tls.wrap_socket(sock, server_side=True)
            self._talk(Line(sock, self._closing))
        sock.close()

    def _talk(self, line: Line) -> None:
        self._lines.append(line)
        try:
            while line.open and (request := line.read_request()) is not None:
                with self._lock:
                    self.requests.append(request)
                    play = self._plays.pop(0) if len(self._plays) > 1 else self._plays[0]
                play(line)
        finally:
            line.hang_up()
