"""Imports hold more than people: which kind it is, and what else it was told."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0013_audit_log"),
    ]

    operations = [
        migrations.AddField(
            model_name="contactimport",
            name="kind",
            field=models.CharField(default="people", max_length=8),
        ),
        migrations.AddField(
            model_name="contactimport",
            name="options",
            field=models.JSONField(default=dict),
        ),
    ]
