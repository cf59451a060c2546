from collections.abc import Iterable
from typing import Any

import django.db.models.deletion
from django.db import migrations, models

PIECE = 200  # rows; what each kind of import can do at a time


def move_waiting(apps: Any, _: Any) -> None:
    row_model = apps.get_model("contacts", "ImportRow")
    piece_model = apps.get_model("contacts", "ImportPiece")
    waiting = row_model.objects.filter(outcome="").order_by("source", "line")
    keys = list(waiting.values_list("pk", flat=True))
    for start in range(0, len(keys), PIECE):
        rows = waiting.filter(pk__in=keys[start : start + PIECE])
        for some in in_a_row(rows):
            notes = {str(row.line): row.before for row in some if row.before}
            piece_model.objects.create(
                source_id=some[0].source_id,
                line=some[0].line,
                length=len(some),
                cells=[row.cells for row in some],
                notes=notes,
            )
        row_model.objects.filter(pk__in=keys[start : start + PIECE]).delete()


def in_a_row(rows: Iterable[Any]) -> list[list[Any]]:
    pieces: list[list[Any]] = []
    for row in rows:
        last = pieces[-1][-1] if pieces else None
        if last and (last.source_id, last.line + 1) == (row.source_id, row.line):
            pieces[-1].append(row)
        else:
            pieces.append([row])
    return pieces


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0020_import_row_indexes"),
    ]

    operations = [
        migrations.AlterField(
            model_name="importrow",
            name="outcome",
            field=models.CharField(
                choices=[
                    ("created", "Created"),
                    ("updated", "Updated"),
                    ("skipped", "Skipped"),
                    ("undone", "Undone"),
                    ("kept", "Kept"),
                ],
                max_length=7,
            ),
        ),
        migrations.CreateModel(
            name="ImportPiece",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("line", models.PositiveIntegerField()),
                ("length", models.PositiveIntegerField()),
                ("cells", models.JSONField()),
                ("notes", models.JSONField(default=dict)),
                (
                    "source",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pieces",
                        to="contacts.contactimport",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("source", "line"), name="import_piece_once")
                ],
            },
        ),
        migrations.RunPython(move_waiting, migrations.RunPython.noop),
    ]
