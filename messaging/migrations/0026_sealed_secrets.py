"""What signs webhooks, and the headers they ask for, are encrypted where they stand."""

from typing import Any

from django.db import migrations, models

import messaging.models.hook
import messaging.models.sealed
from messaging.models.sealed import seal, unseal

FIELDS = ("secret", "previous_secret", "headers")


def _rewrite(apps: Any, how: Any) -> None:
    """As plain text both ways: between the two, the fields are what they were before."""
    Hook = apps.get_model("messaging", "Hook")
    for row in Hook.objects.values("pk", *FIELDS):
        Hook.objects.filter(pk=row["pk"]).update(**{name: how(row[name]) for name in FIELDS})


def seal_all(apps: Any, schema_editor: Any) -> None:
    _rewrite(apps, seal)


def open_all(apps: Any, schema_editor: Any) -> None:
    _rewrite(apps, unseal)


def text(**more: Any) -> Any:
    return models.TextField(editable=False, **more)


class Migration(migrations.Migration):
    dependencies = [("messaging", "0025_second_person")]

    operations = [
        migrations.AlterField("hook", "secret", text(default=messaging.models.hook.new_secret)),
        migrations.AlterField("hook", "previous_secret", text(blank=True)),
        migrations.RunPython(seal_all, open_all),
        migrations.AlterField(
            "hook",
            "secret",
            messaging.models.sealed.SealedField(
                default=messaging.models.hook.new_secret, editable=False
            ),
        ),
        migrations.AlterField(
            "hook",
            "previous_secret",
            messaging.models.sealed.SealedField(blank=True, editable=False),
        ),
        migrations.AlterField(
            "hook", "headers", messaging.models.sealed.SealedField(blank=True, editable=False)
        ),
    ]
