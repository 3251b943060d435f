"""Refusals in the three shapes that coexist in this protocol (Phone Number API §3.8).

1. `{"error": "<slug>", "message": "…"}` from the resources;
2. `{"error": {"code": <int>, "message": "…"}}` about credentials;
3. `{"status": "error", "error": {"code": "<SLUG>", "message", "details"}, "timestamp", "requestId"}` about
   bodies that cannot be, inactive accounts, unknown trunks and money.
"""

from typing import Any

from sandbox.errors import ApiError


class Refused(Exception):
    """A refusal with its whole body."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(status, body)
        self.status = status
        self.body = body


class Coded(Exception):
    """A refusal in shape 3, which also tells when and to which request."""

    def __init__(self, status: int, code: str, message: str, details: dict[str, Any] | None = None) -> None:
        super().__init__(status, code, message)
        self.status = status
        self.code = code
        self.message = message
        self.details = details or {}


def refused(status: int, slug: str, message: str) -> Refused:
    """Shape 1."""
    return Refused(status, {"error": slug, "message": message})


def denied(status: int, message: str) -> Refused:
    """Shape 2."""
    return Refused(status, {"error": {"code": status, "message": message}})


def not_found(message: str) -> Refused:
    return refused(404, "not_found", message)


def forbidden(message: str) -> Refused:
    return refused(403, "forbidden", message)


def conflict(message: str) -> Refused:
    return refused(409, "conflict", message)


_SLUGS = {
    400: "invalid_request",
    404: "not_found",
    405: "method_not_allowed",
    500: "internal_server_error",
}


def plain(error: ApiError) -> dict[str, str]:
    """What the sandbox refuses before any resource is asked, in shape 1."""
    told = error.problems[0].message if error.problems else error.message
    return {"error": _SLUGS.get(error.status, "error"), "message": told}
