"""The audit log's chain under several real processes at once, each with its own connection."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from contacts import audit
from contacts.models import AuditEntry, Team

ROOT = Path(__file__).resolve().parents[3]
PROCESSES, EACH = 4, 15

#: Waits for the word to begin, so that all write at once. Each third change is undone.
WRITE = f"""
import sys
import django
django.setup()
from django.db import connection, transaction
from contacts import audit
from contacts.models import Team
connection.ensure_connection()
print("ready", flush=True)
sys.stdin.readline()
for n in range({EACH}):
    with transaction.atomic():
        Team.objects.create(name=f"{{sys.argv[1]}} {{n}}")
        audit.note(audit.Action.TEAM, about=f"{{sys.argv[1]}} {{n}}")
        if n % 3 == 2:
            transaction.set_rollback(True)
"""


def database_url() -> str:
    """The tests' own database, as another process finds it."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{name}"


def begin(name: str) -> subprocess.Popen[str]:
    more = {"DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "tests.settings"}
    return subprocess.Popen(
        [sys.executable, "-c", WRITE, name],
        cwd=ROOT,
        env=os.environ | more,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.storage
@pytest.mark.slow
def test_many_processes_at_once_make_one_chain(for_threads: None) -> None:
    before = AuditEntry.objects.count()
    writers = [begin(f"writer {n}") for n in range(PROCESSES)]
    for writer in writers:
        assert writer.stdout
        assert writer.stdout.readline() == "ready\n"
    ended = []
    for writer in writers:
        assert writer.stdin
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for writer in writers:
        _, complaints = writer.communicate(timeout=120)
        ended.append((writer.returncode, complaints))

    kept = PROCESSES * (EACH - EACH // 3)
    names = AuditEntry.objects.filter(number__gt=before).values_list("about", flat=True)
    assert ended == [(0, "")] * PROCESSES
    assert audit.verify()[0] == before + kept
    assert sorted(names) == sorted(Team.objects.values_list("name", flat=True))
    call_command("verify_audit")
