"""The table of countries; the same in every database."""

from dataclasses import asdict

from django.db import migrations

from sandbox.seeding.countries import COUNTRIES


def load(apps, schema_editor):
    country = apps.get_model("sandbox", "Country")
    known = set(country.objects.values_list("iso_3166_alpha_3", flat=True))
    country.objects.bulk_create(
        country(**{name: value or None if name == "mcc" else value for name, value in asdict(each).items()})
        for each in COUNTRIES
        if each.iso_3166_alpha_3 not in known
    )


class Migration(migrations.Migration):
    dependencies = [("sandbox", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
