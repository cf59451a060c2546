"""
A gateway that lies, stalls and hangs up, but never forgets: `python -m tests.chaos.gateway`.

It speaks seven's JSON, and D7's under /messages/. A request that it read whole is written down
before it is answered, each text of it as a line; the journal and the log are read from there. One
that it never read whole does not exist. Delivery reports and replies are posted to our webhooks
until they answer, doubled, late and out of order.
"""

import argparse
import json
import os
import random
import socket
import struct
import threading
import time
from collections import Counter, defaultdict
from http.server import BaseHTTPRequestHandler
from itertools import count
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from tests.chaos.dialects import accepted_by_d7, items, reply, report, texts_of
from tests.chaos.postman import Postman

PATIENCE = 3.0  # seconds in which a request must have come whole
LATENCY = (0.01, 0.06)
SLOW = 2.7  # seconds: longer than the client waits
# Of 1,000 requests. What is not taken was never sent to anybody, and the journal does not know it.
FATES = {
    "error 500": 20,
    "reset": 20,
    "slow": 10,
    "garbage": 10,
    "code 600": 10,
    "cut": 15,  # the connection is reset before the request was read: not taken
    "busy 429": 10,  # not taken
    "refused 202": 5,  # not taken, for good
}
PARTLY = "refused one"  # of several: the others are taken
REFUSED = {"refused 202", PARTLY}  # the first text of the request, for good
NOT_TAKEN = {"cut", "busy 429", "refused 202"}
UNHEARD = 0.3  # of all texts no report ever comes
REPEATED = 0.2  # of all reports come twice
ANSWERED = 0.04  # of all texts get a reply


class Gateway:
    """What it took, in memory and in a file, and what it still has to tell us."""

    def __init__(self, log, webhook="", secret="", seed=0, fates=FATES):
        self.random = random.Random(seed)
        self.fates = fates
        self.faults = Counter()
        self.post = Postman(webhook, secret) if webhook else None
        self._log = os.open(log, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
        self._lock = threading.Lock()
        self._taken = []
        self._by_phone = defaultdict(list)
        self._ids = count(77_000_001)

    def draw(self):
        with self._lock:
            left = self.random.randrange(1000)
            for fate, share in self.fates.items():
                left -= share
                if left < 0:
                    return fate
            return "ok"

    def note(self, fate, texts=()):
        """Write them down, in one piece. Returns the entries: those that were taken have an id."""
        with self._lock:
            self.faults[fate] += 1
            shared = {"fate": fate, "taken": False, "refused": False, "at": time.time()}
            entries = [{**text, **shared} for text in texts] or [shared]
            entries[0]["refused"] = fate in REFUSED
            for entry in entries[1:] if fate == PARTLY else [] if fate in NOT_TAKEN else entries:
                entry["taken"] = bool(texts)
            request = str(next(self._ids))
            taken = [entry for entry in entries if entry["taken"]]
            for entry in taken:
                of_d7 = "report_url" in entry
                entry |= {"id": request if of_d7 else str(next(self._ids)), "dlr": "TRANSMITTED"}
                self._by_phone[entry["to"].lstrip("+")].append(entry)
            os.write(self._log, "".join(json.dumps(one) + "\n" for one in entries).encode())
            self._taken += taken
        for entry in taken if self.post else []:
            self._promise(entry)
        return entries

    def times_taken(self):
        """How often each text was taken, by the reference it bore and its recipient."""
        with self._lock:
            return Counter((entry["foreign_id"], entry["to"]) for entry in self._taken)

    def taken(self):
        with self._lock:
            return list(self._taken)

    def journal(self, query):
        """Newest first."""
        offset, limit = int(query.get("offset", 0)), min(int(query.get("limit", 100)), 2000)
        with self._lock:
            rows = self._by_phone[query["to"]] if "to" in query else self._taken
            page = rows[::-1][offset : offset + limit]
            names = ("id", "foreign_id", "to", "from", "text", "dlr")
            return [{name: row[name] for name in names} for row in page]

    def _promise(self, entry):
        pick = self.random.random
        if "report_url" in entry:  # nothing else proves what became of it: it always comes
            for status, wait in (("sent", 2), ("delivered", 3)):
                for _ in range(1 + (pick() < REPEATED)):
                    self.post.soon(wait * pick(), "d7", report(entry, status))
            return
        if pick() < ANSWERED:
            self.post.soon(1 + 3 * pick(), "sms_mo", reply(entry))
        if pick() < UNHEARD:
            return
        entry["dlr"] = final = "NOTDELIVERED" if pick() < 0.05 else "DELIVERED"
        for status, wait in (("TRANSMITTED", 2), ("ACCEPTED", 2), (final, 3)):
            for _ in range(1 + (pick() < REPEATED)):
                told = {"msg_id": entry["id"], "foreign_id": entry["foreign_id"], "status": status}
                self.post.soon(wait * pick(), "dlr", told)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = PATIENCE

    def do_POST(self):
        gateway, fate = self.server, self.server.draw()
        if fate == "cut":
            gateway.note(fate)
            return self._reset()
        length = int(self.headers["Content-Length"])
        body = self.rfile.read(length)
        if len(body) < length:
            self.close_connection = True
            return None
        texts = texts_of(self.path, body)
        if fate == "refused 202" and len(texts) > 1 and "report_url" not in texts[0]:
            fate = PARTLY
        entries = gateway.note(fate, texts)
        time.sleep(random.uniform(*LATENCY))
        return self._misbehave(fate, entries)

    def do_GET(self):
        parts = urlsplit(self.path)
        if parts.path.startswith("/report/v1/message-log/"):
            request = parts.path.rpartition("/")[2]
            rows = [one for one in self.server.taken() if one["id"] == request]
            log = [{"recipient": one["to"], "status": "sent"} for one in rows]
            return self._answer(200, {"request_id": request, "messages": log})
        known = parts.path == "/journal/outbound"
        rows = self.server.journal(dict(parse_qsl(parts.query)))
        return self._answer(200 if known else 404, rows)

    def _misbehave(self, fate, entries):
        of_d7 = "report_url" in entries[0]
        match fate:
            case "error 500":
                self._answer(500, "Internal error")
            case "reset":
                self._reset()
            case "garbage":
                self._answer(200, "<html>It works!</html>")
            case "code 600":
                self._answer(500 if of_d7 else 200, "600")
            case "busy 429":
                self._answer(429, "", retry_after="1")
            case "refused 202" if of_d7:
                item, place = entries[0]["place"]
                where = ["body", "messages", item, "recipients", place]
                self._answer(422, {"detail": [{"loc": where, "msg": "not a number"}]})
            case "refused 202":
                self._answer(200, "202")
            case _:
                time.sleep(SLOW if fate == "slow" else 0)
                self._answer(200, accepted_by_d7(entries) if of_d7 else items(entries))

    def _answer(self, status, body, retry_after=""):
        content = (body if isinstance(body, str) else json.dumps(body)).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        if retry_after:
            self.send_header("Retry-After", retry_after)
        self.end_headers()
        self.wfile.write(content)

    def _reset(self):
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.connection.close()
        self.close_connection = True

    def finish(self):
        try:
            super().finish()
        except (OSError, ValueError):
            return

    def log_message(self, *args):
        return


class Door:
    """Lets connections in, and now and then nobody."""

    def __init__(self, port, gateway):
        self.port, self.gateway, self._open = port, gateway, set()

    def stay_open(self):
        self._listen(3600)

    def run(self):
        while True:
            self._listen(random.uniform(4, 9))
            self.gateway.faults["refusing all"] += 1
            for conn in list(self._open):
                _hang_up(conn)
            time.sleep(random.uniform(0.3, 1.2))

    def _listen(self, seconds):
        end = time.monotonic() + seconds
        with socket.create_server(("127.0.0.1", self.port), backlog=200) as listener:
            while (left := end - time.monotonic()) > 0:
                listener.settimeout(left)
                try:
                    conn, address = listener.accept()
                except OSError:
                    return
                self._open.add(conn)
                threading.Thread(target=self._serve, args=(conn, address), daemon=True).start()

    def _serve(self, conn, address):
        try:
            Handler(conn, address, self.gateway)
        except (OSError, ValueError):
            return
        finally:
            self._open.discard(conn)
            conn.close()


def _hang_up(conn):
    try:
        conn.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


def main():
    parser = argparse.ArgumentParser()
    for name in ("--port", "--log", "--webhook", "--told", "--seed"):
        parser.add_argument(name, required=True)
    given = parser.parse_args()
    secret = os.environ["SEVEN_SIGNING_SECRET"]
    gateway = Gateway(given.log, given.webhook, secret, int(given.seed))
    threading.Thread(target=Door(int(given.port), gateway).run, daemon=True).start()
    parent = os.getppid()
    while os.getppid() == parent:  # what happened, twice a second, for whoever wants to know
        told = {
            "waiting": gateway.post.waiting,
            "answered": sorted(gateway.post.answered),
            "faults": dict(gateway.faults),
        }
        draft = Path(f"{given.told}.draft")
        draft.write_text(json.dumps(told))
        draft.replace(given.told)
        time.sleep(0.5)


if __name__ == "__main__":
    main()
