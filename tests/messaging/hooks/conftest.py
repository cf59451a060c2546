"""A name server that tells what a test says, and somebody who listens."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from typing import Any

import pytest

from tests.messaging.gateways.server import Server

Dns = Callable[..., list[str]]


@pytest.fixture
def dns(monkeypatch: pytest.MonkeyPatch) -> Dns:
    """
    dns("hook.example", "203.0.113.7"): what a name leads to; several lists, and it changes with
    each question. Gives the names that were asked. Numbers are read as the system reads them.
    """
    really = socket.getaddrinfo
    book: dict[str, list[list[str]]] = {}
    asked: list[str] = []

    def getaddrinfo(host: Any, port: Any, *args: Any, **more: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else str(host)
        if name not in book:
            if not name.replace(".", "").replace(":", "").isalnum() or name.endswith("example"):
                raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
            return really(host, port, *args, **more)
        asked.append(name)
        turns = book[name]
        told = turns.pop(0) if len(turns) > 1 else turns[0]
        return [_entry(one, port) for one in told]

    def say(name: str, *turns: str | list[str]) -> list[str]:
        book[name] = [[turn] if isinstance(turn, str) else turn for turn in turns]
        return asked

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return say


def _entry(address: str, port: Any) -> Any:
    if ip_address(address.partition("%")[0]).version == 6:
        return socket.AF_INET6, socket.SOCK_STREAM, 6, "", (address, port, 0, 0)
    return socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)


@pytest.fixture
def listener() -> Iterator[Server]:
    server = Server()
    yield server
    server.stop()
