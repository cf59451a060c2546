"""Whom broadcasts did not reach before; and those that were resumed go on being released."""

from typing import Any

from django.db import migrations


def note(apps: Any, schema_editor: Any) -> None:
    broadcasts = apps.get_model("messaging", "Broadcast").objects
    messages = apps.get_model("messaging", "Message").objects
    recipients = apps.get_model("messaging", "BroadcastRecipient").objects
    failed = messages.filter(status__in=["failed", "undelivered"]).order_by()
    recipients.filter(message__in=failed.values("pk")).update(missed=True)
    broadcasts.filter(state="queueing").update(releasing=0)


class Migration(migrations.Migration):
    dependencies = [("messaging", "0033_missed_recipients")]

    operations = [migrations.RunPython(note, migrations.RunPython.noop)]
