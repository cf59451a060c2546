"""
`make test`: runs every test, with a real browser where there is or may be one.

The browser tests read CHROMIUM (the program's path) or NO_BROWSER (why there is none). What is
marked `storage` runs a second time, on PostgreSQL (TEST_POSTGRES_URL), where one answers.
"""

import os
import shutil
import socket
import subprocess
import sys
from urllib.parse import urlsplit

from prepare import BIN, ROOT, prepare

POSTGRES = "postgres://postgres@127.0.0.1:5432/smscrm"
BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def main(arguments: list[str]) -> int:
    prepare("requirements-dev.txt")
    os.chdir(ROOT)
    find_browser()
    failed = pytest(*arguments)
    if arguments:
        return failed
    return pytest_on_postgres() or failed


def pytest(*arguments: str, **environment: str) -> int:
    workers = (os.cpu_count() or 1) + 1  # a browser, a server and a clock are waited for
    spread = ["-n", str(workers), "--dist", "loadfile", "--no-loadscope-reorder"]
    words = [str(BIN / "pytest"), *spread, *arguments]
    return subprocess.run(words, env=os.environ | environment).returncode


def pytest_on_postgres() -> int:
    """What depends on how a database locks and commits, once more; CI has to have one."""
    url = os.environ.get("TEST_POSTGRES_URL", POSTGRES)
    parts = urlsplit(url)
    try:
        socket.create_connection((parts.hostname or "", parts.port or 5432), 2).close()
    except OSError:
        print(f"Skipped on PostgreSQL: nothing listens at {parts.hostname}:{parts.port or 5432}.")
        return 1 if os.environ.get("CI") else 0
    print("The same on PostgreSQL, as far as it depends on the database:", flush=True)
    return pytest("-m", "storage", DATABASE_URL=url)


def find_browser() -> None:
    if "CHROMIUM" in os.environ or "NO_BROWSER" in os.environ:
        return

    path = installed_browser()
    reason = "" if path else install_browser()
    path = path or installed_browser()
    if path:
        os.environ["CHROMIUM"] = path
    else:
        os.environ["NO_BROWSER"] = reason or "Chromium was installed but does not start"
        print(f"Browser tests will be skipped: {os.environ['NO_BROWSER']}.", flush=True)


def installed_browser() -> str | None:
    """The first that answers: some systems have a placeholder that only asks to be installed."""
    for name in BROWSERS:
        path = shutil.which(name)
        if path and succeeds([path, "--version"]):
            return path
    return None


def install_browser() -> str:
    """Empty when apt-get did it, else why there is no browser."""
    apt = shutil.which("apt-get")
    if apt is None:
        return "no Chromium here, and no apt-get to install it with"
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if sudo and not succeeds([*sudo, "true"]):
        return "no Chromium here, and only an administrator may run apt-get install chromium"

    print("Installing Chromium …", flush=True)
    apt_get = [*sudo, "env", "DEBIAN_FRONTEND=noninteractive", apt, "-q", "-y"]
    succeeds([*apt_get, "update"])
    if succeeds([*apt_get, "install", "--no-install-recommends", "chromium"]):
        return ""
    return "no Chromium here, and apt-get could not install it"


def succeeds(command: list[str]) -> bool:
    try:
        return not subprocess.run(command, capture_output=True, timeout=600).returncode
    except (OSError, subprocess.TimeoutExpired):
        return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
