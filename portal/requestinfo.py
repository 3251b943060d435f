"""Who asks, from where, under which request id.

Set by the middleware, or by a task; read by logs, ledger and client. Held in context variables, so
that a service needs no `request` and a log line no argument.
"""

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace

_SANE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


@dataclass
class Tally:
    """What one request cost upstream: calls, and the milliseconds they took together."""

    calls: int = 0
    ms: float = 0.0


@dataclass(frozen=True)
class RequestInfo:
    """`acting_user` is a username ("" for nobody), `client_ip` an address or ""."""

    request_id: str = ""
    acting_user: str = ""
    client_ip: str = ""
    upstream: Tally = field(default_factory=Tally, compare=False)


_nobody = RequestInfo()
_current: ContextVar[RequestInfo] = ContextVar("requestinfo", default=_nobody)


def current() -> RequestInfo:
    """The information of the running request, job or command; empty fields outside of one."""
    return _current.get()


def fresh_id() -> str:
    return uuid.uuid4().hex


def sane_id(offered: str) -> str:
    """`offered` when it can be logged and passed on as it is (8 to 64 plain characters), else a new id."""
    return offered if _SANE_ID.fullmatch(offered) else fresh_id()


@contextmanager
def begin(request_id: str = "", *, acting_user: str = "", client_ip: str = "") -> Iterator[RequestInfo]:
    """Everything inside runs under these values; what was there before comes back afterwards."""
    info = RequestInfo(request_id or fresh_id(), acting_user, client_ip)
    token = _current.set(info)
    try:
        yield info
    finally:
        _current.reset(token)


def act_as(username: str) -> None:
    """Name the person of the running request, once the session has told who it is."""
    _current.set(replace(_current.get(), acting_user=username))
