"""From what came back, or did not, to a result or an error: the drawing of `errors.py`, carried out."""

import json
import ssl
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from socket import gaierror
from typing import Any, NoReturn, TypeVar

from portal.core_api.errors import (
    BadAnswer,
    CoreApiError,
    NotSent,
    OutcomeUnknown,
    Refusal,
    Unavailable,
    Where,
)
from portal.core_api.refusals import read_refusal, refused
from portal.core_api.scrub import hidden, in_clear, scrubbed, without
from portal.core_api.shape import WrongShape
from portal.core_api.wire import Watch

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that came to its end; the header names are looked up in any case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Trouble:
    """An attempt that failed, whether another one may help, and when upstream wants to see it (seconds)."""

    error: CoreApiError
    again: bool = False
    retry_after: float | None = None


class CutShort(Exception):
    """The answer had begun, and ended before its end."""


class TooLarge(Exception):
    """The answer is larger than anything the documents describe."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """What must not come through: `ours`, which identifies us, and what the call itself `sent`.

    `in_clear` leaves upstream's secrets in a good answer, for a parser that takes one out on purpose.
    """

    ours: str = field(repr=False)
    sent: tuple[str, ...] = field(default=(), repr=False)
    in_clear: bool = False


def judge_file(answer: Answer, parse: Callable[[bytes], T], where: Where, secrets: Secrets) -> T | Trouble:
    """Like `judge`, for a good answer that is not JSON: `parse` gets its bytes."""
    if not 200 <= answer.status < 300:
        return judge(answer, _never, where, secrets)
    try:
        return parse(answer.body)
    except ValueError:
        return _unreadable(where, answer.status, "its answer is not the kind of file that was asked for")


def judge(answer: Answer, parse: Callable[[object], T], where: Where, secrets: Secrets) -> T | Trouble:
    """What an answer that came to its end means. A 2xx must be understood by `parse`."""
    good = 200 <= answer.status < 300
    try:
        payload = _payload(answer, secrets.ours)
        if good:
            return parse(in_clear(payload) if secrets.in_clear else scrubbed(payload))
        payload = hidden(scrubbed(payload), secrets.sent)
    except (ValueError, RecursionError):  # not UTF-8, not JSON, nested beyond reason, not what was asked
        payload = None
        if good:
            return _unreadable(where, answer.status, "its answer cannot be understood")
    refusal = read_refusal(payload)
    if answer.status < 400:
        return _unreadable(where, answer.status, "it answered with a redirect")
    if answer.status >= 500 or answer.status == 408:
        return _failed(answer, refusal, where)
    if where.method == "GET" and answer.status == 429:
        return _failed(answer, refusal, where)
    if where.method == "GET" and answer.status == 404 and not refusal.understood:
        return _unreadable(where, answer.status, "there is no such API at its address")
    return Trouble(refused(answer.status, payload, where))


def lost(error: BaseException | None, watch: Watch, where: Where) -> Trouble:
    """What it means that no answer came to its end."""
    if isinstance(error, TooLarge):
        return _unreadable(where, None, "its answer is too large")
    reason = "it did not answer in time" if watch.expired else _reason(error)
    if watch.is_write and watch.sent:
        return Trouble(_unknown(where, None, reason))
    if watch.is_write:
        return Trouble(
            NotSent(f"The Core API could not be reached: {reason}. Nothing was changed.", where=where)
        )
    if isinstance(error, CutShort) and not watch.expired:
        return Trouble(_bad(where, None, "its answer was cut short"), again=True)
    return Trouble(_unavailable(where, None, reason), again=True)


def _never(_payload: object) -> NoReturn:
    raise WrongShape("an answer that was not good was taken for one")


def _payload(answer: Answer, secret: str) -> Any:
    """The JSON of the answer, our own secret masked. None for an answer that is empty on purpose."""
    if not answer.body:
        if (
            answer.status == 204
            or "Content-Length" in answer.headers
            or "Transfer-Encoding" in answer.headers
        ):
            return None
        raise WrongShape("cut off in its headers")
    text = without(answer.body.decode("utf-8"), secret)
    return json.loads(text, parse_constant=_no_number, parse_float=_finite)


def _failed(answer: Answer, refusal: Refusal, where: Where) -> Trouble:
    """408, 429 on a read, and every 5xx."""
    reason = f"it reports trouble of its own ({answer.status})"
    if where.method != "GET":
        return Trouble(_unknown(where, answer.status, reason, refusal))
    error = _unavailable(where, answer.status, reason, refusal)
    return Trouble(error, again=True, retry_after=_retry_after(answer.headers))


def _unreadable(where: Where, status: int | None, reason: str) -> Trouble:
    return Trouble(_bad(where, status, reason) if where.method == "GET" else _unknown(where, status, reason))


def _unknown(where: Where, status: int | None, reason: str, refusal: Refusal | None = None) -> OutcomeUnknown:
    return OutcomeUnknown(
        f"The Core API was asked, but {reason}. The change may or may not have been made: "
        "it has to be read back before anything is tried again.",
        status=status,
        refusal=refusal,
        where=where,
    )


def _unavailable(
    where: Where, status: int | None, reason: str, refusal: Refusal | None = None
) -> Unavailable:
    return Unavailable(
        f"The Core API cannot be read at the moment: {reason}. Nothing was changed. Try again shortly.",
        status=status,
        refusal=refusal,
        where=where,
    )


def _bad(where: Where, status: int | None, reason: str) -> BadAnswer:
    return BadAnswer(
        f"The Core API was reached, but {reason}. Nothing was changed.", status=status, where=where
    )


def _reason(error: BaseException | None) -> str:
    """The words for what lies at the bottom of a chain of exceptions, chosen by their types."""
    for cause in _chain(error):
        if isinstance(cause, TimeoutError):
            return "it did not answer in time"
        if isinstance(cause, gaierror):
            return "its name could not be resolved"
        if isinstance(cause, ConnectionRefusedError):
            return "it refused the connection"
        if isinstance(cause, ssl.SSLCertVerificationError):
            return "its certificate is not trusted"
    return "the connection broke"


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """From the bottom up."""
    if error is not None:
        yield from _chain(error.__cause__ or error.__context__)
        yield error


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds, from either form of the header; None when there is none that can be read."""
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:6])
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max((moment - datetime.now(UTC)).total_seconds(), 0.0)


def _no_number(name: str) -> object:
    raise WrongShape(f"{name} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if number in {float("inf"), float("-inf")}:
        raise WrongShape("a number beyond all bounds")
    return number
