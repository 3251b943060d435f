"""How dates are written."""

from datetime import UTC, datetime


def iso(moment: datetime | None) -> str | None:
    """As the Core API writes dates: ISO 8601 in UTC, milliseconds, Z."""
    if moment is None:
        return None
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
