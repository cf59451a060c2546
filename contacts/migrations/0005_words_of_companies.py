"""The names of companies stand beside those of their people: one look finds both."""

from typing import Any

from django.db import migrations

from contacts import words


def again(apps: Any, schema_editor: Any) -> None:
    words.drop(schema_editor.connection)
    words.create(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("contacts", "0004_words")]

    operations = [migrations.RunPython(again, migrations.RunPython.noop)]
