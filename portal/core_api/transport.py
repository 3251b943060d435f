"""The one way to the wire: every call of every resource is one `Transport.request()`.

The retry loop is here and nowhere else. A GET is tried up to three times; **a write is sent once**.
Everything is bounded: connecting, each read, the whole call with its pauses, and the size of an answer.
"""

import json as jsonlib
import logging
import random
import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass
from http.client import HTTPException
from http.cookiejar import DefaultCookiePolicy
from typing import TypeVar
from urllib.parse import quote, urlencode, urlsplit

import requests
from requests.auth import AuthBase
from requests.exceptions import ChunkedEncodingError, ContentDecodingError
from urllib3.exceptions import HTTPError as Urllib3Error

from portal.core_api.answers import Answer, CutShort, Secrets, TooLarge, Trouble, judge, judge_file, lost
from portal.core_api.errors import Where
from portal.core_api.scrub import check_unmasked, secrets_in
from portal.core_api.wire import Watch, WatchedAdapter

RETRIES = 2
FIRST_PAUSE = 0.2  # seconds, doubled each time, then jittered
LONGEST_PAUSE = 3.0  # also of what a Retry-After may ask for
LARGEST_ANSWER = 16 * 1024 * 1024  # bytes, after decompression
_CHUNK = 64 * 1024
_PRINTABLE = "".join(map(chr, range(0x20, 0x7F)))

# `requests` lets exceptions of all the layers below it through, and ValueErrors of the odd header.
_TROUBLE = (requests.RequestException, Urllib3Error, HTTPException, OSError, ValueError)

T = TypeVar("T")
Json = Mapping[str, object]
Query = Mapping[str, str | int]
Gate = Callable[[str], AbstractContextManager[None]]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Call:
    """One attempt, for logs and the health pulse: never a query string, a header or a body.

    `attempt` counts from 1; `error` is the name of an error class, None when the answer was good.
    """

    method: str
    path: str
    status: int | None
    elapsed_ms: int
    attempt: int
    error: str | None
    request_id: str


class Credentials(AuthBase):
    """The headers that say who we are. Set on the request at the last moment, shown to nobody.

    `secret` is the part that must never be seen anywhere. Raises ValueError for what no header can carry.
    """

    def __init__(self, headers: Mapping[str, str], secret: str) -> None:
        for name, value in headers.items():
            if not value.isascii() or not value.isprintable():
                raise ValueError(f"The credentials for {name} contain characters no header can carry.")
        self._headers = dict(headers)
        self.secret = secret

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers.update(self._headers)
        return request

    def __repr__(self) -> str:
        return f"<Credentials {', '.join(self._headers)}>"


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds. `connect` and `read` are for each wait, `deadline` is for the whole call."""

    connect: float
    read: float
    deadline: float


class Form(dict[str, str]):
    """A form-encoded body. It often carries secrets, so it shows its names only."""

    def __repr__(self) -> str:
        return f"<Form {', '.join(self)}>"


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A call on its way: everything its attempts share."""

    method: str
    path: str
    request: requests.PreparedRequest
    request_id: str
    started: float
    secrets: Secrets


class Transport:
    """One upstream, one pool of connections, any number of threads.

    `headers` is called for each call and returns what goes along (request id, acting user); `on_call`
    gets a `Call` after every attempt. `gate` is entered with the method for the time of a whole call, and
    may refuse it by raising a CoreApiError. `ca_bundle` is a path when upstream's certificate is not publicly
    trusted, `proxy` a URL; neither is ever taken from the environment.
    """

    def __init__(
        self,
        url: str,
        credentials: Credentials,
        limits: Limits,
        *,
        headers: Callable[[], Mapping[str, str]] | None = None,
        on_call: Callable[[Call], None] | None = None,
        gate: Gate | None = None,
        ca_bundle: str = "",
        proxy: str = "",
    ) -> None:
        self._url = _checked(url)
        self._limits = limits
        self._headers = headers
        self._on_call = on_call
        self._gate = gate or (lambda _: nullcontext())
        self._credentials = credentials
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.auth = credentials
        self._session.verify = ca_bundle or True
        self._session.proxies = {"http": proxy, "https": proxy} if proxy else {}
        self._session.headers.update({"User-Agent": "numberdesk"})
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, WatchedAdapter())

    def __repr__(self) -> str:
        return f"<Transport {self._url}>"

    def close(self) -> None:
        self._session.close()

    def request(
        self,
        method: str,
        path: str,
        parse: Callable[[object], T],
        *,
        params: Query | None = None,
        json: Json | None = None,
        form: Form | None = None,
        in_clear: bool = False,
    ) -> T:
        """Send one call and return what `parse` makes of its JSON, with all secrets masked before.

        `path` begins with a slash, its parts escaped by `path_part`. `parse` raises WrongShape for an
        answer it does not recognise. POST, PATCH and PUT always carry a body: `form`, or else JSON
        (Core API §1.3). `in_clear` is for a parser that takes a secret out and scrubs the rest itself.
        Raises what `errors.py` draws, and ValueError for a body in which a secret is masked.
        """
        call = self._prepare(method, path, params, json, form, in_clear=in_clear)
        return self._carried_out(call, lambda answer, where: judge(answer, parse, where, call.secrets))

    def download(self, path: str, parse: Callable[[bytes], T], *, params: Query | None = None) -> T:
        """GET what is not JSON: `parse` gets its bytes, and raises WrongShape for another kind of file.

        Raises what `errors.py` draws for a read.
        """
        call = self._prepare("GET", path, params, None, None, accept="*/*")
        return self._carried_out(call, lambda answer, where: judge_file(answer, parse, where, call.secrets))

    def _carried_out(self, call: _Prepared, judged: Callable[[Answer, Where], T | Trouble]) -> T:
        with self._gate(call.method):
            return self._tried(call, judged)

    def _tried(self, call: _Prepared, judged: Callable[[Answer, Where], T | Trouble]) -> T:
        attempt = 1
        while True:
            result = self._attempt(call, attempt, judged)
            if not isinstance(result, Trouble):
                return result
            pause = self._pause(result, attempt, call)
            if pause is None:
                break
            time.sleep(pause)
            attempt += 1
        # Raised here, outside of every handler: the exceptions of `requests` carry the whole request,
        # credentials and query included, and must not hang on to ours.
        raise result.error

    def _prepare(
        self,
        method: str,
        path: str,
        params: Query | None,
        json: Json | None,
        form: Form | None,
        *,
        in_clear: bool = False,
        accept: str = "application/json",
    ) -> _Prepared:
        check_unmasked(json or form)
        given = self._headers() if self._headers else {}
        headers = {name: _header_text(value) for name, value in given.items()}
        request_id = headers.setdefault("X-Request-ID", str(uuid.uuid4()))
        headers["Accept"] = accept
        body = None
        if method in {"POST", "PATCH", "PUT"}:
            body, headers["Content-Type"] = _encoded(json, form)
        request = requests.Request(method, self._url + path, headers=headers, params=params, data=body)
        secrets = Secrets(self._credentials.secret, secrets_in(json or form), in_clear)
        prepared = self._session.prepare_request(request)
        return _Prepared(method, path, prepared, request_id, time.monotonic(), secrets)

    def _attempt(
        self, call: _Prepared, attempt: int, judged: Callable[[Answer, Where], T | Trouble]
    ) -> T | Trouble:
        begun = time.monotonic()
        watch = Watch(self._left(call), is_write=call.method != "GET")
        answer: Answer | None = None
        failure: BaseException | None = None
        try:
            with watch:
                answer = self._exchange(call.request, watch)
        except (CutShort, TooLarge, *_TROUBLE) as error:
            failure = error
        where = Where(call.method, call.path, call.request_id, _ms_since(call.started))
        result = judged(answer, where) if answer is not None else lost(failure, watch, where)
        status = answer.status if answer else None
        name = type(result.error).__name__ if isinstance(result, Trouble) else None
        self._tell(Call(call.method, call.path, status, _ms_since(begun), attempt, name, call.request_id))
        return result

    def _exchange(self, prepared: requests.PreparedRequest, watch: Watch) -> Answer:
        response = self._session.send(
            prepared,
            stream=True,
            allow_redirects=False,
            timeout=(watch.at_most(self._limits.connect), watch.at_most(self._limits.read)),
        )
        with closing(response):
            body = _whole_body(response)
        if watch.expired:  # a connection that was shut down can look like an answer that ended
            raise TimeoutError
        return Answer(response.status_code, response.headers, body)

    def _left(self, call: _Prepared) -> float:
        return call.started + self._limits.deadline - time.monotonic()

    def _pause(self, trouble: Trouble, attempt: int, call: _Prepared) -> float | None:
        """Seconds to wait before the next attempt; None when there must not be one."""
        if not trouble.again or attempt > RETRIES:
            return None
        pause = trouble.retry_after
        if pause is None:
            pause = FIRST_PAUSE * 2 ** (attempt - 1) * random.uniform(0.5, 1.0)  # noqa: S311  spreads callers
        pause = min(pause, LONGEST_PAUSE)
        return pause if pause < self._left(call) else None

    def _tell(self, call: Call) -> None:
        if self._on_call is None:
            return
        try:
            self._on_call(call)
        except Exception:
            logger.exception("A listener failed; the call it was told about goes on")


def path_part(text: str) -> str:
    """`text` as one part of a path: everything but letters, digits and -._~ escaped, `+` as %2B.

    Raises ValueError for what would name another resource: nothing, "." and "..".
    """
    if text in {"", ".", ".."}:
        raise ValueError(f"{text!r} cannot be part of a path.")
    return quote(text, safe="")


def nothing(payload: object) -> None:
    """The parser of an answer whose content does not matter, such as that of a DELETE."""


def _encoded(json: Json | None, form: Form | None) -> tuple[bytes, str]:
    """The body, and what it is."""
    if form is not None:
        return urlencode(form).encode(), "application/x-www-form-urlencoded"
    return jsonlib.dumps(json or {}, allow_nan=False).encode(), "application/json"


def _whole_body(response: requests.Response) -> bytes:
    body = bytearray()
    try:
        for chunk in response.iter_content(_CHUNK):
            body += chunk
            if len(body) > LARGEST_ANSWER:
                raise TooLarge
    except (ChunkedEncodingError, ContentDecodingError) as error:
        raise CutShort from error
    return bytes(body)


def _checked(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("The address of the Core API must begin with http:// or https:// and name a host.")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("The address of the Core API must hold no credentials, query or fragment.")
    return url.rstrip("/")


def _header_text(value: str) -> str:
    """Header values are Latin-1 on the wire; anything beyond printable ASCII is percent-encoded."""
    return quote(value.strip(), safe=_PRINTABLE, errors="replace")


def _ms_since(moment: float) -> int:
    return round((time.monotonic() - moment) * 1000)
