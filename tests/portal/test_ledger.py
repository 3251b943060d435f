"""The database itself keeps the ledger append-only: on SQLite, and by test_postgresql.py on PostgreSQL."""

import uuid

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.core.management.commands.flush import Command as DjangoFlush
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from portal import ledger_triggers
from portal.models import AuditEntry, Outcome

pytestmark = pytest.mark.django_db

OTHER_VALUES = {
    "id": uuid.uuid4,
    "action": lambda: "number.edit",
    "actor_text": lambda: "Somebody Else",
    "target": lambda: "12125550148",
    "target_text": lambda: "(212) 555-0148",
    "params": lambda: {"country_code": "SWE"},
    "reason": lambda: "another reason",
    "before": lambda: {"name": "other"},
    "request_id": lambda: "another-request",
    "ip": lambda: "10.9.9.9",
    "job": lambda: "job-9",
    "created": timezone.now,
}
RESULTS = {
    "outcome": lambda: Outcome.FAILED,
    "after": lambda: {"name": "other"},
    "message": lambda: "another message",
    "upstream_status": lambda: 418,
    "closed": timezone.now,
    "settle_after": timezone.now,
}


def entry(person, outcome=Outcome.OPEN) -> AuditEntry:
    return AuditEntry.objects.create(
        action="number.rent",
        actor=person.user,
        actor_text="Sam Okafor",
        target="15162065575",
        target_text="(516) 206-5575",
        params={"country_code": "USA"},
        before={"name": "N/A"},
        outcome=outcome,
    )


def update(row: AuditEntry, **fields: object) -> int:
    with transaction.atomic():
        return AuditEntry.objects.filter(pk=row.pk).update(**fields)


@pytest.mark.parametrize("outcome", Outcome.values)
def test_no_entry_can_be_deleted(staff, outcome):
    row = entry(staff, outcome)
    with pytest.raises(DatabaseError, match="cannot be"), transaction.atomic():
        AuditEntry.objects.filter(pk=row.pk).delete()
    assert AuditEntry.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("outcome", [Outcome.OPEN, Outcome.UNKNOWN, Outcome.DONE])
@pytest.mark.parametrize("column", OTHER_VALUES)
def test_who_did_what_to_what_never_changes(staff, column, outcome):
    row = entry(staff, outcome)
    with pytest.raises(DatabaseError, match="cannot be changed"):
        update(row, **{column: OTHER_VALUES[column]()})


@pytest.mark.parametrize("outcome", [Outcome.DONE, Outcome.REJECTED, Outcome.FAILED])
@pytest.mark.parametrize("column", RESULTS)
def test_what_became_of_a_settled_entry_never_changes(staff, column, outcome):
    row = entry(staff, outcome)
    other = Outcome.REJECTED if (column, outcome) == ("outcome", Outcome.FAILED) else RESULTS[column]()
    with pytest.raises(DatabaseError, match="cannot be changed"):
        update(row, **{column: other})


@pytest.mark.parametrize("column", RESULTS)
@pytest.mark.parametrize("outcome", [Outcome.OPEN, Outcome.UNKNOWN])
def test_an_unsettled_entry_takes_its_result(staff, column, outcome):
    assert update(entry(staff, outcome), **{column: RESULTS[column]()}) == 1


def test_an_unknown_outcome_never_looks_open_again(staff):
    with pytest.raises(DatabaseError, match="cannot be changed"):
        update(entry(staff, Outcome.UNKNOWN), outcome=Outcome.OPEN)


def test_an_entry_outlives_the_account_of_its_actor(staff):
    row = entry(staff, Outcome.DONE)
    staff.user.delete()
    row.refresh_from_db()
    assert row.actor is None
    assert row.actor_text == "Sam Okafor"


def test_an_entry_is_never_put_on_somebody_else(staff, manager):
    with pytest.raises(DatabaseError, match="cannot be changed"):
        update(entry(staff), actor=manager.user)


def test_an_entry_is_not_replaced_by_one_with_its_id(staff):
    row = entry(staff, Outcome.DONE)
    verb = "INSERT OR REPLACE INTO" if connection.vendor == "sqlite" else "INSERT INTO"
    columns = [field.column for field in AuditEntry._meta.concrete_fields]
    names = ", ".join(f'"{column}"' for column in columns)
    values = ", ".join("'forged'" if column == "actor_text" else f'"{column}"' for column in columns)
    statement = f"{verb} {ledger_triggers.TABLE} ({names}) SELECT {values} FROM {ledger_triggers.TABLE}"  # noqa: S608 - constants
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    row.refresh_from_db()
    assert row.actor_text == "Sam Okafor"


@pytest.mark.django_db(transaction=True)
def test_the_table_cannot_be_emptied_at_once(staff):
    row = entry(staff, Outcome.DONE)
    verb = "TRUNCATE" if connection.vendor == "postgresql" else "DELETE FROM"
    with pytest.raises(DatabaseError, match="cannot be"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"{verb} {ledger_triggers.TABLE}")
    assert AuditEntry.objects.filter(pk=row.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_flushing_the_database_is_refused(staff):
    row = entry(staff, Outcome.DONE)
    with pytest.raises(CommandError):
        call_command(DjangoFlush(), interactive=False, verbosity=0)
    assert AuditEntry.objects.filter(pk=row.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_missing_triggers_are_noticed():
    assert ledger_triggers.missing(connection) == []
    ledger_triggers.remove(connection)
    try:
        assert "ledger_update" in ledger_triggers.missing(connection)
    finally:
        ledger_triggers.install(connection)
    assert ledger_triggers.missing(connection) == []
