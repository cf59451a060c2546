"""Posts the simulator's reports when they are due, from one thread in each process that has any."""

import heapq
import json
import logging
import os
import threading
from time import monotonic

from messaging.gateways.errors import GatewayError
from messaging.gateways.http import Http

logger = logging.getLogger(__name__)

TRIES = 3
PAUSE = 1.0  # seconds before the second try; twice as long before each further one


class Postman:
    """http: our own webhook."""

    def __init__(self, http: Http) -> None:
        self._http = http
        self._rounds: dict[int, _Round] = {}  # by process: a fork takes no thread along

    def post_in(self, seconds: float, report: dict[str, str]) -> None:
        """Post it so many seconds from now; a few tries, then it is forgotten."""
        mine = self._rounds.setdefault(os.getpid(), _Round(self._http))
        mine.put(monotonic() + seconds, 0, json.dumps(report))


class _Round:
    def __init__(self, http: Http) -> None:
        self._http = http
        self._wake = threading.Condition()
        self._due: list[tuple[float, int, str]] = []  # when, tries so far, the report
        self._started = False

    def put(self, when: float, tries: int, report: str) -> None:
        with self._wake:
            heapq.heappush(self._due, (when, tries, report))
            self._wake.notify()
            if not self._started:
                self._started = True
                threading.Thread(target=self._walk, name="simulator", daemon=True).start()

    def _walk(self) -> None:
        while True:
            tries, report = self._next()
            if self._posted(report):
                continue
            if tries + 1 < TRIES:
                self.put(monotonic() + PAUSE * 2**tries, tries + 1, report)
            else:
                logger.warning("A simulated report could not be posted to our own webhook.")

    def _next(self) -> tuple[int, str]:
        with self._wake:
            while not self._due or self._due[0][0] > monotonic():
                self._wake.wait(self._due[0][0] - monotonic() if self._due else None)
            return heapq.heappop(self._due)[1:]

    def _posted(self, report: str) -> bool:
        try:
            return self._http.post("", json=json.loads(report)).ok
        except GatewayError:
            return False
