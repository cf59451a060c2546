"""PostgreSQL keeps what the search looks in once for each statement, not once for each row."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from contacts import words


def again(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        words.drop(schema_editor.connection)
        words.create(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("contacts", "0018_e_mail")]
    operations = [migrations.RunPython(again, migrations.RunPython.noop)]
