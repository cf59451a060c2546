"""A whole installation of its own for a benchmark: database, web server, cluster, gateway."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from tests.bench import queries

ROOT = Path(__file__).resolve().parents[2]
LIFETIME = 300  # seconds; everything ends by itself
POSTGRES = "postgres://postgres@127.0.0.1:5432/postgres"
REDIS = "redis://127.0.0.1:6379/13"
STACKS = ("SQLite, ORM broker", "PostgreSQL, Redis")


class Stack:
    """One of STACKS, in processes of its own, on free ports of this machine."""

    def __init__(
        self, name: str, folder: Path, *, pause_ms: int, filled: str = "", redis: str = REDIS
    ) -> None:
        self.name, self.redis = name, redis
        self.filled = filled  # the address of a database that is there already, and stays
        self.pause_ms = pause_ms
        self.web_port, self.stub_port = free_port(), free_port()
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.database = f"bench_{secrets.token_hex(4)}"
        self.folder = folder
        self.environment = self._environment(folder)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.web_port}"

    @property
    def stub_url(self) -> str:
        return f"http://127.0.0.1:{self.stub_port}"

    def _environment(self, folder: Path) -> dict[str, str]:
        postgres = self.name.startswith("PostgreSQL")
        database = POSTGRES.replace("/postgres", f"/{self.database}", 1) if postgres else ""
        if postgres:
            database = f"{POSTGRES.rsplit('/', 1)[0]}/{self.database}"
        return os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
            "SECRET_KEY": secrets.token_urlsafe(50),
            "WEBHOOK_TOKEN": secrets.token_urlsafe(32),
            "DEMO": "false",
            "DEBUG": "false",
            "REQUIRE_2FA": "false",
            "UNDO_SECONDS": "0",
            "TEXTING_HOURS": "00:00-23:59:59.999999",  # looked at, but never in the way
            queries.FOLDER: str(folder),
            "PUBLIC_URL": self.url,
            "DATABASE_URL": self.filled or database or f"sqlite:///{folder / 'bench.sqlite3'}",
            "REDIS_URL": self.redis if postgres else "",
            "FENCE_FILE": str(folder / "instance.json"),
            "STATIC_ROOT": str(folder / "static"),
            "SEVEN_API_KEY": "key-for-benchmarks",
            "SEVEN_BASE_URL": self.stub_url,
            "D7_API_TOKEN": "token-for-benchmarks",
            "D7_BASE_URL": self.stub_url,
            "BROADCAST_RATE": "0",
        }

    def manage(self, *words: str) -> str:
        """Run a command of manage.py, or a script by `python -m`, and give its output."""
        done = subprocess.run(
            [sys.executable, *words], cwd=ROOT, env=self.environment, capture_output=True, text=True
        )
        if done.returncode:
            raise RuntimeError(f"{words}: {done.stdout}{done.stderr}")
        return done.stdout

    def start(self, what: str) -> None:
        """Start the `stub`, the `web` server or the `cluster`."""
        words = {
            "stub": [
                "-m",
                "tests.bench.stub",
                str(self.stub_port),
                str(self.pause_ms),
                str(LIFETIME),
            ],
            "web": [
                "-m",
                "gunicorn",
                "smscrm.wsgi",
                "--worker-class",
                "gthread",
                "--workers",
                "2",
                "--threads",
                "8",
                "--bind",
                f"127.0.0.1:{self.web_port}",
                "--keep-alive",  # longer than anybody here waits between two clicks: a connection
                "75",  # that is closed at that very moment would look like an error
            ],
            "cluster": ["manage.py", "qcluster"],
        }[what]
        self.processes[what] = subprocess.Popen(
            [sys.executable, *words],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        ports = {"stub": self.stub_port, "web": self.web_port}
        if what in ports:
            wait_for_port(ports[what])

    def stub_log(self) -> list[tuple[float, str]]:
        """What the gateway got since it was last asked: (seconds since 1970, body)."""
        with urllib.request.urlopen(f"{self.stub_url}/log", timeout=30) as answer:
            return [(at, body) for at, body in json.load(answer)]

    def cpu_seconds(self, what: str) -> float:
        """User and system time of a started process and all its descendants so far."""
        ticks = os.sysconf("SC_CLK_TCK")
        return sum(_ticks(pid) for pid in family(self.processes[what].pid)) / ticks

    def queries(self) -> int:
        """How many all processes have asked their database since they started."""
        return queries.total(self.folder)

    def stop(self) -> None:
        for process in self.processes.values():
            _end(process)
        if self.name.startswith("PostgreSQL"):
            sql(f'DROP DATABASE IF EXISTS "{self.database}" WITH (FORCE)')


@contextmanager
def stack(name: str, *, pause_ms: int, filled: str = "", redis: str = REDIS) -> Iterator[Stack]:
    """
    An installation with an empty, migrated database, or with one that is filled already, and the
    gateway stub running. redis: is emptied first.
    """
    folder = Path(tempfile.mkdtemp(prefix="smscrm-bench-"))
    made = Stack(name, folder, pause_ms=pause_ms, filled=filled, redis=redis)
    try:
        if name.startswith("PostgreSQL"):
            sql(f'CREATE DATABASE "{made.database}"')
            from redis import Redis

            Redis.from_url(redis).flushdb()
        made.manage("manage.py", "migrate", "-v0")
        made.start("stub")
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder, ignore_errors=True)


def available(name: str) -> str:
    """Why a stack cannot be used here, or nothing."""
    if name.startswith("SQLite"):
        return ""
    for url in (POSTGRES, REDIS):
        parts = urlsplit(url)
        try:
            socket.create_connection((parts.hostname or "", parts.port or 0), 1).close()
        except OSError:
            return f"nothing listens at {parts.hostname}:{parts.port}"
    return ""


def sql(statement: str) -> None:
    import psycopg

    with psycopg.connect(POSTGRES, autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[call-overload]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def wait_for_port(port: int, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
            return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError(f"Nothing listens at port {port}.")


def family(pid: int) -> list[int]:
    """A process and its descendants."""
    found = [pid]
    for parent in found:
        try:
            for task in Path(f"/proc/{parent}/task").iterdir():
                found += [int(child) for child in (task / "children").read_text().split()]
        except OSError:
            continue
    return found


def _ticks(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return int(fields[11]) + int(fields[12])
    except (OSError, IndexError):
        return 0


def _end(process: subprocess.Popen[bytes]) -> None:
    """Its own group, which we started: first politely, then for good."""
    pids = family(process.pid)
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(5)
    for pid in pids[1:]:
        try:
            os.kill(pid, signal.SIGKILL)
        except OSError:
            continue
