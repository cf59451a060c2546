"""Makes what the search looks in anew: one letter is found where any word begins."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from contacts import words


def again(apps: Any, schema_editor: Any) -> None:
    words.drop(schema_editor.connection)
    words.create(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("contacts", "0015_import_that_is_counted")]
    operations = [migrations.RunPython(again, migrations.RunPython.noop)]
