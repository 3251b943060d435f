"""Connections that tell the call they serve two things: has anything been sent, and which socket is it.

`requests` has a timeout per read, not per call: a server that sends one byte a second holds a caller
for ever, in the TLS handshake, in the headers or in the body. A `Watch` ends that. It knows the socket
of the attempt it belongs to and shuts it down at the deadline, wherever the attempt is by then.

It also knows whether the request had begun to leave, which no exception of `requests` tells reliably,
and on which everything depends that a person is told about a write that failed.
"""

import socket
import threading
import time
from contextlib import suppress
from contextvars import ContextVar, Token
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NameResolutionError, NewConnectionError
from urllib3.response import HTTPResponse
from urllib3.util.connection import create_connection

POOL_SIZE = 20
# A server closes connections that rested. One closing just as a write leaves would make the fate of
# that write unknown for no good reason, so a write never rides on a connection that rested this long.
RESTED_SECONDS = 1.0


class Watch:
    """The clock of one attempt. Enter it around the exchange; it is of no use twice.

    `sent` is True as soon as the first byte of the request may have left.
    `expired` is True when the deadline cut the exchange off.
    """

    def __init__(self, seconds: float, *, is_write: bool) -> None:
        self.is_write = is_write
        self.sent = False
        self.expired = False
        self._until = time.monotonic() + seconds
        self._lock = threading.Lock()
        self._over = False
        self._handle: socket.socket | None = None
        self._timer = threading.Timer(max(seconds, 0), self._expire)
        self._timer.daemon = True
        self._outer: Token[Watch | None] | None = None

    def __enter__(self) -> "Watch":
        self._outer = _watch.set(self)
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        if self._outer is not None:
            _watch.reset(self._outer)
        self.let_go()

    def at_most(self, seconds: float | None) -> float:
        """`seconds`, or what the deadline leaves of them; never zero, which would mean non-blocking."""
        left = max(self._until - time.monotonic(), 0.001)
        return left if seconds is None else min(seconds, left)

    def adopt(self, sock: socket.socket) -> None:
        """Make `sock` the one to shut down at the deadline.

        The handle is a duplicate: TLS detaches the socket it wraps, and a response that outlives its
        connection takes the socket with it, but a duplicate always reaches the same connection.
        """
        with self._lock:
            self._drop_handle()
            self._handle = socket.fromfd(sock.fileno(), sock.family, sock.type)
            if self.expired:
                self._cut()

    def let_go(self) -> bool:
        """Never touch the socket again. Returns whether it was cut before this."""
        with self._lock:
            self._over = True
            self._drop_handle()
            return self.expired

    def _expire(self) -> None:
        with self._lock:
            if not self._over:
                self.expired = True
                self._cut()

    def _cut(self) -> None:
        if self._handle is not None:
            with suppress(OSError):  # the other side was quicker
                self._handle.shutdown(socket.SHUT_RDWR)

    def _drop_handle(self) -> None:
        if self._handle is not None:
            self._handle.close()
            self._handle = None


_watch: ContextVar[Watch | None] = ContextVar("watch", default=None)


def _current() -> Watch:
    watch = _watch.get()
    if watch is None:
        raise RuntimeError("a connection was used outside of a call")
    return watch


def resolve(host: str, port: int, seconds: float) -> list[str]:
    """The addresses of `host`, in the resolver's order.

    A resolver cannot be interrupted and may take half a minute, so it is asked in a thread that is left
    behind when it does. Raises OSError (TimeoutError after `seconds`).
    """
    with suppress(OSError, UnicodeError):  # an address needs no resolver
        return _lookup(host, port, socket.AI_NUMERICHOST)
    answers: SimpleQueue[list[str] | OSError] = SimpleQueue()

    def ask() -> None:
        try:
            answers.put(_lookup(host, port, 0))
        except (OSError, UnicodeError) as error:  # UnicodeError: a label too long for a host name
            answers.put(error if isinstance(error, OSError) else socket.gaierror(str(error)))

    threading.Thread(target=ask, name="resolver", daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
    except Empty:
        raise TimeoutError("the resolver did not answer") from None
    if isinstance(answer, OSError):
        raise answer
    return answer


def _lookup(host: str, port: int, flags: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=flags)
    return [str(address[0]) for *_, address in found]


class _Connection(HTTPConnection):
    """Reports to the current watch: the socket when it exists, `sent` when the request starts to leave."""

    _served: Watch | None = None
    _rests_since: float = 0.0

    def _new_conn(self) -> socket.socket:
        watch, port = _current(), self.port or self.default_port
        try:
            addresses = resolve(self._dns_host, port, watch.at_most(self.timeout))
        except OSError as error:
            raise NameResolutionError(self.host, self, socket.gaierror(str(error))) from error
        trouble: OSError | None = None
        for address in addresses:
            try:
                sock = create_connection(
                    (address, port),
                    watch.at_most(self.timeout),
                    source_address=self.source_address,
                    socket_options=self.socket_options,
                )
            except OSError as error:
                trouble = error
                continue
            watch.adopt(sock)
            return sock
        raise NewConnectionError(self, "no address answered") from trouble

    @property
    def is_connected(self) -> bool:
        rested = time.monotonic() - self._rests_since
        return super().is_connected and not (_current().is_write and rested > RESTED_SECONDS)

    def request(self, *args: Any, **kwargs: Any) -> None:
        watch = _current()
        if self._served is not None and self._served.let_go():
            raise ConnectionAbortedError("cut at the deadline of the call before")
        self._served = watch
        if self.sock is None:
            self.connect()  # here and not inside: a refused connection must not count as sent
        if self.sock is not None:
            watch.adopt(self.sock)
        watch.sent = True
        super().request(*args, **kwargs)

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # urllib3 departs from http.client here
        response = super().getresponse()
        self._rests_since = time.monotonic()
        return response


class _TlsConnection(_Connection, HTTPSConnection):
    pass


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


_POOLS = {"http": _PlainPool, "https": _TlsPool}


class WatchedAdapter(HTTPAdapter):
    """Mounted into a `requests.Session`: pooled connections that report to the current `Watch`.

    It retries nothing; that is the transport's decision.
    """

    def __init__(self) -> None:
        super().__init__(pool_connections=2, pool_maxsize=POOL_SIZE, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = dict(_POOLS)

    def proxy_manager_for(self, proxy: Any, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = dict(_POOLS)
        return manager
