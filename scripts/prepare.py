"""
What every make target stands on: the virtual environment, its packages, the typeface.

Runs on any Python 3.11 with nothing installed. Each step looks first whether it was done before.
A step that cannot go on ends the program with one sentence that says what to do.
"""

import fcntl
import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
VAR = ROOT / "var"

NO_NETWORK = (
    "connection refused",
    "failed to establish a new connection",
    "failed to resolve",
    "max retries exceeded",
    "name or service not known",
    "network is unreachable",
    "proxyerror",
    "temporary failure in name resolution",
    "timed out",
)


def prepare(requirements: str) -> None:
    """.venv holds the packages of `requirements` (a file's name), and the typeface is cut."""
    with alone():
        make_venv()
        install(requirements)
        cut_font()


@contextmanager
def alone() -> Iterator[None]:
    """Two make targets started together take turns here."""
    VAR.mkdir(exist_ok=True)
    with (VAR / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def make_venv() -> None:
    if works(BIN / "python", "import pip"):
        return

    print("Creating .venv …", flush=True)
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], capture_output=True)
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        sys.exit(
            f"{sys.executable} cannot create a virtual environment: install its venv module "
            "(on Debian or Ubuntu: apt-get install python3-venv) and run make again."
        )


def works(python: Path, code: str) -> bool:
    """Does this Python exist, and run this code?"""
    try:
        return not subprocess.run([python, "-c", code], capture_output=True).returncode
    except OSError:
        return False


def install(requirements: str) -> None:
    """Asks pip only when a requirements file changed since the last time."""
    wanted = fingerprint(requirements)
    stamp = VENV / f"{requirements}.sha256"
    if stamp.is_file() and stamp.read_text() == wanted:
        return

    print(f"Installing {requirements} …", flush=True)
    log = VAR / "pip.log"
    pip = [str(BIN / "python"), "-m", "pip", "--disable-pip-version-check"]
    command = [*pip, "install", "--retries", "2", "-r", str(ROOT / requirements)]
    with log.open("w") as output:
        done = subprocess.run(command, stdout=output, stderr=output)
    if done.returncode:
        sys.exit(why_pip_failed(log.read_text(errors="replace")))
    stamp.write_text(wanted)


def fingerprint(requirements: str) -> str:
    files = sorted({"requirements.txt", requirements})
    return hashlib.sha256(b"".join((ROOT / name).read_bytes() for name in files)).hexdigest()


def why_pip_failed(log: str) -> str:
    if any(words in log.lower() for words in NO_NETWORK):
        return (
            "The packages could not be downloaded: connect this machine to the network and run "
            "make again (the details are in var/pip.log)."
        )
    return "The packages could not be installed: the end of var/pip.log says why."


def cut_font() -> None:
    script = ROOT / "scripts" / "font.py"
    font = VAR / "assets" / "fonts" / "inter.woff2"
    if font.is_file() and font.stat().st_mtime >= script.stat().st_mtime:
        return

    print("Preparing the typeface …", flush=True)
    if subprocess.run([BIN / "python", script, font]).returncode:
        sys.exit("The typeface could not be prepared: delete .venv and run make again.")


if __name__ == "__main__":
    prepare("requirements-dev.txt")
