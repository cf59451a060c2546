"""People and things by name: who they are is said here once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from math import inf
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import connection, connections
from django.test import Client

from contacts.models import Company, Contact, Deal, Member, Phone
from contacts.roles import Role
from messaging import texting_hours, wire
from messaging.models import Number, Trigger

#: Each file is one process's work: those that take minutes begin first, or all wait for them.
LONG = ("test_setup.py", "test_run.py", "chaos", "production", "browser")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    ranks = {name: rank for rank, name in enumerate(LONG)}
    here = Path(__file__).parent
    items.sort(key=lambda item: ranks.get(item.path.relative_to(here).parts[0], len(LONG)))


@pytest.fixture(autouse=True)
def _fresh_adapters(monkeypatch: pytest.MonkeyPatch) -> None:
    """Adapters and hours are kept per process; a test that changes settings gets its own."""
    wire.forget()
    texting_hours.remember(None)
    monkeypatch.setattr(texting_hours, "LONGEST", inf)  # or a slow machine asks once more


@pytest.fixture
def alice(db: None) -> User:
    """A manager, and the one who acts."""
    user = User.objects.create_user("alice", password="a-long-pass-phrase", first_name="Alice")
    Member.objects.create(user=user, role=Role.MANAGER)
    return user


@pytest.fixture
def bob(db: None) -> User:
    """Her colleague, a manager too."""
    user = User.objects.create_user("bob", password="a-long-pass-phrase", first_name="Bob")
    Member.objects.create(user=user, role=Role.MANAGER)
    return user


@pytest.fixture
def dana(db: None) -> User:
    """She runs the installation."""
    return User.objects.create_user("dana", first_name="Dana", is_staff=True)


@pytest.fixture
def bobs_browser(bob: User) -> Client:
    browser = Client()
    browser.force_login(bob)
    return browser


@pytest.fixture
def danas_browser(dana: User) -> Client:
    browser = Client()
    browser.force_login(dana)
    return browser


@pytest.fixture
def alices_browser(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


@pytest.fixture
def number(db: None) -> Number:
    """Our default number, at the simulator; and the triggers, which a flushed database lost."""
    Trigger.objects.get_or_create(prefix="sms:")
    for channel in ("call", "viber", "whatsapp"):
        Trigger.objects.get_or_create(prefix=f"{channel}:", defaults={"channel": channel})
    return Number.objects.create(
        address="+12125550100", label="Office", gateway="simulator", is_default=True
    )


@pytest.fixture
def carol(db: None) -> Contact:
    """A contact with a mobile."""
    contact = Contact.objects.create(first_name="Carol", last_name="Finch")
    Phone.objects.create(contact=contact, e164="+12125550123", kind="mobile", is_primary=True)
    return contact


@pytest.fixture
def bakery(carol: Contact) -> Company:
    """A company whose main contact is Carol."""
    return Company.objects.create(name="Finch Bakery", main_contact=carol)


@pytest.fixture
def roof(carol: Contact) -> Deal:
    """A deal with Carol."""
    return Deal.objects.create(title="New roof", contact=carol)


@pytest.fixture
def for_threads(transactional_db: None, number: Number, tmp_path: Path) -> Iterator[None]:
    """
    A database that threads can share: SQLite in a file, as in production, because what tests
    have in memory locks otherwise. Ask for it last: it holds what was made so far.
    """
    if connection.vendor != "sqlite":
        yield
        return
    name, memory = connection.settings_dict["NAME"], connections["default"]
    with closing(sqlite3.connect(tmp_path / "test.sqlite3")) as file:
        memory.connection.backup(file)
        file.execute("PRAGMA journal_mode=WAL")  # as migrate leaves it: two at once cannot turn it
    connection.settings_dict["NAME"] = str(tmp_path / "test.sqlite3")
    connections["default"] = connections.create_connection("default")
    yield
    connections["default"].close()
    connections["default"] = memory
    memory.settings_dict["NAME"] = name
