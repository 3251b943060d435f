"""Log lines: one line an event, `key=value`, with request id and acting user, and never a secret."""

import json
import logging
import re
from datetime import UTC, datetime

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from portal import requestinfo

_SECRET_SETTINGS = (
    "SECRET_KEY",
    "CORE_API_TOKEN",
    "CORE_API_CLIENT_SECRET",
    "CORE_API_PASSWORD",
    "NUMBER_API_AUTH_TOKEN",
    "NUMBER_API_ADMIN_AUTH_TOKEN",
)
_AUTHORIZATION = re.compile(r"\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}", re.IGNORECASE)
_PLAIN = re.compile(r"[^\s\"=\\]+")
_MASK = "«secret»"


class OneLine(logging.Formatter):
    """`extra={"fields": {...}}` of a log call becomes pairs of its own; a traceback stays on the line."""

    def format(self, record: logging.LogRecord) -> str:
        pairs = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "event": record.getMessage(),
            **getattr(record, "fields", {}),
            **_who(),
        }
        if record.exc_info:
            pairs["trace"] = self.formatException(record.exc_info)
        return masked(" ".join(f"{key}={_value(value)}" for key, value in pairs.items()))


class OnlyExceptions(logging.Filter):
    """Django repeats every answer of 400 and above; our line per request has said it. Tracebacks stay."""

    def filter(self, record: logging.LogRecord) -> bool:
        return bool(record.exc_info)


def _who() -> dict[str, str]:
    info = requestinfo.current()
    return {k: v for k, v in (("request", info.request_id), ("user", info.acting_user)) if v}


def _value(value: object) -> str:
    text = f"{value:.1f}" if isinstance(value, float) else str(value)
    if text.isprintable() and _PLAIN.fullmatch(text):
        return text
    return json.dumps(text, ensure_ascii=not text.isprintable())


def masked(text: str) -> str:
    """`text` without any secret of the settings and without authorization headers: the last belt.

    Nothing should carry a secret this far; a library's own message might.
    """
    for secret in _secrets():
        text = text.replace(secret, _MASK)
    return _AUTHORIZATION.sub(rf"\1 {_MASK}", text)


def _secrets() -> list[str]:
    values = [_setting(name) for name in _SECRET_SETTINGS]
    values += [str(database.get("PASSWORD") or "") for database in settings.DATABASES.values()]
    return [value for value in values if len(value) >= 6]


def _setting(name: str) -> str:
    try:
        return getattr(settings, name, "")
    except ImproperlyConfigured:  # Django's answer to an empty SECRET_KEY: nothing to hide then
        return ""
