import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from messaging.gateways.base import Gateway, Outgoing, Request
from messaging.gateways.d7 import D7
from messaging.gateways.seven import Seven
from messaging.gateways.smrtphone import SmrtPhone

from .server import Server

CREDENTIAL = "canary/cr3dential+of=ours"
PATIENCE = 10.0  # seconds; a busy machine may be slow
HASTE = 1.5  # where the deadline itself is at stake; a busy machine takes its time to connect
PAYLOADS = Path(__file__).parent / "payloads"


@dataclass(frozen=True)
class Kind:
    """One real gateway as the contract needs it."""

    build: Callable[..., Gateway]
    accepted: object  # an answer that accepts
    external_id: str

    def at(self, url, deadline=PATIENCE):
        return self.build(CREDENTIAL, url, deadline=deadline)


KINDS = {
    "seven": Kind(
        Seven,
        {
            "success": "100",
            "debug": "false",
            "messages": [{"id": "77229135982", "parts": 1, "price": 0.075, "success": True}],
        },
        "77229135982",
    ),
    "d7": Kind(D7, {"request_id": "d9835609-a4e0", "status": "accepted"}, "d9835609-a4e0"),
    "smrtphone": Kind(SmrtPhone, {"smsId": "SM0123456789"}, "SM0123456789"),
}


@pytest.fixture
def server():
    server = Server()
    yield server
    server.stop()


@pytest.fixture(params=KINDS)
def kind(request):
    return KINDS[request.param]


@pytest.fixture
def gateway(kind, server):
    return kind.at(server.url)


@pytest.fixture
def seven(server):
    return KINDS["seven"].at(server.url)


@pytest.fixture
def d7(server):
    return KINDS["d7"].at(server.url)


@pytest.fixture
def smrtphone(server):
    return KINDS["smrtphone"].at(server.url)


@pytest.fixture
def hello():
    """A text with letters of both alphabets' tables, to Carol."""
    return Outgoing(
        reference=str(uuid.UUID(int=7, version=4)),
        sender="+12125550100",
        to="+12125550142",
        text="Hello Wörld €",
        encoding="GSM-7",
    )


@pytest.fixture
def webhook():
    """Makes a webhook of a payload's name or of bytes."""

    def make(given, method="POST", query=None, **headers):
        body, kind = given, "application/json"
        if isinstance(given, str):
            body = (PAYLOADS / given).read_bytes()
        if isinstance(given, str) and given.endswith(".form"):
            kind = "application/x-www-form-urlencoded"
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        url = "https://crm.example/webhooks/x/t0ken/"
        return Request(method, url, {"content-type": kind} | named, query or {}, body)

    return make
