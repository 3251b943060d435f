"""From a body that reports an error to an error of ours.

The two APIs have six shapes between them (Core API §1.4, Phone Number API §3.8):

    A   {"message": …, "errors": [{"field", "message", "reference_sid"}]}
    B   {"body": {"message": …, "errors": null}, "status": 400}
    1   {"error": "slug", "message": …}   or a sentence instead of the slug
    2   {"error": {"code": 403, "message": …}}
    3   {"status": "error", "error": {"code": "SLUG", "message", "details": {"errors": [{"field", …}]}}}
    and the cool-off's {"error": "did_cool_off_in_effect", "cool_off_until", "cool_off_remaining_seconds"}

Decisions are taken on status and slug, never on a message's words.
"""

import re
from datetime import UTC, datetime, timedelta

from portal.core_api.errors import (
    Conflict,
    CoolOffInEffect,
    CredentialsRefused,
    Forbidden,
    Invalid,
    NotFound,
    Refusal,
    Rejected,
    Where,
)
from portal.core_api.shape import Fields, WrongShape

COOL_OFF = "did_cool_off_in_effect"
_SLUG = re.compile(r"[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)*")
_LONGEST = 500

_BY_STATUS: dict[int, type[Rejected]] = {
    400: Invalid,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    415: Invalid,
    422: Invalid,
}


def read_refusal(payload: object) -> Refusal:
    """What the body says, in whichever shape. Never raises; `understood` tells whether it was one of them."""
    if isinstance(payload, dict) and isinstance(payload.get("body"), dict):
        payload = payload["body"]
    if not isinstance(payload, dict):
        return Refusal()
    error = payload.get("error")
    if isinstance(error, dict):
        return _nested(error)
    if isinstance(error, str):
        return _flat(error, payload)
    if isinstance(payload.get("message"), str):
        return _listed(payload["message"], payload.get("errors"))
    return Refusal()


def refused(status: int, payload: object, where: Where) -> Rejected | CredentialsRefused:
    """The error a 4xx answer stands for."""
    refusal = read_refusal(payload)
    if status == 401:
        return CredentialsRefused(
            "The Core API does not accept this portal's credentials. Nothing was changed. "
            "An administrator has to look at the configured token.",
            status=status,
            refusal=refusal,
            where=where,
        )
    message = refusal.message or f"The Core API refused the request ({status}). Nothing was changed."
    if status == 409 and refusal.code == COOL_OFF:
        return _cool_off(payload, refusal, where)
    kind = _BY_STATUS.get(status, Rejected)
    if kind is NotFound and not refusal.understood:
        kind = Rejected
    return kind(message, status=status, refusal=refusal, where=where)


def _cool_off(payload: object, refusal: Refusal, where: Where) -> CoolOffInEffect:
    """Either figure gives the other one, should upstream send only one."""
    until = remaining = None
    try:
        fields = Fields(payload, "cool-off")
        until, seconds = fields.moment("cool_off_until"), fields.whole("cool_off_remaining_seconds")
        remaining = None if seconds is None else timedelta(seconds=seconds)
        now = datetime.now(UTC)
        if remaining is not None:
            until = until or now + remaining
        elif until is not None:
            remaining = max(timedelta(), until - now)
    except (WrongShape, OverflowError):
        pass  # the refusal stands even when its figures cannot be read
    return CoolOffInEffect(
        "The number had a call within the last 15 days and is in cool-off. Nothing was changed.",
        until=until,
        remaining=remaining,
        status=409,
        refusal=refusal,
        where=where,
    )


def _listed(message: str, errors: object) -> Refusal:
    """Shapes A and B. Messages without a field belong to the whole request and join the sentence."""
    fields, general = _by_field(errors)
    return _refusal([message, *general], "", fields)


def _flat(error: str, payload: dict[object, object]) -> Refusal:
    """Shape 1, and the cool-off."""
    code = error if _SLUG.fullmatch(error) else ""
    message = payload.get("message")
    return _refusal([message if isinstance(message, str) else error], code, {})


def _nested(error: dict[object, object]) -> Refusal:
    """Shapes 2 and 3."""
    code, message, details = error.get("code"), error.get("message"), error.get("details")
    fields, general = _by_field(details.get("errors") if isinstance(details, dict) else None)
    sentence = [message] if isinstance(message, str) else []
    return _refusal([*sentence, *general], code if isinstance(code, str) else "", fields)


def _by_field(errors: object) -> tuple[dict[str, str], list[str]]:
    fields: dict[str, str] = {}
    general: list[str] = []
    for item in errors if isinstance(errors, list) else []:
        name, message = (item.get("field"), item.get("message")) if isinstance(item, dict) else (None, None)
        if not isinstance(message, str):
            continue
        if isinstance(name, str) and name:
            fields[name] = (f"{fields[name]}; {message}" if name in fields else message)[:_LONGEST]
        else:
            general.append(message)
    return fields, general


def _refusal(sentences: list[str], code: str, fields: dict[str, str]) -> Refusal:
    told = list(dict.fromkeys(sentence for sentence in [*sentences, *fields.values()] if sentence))
    return Refusal(message="; ".join(told)[:_LONGEST], code=code, fields=fields, understood=True)
