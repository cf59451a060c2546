"""Posts what the gateway of the chaos run has to tell us, until we take it."""

import heapq
import http.client
import json
import random
import secrets
import threading
import time
from itertools import count
from urllib.parse import urlsplit

from messaging.gateways.base import Request
from messaging.gateways.seven_webhooks import sign

FORM = {"content-type": "application/x-www-form-urlencoded"}


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
            took = self._posts(*data) if event == "d7" else self._taken(event, data)
            if not took:
                self.soon(0.7 + random.random(), event, data)
            elif event == "sms_mo":
                self.answered.add(data["id"])

    def _taken(self, event, data):
        body = json.dumps({"webhook_event": event, "data": data}).encode()
        headers = {"x-timestamp": str(int(time.time())), "x-nonce": secrets.token_hex(8)}
        signed = Request("POST", self._url, headers, {}, body)
        headers |= {"x-signature": sign(signed, self._secret), "content-type": "application/json"}
        return self._posts(self._url, body, headers)

    def _posts(self, url, body, headers=FORM):
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)
        try:
            path = f"{parts.path}?{parts.query}" if parts.query else parts.path
            connection.request("POST", path, body, headers)
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
