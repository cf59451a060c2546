"""
Brings database and static files up to date before the server starts.

One process for all of it: importing Django four times would cost more than the work.
"""

import hashlib
import os
import sys
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

FONT = "fonts/inter.woff2"


def main() -> None:
    sys.path[0] = str(Path(__file__).resolve().parent.parent)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smscrm.settings")
    try:
        django.setup()
        from messaging.checks import refuse_to_start

        migrate()
        collect_static()
        if settings.DEMO:
            call_command("seed_demo", verbosity=0)
        refuse_to_start()
    except (ImproperlyConfigured, CommandError) as error:
        sys.exit(str(error))
    except DatabaseError as error:
        from messaging.checks import unusable

        sys.exit(unusable(error))


def migrate() -> None:
    """A new database is made in silence; an old one says each step, for one may take minutes."""
    executor = MigrationExecutor(connection)
    steps = executor.migration_plan(executor.loader.graph.leaf_nodes())
    is_old = bool(executor.loader.applied_migrations)
    if steps and is_old:
        print(
            f"The database is brought up to date in {len(steps)} steps. With much in it one may "
            "take minutes: let it end. What is interrupted goes on at the next start.",
            flush=True,
        )
    call_command("migrate", interactive=False, verbosity=1 if steps and is_old else 0)


def collect_static() -> None:
    """Hashing and compressing takes seconds, so only when a file or a package changed."""
    if not finders.find(FONT):
        raise CommandError(
            f"The typeface is missing: make it with `python scripts/font.py var/assets/{FONT}`."
        )
    stamp = Path(settings.STATIC_ROOT).with_suffix(".sha256")
    wanted = fingerprint()
    if stamp.is_file() and stamp.read_text() == wanted and Path(settings.STATIC_ROOT).is_dir():
        return

    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamp.write_text(wanted)


def fingerprint() -> str:
    """Every static file by name, size and time of change; and what stores them."""
    seen = [repr(settings.STORAGES)]
    for finder in finders.get_finders():
        for path, storage in finder.list([]):
            stat = Path(storage.path(path)).stat()
            seen.append(f"{storage.path(path)} {stat.st_size} {stat.st_mtime_ns}")
    return hashlib.sha256("\n".join(sorted(seen)).encode(errors="surrogateescape")).hexdigest()


if __name__ == "__main__":
    main()
