"""PostgreSQL by its own programs, pg_dump, pg_restore, psql; the password is on no command line."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import uuid
from pathlib import Path
from typing import IO

from django.db import connection

from messaging import version
from messaging.backup.errors import BackupFailed

HEAD = b"PGDMP"
#: Everything of ours goes first: a backup knows nothing of tables that are newer than itself.
_EMPTY = r"""
DO $$ DECLARE one record; BEGIN
    FOR one IN SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema() LOOP
        EXECUTE format('DROP TABLE IF EXISTS %I CASCADE', one.name);
    END LOOP;
    FOR one IN SELECT p.oid::regprocedure AS name FROM pg_proc p
            WHERE p.pronamespace = current_schema()::regnamespace AND NOT EXISTS
                (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e') LOOP
        EXECUTE format('DROP FUNCTION IF EXISTS %s CASCADE', one.name);
    END LOOP;
END $$;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
"""
#: An id that no file knows: see messaging.fence. And nobody is signed in.
_LOCK = """
RESET search_path;
DELETE FROM django_session;
INSERT INTO messaging_installation (id, instance_id, epoch) VALUES (1, '{}', 0)
    ON CONFLICT (id) DO UPDATE SET instance_id = excluded.instance_id, epoch = 0;
"""
_MIGRATION = re.compile(r"^\d+\t(\w+)\t(\w+)\t", re.MULTILINE)


def back_up(draft: Path) -> None:
    """Into an empty file that is there."""
    command = [_program("pg_dump"), "--format=custom", "--no-owner", "--no-privileges"]
    with draft.open("wb") as output:
        _run([*command], output=output, why="The backup was not made")


def restore(file: Path) -> None:
    """In one transaction, so that nobody ever sees it unlocked, and half of it never stays."""
    why = f"{file} was not restored"
    pg_restore, psql = _program("pg_restore"), _program("psql")
    with tempfile.TemporaryDirectory() as folder:
        _check(file, pg_restore, Path(folder))
        contents, script = Path(folder) / "contents", Path(folder) / "script.sql"
        with contents.open("wb") as output:
            _run([pg_restore, "--list", str(file)], output=output, why=why)
        kept = [line for line in contents.read_text().splitlines() if not _is_the_servers(line)]
        contents.write_text("\n".join(kept))
        with script.open("wb") as output:
            output.write(_EMPTY.encode())
            output.flush()
            chosen = ["--use-list", str(contents), "--no-owner", "--no-privileges", "--file=-"]
            _run([pg_restore, *chosen, str(file)], output=output, why=why)
            output.write(_LOCK.format(uuid.uuid4()).encode())
        connection.close()  # or we would wait for our own locks
        quiet = ["--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", "--single-transaction"]
        _run([psql, *quiet, f"--file={script}"], why=why)


def _is_the_servers(line: str) -> bool:
    """Of pg_restore's list: what only an administrator may make anew, and need not."""
    return bool(re.search(r" (EXTENSION|SCHEMA) ", line))


def _check(file: Path, pg_restore: str, folder: Path) -> None:
    """Whether it is whole, ours, and not of a newer version than this code."""
    rows = folder / "migrations"
    with rows.open("wb") as output:
        wanted = ["--data-only", "--table=django_migrations", "--file=-", str(file)]
        _run([pg_restore, *wanted], output=output, why=f"{file} is damaged")
    found = _MIGRATION.findall(rows.read_text())
    if not any(app == "messaging" for app, _ in found):
        raise BackupFailed(f"{file} is a PostgreSQL backup, but not one of smscrm's.")
    if name := version.newer(found):
        raise BackupFailed(f"{file} is of a newer smscrm, which has {name}: upgrade first.")


def _program(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise BackupFailed(
            f"{name} is not installed here: install PostgreSQL's client programs (on Debian or "
            "Ubuntu: apt-get install postgresql-client)."
        )
    return path


def _run(command: list[str], *, why: str, output: IO[bytes] | None = None) -> None:
    """Raises BackupFailed with the program's own last line."""
    done = subprocess.run(
        command, env=_environment(), stdout=output or subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines() or ["no reason given"]
        raise BackupFailed(f"{why}: {said[-1].strip().rstrip('.')}.")


def _environment() -> dict[str, str]:
    """Where the database is, as PostgreSQL's programs read it."""
    ours = connection.settings_dict
    told = {
        "PGHOST": ours["HOST"],
        "PGPORT": str(ours["PORT"] or ""),
        "PGUSER": ours["USER"],
        "PGPASSWORD": ours["PASSWORD"],
        "PGDATABASE": ours["NAME"],
        "PGSSLMODE": ours["OPTIONS"].get("sslmode", ""),
        "PGSSLROOTCERT": ours["OPTIONS"].get("sslrootcert", ""),
    }
    return os.environ | {name: value for name, value in told.items() if value}
