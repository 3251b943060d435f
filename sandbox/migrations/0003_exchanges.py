"""Numbers of an exchange, found and counted by index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sandbox", "0002_countries")]
    operations = [
        migrations.AddIndex(
            model_name="did",
            index=models.Index(
                fields=["world", "status", "external", "npa_nxx", "phonenumber"], name="did_pool_npa_nxx"
            ),
        )
    ]
