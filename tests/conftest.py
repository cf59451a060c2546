"""People and things by name: who they are is said here once."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from contacts.models import Company, Contact, Deal, Phone
from messaging import wire
from messaging.models import Number, Trigger


@pytest.fixture(autouse=True)
def _fresh_adapters() -> None:
    """Adapters are kept per process; a test that changes settings gets its own."""
    wire.forget()


@pytest.fixture
def alice(db: None) -> User:
    """A member of the team, and the one who acts."""
    return User.objects.create_user("alice", password="a-long-pass-phrase", first_name="Alice")


@pytest.fixture
def bob(db: None) -> User:
    """Her colleague."""
    return User.objects.create_user("bob", password="a-long-pass-phrase", first_name="Bob")


@pytest.fixture
def alices_browser(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


@pytest.fixture
def number(db: None) -> Number:
    """Our default number, carried by the simulator; and `sms:`, which a flushed database lost."""
    Trigger.objects.get_or_create(prefix="sms:")
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
