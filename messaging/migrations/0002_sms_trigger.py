"""Every installation starts with `sms:`; people may change or add to it."""

from typing import Any

from django.db import migrations


def add(apps: Any, schema_editor: Any) -> None:
    apps.get_model("messaging", "Trigger").objects.get_or_create(prefix="sms:")


class Migration(migrations.Migration):
    dependencies = [("messaging", "0001_initial")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
