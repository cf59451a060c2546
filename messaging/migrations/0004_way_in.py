"""What the way in remembers: which webhooks are genuine, whose a phone is, and what was used."""

from typing import Any

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


def trust_what_was_applied(apps: Any, schema_editor: Any) -> None:
    """A webhook that was understood had passed its adapter's check."""
    rows = apps.get_model("messaging", "Event").objects
    rows.filter(state__in=["applied", "parked", "rejected"]).update(verified=True)


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0001_initial"),
        ("messaging", "0003_reconcile_and_fence"),
    ]

    operations = [
        migrations.CreateModel(
            name="Belongs",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("phone", models.CharField(max_length=16)),
            ],
        ),
        migrations.CreateModel(
            name="Usage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("scope", models.CharField(max_length=24)),
                ("period", models.DateField()),
                ("used", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.RemoveIndex(
            model_name="event",
            name="event_waiting",
        ),
        migrations.AddField(
            model_name="consentevent",
            name="how",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name="event",
            name="tries",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="event",
            name="try_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.AddField(
            model_name="event",
            name="verified",
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name="consentevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("opted_out", "Opted out"),
                    ("opted_in", "Opted in"),
                    ("asked_to_stop", "Sounded like STOP"),
                    ("lifted", "Found not to mean STOP"),
                ],
                max_length=13,
            ),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                condition=models.Q(("state__in", ["stored", "parked"])),
                fields=["try_at"],
                name="event_to_try",
            ),
        ),
        migrations.AddField(
            model_name="belongs",
            name="contact",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="contacts.contact"
            ),
        ),
        migrations.AddField(
            model_name="belongs",
            name="number",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="messaging.number"
            ),
        ),
        migrations.AddConstraint(
            model_name="usage",
            constraint=models.UniqueConstraint(fields=("scope", "period"), name="usage_once"),
        ),
        migrations.AddConstraint(
            model_name="belongs",
            constraint=models.UniqueConstraint(fields=("phone", "number"), name="belongs_to_one"),
        ),
        migrations.RunPython(trust_what_was_applied, migrations.RunPython.noop),
    ]
