"""What a change changed, for machines; its body is for people."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contacts", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="comment",
            name="details",
            field=models.JSONField(blank=True, default=list, editable=False),
        ),
    ]
