"""
Messages in apps stand beside texts and calls. `viber:` and `whatsapp:` are there from now on, but
switched off where people have written comments already: what they note as “viber: …” must not begin
to write to somebody by itself.
"""

from typing import Any

from django.db import migrations, models

CHANNELS = [
    ("sms", "Text"),
    ("call", "Call"),
    ("viber", "Viber message"),
    ("whatsapp", "WhatsApp message"),
]
APPS = ("viber", "whatsapp")


def add(apps: Any, schema_editor: Any) -> None:
    is_new = not apps.get_model("contacts", "Comment").objects.exists()
    for app in APPS:
        apps.get_model("messaging", "Trigger").objects.get_or_create(
            prefix=f"{app}:", defaults={"channel": app, "active": is_new}
        )


def remove(apps: Any, schema_editor: Any) -> None:
    """Or they would text what was meant for an app."""
    apps.get_model("messaging", "Trigger").objects.filter(channel__in=APPS).delete()
    if schema_editor.connection.vendor == "postgresql":  # it alters no table with checks to come
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):
    dependencies = [("messaging", "0035_kept_messages")]

    operations = [
        migrations.AlterField(
            model_name="message",
            name="channel",
            field=models.CharField(choices=CHANNELS, db_default="sms", default="sms", max_length=8),
        ),
        migrations.AlterField(
            model_name="trigger",
            name="channel",
            field=models.CharField(choices=CHANNELS, default="sms", max_length=8),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("channel", "viber")),
                fields=["-created_at", "-id"],
                name="message_vibers",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("channel", "whatsapp")),
                fields=["-created_at", "-id"],
                name="message_whatsapps",
            ),
        ),
        migrations.RunPython(add, remove),
    ]
