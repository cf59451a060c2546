"""What would be brought is counted by a worker first, if it is much."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0015_import_that_is_counted"),
        ("messaging", "0030_mail"),
    ]

    operations = [
        migrations.CreateModel(
            name="LogCount",
            fields=[
                (
                    "source",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="contacts.contactimport",
                    ),
                ),
                ("asked", models.CharField(max_length=64)),
                ("line", models.PositiveIntegerField(default=1)),
                ("is_done", models.BooleanField(default=False)),
                ("found", models.JSONField(default=dict)),
                ("plan", models.JSONField(default=dict)),
            ],
        ),
    ]
