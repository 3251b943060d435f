"""The present moment of a world, and how dates are written.

Apart from sandbox.clock, so that what happens as time passes may use both.
"""

from datetime import UTC, datetime, timedelta

from sandbox.models import World


def now(world: World) -> datetime:
    """The world's present moment, aware, in UTC; whole milliseconds, as dates are told."""
    moment = datetime.now(UTC) + timedelta(seconds=world.clock_offset)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def iso(moment: datetime | None) -> str | None:
    """As the Core API writes dates: ISO 8601 in UTC, milliseconds, Z."""
    if moment is None:
        return None
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
