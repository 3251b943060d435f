"""Many rows into one table, quickly: a million numbers must not take an hour.

Model instances and the limit on parameters per statement make Django's own bulk insert several
times slower; here rows are plain tuples, and a column nobody mentions gets its default.
"""

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

from django.db import connection, models, transaction

CHUNK = 10_000  # rows in one transaction: bounds memory, and how long other writers wait

# What the database drivers take as it is; everything else is prepared by its field.
_PLAIN = (models.CharField, models.FloatField, models.IntegerField, models.BooleanField, models.ForeignKey)


def insert(
    model: type[models.Model],
    columns: tuple[str, ...],
    rows: Iterable[tuple[Any, ...]],
    progress: Callable[[int], None] = lambda _written: None,
) -> int:
    """Insert `rows`, whose values stand for the attributes named in `columns`; returns how many.

    Values are what the attributes hold in Python (for a foreign key, `partner_id`). Unique columns
    with a default get a fresh one per row, other defaults are made once. Rows are taken lazily and
    committed every `CHUNK` rows, or with the transaction the caller has opened.
    """
    table = model._meta  # noqa: SLF001 - public by Django's documentation
    by_name = {
        field.attname: field for field in table.concrete_fields if not isinstance(field, models.AutoField)
    }
    given = [by_name.pop(name) for name in columns]
    fresh = [field for field in by_name.values() if field.unique]
    constant = [field for field in by_name.values() if not field.unique]
    makers = [field.get_default for field in fresh]
    constants = tuple(field.get_db_prep_save(field.get_default(), connection) for field in constant)
    prepare = _preparer(given)
    lines = ((*prepare(row), *[make() for make in makers], *constants) for row in rows)
    names = [field.column for field in (*given, *fresh, *constant)]
    written = 0
    while chunk := list(islice(lines, CHUNK)):
        with transaction.atomic():
            _write(table.db_table, names, chunk)
        written += len(chunk)
        progress(written)
    return written


def _preparer(fields: list[models.Field]) -> Callable[[tuple[Any, ...]], Iterable[Any]]:
    special = [(at, field) for at, field in enumerate(fields) if not isinstance(field, _PLAIN)]
    if not special:
        return lambda row: row

    def prepare(row: tuple[Any, ...]) -> list[Any]:
        values = list(row)
        for at, field in special:
            values[at] = field.get_db_prep_save(values[at], connection)
        return values

    return prepare


def _write(table: str, names: list[str], chunk: list[tuple[Any, ...]]) -> None:
    quote = connection.ops.quote_name
    columns = ", ".join(quote(name) for name in names)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {quote(table)} ({columns}) FROM STDIN") as copy:
                for row in chunk:
                    copy.write_row(row)
            return
        places = ", ".join(["%s"] * len(names))
        cursor.executemany(f"INSERT INTO {quote(table)} ({columns}) VALUES ({places})", chunk)  # noqa: S608 - our names
