"""A backup holds everything, and a restored one texts nobody until a person says so."""

import json
import os
import secrets
import shutil
import sqlite3
import stat
import subprocess
import sys
from contextlib import contextmanager

import psycopg
import pytest
from django.conf import settings

from tests.chaos import stacks
from tests.chaos.supervisor import ROOT

pytestmark = [pytest.mark.storage, pytest.mark.slow]
ON_SQLITE = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")

FILL = """
from django.contrib.auth.models import User
from django.test import Client
from contacts.models import Contact
from messaging import consent, fence, outbox, texting_hours
from messaging.models import Number, Origin
fence.advance()
texting_hours.choose("09:00-17:00")
carol = Contact.objects.create(first_name="Carol")
number = Number.objects.create(address="+12125550101", label="Sales", gateway="seven")
outbox.enqueue(text="Hi 🙂 “Carol”", phone="+12125550123", number=number, origin=Origin.API)
consent.opt_out("+12125550199", source="reply", words="STOP")
Client().force_login(User.objects.create_user("alice"))
"""
CHANGE = """
from contacts.models import Contact
from messaging.models import Message
Contact.objects.all().delete()
Message.objects.update(status="cancelled")
"""
TELL = """
import json
from django.contrib.sessions.models import Session
from contacts import search
from contacts.models import Contact
from messaging import consent, fence
from messaging.models import Installation, Message
print(json.dumps({
    "contacts": list(Contact.objects.values_list("name", flat=True)),
    "texts": list(Message.objects.values_list("text", "status", "attempt_no")),
    "blocked": consent.is_opted_out("+12125550199"),
    "hours": list(Installation.objects.values_list("texting_hours", flat=True)),
    "locked": fence.is_locked(),
    "sessions": Session.objects.count(),
}))
"""
FILLED = {"contacts": ["Carol"], "texts": [["Hi 🙂 “Carol”", "queued", 0]], "blocked": True}
FILLED["hours"] = ["09:00-17:00"]
LOCKED = FILLED | {"locked": True, "sessions": 0}


class Machine:
    """An installation in a folder, with a database of the kind the tests run on."""

    def __init__(self, folder, database):
        self.environment = {**stacks.environment(folder, seed=0), **database}
        self.environment |= {"CHAOS_HURRIED": "no", "REDIS_URL": ""}
        self.folder, self.database = folder, database["DATABASE_URL"]
        self.name = self.database.rpartition("/")[2]

    def manage(self, *words, **more):
        return subprocess.run(
            [sys.executable, "-W", "ignore", "manage.py", *map(str, words)],
            cwd=ROOT,
            env=self.environment | more,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def shell(self, code):
        done = self.manage("shell", "-v0", "-c", code)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def tell(self):
        return json.loads(self.shell(TELL))

    def connect(self):
        if ON_SQLITE:
            return sqlite3.connect(self.database.removeprefix("sqlite:///"), isolation_level=None)
        return psycopg.connect(self.database, autocommit=True)


@contextmanager
def machines(folder):
    """Makes machines, empty or as another one is; their databases are gone afterwards."""
    databases = []

    def new(like=None):
        place = folder / f"machine{len(databases)}"
        place.mkdir()
        name = f"smscrm_locks_{os.getpid()}_{secrets.token_hex(3)}"
        databases.append(name)
        if ON_SQLITE:
            made = Machine(place, {"DATABASE_URL": f"sqlite:///{place / name}"})
        else:
            template = f" TEMPLATE {like.name}" if like else ""
            administer(f"CREATE DATABASE {name}{template}")
            made = Machine(place, {"DATABASE_URL": f"{stacks.POSTGRES.rpartition('/')[0]}/{name}"})
        if like:
            shutil.copy(like.folder / "instance.json", place)
        if like and ON_SQLITE:
            shutil.copy(like.folder / like.name, place / name)
        return made

    yield new
    for name in databases if not ON_SQLITE else ():
        administer(f"DROP DATABASE {name} WITH (FORCE)")


def administer(statement):
    with psycopg.connect(stacks.POSTGRES, autocommit=True) as server:
        server.execute(statement)


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """A contact, a queued text, an opt-out and somebody signed in; not to be changed."""
    with machines(tmp_path_factory.mktemp("office")) as new:
        made = new()
        assert made.manage("migrate", "-v0").returncode == 0
        made.shell(FILL)
        yield made


@pytest.fixture(scope="module")
def whole(office):
    """The bytes of a backup of that."""
    file = office.folder / "smscrm.backup"
    done = office.manage("backup", file)
    assert done.returncode == 0, done.stderr
    assert stat.S_IMODE(file.stat().st_mode) == 0o600, "for its owner alone"
    assert list(office.folder.glob(".*")) == [], "no drafts"
    return file.read_bytes()


@pytest.fixture
def backup(whole, tmp_path):
    file = tmp_path / "smscrm.backup"
    file.write_bytes(whole)
    return file


@pytest.fixture
def new_machine(tmp_path):
    with machines(tmp_path) as new:
        yield new


@pytest.fixture
def machine(office, new_machine):
    """One like the office, to be changed."""
    return new_machine(like=office)


def test_what_was_backed_up_comes_back_and_is_locked(machine, backup):
    machine.shell(CHANGE)

    done = machine.manage("restore", backup, "--overwrite")
    machine.manage("outbox", "--once")

    assert done.returncode == 0, done.stderr
    assert "sending is locked. Texts that are queued: 1." in done.stdout
    assert machine.tell() == LOCKED, "locked also where the backup is as new as the fence file"
    assert json.loads(machine.manage("health").stdout)["locked"]

    machine.manage("unlock_sending")
    machine.manage("outbox", "--once")

    (_, _, attempts) = machine.tell()["texts"][0]
    assert attempts == 1, "once it is unlocked, the text is tried"


def test_a_restore_never_replaces_data_unasked(office, backup):
    done = office.manage("restore", backup)

    assert done.returncode == 1
    assert "This database holds data, which a restore would replace" in done.stderr
    assert office.tell() == FILLED | {"locked": False, "sessions": 1}


def test_on_a_new_machine_it_is_locked_as_well(backup, new_machine):
    other = new_machine()

    done = other.manage("restore", backup)

    assert done.returncode == 0, done.stderr
    assert other.tell() == LOCKED


def test_a_backup_of_an_older_version_is_brought_up_to_date(machine, tmp_path):
    file = tmp_path / "old.backup"
    assert machine.manage("migrate", "messaging", "0011", "-v0").returncode == 0
    assert machine.manage("backup", file).returncode == 0
    assert machine.manage("migrate", "-v0").returncode == 0

    done = machine.manage("restore", file, "--overwrite")

    assert done.returncode == 0, done.stderr
    assert machine.manage("migrate", "--check").returncode == 0
    assert machine.tell() == LOCKED | {"hours": [None]}, "which it did not know of yet"


def test_a_backup_waits_for_nobody_who_writes(machine, tmp_path, new_machine):
    file = tmp_path / "meanwhile.backup"
    writer = machine.connect()
    writer.execute("BEGIN")
    writer.execute("UPDATE contacts_contact SET first_name = 'Not yet', name = 'Not yet'")

    done = machine.manage("backup", file)
    writer.execute("ROLLBACK")
    writer.close()

    other = new_machine()
    assert done.returncode == 0, done.stderr
    assert other.manage("restore", file).returncode == 0
    assert other.tell()["contacts"] == ["Carol"]


def test_whoever_has_the_database_open_goes_on_with_the_restored_one(machine, backup):
    machine.shell(CHANGE)
    reader = machine.connect()
    assert reader.execute("SELECT count(*) FROM contacts_contact").fetchone()[0] == 0

    assert machine.manage("restore", backup, "--overwrite").returncode == 0

    assert reader.execute("SELECT count(*) FROM contacts_contact").fetchone()[0] == 1
    reader.close()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"SQLite format 3\0" if not ON_SQLITE else b"PGDMP\1\2", "is a backup of"),
        (b"hello", "is no backup of"),
        (b"", "is no backup of"),
        (None, "cannot be read: No such file"),
    ],
)
def test_what_is_no_backup_is_refused_in_one_sentence(office, tmp_path, content, words):
    file = tmp_path / "strange"
    if content is not None:
        file.write_bytes(content)

    done = office.manage("restore", file, "--overwrite")

    assert done.returncode == 1
    assert words in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_damaged_backup_changes_nothing(office, backup, whole):
    backup.write_bytes(whole[: len(whole) // 3])

    done = office.manage("restore", backup, "--overwrite")

    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert office.tell() == FILLED | {"locked": False, "sessions": 1}


def test_a_backup_of_a_newer_version_is_refused(machine, tmp_path):
    with machine.connect() as database:
        database.execute(
            "INSERT INTO django_migrations (app, name, applied)"
            " VALUES ('messaging', '9999_to_come', '2030-01-01')"
        )
    file = tmp_path / "new.backup"
    assert machine.manage("backup", file).returncode == 0

    done = machine.manage("restore", file, "--overwrite")

    assert done.returncode == 1
    assert "is of a newer smscrm, which has 9999_to_come: upgrade first." in done.stderr


def test_a_folder_that_is_not_there_ends_in_one_sentence(office, tmp_path):
    done = office.manage("backup", tmp_path / "nowhere" / "file")

    assert done.returncode == 1
    assert "cannot be written: No such file or directory." in done.stderr


@pytest.mark.skipif(ON_SQLITE, reason="SQLite needs no other program")
def test_without_postgresqls_programs_it_says_what_to_install(office, tmp_path):
    done = office.manage("backup", tmp_path / "file", PATH=os.devnull)

    assert done.returncode == 1
    assert done.stderr == (
        "CommandError: pg_dump is not installed here: install PostgreSQL's client programs (on "
        "Debian or Ubuntu: apt-get install postgresql-client).\n"
    )
