"""Whose a conversation is, whether it is open, snoozed or done, who types, and who called."""

import django.db.models.deletion
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0006_day_figures"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(model_name="conversation", name="conversation_latest"),
        migrations.RemoveIndex(model_name="conversation", name="conversation_unread"),
        migrations.AddField(
            model_name="conversation",
            name="assignee",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="conversation",
            name="snoozed_until",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="conversation",
            name="done_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="conversation",
            name="top_at",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.db.models.functions.comparison.Greatest(
                    F("last_at"),
                    django.db.models.functions.comparison.Coalesce(
                        F("snoozed_until"), F("last_at")
                    ),
                ),
                output_field=models.DateTimeField(),
            ),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(fields=["-top_at", "-id"], name="conversation_all"),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                condition=Q(done_at=None), fields=["-top_at", "-id"], name="conversation_open"
            ),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                condition=Q(unread__gt=0), fields=["-top_at", "-id"], name="conversation_unread"
            ),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                condition=Q(done_at=None),
                fields=["assignee", "-top_at", "-id"],
                name="conversation_assigned",
            ),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                condition=Q(done_at=None, snoozed_until__isnull=False),
                fields=["top_at", "id"],
                name="conversation_snoozed",
            ),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                condition=Q(done_at__isnull=False),
                fields=["-top_at", "-id"],
                name="conversation_done",
            ),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(fields=["number", "-top_at", "-id"], name="conversation_by_number"),
        ),
        migrations.AddConstraint(
            model_name="conversation",
            constraint=models.CheckConstraint(
                condition=Q(done_at=None) | Q(snoozed_until=None),
                name="conversation_done_is_not_snoozed",
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="called_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name="Typing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="contacts.contact",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("contact", "user"), name="typing_once")
                ],
            },
        ),
    ]
