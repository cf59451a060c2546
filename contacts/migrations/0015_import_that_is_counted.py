"""What would be brought is counted by a worker first, if it is much."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0014_import_kind"),
    ]

    operations = [
        migrations.AlterField(
            model_name="contactimport",
            name="state",
            field=models.CharField(
                choices=[
                    ("mapping", "Not started"),
                    ("looking", "Counting"),
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
