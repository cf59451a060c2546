"""What the prices on receipts are in, as the gateway said last."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0031_log_count"),
    ]

    operations = [
        migrations.AddField(
            model_name="gatewaystate",
            name="currency",
            field=models.CharField(blank=True, max_length=3),
        ),
        migrations.AddField(
            model_name="gatewaystate",
            name="currency_asked_at",
            field=models.DateTimeField(null=True),
        ),
    ]
