"""Counts of rentable numbers, exact at any moment (Core API §2.1.4a).

The database keeps them itself: triggers on the numbers write what every statement changes, whoever
sends it, in the same transaction. SQLite, which has one writer at a time, adds to the row of the
kind. PostgreSQL appends a row of changes instead, so that two renters never wait for each other,
and `tidy` adds those up.
"""

from django.db import connection, transaction

from sandbox.models import StockCount

_MANY = 500  # rows of one world; more than twice as many as there are kinds are added up

_KIND = "world_id, country_code, state, npa, capabilities"
_RECOUNT = f"""
    INSERT INTO sandbox_stockcount ({_KIND}, numbers)
    SELECT {_KIND}, count(*) FROM sandbox_did WHERE status = 'available' AND NOT external GROUP BY {_KIND}
"""  # noqa: S608 - our own names


def ensure() -> None:
    """Make the triggers and count once, unless they are there: remaking the table drops them."""
    if _present():
        return
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            statements = [*_sqlite("DROP TRIGGER IF EXISTS {name}"), *_sqlite(_SQLITE)]
        else:
            statements = [_POSTGRESQL]
        for statement in statements:
            cursor.execute(statement)
        cursor.execute("DELETE FROM sandbox_stockcount")
        cursor.execute(_RECOUNT)


def _present() -> bool:
    catalogue, column = (
        ("sqlite_master", "name") if connection.vendor == "sqlite" else ("pg_trigger", "tgname")
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {catalogue} WHERE {column} = 'stock_changed'")  # noqa: S608 - our names
        return cursor.fetchone() is not None


# When, which row, what is added to its kind. The last one stands for all.
_CASES = (
    ("stock_came", "INSERT", "NEW", 1),
    ("stock_went", "DELETE", "OLD", -1),
    ("stock_was", "UPDATE", "OLD", -1),
    ("stock_changed", "UPDATE", "NEW", 1),
)
_WATCHED = "status, external, world_id, country_code, state, npa, capabilities"
_SQLITE = """
    CREATE TRIGGER {name} AFTER {event} ON sandbox_did
    WHEN {row}.status = 'available' AND NOT {row}.external
    BEGIN
        UPDATE sandbox_stockcount SET numbers = numbers + {change}
        WHERE world_id = {row}.world_id AND country_code = {row}.country_code AND state IS {row}.state
            AND npa IS {row}.npa AND capabilities = {row}.capabilities;
        INSERT INTO sandbox_stockcount (world_id, country_code, state, npa, capabilities, numbers)
        SELECT {row}.world_id, {row}.country_code, {row}.state, {row}.npa, {row}.capabilities, {change}
        WHERE changes() = 0;
    END
"""


def _sqlite(template: str) -> list[str]:
    return [
        template.format(
            name=name, event=f"UPDATE OF {_WATCHED}" if event == "UPDATE" else event, row=row, change=change
        )
        for name, event, row, change in _CASES
    ]


# An update appends only what is different after it.
_POSTGRESQL = f"""
    CREATE OR REPLACE FUNCTION stock_count() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'INSERT' THEN
            INSERT INTO sandbox_stockcount ({_KIND}, numbers)
            SELECT {_KIND}, count(*) FROM came WHERE status = 'available' AND NOT external GROUP BY {_KIND};
        ELSIF TG_OP = 'DELETE' THEN
            INSERT INTO sandbox_stockcount ({_KIND}, numbers)
            SELECT {_KIND}, -count(*) FROM went WHERE status = 'available' AND NOT external GROUP BY {_KIND};
        ELSE
            INSERT INTO sandbox_stockcount ({_KIND}, numbers)
            SELECT {_KIND}, sum(change) FROM (
                SELECT {_KIND}, 1 AS change FROM came WHERE status = 'available' AND NOT external
                UNION ALL
                SELECT {_KIND}, -1 FROM went WHERE status = 'available' AND NOT external
            ) AS changed GROUP BY {_KIND} HAVING sum(change) <> 0;
        END IF;
        RETURN NULL;
    END $$;
    DROP TRIGGER IF EXISTS stock_came ON sandbox_did;
    CREATE TRIGGER stock_came AFTER INSERT ON sandbox_did REFERENCING NEW TABLE AS came
        FOR EACH STATEMENT EXECUTE FUNCTION stock_count();
    DROP TRIGGER IF EXISTS stock_went ON sandbox_did;
    CREATE TRIGGER stock_went AFTER DELETE ON sandbox_did REFERENCING OLD TABLE AS went
        FOR EACH STATEMENT EXECUTE FUNCTION stock_count();
    DROP TRIGGER IF EXISTS stock_changed ON sandbox_did;
    CREATE TRIGGER stock_changed AFTER UPDATE ON sandbox_did REFERENCING OLD TABLE AS went NEW TABLE AS came
        FOR EACH STATEMENT EXECUTE FUNCTION stock_count();
"""  # noqa: S608 - our own names


def tidy(world_id: int) -> None:
    """Add up a world's rows when they have become many; what others append meanwhile is untouched."""
    rows = StockCount.objects.filter(world_id=world_id)
    if connection.vendor != "postgresql" or (count := rows.count()) < _MANY:
        return
    if count < 2 * rows.values("country_code", "state", "npa", "capabilities").distinct().count():
        return
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH gone AS (DELETE FROM sandbox_stockcount WHERE world_id = %s RETURNING *)
            INSERT INTO sandbox_stockcount ({_KIND}, numbers)
            SELECT {_KIND}, sum(numbers) FROM gone GROUP BY {_KIND} HAVING sum(numbers) <> 0
            """,  # noqa: S608 - our own names
            [world_id],
        )


def forget(world_id: int) -> None:
    """What is left of a world that was deleted."""
    StockCount.objects.filter(world_id=world_id).delete()
