"""A very small systemd: it starts groups of processes, and starts again what died."""

import os
import shlex
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RESTART_AFTER = 0.3


def procfile(name, port):
    """The command of a line in Procfile, without the wrapper that guards its group."""
    for line in (ROOT / "Procfile").read_text().splitlines():
        if line.startswith(f"{name}:"):
            words = shlex.split(line.partition("own_group.py ")[2])
            words = [word.replace("${PORT:-8000}", str(port)) for word in words]
            return [sys.executable, *(words[1:] if words[0] == "python" else ["-m", *words])]
    raise LookupError(name)


class Service:
    """One command in a process group of its own."""

    def __init__(self, name, command, env, log, forever=True):
        self.name, self.forever, self.starts = name, forever, 0
        self._command, self._env, self._log = command, env, log
        self._process, self._ended_at, self.started_at = None, None, 0.0

    def start(self):
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=ROOT,
                env=self._env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                process_group=0,
            )
        self.starts += 1
        self._ended_at, self.started_at = None, time.monotonic()

    @property
    def pid(self):
        return self._process.pid

    @property
    def done(self):
        """It ended by itself, and well."""
        return not self.forever and self._process.poll() == 0

    def look(self):
        """Start it again a moment after it died; whoever is left of its group dies with it."""
        if self._process.poll() is None or self.done:
            return
        if self._ended_at is None:
            self.kill()
            self._ended_at = time.monotonic()
        elif time.monotonic() - self._ended_at > RESTART_AFTER:
            self.start()

    def kill(self):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)

    def ask_to_stop(self, seconds=15):
        """Gently, as systemd would; for a command that has to end others first."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(seconds)

    def stop(self):
        if self._process is not None:
            self.kill()
            self._process.wait(10)

    def members(self):
        """(pid, name) of the living processes of its group."""
        return [(pid, name) for pid, name, group in processes() if group == self.pid]


def processes():
    """(pid, name, process group) of what runs on this machine."""
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        with suppress(OSError, IndexError, ValueError):
            head, _, tail = (entry / "stat").read_text().rpartition(")")
            fields = tail.split()
            if fields[0] != "Z":
                yield int(entry.name), head.partition("(")[2], int(fields[2])
