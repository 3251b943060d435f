"""Looking for planted secrets everywhere they could have been written to."""

import logging
from collections.abc import Iterable

import pytest
from django.db import connection

from portal.logs import OneLine


class Lines(logging.Handler):
    """Every log line as it would be written, debug lines too."""

    def __init__(self) -> None:
        super().__init__(level=logging.DEBUG)
        self.setFormatter(OneLine())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def lines():
    handler, root = Lines(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler.lines
    root.removeHandler(handler)
    root.setLevel(level)


def everything_in_the_database() -> str:
    """Every row of every table, the cache's and the sessions' included."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 -- our own table names
            found += [repr(row) for row in cursor.fetchall()]
    assert len(found) > 20
    return "\n".join(found)


def assert_nowhere(secrets: Iterable[str], lines: list[str], pages: list[str]) -> None:
    """None of `secrets` is in our database (cache and sessions included), in a log line or on a page."""
    places = (
        ("database", everything_in_the_database()),
        ("log", "\n".join(lines)),
        ("page", "\n".join(pages)),
    )
    for secret in filter(None, secrets):
        for place, text in places:
            assert secret not in text, f"a secret is in the {place}"
