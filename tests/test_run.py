"""`make run` from a fresh copy: it starts, keeps its data, and leaves nothing behind."""

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

ROOT = Path(__file__).resolve().parent.parent
PLAIN = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "PYTHONUTF8": "1"}
pytestmark = pytest.mark.slow


@pytest.fixture
def copy(tmp_path):
    """The files of the repository, with the packages that are installed already."""
    tracked = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    for name in filter(None, tracked):
        if (ROOT / name).is_file() and not name.startswith(("tests/", "docs/")):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, tmp_path / name)
    return tmp_path


@pytest.fixture
def ready_copy(copy):
    (copy / ".venv").symlink_to(ROOT / ".venv")
    return copy


@pytest.fixture
def port():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return server.getsockname()[1]


class Running:
    """One `make run`, in a session of its own as a terminal would have it."""

    def __init__(self, folder, port):
        self.output = folder / "output.txt"
        self.port = port
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, folder / "scripts" / "run.py"],
                env=PLAIN | {"PORT": str(port)},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait(self):
        """The address it prints; fails with all it said if it ends, or after five minutes.

        How long a start takes is for a benchmark: other tests run beside it on the same cores.
        """
        for _ in range(3000):
            if "Ctrl-C stops it." in self.output.read_text():
                return f"http://127.0.0.1:{self.port}"
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        pytest.fail(self.output.read_text())

    def children(self):
        """Everything it started, and what that started, by process id."""
        found, parents = set(), {self.process.pid}
        while parents:
            parents = {
                int(stat.parent.name)
                for stat in Path("/proc").glob("[0-9]*/stat")
                if parent_of(stat) in parents
            } - found
            found |= parents
        return found

    def stop(self):
        os.kill(self.process.pid, signal.SIGINT)
        return self.process.wait(10)


def parent_of(stat):
    try:
        return int(stat.read_text().rpartition(")")[2].split()[1])
    except (OSError, IndexError):
        return 0


def is_alive(pid):
    stat = Path(f"/proc/{pid}/stat")
    try:
        return stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def start(port):
    started = []

    def start(folder):
        started.append(Running(folder, port))
        return started[-1]

    yield start
    for running in started:
        if running.process.poll() is None:
            running.stop()


def listening(port):
    """The addresses on which anything listens at this port."""
    rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    local = [row[1].split(":") for row in rows if row[3] == "0A"]
    return {
        socket.inet_ntoa(bytes.fromhex(host)[::-1]) for host, at in local if int(at, 16) == port
    }


def contacts(folder):
    with sqlite3.connect(folder / "var" / "smscrm.sqlite3") as database:
        return database.execute("SELECT count(*) FROM contacts_contact").fetchone()[0]


def test_it_starts_stops_within_its_time_and_keeps_the_data(ready_copy, start, port):
    first = start(ready_copy)
    address = first.wait()
    page = requests.get(f"{address}/login/", timeout=10)
    hosts, started = listening(port), first.children()
    status = first.stop()

    assert page.status_code == 200
    assert hosts == {"127.0.0.1"}
    assert len(started) >= 6, "honcho, the two groups, their servers and workers"
    assert status == 0
    assert not [pid for pid in started if is_alive(pid)]

    with sqlite3.connect(ready_copy / "var" / "smscrm.sqlite3") as database:
        database.execute("DELETE FROM contacts_phone")
        database.execute("UPDATE contacts_contact SET first_name = 'Kept', name = 'Kept'")
    kept = contacts(ready_copy)
    second = start(ready_copy)
    second.wait()
    second.stop()

    with sqlite3.connect(ready_copy / "var" / "smscrm.sqlite3") as database:
        names = database.execute("SELECT DISTINCT first_name FROM contacts_contact").fetchall()
    assert contacts(ready_copy) == kept == 40
    assert names == [("Kept",)]


def test_no_network_for_pip_ends_in_one_sentence(copy, port):
    nowhere = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_CONFIG_FILE": os.devnull}

    ended = subprocess.run(
        [sys.executable, copy / "scripts" / "run.py"],
        env=PLAIN | nowhere | {"PORT": str(port)},
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert ended.returncode == 1
    assert ended.stderr.startswith("The packages could not be downloaded: connect this machine")
    assert ended.stderr.count("\n") == 1
