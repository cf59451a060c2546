"""The outbox tests' number and server, and databases of their own for processes that die."""

import json
import subprocess
import sys

import pytest
from django.conf import settings as django_settings

from tests.chaos import stacks
from tests.chaos.supervisor import ROOT
from tests.messaging.outbox.conftest import sales, server, text

__all__ = ["sales", "server", "text"]


@pytest.fixture(scope="session")
def installation(tmp_path_factory):
    """The environment of a migrated database, on the kind of server the tests run on."""
    folder = tmp_path_factory.mktemp("installation")
    sqlite = django_settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
    with stacks.made("sqlite" if sqlite else "postgres", folder) as own:
        env = {**stacks.environment(folder, seed=0), **own, "SEVEN_SIGNING_SECRET": ""}
        # The product's own times: a slow machine must not look like a slow gateway.
        env |= {"CHAOS_HURRIED": "no", "REDIS_URL": "", "GATEWAY_LOG": str(folder / "gateway.log")}
        manage = [sys.executable, str(ROOT / "manage.py"), "migrate", "-v0"]
        subprocess.run(manage, check=True, cwd=ROOT, env=env)
        yield env


@pytest.fixture(scope="session")
def play(installation):
    """Runs a scenario in its own process. Returns what it found."""

    def run(name):
        command = [sys.executable, "-W", "ignore", "-m", "tests.messaging.reliability.host", name]
        done = subprocess.run(
            command, cwd=ROOT, env=installation, capture_output=True, text=True, timeout=400
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout.splitlines()[-1])

    return run
