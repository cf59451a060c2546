"""One stack, from its birth to its verdict."""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from tests.chaos import stacks
from tests.chaos.killer import Killer
from tests.chaos.supervisor import ROOT, Service, procfile

PEOPLE = 300
SWEEP_EVERY, HEALTH_EVERY = 2.0, 5.0
LONGEST_SETTLING, PER_MESSAGE = 200.0, 0.05  # seconds
FIRST_HEARTBEAT = 30.0  # a cluster gets so long before its health counts


def run(stack, *, messages, kills, seconds, seed, say):
    """Returns what happened as a dict that JSON can hold. Leaves no process and no file."""
    with tempfile.TemporaryDirectory(prefix="smscrm-chaos-") as name:
        folder = Path(name)
        with stacks.made(stack, folder) as own:
            os.environ.update({**stacks.environment(folder, seed), **own})
            return _run(folder, messages, kills, seconds, seed, say)


def _run(folder, messages, kills, seconds, seed, say):
    prepare()
    began = time.monotonic()
    place = Place(folder, messages, seconds, seed)
    patience = LONGEST_SETTLING + PER_MESSAGE * messages
    killer = Killer(place.services, seed)
    try:
        place.start()
        place.play(killer, kills, seconds, say)
        settled = place.settle(patience, say)
    finally:
        killer.wake(all_of_them=True)
        place.stop()
        _close()
    return place.outcome(killer, time.monotonic() - began, settled)


def prepare():
    """Tables, two numbers of ours and some people to text."""
    manage = [sys.executable, str(ROOT / "manage.py")]
    subprocess.run([*manage, "migrate", "-v0"], check=True, cwd=ROOT)
    import django

    django.setup()
    from contacts.models import Contact
    from contacts.models.contact import Phone
    from messaging import fence
    from messaging.models import Number

    fence.is_locked()
    for last, gateway in ((100, "seven"), (101, "seven"), (102, "d7"), (103, "d7")):
        address, label = f"+12125550{last}", f"Number {last}"
        is_default = last == 100
        Number.objects.create(address=address, label=label, gateway=gateway, is_default=is_default)
    for n in range(PEOPLE):
        contact = Contact.objects.create(first_name="Person", last_name=str(n))
        Phone.objects.create(
            contact=contact, e164=f"+447700900{n:03}", kind="mobile", is_primary=True
        )
    _close()


class Place:
    """The services, and who looks after them."""

    def __init__(self, folder, messages, seconds, seed):
        self.folder = folder
        self.log, self.told = folder / "gateway.log", folder / "gateway.json"
        self.accepted = folder / "accepted"
        self.accepted.touch()
        env, self.restarted_ill = dict(os.environ), 0
        webhook = f"{env['PUBLIC_URL']}/webhooks/seven/{env['WEBHOOK_TOKEN']}/"
        gateway = {"port": env["GATEWAY_PORT"], "log": self.log, "webhook": webhook}
        gateway |= {"told": self.told, "seed": seed}
        feeder = {"messages": messages, "seconds": seconds, "seed": seed, "accepted": self.accepted}
        commands = {
            "gateway": _module("gateway", gateway),
            "web": procfile("web", env["PORT"]),
            "worker": procfile("worker", env["PORT"]),
            "feeder": _module("feeder", feeder),
        }
        self.output = folder / "output.txt"
        self.services = {
            name: Service(name, command, env, self.output, forever=name != "feeder")
            for name, command in commands.items()
        }
        self._rang = self._examined = 0.0

    def start(self):
        for service in self.services.values():
            service.start()

    def play(self, killer, kills, seconds, say):
        """Feed and kill, evenly spread, until both are done."""
        began, told, strike_at = time.monotonic(), 0.0, 3.0
        while killer.kills < kills or not self.services["feeder"].done:
            now = time.monotonic() - began
            if killer.kills < kills and now > strike_at and killer.strike():
                strike_at = now + seconds / kills * random.uniform(0.3, 1.5)
            self._look_after(killer)
            if now > told + 10:
                say(f"{now:4.0f} s: {killer.kills} kills, {self.counts()}")
                told = now
            if now > 3 * seconds + 120:
                say("This takes too long: no more is fed.")
                return

    def settle(self, patience, say):
        """Nobody dies any more; seconds until every text has its end, or None."""
        began = time.monotonic()
        while time.monotonic() - began < patience:
            self._look_after(None)
            time.sleep(0.5)
            with suppress(OSError, ValueError):
                if not self._open() and not self._hears()["waiting"]:
                    say(f"settled after {time.monotonic() - began:.0f} s: {self.counts()}")
                    return time.monotonic() - began
        say(f"not settled: {self.counts()}")
        return None

    def stop(self):
        for service in self.services.values():
            service.stop()

    def outcome(self, killer, seconds, settled):
        from tests.chaos.judge import judge

        heard = self._hears()
        verdict = judge(self.log, self.accepted, heard["answered"])
        _close()
        return {
            **vars(verdict),
            "kills": dict(killer.done),
            "faults": {k: v for k, v in heard["faults"].items() if k != "ok"},
            "seconds": round(seconds),
            "settled": settled and round(settled),
            "restarted because ill": self.restarted_ill,
            "output": _worth_reading(self.output.read_text(errors="replace")),
        }

    def counts(self):
        from django.db import DatabaseError
        from django.db.models import Count

        from messaging.models import Message

        try:
            rows = Message.objects.values_list("status").annotate(Count("pk")).order_by("status")
            return ", ".join(f"{n} {status}" for status, n in rows)
        except DatabaseError as error:
            return f"({type(error).__name__})"

    def _look_after(self, killer):
        for service in self.services.values():
            service.look()
        if killer:
            killer.wake()
        now = time.monotonic()
        if now - self._rang > SWEEP_EVERY:
            self._rang = now
            self._ring()
        if now - self._examined > HEALTH_EVERY:
            self._examined = now
            self._examine()
        time.sleep(0.05)

    def _ring(self):
        """The queue's own schedule knows no seconds, so the minute is rung from here."""
        from django.db import DatabaseError
        from django_q.tasks import async_task
        from redis.exceptions import RedisError

        from messaging import queue

        with suppress(DatabaseError, RedisError):
            async_task(queue.SWEEP, broker=queue.broker())

    def _examine(self):
        """`manage.py health` as an operator's supervisor asks it: a silent cluster is replaced."""
        from django.db import DatabaseError

        from messaging import health

        worker = self.services["worker"]
        if time.monotonic() - worker.started_at < FIRST_HEARTBEAT:
            return
        with suppress(DatabaseError):
            found = health.look()
            longest = health.HEARTBEAT_MAX.total_seconds()
            if found.heartbeat_age is None or found.heartbeat_age > longest:
                self.restarted_ill += 1
                worker.kill()

    def _open(self):
        from django.db import DatabaseError
        from django.db.models import Q

        from messaging.models import Message
        from tests.chaos.judge import OPEN

        try:
            # At D7 only a report proves anything: none is under way any more.
            closed = Q(status="unconfirmed", gateway="d7")
            return Message.objects.filter(status__in=OPEN).exclude(closed).exists()
        except DatabaseError:
            return True

    def _hears(self):
        return json.loads(self.told.read_text())


def _module(name, options):
    words = [word for key, value in options.items() for word in (f"--{key}", str(value))]
    return [sys.executable, "-m", f"tests.chaos.{name}", *words]


def _worth_reading(output):
    """The last lines of errors nobody caused by killing."""
    return [line for line in output.splitlines() if "Error" in line or "locked" in line][-20:]


def _close():
    from django.db import connections

    connections.close_all()
