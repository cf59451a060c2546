"""A log whose rows the database itself neither changes nor deletes."""

from typing import Any

from django.db import migrations, models

TABLE = "contacts_auditentry"
REFUSAL = "the audit log is append-only"

SQLITE = [
    f"""CREATE TRIGGER audit_no_{verb.lower()} BEFORE {verb} ON {TABLE}
        BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"""
    for verb in ("UPDATE", "DELETE")
]
# REPLACE INTO deletes without asking a DELETE trigger.
SQLITE += [
    """CREATE TRIGGER audit_no_replace BEFORE INSERT ON contacts_auditentry
        WHEN EXISTS (SELECT 1 FROM contacts_auditentry WHERE number = NEW.number)
        BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"""
]
POSTGRESQL = [
    f"""CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$""",
    f"""CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON {TABLE}
        FOR EACH ROW EXECUTE FUNCTION audit_refuse()""",
    f"""CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON {TABLE}
        FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()""",
]
INDEXES = [
    f"CREATE INDEX audit_by_actor ON {TABLE} (actor, number)",
    f"CREATE INDEX audit_by_action ON {TABLE} (action, number)",
    f"CREATE INDEX audit_by_time ON {TABLE} (at)",
]


def create(apps: Any, schema_editor: Any) -> None:
    schema_editor.create_model(apps.get_model("contacts", "AuditEntry"))
    guards = POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE
    for sql in [*INDEXES, *guards]:
        schema_editor.execute(sql)


def drop(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute(f"DROP TABLE {TABLE}")
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION audit_refuse()")


class Migration(migrations.Migration):
    dependencies = [("contacts", "0012_bulk_and_duplicates")]

    operations = [
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("actor_id", models.BigIntegerField(null=True)),
                ("actor", models.CharField(blank=True, max_length=150)),
                ("action", models.CharField(max_length=24)),
                ("about", models.CharField(blank=True, max_length=250)),
                ("before", models.CharField(blank=True, max_length=64)),
                ("hash", models.CharField(max_length=64)),
            ],
            options={"db_table": TABLE, "ordering": ["-number"], "managed": False},
        ),
        migrations.RunPython(create, drop),
    ]
