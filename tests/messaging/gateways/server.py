"""A real HTTP server on this machine that does what a test tells it, byte by byte."""

import json
import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Received:
    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self):
        return urlsplit(self.target).path

    @property
    def query(self):
        return dict(parse_qsl(urlsplit(self.target).query))

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def form(self):
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


class Server:
    """`plays` tells what it does to each request; the last one goes on for ever."""

    def __init__(self):
        self.received: list[Received] = []
        self.connections = 0
        self.stopped = threading.Event()
        self._acts: list[Act] = [answer(200, "{}")]
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=200)
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._start(self._accept)

    @property
    def url(self):
        return "http://{}:{}".format(*self._listener.getsockname())

    def plays(self, *acts):
        self._acts = list(acts)

    def stop(self):
        self.stopped.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for conn in self._open:
            with suppress(OSError):
                conn.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)

    def _start(self, target, *args):
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self):
        while not self.stopped.is_set():
            try:
                conn, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            conn.settimeout(5)
            self._open.append(conn)
            self._start(self._serve, conn)

    def _serve(self, conn):
        try:
            with conn, conn.makefile("rb") as lines:
                while request := _read(lines):
                    self.received.append(request)
                    act = self._acts.pop(0) if len(self._acts) > 1 else self._acts[0]
                    act(conn, self)
        except (OSError, ValueError):
            return


Act = Callable[[socket.socket, Server], None]


def _read(lines):
    start = lines.readline().decode("latin-1").split()
    if len(start) != 3:
        return None
    headers = {}
    while line := lines.readline().decode("latin-1").strip():
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    body = lines.read(int(headers.get("content-length", 0)))
    return Received(start[0], start[1], headers, body)


def answer(status, body="", **headers):
    """A whole answer; a dict or list goes as JSON."""
    content = body if isinstance(body, str | bytes) else json.dumps(body)
    content = content.encode() if isinstance(content, str) else content
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(content)}"]
    lines += [f"{name}: {value}" for name, value in names.items()]
    head = "\r\n".join([*lines, "", ""]).encode()
    return lambda conn, server: conn.sendall(head + content)


def raw(data):
    """These bytes, and the end of the connection."""

    def act(conn, server):
        conn.sendall(data)
        conn.shutdown(socket.SHUT_RDWR)

    return act


def hang(conn, server):
    """Not a byte, as long as the server lives."""
    server.stopped.wait()


def drip(head, byte, pause=0.05):
    """`head`, then one byte at a time, for ever."""

    def act(conn, server):
        conn.sendall(head)
        while not server.stopped.wait(pause):
            conn.sendall(byte)

    return act


def reset(conn, server):
    """RST instead of an answer."""
    conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    raise ConnectionResetError
