"""A server's environment, and programs that are run in it: nothing of this machine's own .env."""

import secrets
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DATABASE = "smscrm.sqlite3"


@pytest.fixture
def server(tmp_path):
    """What a careful operator sets; DATABASE_URL names a new database."""
    return environment(tmp_path)


def environment(folder):
    return {
        "PATH": "/usr/bin:/bin",
        "PYTHONUTF8": "1",
        "DEMO": "false",
        "DEBUG": "false",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "WEBHOOK_TOKEN": secrets.token_urlsafe(32),
        "PUBLIC_URL": "https://crm.example",
        "ALLOWED_HOSTS": "",
        "REDIS_URL": "",
        "DATABASE_URL": f"sqlite:///{folder / DATABASE}",
        "FENCE_FILE": str(folder / "instance.json"),
    }


def start(words, environment):
    return subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.fixture
def run(server):
    """Runs a program of ours to its end, with some of the environment changed."""
    return lambda *words, **changes: start(words, server | changes)


@pytest.fixture(scope="session")
def tables(tmp_path_factory):
    """A database that has its tables, to copy."""
    folder = tmp_path_factory.mktemp("tables")
    assert start(["manage.py", "migrate", "-v0"], environment(folder)).returncode == 0
    return folder / DATABASE


@pytest.fixture
def migrated(run, tables, tmp_path):
    """`run`, on a database that has its tables."""
    shutil.copy(tables, tmp_path)
    return run
