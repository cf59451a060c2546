"""Minutes become seconds, in the same proportions, and processes say what they are."""

import os
from contextlib import suppress
from datetime import timedelta
from importlib import import_module
from pathlib import Path

from django.apps import AppConfig

LEASE = 7.5  # seconds; the deadline is 2.0, so more than three times that
SECONDS = {
    "messaging.outbox.claim": {"LEASE": LEASE},
    "messaging.outbox.deliver": {"TIME_NEEDED": 2.5},
    "messaging.outbox.reconcile": {"ASK_AGAIN": 2.0, "ASK_SELDOM": 10.0},
    "messaging.outbox.pause": {"REST": 1.0},
    "messaging.health": {"HEARTBEAT_MAX": 20.0},
}
PLAIN = {
    "messaging.outbox.reconcile": {"LONGEST": 4.0},
    "messaging.outbox.record": {"FIRST_WAIT": 0.5, "LONGEST_WAIT": 5.0},
    "messaging.management.commands.outbox": {"SWEEP_SECONDS": 2.0},
}


class Hurried(AppConfig):
    name = "tests.chaos"

    def ready(self):
        for module, names in SECONDS.items():
            for name, seconds in names.items():
                _replace(module, name, timedelta(seconds=seconds))
        for module, names in PLAIN.items():
            for name, value in names.items():
                _replace(module, name, value)
        drain = import_module("messaging.outbox").drain
        drain.__kwdefaults__.update(seconds=5.0, linger=timedelta(seconds=1))
        _say_what_they_are()


class Watchful(AppConfig):
    """Before messaging, whose watchdog begins to watch as soon as that app is ready."""

    name = "tests.chaos"
    label = "watchful"

    def ready(self):
        seconds = float(os.environ["CHAOS_WATCHDOG"])
        _replace("messaging.watchdog", "LOOK_EVERY", seconds)
        _replace("messaging.health", "HEARTBEAT_MAX", timedelta(seconds=4 * seconds))
        _say_what_they_are()


def _replace(module, name, value):
    found = import_module(module)
    if not hasattr(found, name):
        raise AttributeError(f"{module} has no {name} any more: look at tests/chaos/apps.py")
    setattr(found, name, value)


def _say_what_they_are():
    """The cluster's processes all look alike from outside; the killer chooses by name."""
    from django_q import cluster

    for role in ("worker", "monitor", "pusher"):
        setattr(cluster, role, _named(role, getattr(cluster, role)))
    cluster.Sentinel.__init__ = _named("sentinel", cluster.Sentinel.__init__)


def _named(role, function):
    def run(*args, **kwargs):
        with suppress(OSError):
            Path("/proc/self/comm").write_text(role)
        return function(*args, **kwargs)

    return run
