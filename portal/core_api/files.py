"""Answers that are files. Each parser says no to what another kind of file, or an error page, begins with."""

from portal.core_api.shape import WrongShape


def csv_text(body: bytes) -> str:
    """The text of a CSV file, without a byte order mark."""
    text = body.decode("utf-8-sig")
    if text.lstrip().startswith(("<", "{", "[")):
        raise WrongShape("not a CSV file")
    return text


def html_text(body: bytes) -> str:
    """A page as text. It is upstream's: show it in a sandboxed frame, or as a download only."""
    text = body.decode("utf-8-sig")
    if not text.lstrip().startswith("<"):
        raise WrongShape("not a page")
    return text


def pdf_bytes(body: bytes) -> bytes:
    if not body.startswith(b"%PDF-"):
        raise WrongShape("not a PDF file")
    return body
