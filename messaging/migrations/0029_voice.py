"""
Calls stand beside texts. `call:` is there from now on, but switched off where people have written
comments already: what they note as “call: …” must not begin to ring somebody's phone by itself.
"""

from typing import Any

from django.db import migrations, models

CHANNELS = [("sms", "Text"), ("call", "Call")]


def add(apps: Any, schema_editor: Any) -> None:
    is_new = not apps.get_model("contacts", "Comment").objects.exists()
    apps.get_model("messaging", "Trigger").objects.get_or_create(
        prefix="call:", defaults={"channel": "call", "active": is_new}
    )


def remove(apps: Any, schema_editor: Any) -> None:
    """Or they would text what was meant to be spoken."""
    apps.get_model("messaging", "Trigger").objects.filter(channel="call").delete()
    if schema_editor.connection.vendor == "postgresql":  # it alters no table with checks to come
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0013_audit_log"),
        ("messaging", "0028_number_look_ups"),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="channel",
            field=models.CharField(choices=CHANNELS, db_default="sms", default="sms", max_length=8),
        ),
        migrations.AddField(
            model_name="trigger",
            name="channel",
            field=models.CharField(choices=CHANNELS, default="sms", max_length=8),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("channel", "call")),
                fields=["-created_at", "-id"],
                name="message_calls",
            ),
        ),
        migrations.RunPython(add, remove),
    ]
