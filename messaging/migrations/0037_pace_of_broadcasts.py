import datetime

import django.db.models.deletion
from django.db import migrations, models

LONG_AGO = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


class Migration(migrations.Migration):
    dependencies = [("messaging", "0036_viber_and_whatsapp")]

    operations = [
        migrations.CreateModel(
            name="Pace",
            fields=[
                (
                    "number",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="messaging.number",
                    ),
                ),
                ("free_at", models.DateTimeField(default=LONG_AGO)),
            ],
        ),
    ]
