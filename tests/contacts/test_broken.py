"""What people see when something breaks under a page."""

import pytest
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction

from messaging.members import MemberBackend


@pytest.fixture
def get(client, alice, monkeypatch):
    """Asks for the contacts while finding out who asks raises this error."""

    def gets(error):
        client.force_login(alice)
        client.raise_request_exception = False

        def breaks(*_):
            raise error

        monkeypatch.setattr(MemberBackend, "get_user", breaks)
        return client.get("/contacts/")

    return gets


@pytest.mark.parametrize("error", [OperationalError("refused"), InterfaceError("closed")])
def test_while_the_database_is_away_a_page_says_so_and_that_it_passes(get, error):
    answer = get(error)

    assert answer.status_code == 503
    assert answer["Retry-After"] == "10"
    assert "The database cannot be used just now" in answer.content.decode()


def wrong_question():
    """As the database in use tells of it: SQLite in no other words than of a full disk."""
    with pytest.raises(DatabaseError) as told, transaction.atomic():
        connection.cursor().execute("SELECT nothing FROM nowhere")
    return told.value


@pytest.mark.storage
@pytest.mark.django_db
@pytest.mark.parametrize("fault", [ZeroDivisionError, wrong_question])
def test_a_fault_of_ours_is_called_one(get, fault):
    answer = get(fault())

    assert answer.status_code == 500
    assert "It is our fault" in answer.content.decode()
