"""Whom a broadcast did not reach is noted; retrying and releasing go on from where they were."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("messaging", "0032_currency_of_prices")]

    operations = [
        migrations.AddField(
            model_name="broadcast", name="retrying", field=models.BigIntegerField(null=True)
        ),
        migrations.AddField(
            model_name="broadcast", name="releasing", field=models.BigIntegerField(null=True)
        ),
        migrations.AddField(
            model_name="broadcastrecipient",
            name="missed",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.AddIndex(
            model_name="broadcastrecipient",
            index=models.Index(
                fields=["broadcast", "id"], condition=Q(missed=True), name="broadcast_missed"
            ),
        ),
    ]
