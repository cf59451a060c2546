"""
`make run`: sets up what is missing, starts web and worker, prints the address, stops on Ctrl-C.

Everything it makes lies in .venv, var and .env; a second start finds it there and keeps the data.
"""

import http.client
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from types import FrameType

from prepare import BIN, ROOT, prepare

STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LONGEST_STOP = 4.8
LONGEST_START = 60

ENV = """\
# Written by the first `make run`. .env.example names and explains everything else.
DEMO=true
SECRET_KEY={}
WEBHOOK_TOKEN={}
"""


def main() -> int:
    for signum in STOPS:
        signal.signal(signum, signal.default_int_handler)
    port = free_port(setting("PORT") or "8000")
    prepare("requirements.txt")
    write_env()
    tell_the_processes(port)
    if status := subprocess.run([BIN / "python", ROOT / "scripts" / "ready.py"]).returncode:
        return status

    return Processes(port).run()


def setting(name: str) -> str:
    """From the environment, else from .env; empty when neither has it."""
    if name in os.environ:
        return os.environ[name].strip()
    file = ROOT / ".env"
    for line in file.read_text().splitlines() if file.is_file() else ():
        key, equals, value = line.removeprefix("export ").partition("=")
        if equals and key.strip() == name:
            return value.partition(" #")[0].strip().strip("'\"")
    return ""


def free_port(typed: str) -> int:
    """The port as a number. Ends the program when it is none, or not to be had."""
    if not (typed.isascii() and typed.isdigit() and 0 < int(typed[:6]) < 65536):
        sys.exit(f"PORT is “{typed}”: use a number from 1 to 65535, like make run PORT=8001.")

    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(typed)))
        except PermissionError:
            sys.exit(f"Port {typed} is for the administrator: use make run PORT=8000.")
        except OSError:
            other = int(typed) % 65000 + 1
            sys.exit(f"Port {typed} is taken: stop what uses it, or use make run PORT={other}.")
    return int(typed)


def write_env() -> None:
    """Once, and readable by its owner alone: it holds the secrets."""
    path = ROOT / ".env"
    if path.exists():
        return

    text = ENV.format(secrets.token_urlsafe(50), secrets.token_urlsafe(32))
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)


def tell_the_processes(port: int) -> None:
    """honcho counts PORT up from process to process, so the address is said in full."""
    os.environ["PORT"] = str(port)
    os.environ["PUBLIC_URL"] = setting("PUBLIC_URL") or f"http://127.0.0.1:{port}"
    os.environ["PATH"] = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    os.environ["PYTHONUNBUFFERED"] = "1"
    os.environ["RUN_PID"] = str(os.getpid())


class Processes:
    """honcho and what it starts, from the first answer to the last process gone."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.starter = os.getppid()
        self.began = time.monotonic()
        self.greeted = False
        self.stop_by: float | None = None
        self.status: int | None = None
        for signum in STOPS:
            signal.signal(signum, self.on_stop)
        # A session of its own, so that Ctrl-C reaches it once, through us; without .env, because
        # the settings read that themselves and rank it below the environment.
        self.honcho = subprocess.Popen(
            [BIN / "honcho", "start", "-e", os.devnull], cwd=ROOT, start_new_session=True
        )

    def run(self) -> int:
        """Our exit status: 0 when we were asked to stop."""
        while self.honcho.poll() is None:
            self.look()
            time.sleep(0.1)
        if self.status is None:
            print("smscrm stopped by itself: the lines above say why.", file=sys.stderr)
            return 1
        return self.status

    def look(self) -> None:
        now = time.monotonic()
        if self.stop_by is not None:
            if now > self.stop_by:
                self.honcho.kill()
        elif os.getppid() != self.starter:
            self.stop(status=0)
        elif not self.greeted and answers(self.port):
            self.greet()
        elif not self.greeted and now > self.began + LONGEST_START:
            print("smscrm did not answer in a minute: the lines above say why.", file=sys.stderr)
            self.stop(status=1)

    def greet(self) -> None:
        self.greeted = True
        print(f"\n  smscrm is running: {os.environ['PUBLIC_URL']}")
        if setting("DEMO").lower() in ("1", "on", "ok", "t", "true", "y", "yes"):
            print("  Sign in as “demo” with the password “demo”.")
        else:
            address = f"PUBLIC_URL={os.environ['PUBLIC_URL']}"
            print(f"  First account: {address} .venv/bin/python manage.py createsuperuser")
        print("  Ctrl-C stops it.\n", flush=True)

    def on_stop(self, signum: int, frame: FrameType | None) -> None:
        self.stop(status=0)

    def stop(self, status: int) -> None:
        if self.stop_by is None:
            self.stop_by = time.monotonic() + LONGEST_STOP
            self.status = status
            self.honcho.terminate()


def answers(port: int) -> bool:
    """Is there an HTTP server, whatever it says?"""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
