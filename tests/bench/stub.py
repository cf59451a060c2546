"""
A gateway's place: answers every POST after a pause, like D7 under /messages/, else like seven.io,
and remembers when each came.

    python -m tests.bench.stub PORT PAUSE_MS SECONDS

GET /log answers with [[seconds since 1970, body], …] and forgets them. Ends by itself.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

ACCEPTED = json.dumps(
    {"success": "100", "messages": [{"id": "7700", "parts": 1, "price": 0.075, "success": True}]}
)

TAKEN = json.dumps({"request_id": "d9835609-a4e0-10ea-a26a-eeafbe700fef", "status": "accepted"})

log: list[tuple[float, str]] = []


class Gateway(asyncio.Protocol):
    """One connection; a parser of just as much HTTP as our own client speaks."""

    pause = 0.05

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.buffer = b""

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while b"\r\n\r\n" in self.buffer:
            head, _, rest = self.buffer.partition(b"\r\n\r\n")
            length = 0
            for line in head.split(b"\r\n")[1:]:
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            if len(rest) < length:
                return
            body, self.buffer = rest[:length], rest[length:]
            self.answer(head, body)

    def answer(self, head: bytes, body: bytes) -> None:
        if head.startswith(b"GET /log"):
            self.write(json.dumps(log))
            log.clear()
            return
        if head.startswith(b"POST "):  # an account's currency is asked beside the texts
            log.append((time.time(), body.decode()))
        told = TAKEN if head.startswith(b"POST /messages/") else ACCEPTED
        asyncio.get_running_loop().call_later(self.pause, self.write, told)

    def write(self, text: str) -> None:
        body = text.encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
        self.transport.write(head.encode() + b"\r\n\r\n" + body)  # type: ignore[attr-defined]


async def serve(port: int, pause: float, seconds: float) -> None:
    Gateway.pause = pause
    server = await asyncio.get_running_loop().create_server(Gateway, "127.0.0.1", port, backlog=256)
    async with server:
        await asyncio.sleep(seconds)


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2]) / 1000, float(sys.argv[3])))
