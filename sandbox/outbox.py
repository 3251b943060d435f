"""E-mail: complete messages in files, for people to open and for tests to read. Nothing leaves the machine.

A message is a file of DATA_DIR/outbox, named by its time and a random part, and appears as a whole.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path

from django.conf import settings

_FROM = "Core API <noreply@sandbox.example>"


@dataclass(frozen=True)
class Attachment:
    name: str
    content_type: str
    content: bytes


def queue(to: list[str], subject: str, text: str, attachment: Attachment | None = None) -> Path:
    """Put one message for these addresses into the outbox; its file."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = _FROM, ", ".join(to), subject
    message["Date"], message["Message-ID"] = (
        format_datetime(datetime.now(UTC)),
        make_msgid(domain="sandbox.example"),
    )
    message.set_content(text)
    if attachment:
        main, _, sub = attachment.content_type.partition("/")
        message.add_attachment(attachment.content, maintype=main, subtype=sub, filename=attachment.name)
    return _keep(message.as_bytes())


def _keep(content: bytes) -> Path:
    folder = settings.DATA_DIR / "outbox"
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%f}-{secrets.token_hex(4)}"
    unfinished, path = folder / f".{name}", folder / f"{name}.eml"
    unfinished.write_bytes(content)
    return unfinished.rename(path)
