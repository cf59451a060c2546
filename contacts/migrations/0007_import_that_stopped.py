"""An import that stopped says why, and can go on."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0006_contact_import"),
    ]

    operations = [
        migrations.AddField(
            model_name="contactimport",
            name="problem",
            field=models.CharField(blank=True, max_length=250),
        ),
        migrations.AlterField(
            model_name="contactimport",
            name="state",
            field=models.CharField(
                choices=[
                    ("mapping", "Not started"),
                    ("running", "Importing"),
                    ("done", "Imported"),
                    ("undoing", "Undoing"),
                    ("undone", "Undone"),
                    ("failed", "Stopped"),
                ],
                default="mapping",
                max_length=8,
            ),
        ),
    ]
