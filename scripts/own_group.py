"""
Runs a command in a process group of its own and ends it gently: `own_group.py COMMAND …`.

SIGTERM to a whole group kills django-q2's sentinel and workers under the tasks they hold, and its
first process may then wait for ever (django-q2 1.11.1, tried in November 2026). honcho signals
whole groups. So the group is ours alone, only its first process is told to stop, and whoever is
left after GRACE seconds is killed. The same happens when the program that started us is gone.
A command that dies by itself is started again, once nobody is left of its group.
"""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from types import FrameType

GRACE = 3.5
WATCH = 0.2
LONG_ENOUGH = 10.0  # seconds; what dies sooner would not start again either
STOPS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)

asked_to_stop = False


def main(command: list[str]) -> int:
    for signum in STOPS:
        signal.signal(signum, on_stop)
    parent = os.getppid()
    runner = int(os.environ.get("RUN_PID", parent))

    while True:
        began = time.monotonic()
        child = subprocess.Popen(command, process_group=0)
        while child.poll() is None and not asked_to_stop:
            if os.getppid() != parent or not is_alive(runner):
                break
            time.sleep(WATCH)
        died = child.returncode is not None
        code = end(child)
        if not died or asked_to_stop or time.monotonic() - began < LONG_ENOUGH:
            return code


def on_stop(signum: int, frame: FrameType | None) -> None:
    global asked_to_stop
    asked_to_stop = True


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def end(child: subprocess.Popen[bytes]) -> int:
    child.terminate()
    with suppress(subprocess.TimeoutExpired):
        child.wait(GRACE)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    return child.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
