"""Callbacks (Core API §1.11): events are POSTed as JSON to addresses partners have set.

An event is put into the outbox in the transaction that makes it true, and sent from there by the
background thread of any server process. An attempt is claimed by one conditional UPDATE that moves the
row's next attempt beyond the time an attempt can last: several processes send once, and what a
killed process had claimed is sent again. Only loopback addresses are ever called.
"""

import ipaddress
import json
import re
import socket
import time
from datetime import timedelta
from typing import Any
from urllib.parse import SplitResult, quote, urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from sandbox import background
from sandbox.models import Callback, Partner

MAX_ATTEMPTS = 5
_RETRY_SECONDS = 5  # unless the world's setting callback_retry_seconds says otherwise
_DEADLINE = 3.0  # seconds for one attempt, from connecting to the status line
_LEASE = timedelta(seconds=30)  # how long an attempt belongs to whoever claimed it
_A_ROUND = 50
_OF_URLS = "/?%:@!$&'()*+,;=~[]"
_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})[ \r\n]")


def queue(event: str, partner: Partner, payload: dict[str, Any], *own: str | None) -> Callback | None:
    """Have `payload` sent to where `partner` hears of `event`; None when nobody wants to hear.

    `own`: addresses of the object itself, which come before the partner's `callbacks[event]`.
    """
    url = next((each for each in (*own, partner.callbacks.get(event)) if each), None)
    if not isinstance(url, str):
        return None
    trouble = _why_not(url)
    callback = Callback.objects.create(
        world_id=partner.world_id,
        partner_sid=partner.partner_sid,
        event=event,
        url=url[:500],
        payload=payload,
        status="refused" if trouble else "waiting",
        outcome=trouble,
    )
    transaction.on_commit(background.wake)
    return callback


def _why_not(url: str) -> str:
    """Why this address is never called; empty when it may be."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 80
    except ValueError:
        return "not a URL"
    if parts.scheme != "http" or len(url) > 500:
        return "only http is spoken"
    if _address(host) is None:
        return "only loopback addresses are called"
    if port == (urlsplit(settings.SANDBOX_URL).port or 80):
        return "the sandbox does not call itself"
    return ""


def _address(host: str) -> str | None:
    """Where to connect to; None when that is not this machine. No name is ever looked up."""
    if host == "localhost":
        return "127.0.0.1"
    try:
        return host if ipaddress.ip_address(host).is_loopback else None
    except ValueError:
        return None


def deliver_due() -> int:
    """Try what is due now, oldest first; how many attempts were made."""
    due = Callback.objects.filter(status="waiting", next_attempt_at__lte=timezone.now())
    attempts = 0
    for pk in due.order_by("next_attempt_at", "pk").values_list("pk", flat=True)[:_A_ROUND]:
        claimed = _claim(pk)
        if claimed is not None:
            _attempt(claimed)
            attempts += 1
    return attempts


def _claim(pk: int) -> Callback | None:
    moment = timezone.now()
    claimed = Callback.objects.filter(pk=pk, status="waiting", next_attempt_at__lte=moment).update(
        next_attempt_at=moment + _LEASE, attempts=F("attempts") + 1
    )
    return Callback.objects.select_related("world").filter(pk=pk).first() if claimed else None


def _attempt(callback: Callback) -> None:
    """Send once and note what came of it, unless the claim has run out meanwhile."""
    outcome = _send(callback)
    changes: dict[str, Any] = {"outcome": outcome[:200]}
    if re.fullmatch(r"2\d\d", outcome):
        changes["status"] = "delivered"
    elif callback.attempts >= MAX_ATTEMPTS:
        changes["status"] = "given_up"
    else:
        wait = callback.world.settings.get("callback_retry_seconds", _RETRY_SECONDS)
        changes["next_attempt_at"] = timezone.now() + timedelta(seconds=wait * 2 ** (callback.attempts - 1))
    Callback.objects.filter(pk=callback.pk, status="waiting", attempts=callback.attempts).update(**changes)


def _send(callback: Callback) -> str:
    """The status code of the answer, or what went wrong. Redirects are not followed."""
    parts = urlsplit(callback.url)
    address = _address(parts.hostname or "")
    if address is None or _why_not(callback.url):
        return "not called"
    ends = time.monotonic() + _DEADLINE
    try:
        with socket.create_connection((address, parts.port or 80), timeout=_DEADLINE) as connection:
            connection.sendall(_request(callback, parts))
            return _status(connection, ends)
    except OSError as error:
        return type(error).__name__


def _request(callback: Callback, parts: SplitResult) -> bytes:
    body = json.dumps(callback.payload, separators=(",", ":")).encode()
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    host = parts.netloc.rpartition("@")[2]
    lines = (
        f"POST {quote(target, safe=_OF_URLS)} HTTP/1.1",
        f"Host: {quote(host, safe=_OF_URLS)}",
        "User-Agent: Numberdesk-Sandbox",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        f"X-Callback-Event: {callback.event}",
        f"X-Callback-ID: {callback.pk}",
        "Connection: close",
        "",
        "",
    )
    return "\r\n".join(lines).encode("ascii") + body


def _status(connection: socket.socket, ends: float) -> str:
    """The status line is all that matters; however slowly it drips, the deadline holds."""
    received = b""
    while len(received) < 1024 and b"\n" not in received:
        connection.settimeout(max(ends - time.monotonic(), 0.01))
        piece = connection.recv(256)
        if not piece:
            break
        received += piece
        if time.monotonic() >= ends:
            return "TimeoutError"
    found = _STATUS.match(received)
    return found[1].decode() if found else "no HTTP answer"
