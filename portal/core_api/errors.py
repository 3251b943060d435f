"""Everything that can go wrong with a call, as one shallow tree.

    CoreApiError
    │
    │   a write                                 a read
    ├── NotSent          nothing happened       ├── Unavailable   no answer, after the retries
    ├── OutcomeUnknown   it left; no answer     └── BadAnswer     an answer that cannot be read
    │                    that can be trusted
    │   both: upstream answered, and nothing was changed
    ├── CredentialsRefused   401
    └── Rejected             any other 4xx
        ├── Invalid          400, 415, 422: see `fields`
        ├── Forbidden        403
        ├── NotFound         404, said by the API itself and not by something in between
        └── Conflict         409
            └── CoolOffInEffect   with `until` and `remaining`

When is a write's outcome unknown? As soon as its first byte may have left, and until an answer came that
can be read to its end and understood: a lost connection, a timeout, the deadline, a redirect, 408, any
5xx, and a 2xx that is cut short, is not JSON or is not about what was asked. Only reading back settles it.

A caller's own mistake (a rent without a number, text that no filter can carry) is a `ValueError`, raised
before anything is sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Where:
    """Which call it was. Never a query string, a body or a header."""

    method: str = ""
    path: str = ""
    request_id: str = ""
    elapsed_ms: int = 0


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a body that reports an error says, whatever its shape (see `refusals.py`).

    `code` is the slug for machines where the API has one, `fields` maps a field's name to its message.
    `understood` is False when the body was none of the documented shapes.
    """

    message: str = ""
    code: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    understood: bool = False


class CoreApiError(Exception):
    """A call that did not end with a good answer.

    `message` is a sentence for people, `status` the HTTP status if one was read, `fields` the per-field
    messages, `code` the API's slug if it has one; `request_id` and `elapsed_ms` (of the whole call, with
    its retries) are for logs.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        refusal: Refusal | None = None,
        where: Where | None = None,
    ) -> None:
        super().__init__(message)
        refusal, where = refusal or Refusal(), where or Where()
        self.message = message
        self.status = status
        self.code = refusal.code
        self.fields: dict[str, str] = dict(refusal.fields)
        self.method, self.path = where.method, where.path
        self.request_id, self.elapsed_ms = where.request_id, where.elapsed_ms

    def __repr__(self) -> str:
        status = "" if self.status is None else f"{self.status} "
        return f"<{type(self).__name__} {status}{self.method} {self.path} {self.message!r}>"


class NotSent(CoreApiError):
    """A write that never left: nothing was changed."""


class OutcomeUnknown(CoreApiError):
    """A write that left, and no trustworthy answer came: it may have been carried out or not."""


class Unavailable(CoreApiError):
    """A read that got no answer, after all retries."""


class BadAnswer(CoreApiError):
    """A read whose answer is cut short, not JSON, too large, or not of the documented shape."""


class CredentialsRefused(CoreApiError):
    """401: the token, or whatever else identifies us, is not accepted."""


class Rejected(CoreApiError):
    """4xx: upstream understood and refused. Nothing was changed."""


class Invalid(Rejected):
    """400, 415 or 422: see `fields`."""


class Forbidden(Rejected):
    """403: known, but not allowed to (a scope is missing, or it belongs to another)."""


class NotFound(Rejected):
    """404 from the API itself. A 404 in any other shape is a wrong address, and proves nothing."""


class Conflict(Rejected):
    """409: not in the present state of the thing."""


class CoolOffInEffect(Conflict):
    """409 `did_cool_off_in_effect`: the number had a call within the last 15 days.

    `until` is aware UTC, `remaining` counts from upstream's answer; None when upstream did not say.
    Source: Phone Number API §3.5.
    """

    def __init__(
        self,
        message: str,
        *,
        until: datetime | None,
        remaining: timedelta | None,
        status: int | None = None,
        refusal: Refusal | None = None,
        where: Where | None = None,
    ) -> None:
        super().__init__(message, status=status, refusal=refusal, where=where)
        self.until = until
        self.remaining = remaining
