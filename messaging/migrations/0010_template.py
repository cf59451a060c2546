"""Templates: words under a name."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0009_access_token"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Template",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        max_length=39,
                        validators=[
                            django.core.validators.RegexValidator(
                                r"^[^\W_][\w-]{0,38}\Z",
                                "A name is one word of letters, digits and hyphens, such as hello.",
                            )
                        ],
                    ),
                ),
                ("text", models.TextField(max_length=1600)),
                ("is_shared", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["name", "is_shared", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_shared", True)),
                        fields=("name",),
                        name="template_shared_once",
                    ),
                    models.UniqueConstraint(fields=("owner", "name"), name="template_own_once"),
                ],
            },
        )
    ]
