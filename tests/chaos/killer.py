"""Who dies next. Only processes of groups that the supervisor started are ever signalled."""

import os
import random
import signal
import time
from collections import Counter
from contextlib import suppress

from tests.chaos.apps import LEASE

KINDS = {
    "worker": 34,
    "worker paused": 10,  # SIGSTOP for longer than a lease, then SIGCONT
    "monitor": 7,
    "pusher": 5,
    "sentinel": 8,
    "cluster": 8,  # its first process
    "cluster group": 7,
    "web worker": 8,
    "web": 5,
    "everything": 5,
    "feeder": 3,
}


class Killer:
    def __init__(self, services, seed):
        self.done = Counter()
        self._services, self._random = services, random.Random(seed)
        self._next = None
        self._asleep = []  # (wake at, pid, service)

    @property
    def kills(self):
        return sum(self.done.values())

    def strike(self):
        """Kill what was chosen, as soon as it is there; whoever is just starting is spared."""
        self._next = self._next or self._random.choices([*KINDS], [*KINDS.values()])[0]
        if self._is_up(self._next) and self._kill(self._next):
            self.done[self._next] += 1
            self._next = None
            return True
        if self._next == "feeder":  # it may have ended
            self._next = None
        return False

    def _is_up(self, kind):
        web = kind.startswith("web") or kind == "feeder"
        running = [name for _, name in self._services["web" if web else "worker"].members()]
        return len(running) > 1 if web else "worker" in running

    def wake(self, *, all_of_them=False):
        now = time.monotonic()
        for row in list(self._asleep):
            at, pid, service = row
            if all_of_them or now >= at:
                self._asleep.remove(row)
                if any(pid == one for one, _ in service.members()):
                    _signal(pid, signal.SIGCONT)

    def _kill(self, kind):
        queue, web = self._services["worker"], self._services["web"]
        match kind:
            case "worker" | "monitor" | "pusher" | "sentinel":
                return self._one(queue, lambda pid, name: name == kind)
            case "worker paused":
                return self._pause(queue)
            case "cluster":
                return self._one(queue, lambda pid, name: pid == queue.pid)
            case "web worker":
                return self._one(web, lambda pid, name: pid != web.pid)
            case "web":
                return self._one(web, lambda pid, name: pid == web.pid)
            case "feeder":
                feeder = self._services["feeder"]
                return self._one(feeder, lambda pid, name: True)
        for service in [queue] if kind == "cluster group" else [queue, web]:
            service.kill()
        return True

    def _one(self, service, fits):
        pids = [pid for pid, name in service.members() if fits(pid, name)]
        return bool(pids) and _signal(self._random.choice(pids), signal.SIGKILL)

    def _pause(self, service):
        pids = [pid for pid, name in service.members() if name == "worker"]
        if not pids:
            return False
        pid = self._random.choice(pids)
        self._asleep.append((time.monotonic() + LEASE + self._random.uniform(1, 4), pid, service))
        return _signal(pid, signal.SIGSTOP)


def _signal(pid, number):
    with suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)
        return True
    return False
