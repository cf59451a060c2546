"""A whole installation in demo mode: web server, worker, simulator, sample people."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.bench.stack import ROOT, family, free_port, wait_for_port

GUNICORN = ["-m", "gunicorn", "smscrm.wsgi", "--worker-class", "gthread", "--workers", "1"]
GUNICORN += ["--threads", "8", "--no-control-socket"]


class Installation:
    """In processes and a folder of its own; `log` is what they said, to look at when it fails."""

    def __init__(self, folder: Path, *, undo_seconds: int) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "log.txt"
        self.processes: list[subprocess.Popen[bytes]] = []
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.browser.settings",
            "SECRET_KEY": secrets.token_urlsafe(50),
            "WEBHOOK_TOKEN": secrets.token_urlsafe(32),
            "DEMO": "true",
            "DEBUG": "false",
            "UNDO_SECONDS": str(undo_seconds),
            "PUBLIC_URL": self.url,
            "DATABASE_URL": f"sqlite:///{folder / 'smscrm.sqlite3'}",
            "REDIS_URL": "",
            "FENCE_FILE": str(folder / "instance.json"),
            "STATIC_ROOT": str(folder / "static"),
            "WEBHOOK_ALLOW_PRIVATE": "true",
            "EMAIL_URL": "dummymail://",  # goes nowhere
            "MAIL_DOMAIN": "sms.example.com",
            "MAIL_AUTHSERV_ID": "mx.example.com",
            "SEVEN_API_KEY": "",
            "D7_API_TOKEN": "",
            "SMRTPHONE_API_TOKEN": "",
        }

    def prepare(self) -> None:
        """Migrate, collect the static files and add the sample people, as `make run` does."""
        self.run("scripts/ready.py")

    def run(self, *words: str) -> None:
        """A program of ours, to its end."""
        done = subprocess.run(
            [sys.executable, *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(done.stdout + done.stderr)

    def start(self, *words: str) -> None:
        with self.log.open("ab") as log:
            started = subprocess.Popen(
                [sys.executable, *words],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.processes.append(started)

    def ask(self, sql: str, *values: Any) -> Any:
        """The first column of the first row of a question to its database, or None."""
        connection = sqlite3.connect(f"file:{self.folder / 'smscrm.sqlite3'}?mode=ro", uri=True)
        try:
            row = connection.execute(sql, values).fetchone()
        finally:
            connection.close()
        return row[0] if row else None

    def stop(self) -> None:
        for process in self.processes:
            stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """It and its descendants: first politely, then for good."""
    pids = family(process.pid)
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(5)
    for pid in pids[1:]:
        try:
            os.kill(pid, 9)
        except OSError:
            continue


def prepared_once(folder: Path) -> Path:
    """A folder to make installations from: who comes first prepares it, the others wait."""
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            made = Installation(Path(tempfile.mkdtemp(dir=folder.parent)), undo_seconds=0)
            made.prepare()
            made.folder.rename(folder)
    return folder


@contextmanager
def installation(
    *, undo_seconds: int = 0, worker: bool = True, like: Path | None = None
) -> Iterator[Installation]:
    """Running, until the block ends. Without a worker nothing is sent; like: prepared already."""
    folder = Path(tempfile.mkdtemp(prefix="smscrm-browser-"))
    made = Installation(folder, undo_seconds=undo_seconds)
    try:
        if like:
            shutil.copytree(like, folder, dirs_exist_ok=True)
        else:
            made.prepare()
        made.start(*GUNICORN, "--bind", f"127.0.0.1:{made.port}")
        if worker:
            made.start("manage.py", "qcluster")
        wait_for_port(made.port)
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder, ignore_errors=True)
