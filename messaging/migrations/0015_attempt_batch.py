"""Which texts left in one request, written on their attempts."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("messaging", "0014_webhooks")]

    operations = [
        migrations.AddField(model_name="attempt", name="batch", field=models.UUIDField(null=True)),
    ]
