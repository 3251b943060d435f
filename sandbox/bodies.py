"""What clients send: reading it safely, and merging it as PATCH and PUT are documented."""

import json
import math
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest
from ninja.parser import Parser

from sandbox.errors import ApiError, Problem, UnreadableJson, bad_request, invalid
from sandbox.shapes import Shape

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 32


def require_content_type(request: HttpRequest, wanted: str) -> None:
    """ApiError 415 unless the request says its body is `wanted`; a JSON body must not be missing."""
    if request.content_type != wanted:
        raise ApiError(415, "unsupported media type", Problem("Content-Type", f"send {wanted}"))
    if wanted == "application/json" and not request.body:
        raise UnreadableJson


class JsonBody(Parser):
    """JSON that can be kept: no NaN, no NUL or lone surrogates, not deeper than MAX_DEPTH."""

    def parse_body(self, request: HttpRequest) -> Any:
        try:
            value = json.loads(request.body, parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            raise UnreadableJson from None
        check_plain(value)
        return value


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def check_plain(value: Any, depth: int = 0) -> None:
    """ApiError 400 for what a database cannot keep."""
    if depth > MAX_DEPTH:
        raise bad_request(None, f"the body is nested deeper than {MAX_DEPTH} levels")
    if isinstance(value, dict):
        for key, inner in value.items():
            _check_text(key)
            check_plain(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            check_plain(inner, depth + 1)
    elif isinstance(value, str):
        _check_text(value)
    elif isinstance(value, float) and not math.isfinite(value):
        raise bad_request(None, "the body contains a number too large to keep")
    elif isinstance(value, int) and abs(value) >= 2**63:
        raise bad_request(None, "the body contains an integer too large to keep")


def _check_text(text: str) -> None:
    if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise bad_request(None, "the body contains a character that cannot be kept (NUL or half a pair)")


def writable(sent: dict[str, Any], shape: Shape, extra: tuple[str, ...] = ()) -> dict[str, Any]:
    """The part of a body a client may set.

    Documented read-only fields are dropped, since PUT asks for whole objects; a name the object
    does not have is ApiError 400.
    """
    known = {field.name: field for field in shape.fields if field.shown}
    unknown = [name for name in sent if name not in known and name not in (*extra, *_OF_ANY_OBJECT)]
    if unknown:
        problems = (Problem(name, f"{shape.name} has no field of this name") for name in unknown[:20])
        raise ApiError(400, "bad request", *problems)
    return {
        name: value for name, value in sent.items() if name in extra or (name in known and known[name].write)
    }


# Read-only names that answers may carry beside an object's own: a whole object may be sent back.
_OF_ANY_OBJECT = ("partner", "type")


def merged(old: Any, new: Any) -> Any:
    """A nested object after PATCH: keys replaced or added, null removes, objects merge inside."""
    if not isinstance(old, dict) or not isinstance(new, dict):
        return without_nulls(new)
    result = dict(old)
    for key, value in new.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merged(result.get(key), value)
    return result


def without_nulls(value: Any) -> Any:
    """A nested object as it is first set: null means the key is absent."""
    if isinstance(value, dict):
        return {key: without_nulls(inner) for key, inner in value.items() if inner is not None}
    return value


def require_url(field: str, value: str | None) -> None:
    """ApiError 422 unless `value` is null or an http(s) URL with a host."""
    if value is None:
        return
    try:
        parts = urlsplit(value)
        fine = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fine = False
    if not fine or any(character.isspace() or not character.isprintable() for character in value):
        raise invalid(Problem(field, "is not an http or https URL"))
