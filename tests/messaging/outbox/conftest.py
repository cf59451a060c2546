"""A number of ours at seven.io, whose place a real HTTP server on this machine takes."""

import pytest

from contacts.models import Contact
from messaging import outbox, wire
from messaging.models import Number, Origin
from tests.messaging.gateways.server import Server, answer

ACCEPTED = {
    "success": "100",
    "messages": [{"id": "77229135982", "parts": 1, "price": 0.075, "success": True}],
}


def accepted(external_id: str = "77229135982"):
    item = {"id": external_id, "parts": 1, "price": 0.075, "success": True}
    return answer(200, {"success": "100", "messages": [item]})


@pytest.fixture
def server(settings):
    server = Server()
    server.plays(accepted())
    settings.GATEWAYS = {
        "seven": {"api_key": "key-for-tests", "signing_secret": "", "base_url": server.url}
    }
    wire.forget()
    yield server
    if not server.stopped.is_set():
        server.stop()


@pytest.fixture
def sales(server, transactional_db) -> Number:
    """Our default number, at seven.io."""
    return Number.objects.create(
        address="+12125550101", label="Sales", gateway="seven", is_default=True
    )


@pytest.fixture
def text(carol: Contact, sales: Number, alice):
    """Queues a text to Carol."""

    def make(words: str = "See you at six", **more):
        given = {"phone": "+12125550123", "number": sales, "contact": carol, "author": alice}
        return outbox.enqueue(text=words, origin=Origin.FORM, **{**given, **more})

    return make
