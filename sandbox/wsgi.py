"""The sandbox as a WSGI application, with planted faults and kept requests around it."""

import io
import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections

from sandbox.bodies import MAX_BYTES

_django = get_wsgi_application()

from sandbox import faults  # noqa: E402 - models need Django to be set up
from sandbox.auth import credentials_in, token_of  # noqa: E402
from sandbox.errors import ApiError  # noqa: E402
from sandbox.faults import Answer  # noqa: E402
from sandbox.logins import sign_in  # noqa: E402
from sandbox.models import AccountKey, Login, Partner, RequestRecord, World  # noqa: E402

_STEERABLE = re.compile(r"/(core/v2|api/v1)/")
_SLASHES = re.compile("//+")  # from joining a base that ends with one and a path that begins with one
_KEPT = 2000
_DRAINED = 64 * MAX_BYTES

Environ = dict[str, Any]
StartResponse = Callable[..., Any]


def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """The WSGI entry point."""
    environ["PATH_INFO"] = _SLASHES.sub("/", environ["PATH_INFO"])
    _know_the_length(environ)
    if not settings.SANDBOX_CONTROL or not _STEERABLE.match(environ["PATH_INFO"]):
        return _django(environ, start_response)
    return _steered(environ, start_response)


def _steered(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    close_old_connections()
    world_id = _world_of(environ)
    if world_id is None:
        return _django(environ, start_response)
    method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
    fault = faults.claim(world_id, method, path)
    answer = faults.play(fault, partial(_run, environ))
    cut = fault is not None and fault.kind == "reset"
    _keep(world_id, environ, None if cut else answer.status)
    if fault is not None and faults.is_of_the_wire(fault):
        faults.misbehave(fault, answer, environ["gunicorn.socket"])
    start_response(answer.status_line, answer.headers)
    return [answer.body]


def _run(environ: Environ) -> Answer:
    """Django's whole answer."""
    started: list[Any] = []

    def start(status: str, headers: list[tuple[str, str]], _exc_info: Any = None) -> None:
        started.extend((int(status.split()[0]), headers))

    chunks = _django(environ, start)
    try:
        body = b"".join(chunks)
    finally:
        chunks.close()
    return Answer(started[0], started[1], body)


def _know_the_length(environ: Environ) -> None:
    """Give a chunked body the length Django wants, and read past a body that is too long.

    Such a body is refused; the rest of it is taken from the wire all the same, within reason, since
    closing with bytes unread would reset the connection before the client reads its refusal.
    """
    chunked = "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower()
    if not chunked and int(environ.get("CONTENT_LENGTH") or 0) <= MAX_BYTES:
        return
    wire = environ["wsgi.input"]
    body = wire.read(MAX_BYTES + 1)
    for _ in range(_DRAINED // MAX_BYTES):
        if not wire.read(MAX_BYTES):
            break
    environ["wsgi.input"] = io.BytesIO(body)
    environ["CONTENT_LENGTH"] = str(len(body))


def _world_of(environ: Environ) -> int | None:
    """The world of the credentials presented, whatever they are allowed to do."""
    kind, _, secret = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    if kind.lower() == "bearer" and (token := token_of(secret.strip())):
        return token.world_id
    if kind.lower() == "basic":
        return _by_login(secret.strip())
    if auth_id := environ.get("HTTP_X_AUTH_ID"):
        keys = AccountKey.objects.filter(auth_id=auth_id[:40].replace("\x00", ""))
        return keys.values_list("partner__world_id", flat=True).first()
    if environ["REQUEST_METHOD"] == "POST" and environ["PATH_INFO"].startswith("/core/v2/oauth/"):
        return _by_client(environ)
    return None


def _by_login(secret: str) -> int | None:
    try:
        login, password = credentials_in(secret)
    except ApiError:
        return None
    worlds = {
        world
        for model in (Partner, Login)
        for world in model.objects.filter(login=login).values_list("world_id", flat=True)
    }
    if len(worlds) > 1 and (known := sign_in(login, password)):
        return known.partner.world_id
    keys = AccountKey.objects.filter(auth_id=login[:40])
    return min(worlds, default=None) or keys.values_list("partner__world_id", flat=True).first()


def _by_client(environ: Environ) -> int | None:
    """Token requests carry no header: the form's client says whose world it is."""
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if not 0 < length <= MAX_BYTES:
        return None
    body = environ["wsgi.input"].read(length)
    environ["wsgi.input"] = io.BytesIO(body)
    client = parse_qs(body.decode("latin-1")).get("client_id", [""])[0].replace("\x00", "")
    return World.objects.filter(client_id=client).values_list("pk", flat=True).first()


def _keep(world_id: int, environ: Environ, status: int | None) -> None:
    record = RequestRecord.objects.create(
        world_id=world_id,
        method=environ["REQUEST_METHOD"][:10],
        path=environ["PATH_INFO"].replace("\x00", "")[:2000],
        query=environ.get("QUERY_STRING", "").replace("\x00", ""),
        status=status,
        request_id=environ.get("HTTP_X_REQUEST_ID", "")[:200],
        acting_user=environ.get("HTTP_X_ACTING_USER", "")[:200],
    )
    if record.pk % 100 == 0:
        kept = RequestRecord.objects.filter(world_id=world_id).order_by("-pk")
        oldest = kept.values_list("pk", flat=True)[_KEPT - 1 : _KEPT].first()
        if oldest:
            RequestRecord.objects.filter(world_id=world_id, pk__lt=oldest).delete()
