"""Database triggers that make the ledger append-only, on SQLite and PostgreSQL.

What remains possible: adding an entry; settling one that is open or unknown; forgetting the actor's
account when it is deleted (the actor's name stays in `actor_text`). Everything else is refused by the
database itself, whoever asks.

A migration that alters the table must end by calling `install`: SQLite rebuilds an altered table and
drops its triggers with the old copy. `manage.py doctor` notices when they are missing.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "portal_auditentry"

_IDENTITY = (
    "id", "action", "actor_text", "target", "target_text", "params", "reason",
    "before", "request_id", "ip", "job", "created",
)  # fmt: skip
_RESULT = ("outcome", "after", "message", "upstream_status", "closed", "settle_after")
_NAMES = ("ledger_insert", "ledger_update", "ledger_delete", "ledger_truncate")


def _forbidden_update(differs: str) -> str:
    """The condition under which an update is refused; `differs` is the null-safe "is not" of the database."""

    def any_changed(columns: tuple[str, ...]) -> str:
        return " OR ".join(f'NEW."{column}" {differs} OLD."{column}"' for column in columns)

    settled = "OLD.outcome NOT IN ('open', 'unknown')"
    return (
        f"{any_changed(_IDENTITY)}"
        f" OR (NEW.actor_id {differs} OLD.actor_id AND NEW.actor_id IS NOT NULL)"
        f" OR ({settled} AND ({any_changed(_RESULT)}))"
        " OR (OLD.outcome = 'unknown' AND NEW.outcome = 'open')"
    )


def _sqlite() -> list[str]:
    def refuse(name: str, event: str, condition: str, words: str) -> str:
        when = f"WHEN {condition} " if condition else ""
        refusal = f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
        return f"CREATE TRIGGER {name} BEFORE {event} ON {TABLE} {when}{refusal}"

    # INSERT OR REPLACE would delete the old row without asking the delete trigger.
    known = f"EXISTS (SELECT 1 FROM {TABLE} WHERE id = NEW.id)"  # noqa: S608 - a constant
    changed = _forbidden_update("IS NOT")
    return [
        refuse("ledger_insert", "INSERT", known, "this entry is in the ledger already"),
        refuse("ledger_update", "UPDATE", changed, "a ledger entry cannot be changed"),
        refuse("ledger_delete", "DELETE", "", "a ledger entry cannot be deleted"),
    ]


_POSTGRESQL_REFUSE = """
CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION 'a ledger entry cannot be changed or deleted'
        USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


def _postgresql() -> list[str]:
    def refuse(name: str, event: str, each: str) -> str:
        function = "EXECUTE FUNCTION ledger_refuse()"
        return f"CREATE TRIGGER {name} BEFORE {event} ON {TABLE} FOR EACH {each} {function}"

    changed = _forbidden_update("IS DISTINCT FROM")
    return [
        _POSTGRESQL_REFUSE,
        refuse("ledger_update", "UPDATE", f"ROW WHEN ({changed})"),
        refuse("ledger_delete", "DELETE", "ROW"),
        refuse("ledger_truncate", "TRUNCATE", "STATEMENT"),
    ]


def install(connection: BaseDatabaseWrapper) -> None:
    """Put the triggers in place, replacing what is there. Any other database is a NotImplementedError."""
    remove(connection)
    statements = {"sqlite": _sqlite, "postgresql": _postgresql}.get(connection.vendor)
    if statements is None:
        raise NotImplementedError(f"the ledger has no triggers for {connection.vendor}")
    with connection.cursor() as cursor:
        for statement in statements():
            cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away: for tests that empty their tables, for a migration that rebuilds this one."""
    on = f" ON {TABLE}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for name in _NAMES:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """The names of the triggers that should be there and are not; empty when the ledger is protected."""
    if connection.vendor == "postgresql":
        query = "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND tgenabled <> 'D'"
        expected = {"ledger_update", "ledger_delete", "ledger_truncate"}
    else:
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s"
        expected = {"ledger_insert", "ledger_update", "ledger_delete"}
    with connection.cursor() as cursor:
        cursor.execute(query, [TABLE])
        return sorted(expected - {name for (name,) in cursor.fetchall()})
