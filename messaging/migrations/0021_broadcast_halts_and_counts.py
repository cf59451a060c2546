"""Broadcasts halt by their own state, and keep what their page counts."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("messaging", "0020_signing_in")]

    operations = [
        migrations.AddField(
            model_name="broadcast", name="halting", field=models.BigIntegerField(null=True)
        ),
        migrations.AddField(
            model_name="broadcast", name="counts", field=models.JSONField(default=dict)
        ),
        migrations.AddField(
            model_name="broadcast", name="counted_at", field=models.DateTimeField(null=True)
        ),
        migrations.AddField(
            model_name="broadcast", name="counts_wanted", field=models.BooleanField(default=False)
        ),
    ]
