"""
A gateway that lies, stalls and hangs up, but never forgets: `python -m tests.chaos.gateway`.

It speaks seven's JSON. A request that it read whole is written down before it is answered, and
its journal is read from there; one that it never read whole does not exist. Delivery reports and
replies are posted to our webhook until it answers, doubled, late and out of order.
"""

import argparse
import heapq
import http.client
import json
import os
import random
import secrets
import socket
import struct
import threading
import time
from collections import Counter, defaultdict
from http.server import BaseHTTPRequestHandler
from itertools import count
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from messaging.gateways.base import Request
from messaging.gateways.seven_webhooks import sign

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

    def note(self, fate, text=None):
        """Write it down. Returns the id, if it was taken."""
        with self._lock:
            self.faults[fate] += 1
            taken = text is not None and fate not in NOT_TAKEN
            entry = {**(text or {}), "fate": fate, "taken": taken, "at": time.time()}
            if taken:
                entry |= {"id": str(next(self._ids)), "dlr": "TRANSMITTED"}
            os.write(self._log, (json.dumps(entry) + "\n").encode())
            if taken:
                self._taken.append(entry)
                self._by_phone[entry["to"].lstrip("+")].append(entry)
        if taken and self.post:
            self._promise(entry)
        return entry.get("id", "")

    def times_taken(self):
        """How often each text was taken, by our reference."""
        with self._lock:
            return Counter(entry["foreign_id"] for entry in self._taken)

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
        if pick() < ANSWERED:
            self.post.soon(1 + 3 * pick(), "sms_mo", reply(entry))
        if pick() < UNHEARD:
            return
        entry["dlr"] = final = "NOTDELIVERED" if pick() < 0.05 else "DELIVERED"
        for status, wait in (("TRANSMITTED", 2), ("ACCEPTED", 2), (final, 3)):
            for _ in range(1 + (pick() < REPEATED)):
                told = {"msg_id": entry["id"], "foreign_id": entry["foreign_id"], "status": status}
                self.post.soon(wait * pick(), "dlr", told)


def reply(entry):
    now = int(time.time())
    words = f"Answer to {entry['id']}"
    ends = {"sender": entry["to"], "system": entry["from"]}
    return {"id": f"mo{entry['id']}", "text": words, "time": str(now), **ends}


class Postman:
    """Posts events until they are taken; a few at a time."""

    def __init__(self, webhook, secret):
        self.answered = set()  # ids of the replies which our webhook took
        self._url, self._secret = webhook, secret
        self._due, self._wake, self._order = [], threading.Condition(), count()
        for _ in range(6):
            threading.Thread(target=self._walk, daemon=True).start()

    @property
    def waiting(self):
        with self._wake:
            return len(self._due)

    def soon(self, seconds, event, data):
        with self._wake:
            heapq.heappush(self._due, (time.monotonic() + seconds, next(self._order), event, data))
            self._wake.notify()

    def _walk(self):
        while True:
            with self._wake:
                while not self._due or self._due[0][0] > time.monotonic():
                    self._wake.wait(self._due[0][0] - time.monotonic() if self._due else None)
                _, _, event, data = heapq.heappop(self._due)
            if not self._taken({"webhook_event": event, "data": data}):
                self.soon(0.7 + random.random(), event, data)
            elif event == "sms_mo":
                self.answered.add(data["id"])

    def _taken(self, event):
        parts, body = urlsplit(self._url), json.dumps(event).encode()
        headers = {"x-timestamp": str(int(time.time())), "x-nonce": secrets.token_hex(8)}
        signed = Request("POST", self._url, headers, {}, body)
        headers |= {"x-signature": sign(signed, self._secret), "content-type": "application/json"}
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)
        try:
            connection.request("POST", parts.path, body, headers)
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


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
        number = gateway.note(fate, json.loads(body))
        time.sleep(random.uniform(*LATENCY))
        return self._misbehave(fate, number)

    def do_GET(self):
        parts = urlsplit(self.path)
        known = parts.path == "/journal/outbound"
        self._answer(200 if known else 404, self.server.journal(dict(parse_qsl(parts.query))))

    def _misbehave(self, fate, number):
        item = {"id": number, "success": True, "parts": 1, "price": 0.075}
        match fate:
            case "error 500":
                self._answer(500, "Internal error")
            case "reset":
                self._reset()
            case "garbage":
                self._answer(200, "<html>It works!</html>")
            case "code 600":
                self._answer(200, "600")
            case "busy 429":
                self._answer(429, "", retry_after="1")
            case "refused 202":
                self._answer(200, "202")
            case _:
                time.sleep(SLOW if fate == "slow" else 0)
                self._answer(200, {"success": "100", "messages": [item]})

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
