"""Indexes for the list of opt-outs, and for those that wait for a decision."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("messaging", "0007_conversation_states")]

    operations = [
        migrations.AddIndex(
            model_name="recipient",
            index=models.Index(
                fields=["-opted_out_at", "-phone"],
                condition=models.Q(("opted_out_at__isnull", False)),
                name="recipient_opted_out",
            ),
        ),
        migrations.AddIndex(
            model_name="recipient",
            index=models.Index(
                fields=["opted_out_at", "phone"],
                condition=models.Q(("needs_review", True)),
                name="recipient_to_review",
            ),
        ),
    ]
