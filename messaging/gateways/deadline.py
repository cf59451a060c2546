"""
urllib3 connections under one wall-clock deadline for a whole call.

A timeout of sockets counts each read anew, so that a peer who sends a byte now and then holds a
thread for ever. Here every step (each address tried, the handshake, each read of head or body) gets
no more than what is left of the call. No watchdog: a socket's own timeout is set before each read.
Only the resolver cannot be hurried; after it nothing is written any more once the time is over.

The call also remembers whether a byte of the request may have been written: nothing else tells
"never got there" from "may have been sent" with certainty.
"""

import http.client
import io
import socket
import threading
from time import monotonic
from typing import Any, ClassVar

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NameResolutionError, NewConnectionError
from urllib3.poolmanager import PoolManager
from urllib3.util.connection import create_connection

MAX_IDLE = (
    4.0  # seconds; many servers close at five, and a request into that has an unknown outcome
)
POOL_SIZE = 64


class Call(threading.local):
    """The call this thread is making."""

    due = float("inf")
    unwritten = False  # surely

    def begin(self, seconds: float) -> None:
        """A new call that may take so long."""
        self.due = monotonic() + seconds
        self.unwritten = False

    def left(self) -> float:
        """Seconds left. Raises TimeoutError when there are none."""
        left = self.due - monotonic()
        if left <= 0:
            raise TimeoutError("The deadline has passed.")
        return left


call = Call()


class _TimedReads(io.RawIOBase):
    """A socket's incoming bytes; each read gets what is left of the call."""

    def __init__(self, sock: socket.socket, raw: io.RawIOBase) -> None:
        self._sock = sock
        self._raw = raw

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(call.left())
        return self._raw.readinto(buffer)

    def fileno(self) -> int:
        return self._raw.fileno()

    def close(self) -> None:
        self._raw.close()
        super().close()


class _TimedResponse(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_TimedReads(sock, self.fp.detach()))


class TimedConnection(HTTPConnection):
    """A connection that keeps the deadline, forgets itself when idle, and says what was written."""

    response_class = _TimedResponse
    _used_at = 0.0

    @property
    def is_connected(self) -> bool:
        return monotonic() - self._used_at < MAX_IDLE and super().is_connected

    def connect(self) -> None:
        call.unwritten = True
        super().connect()

    def request(self, *args: Any, **kwargs: Any) -> None:
        call.unwritten = True
        if self.sock is None:
            self.connect()
        self.timeout = call.left()
        call.unwritten = False
        super().request(*args, **kwargs)

    def getresponse(self) -> Any:
        response = super().getresponse()
        self._used_at = monotonic()
        return response

    def _new_conn(self) -> socket.socket:
        """Tries each address for at most the connect timeout, and all within the deadline."""
        try:
            found = self._addresses()
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        failed: OSError | None = None
        for address in found:
            try:
                return self._open(address)
            except OSError as error:
                failed = error
        raise NewConnectionError(self, f"Failed to connect: {failed}") from failed

    def _addresses(self) -> list[str]:
        """What the name leads to, asked once: these are connected to, and no others."""
        found = socket.getaddrinfo(self._dns_host, self.port, type=socket.SOCK_STREAM)
        return [str(address[0]) for *_, address in found]

    def _open(self, address: str) -> socket.socket:
        wait = call.left()
        if isinstance(self.timeout, int | float):
            wait = min(wait, self.timeout)
        return create_connection(
            (address, self.port), wait, socket_options=list(self.socket_options or ())
        )


class TimedTLSConnection(TimedConnection, HTTPSConnection):
    """The same over TLS."""


class Pool(HTTPConnectionPool):
    """Such connections to one host."""

    ConnectionCls = TimedConnection


class TLSPool(HTTPSConnectionPool):
    """The same over TLS."""

    ConnectionCls = TimedTLSConnection


class Transport(HTTPAdapter):
    """requests' adapter over such connections; it never tries twice."""

    pools: ClassVar[dict[str, Any]] = {"http": Pool, "https": TLSPool}

    def __init__(self) -> None:
        super().__init__(pool_connections=4, pool_maxsize=POOL_SIZE, max_retries=0)

    def init_poolmanager(
        self, connections: int, maxsize: int, block: bool = False, **kwargs: Any
    ) -> None:
        """See the base class."""
        manager = PoolManager(num_pools=connections, maxsize=maxsize, block=block, **kwargs)
        manager.pool_classes_by_scheme = self.pools
        self.poolmanager = manager
