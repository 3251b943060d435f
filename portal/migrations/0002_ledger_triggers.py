from django.db import migrations

from portal import ledger_triggers


def install(apps, schema_editor):
    ledger_triggers.install(schema_editor.connection)


def remove(apps, schema_editor):
    ledger_triggers.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("portal", "0001_initial")]
    operations = [migrations.RunPython(install, remove)]
