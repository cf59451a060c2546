"""A mailbox on this machine: as much of IMAP4rev1 (RFC 3501) as reading and marking mails takes."""

from __future__ import annotations

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Mailroom(socketserver.ThreadingTCPServer):
    """mails: by UID, raw; flags: of each. busy: answers NO to whatever follows a sign-in."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        self.mails: dict[int, bytes] = {}
        self.flags: dict[int, set[str]] = {}
        self.busy = False
        super().__init__(("127.0.0.1", 0), _Connection)

    @property
    def url(self) -> str:
        return f"imap://crm%40example.com:pass%2Fword@127.0.0.1:{self.server_address[1]}/Texts%20in"

    def add(self, raw: bytes) -> int:
        uid = len(self.mails) + 1
        self.mails[uid], self.flags[uid] = raw.replace(b"\n", b"\r\n"), set()
        return uid


class _Connection(socketserver.StreamRequestHandler):
    server: Mailroom

    def handle(self) -> None:
        self._say("* OK ready")
        while line := self.rfile.readline().decode().strip():
            tag, verb, rest = (*line.split(" ", 2), "")[:3]
            if verb == "UID":
                verb, _, rest = rest.partition(" ")
            answer = getattr(self, f"_{verb.lower()}")(rest)
            self._say(f"{tag} {answer}")
            if verb == "LOGOUT":
                return

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def _capability(self, rest: str) -> str:
        self._say("* CAPABILITY IMAP4rev1")
        return "OK done"

    def _login(self, rest: str) -> str:
        right = rest in {'crm@example.com "pass/word"', '"crm@example.com" "pass/word"'}
        return "OK signed in" if right else "NO wrong"

    def _select(self, rest: str) -> str:
        if self.server.busy or rest != '"Texts in"':
            return "NO such mailbox"
        self._say(f"* {len(self.server.mails)} EXISTS")
        return "OK [READ-WRITE] selected"

    def _search(self, rest: str) -> str:
        assert rest == "UNSEEN"
        new = [str(uid) for uid, flags in self.server.flags.items() if "\\Seen" not in flags]
        self._say(f"* SEARCH {' '.join(new)}".rstrip())
        return "OK done"

    def _fetch(self, rest: str) -> str:
        asked: Any = re.fullmatch(r"(\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)", rest)
        raw = self.server.mails[int(asked[1])][: int(asked[2])]
        self._say(f"* 1 FETCH (UID {asked[1]} BODY[]<0> {{{len(raw)}}}")
        self.wfile.write(raw)
        self._say(")")
        return "OK done"

    def _store(self, rest: str) -> str:
        asked: Any = re.fullmatch(r"(\d+) \+FLAGS \((.*)\)", rest)
        self.server.flags[int(asked[1])] |= set(asked[2].split())
        return "OK done"

    def _logout(self, rest: str) -> str:
        self._say("* BYE")
        return "OK done"


@contextmanager
def mailroom() -> Iterator[Mailroom]:
    with Mailroom() as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()
