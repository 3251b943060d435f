from django.db import migrations, models

import portal.models


class Migration(migrations.Migration):
    """An index alone: SQLite does not rebuild the table for it, so the ledger's triggers stay."""

    dependencies = [("portal", "0003_groups")]
    operations = [
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(
                portal.models.Concerned("params", "target"),
                models.F("created").desc(),
                models.F("id").desc(),
                name="ledger_concerned",
            ),
        )
    ]
