"""An index over names, emails, companies and phones by any three letters or digits."""

from typing import Any

from django.db import migrations

from contacts import words


def create(apps: Any, schema_editor: Any) -> None:
    words.create(schema_editor.connection)


def drop(apps: Any, schema_editor: Any) -> None:
    words.drop(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("contacts", "0003_notification")]

    operations = [migrations.RunPython(create, drop)]
